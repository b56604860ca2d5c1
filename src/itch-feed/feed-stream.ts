/**
 * What is on the lines of a channel: takes the journal's events one by one, prints the messages of those
 * that are on it, packs them into packets and sends these. It knows the sessions as far as they have been
 * said, so that nobody is ever answered more than that.
 */
import type { StateTransfer } from '../domain/index.ts'
import { assert } from '../domain/index.ts'
import {
  EventType,
  PacketWriter,
  feedLocate,
  instrumentListed,
  itchMessageBytes,
  recordFeed,
  recordType,
  systemEventSignaled,
  tradingDayOpened,
} from '../wire/index.ts'
import type { FeedImage } from './feed-image.ts'
import { FeedSession, sessionOfChannel } from './feed-session.ts'
import { ItchPrinter } from './itch-printer.ts'
import { MessageRing } from './message-ring.ts'
import { SymbolTable } from './symbol-table.ts'

/** The running session and those before it that can be asked for. */
export const SESSIONS_KEPT_MAX = 4
/** End of Session goes out this often at least, also when the next session begins at once. */
export const END_OF_SESSION_PACKETS = 3
/** One event sends no more: the packet before it, and End of Session. */
const PACKETS_PER_EVENT = END_OF_SESSION_PACKETS + 1
const END_OF_MESSAGES = 'C'.charCodeAt(0)

/** Takes finished packets; the bytes are the stream's again when `send` returns. */
export interface PacketSender {
  /** Packets that it can take now. */
  readonly room: number
  send(bytes: Uint8Array, length: number): void
}

export interface FeedStreamOptions {
  readonly sender: PacketSender
  readonly maxPayload: number
  readonly messages: MessageRing
  /** 0..CHANNELS_MAX - 1; left out = 0. */
  readonly channel?: number
  /** Follows each message that is taken. */
  readonly image?: FeedImage
}

export class FeedStream {
  /** Sessions that can be asked for, the running one last. */
  readonly sessions: FeedSession[] = []
  /** The session on the lines; one without a name before the first trading day ever. */
  running = new FeedSession('', 0)
  /** Its latest messages. */
  readonly messages: MessageRing
  readonly symbols = new SymbolTable()
  /** Packets sent since the start. */
  packets = 0
  private readonly sender: PacketSender
  private readonly channel: number
  private readonly image: FeedImage | undefined
  private readonly writer: PacketWriter
  private readonly printer = new ItchPrinter(this.symbols)
  private readonly dayOpened = tradingDayOpened.flyweight()
  private readonly listed = instrumentListed.flyweight()
  private readonly signaled = systemEventSignaled.flyweight()
  /** End of Session packets of the running session. */
  private ends = 0

  constructor({ sender, maxPayload, messages, channel = 0, image }: FeedStreamOptions) {
    this.sender = sender
    this.channel = channel
    this.image = image
    this.messages = messages
    this.writer = new PacketWriter(maxPayload)
    this.writer.begin(this.running.next)
  }

  /** Packets that the events to come may fill: an event that still finds one can send all of its own. */
  get room(): number {
    return this.sender.room - PACKETS_PER_EVENT - 1
  }

  /** The session of this name, if it can still be asked for. */
  findSession(name: string): FeedSession | undefined {
    return this.sessions.findLast((session) => session.name === name)
  }

  /** One event: its message, if it has one on this channel, is printed into the packet, kept and counted. */
  take(view: DataView, at: number, position: number): void {
    const type = recordType(view, at)
    if (type === EventType.TradingDayOpened) this.openSession(view, at)
    if (type === EventType.InstrumentListed) this.list(view, at)
    const feed = recordFeed(view, at)
    if (feed === 0 || !this.running.carries(feedLocate(view, at))) return

    const { writer } = this
    assert(this.running.name !== '', 'a trading day is open')
    if (!writer.fits(itchMessageBytes(feed))) this.flush()
    const length = this.printer.print(view, at, writer.view, writer.messageAt)
    this.running.note(position)
    this.messages.append(writer.bytes, writer.messageAt, length)
    this.image?.take(writer.view, writer.messageAt, length)
    writer.append(length)
    if (this.isEndOfMessages(view, at)) this.endSession()
  }

  /** One event that was on the lines, or was to be, before a restart. */
  recover(view: DataView, at: number, position: number): void {
    const type = recordType(view, at)
    if (type === EventType.TradingDayOpened) this.enterSession(view, at)
    if (type === EventType.InstrumentListed) this.list(view, at)
    if (recordFeed(view, at) === 0 || !this.running.carries(feedLocate(view, at))) return

    this.running.note(position)
    this.messages.clear(this.running.next)
    this.writer.begin(this.running.next)
    if (this.isEndOfMessages(view, at)) this.running.ended = true
  }

  /** Instead of all that `recover` would be told. Nothing has been sent yet when it is loaded. */
  transfer(transfer: StateTransfer): void {
    const part = `channel.${this.channel}`
    const known = this.sessions.map(({ name, midnightSeconds }) => ({ name, midnightSeconds }))
    for (const [i, session] of transfer.value(`${part}.sessions`, known).entries()) {
      if (transfer.isLoading) this.beginSession(session.name, session.midnightSeconds)
      this.sessions[i]!.transfer(`${part}.session.${i}`, transfer)
    }
    this.symbols.transfer(`${part}.symbols`, transfer)
    if (transfer.isLoading) {
      this.messages.clear(this.running.next)
      this.writer.begin(this.running.next)
    }
  }

  /** Sends the packet begun, if it has messages. */
  flush(): void {
    if (this.writer.count > 0) this.send()
  }

  /** Sends what a line carries while nothing happens: heartbeat, or End of Session. */
  sendIdle(): void {
    if (this.running.ended) {
      this.writer.endOfSession(this.running.next)
      this.ends++
    } else {
      this.writer.heartbeat(this.running.next)
    }
    this.send()
  }

  /** Whether it is on this channel or not: it may have been before, and be asked for. */
  private list(view: DataView, at: number): void {
    this.listed.wrap(view, at)
    this.running.list(this.listed.locate, this.listed.channel)
    this.symbols.learn(view, at)
  }

  private openSession(view: DataView, at: number): void {
    this.flush()
    while (this.running.ended && this.ends < END_OF_SESSION_PACKETS) this.sendIdle()
    this.enterSession(view, at)
  }

  private enterSession(view: DataView, at: number): void {
    this.dayOpened.wrap(view, at)
    const { feedSession, midnightSeconds } = this.dayOpened
    this.beginSession(sessionOfChannel(feedSession, this.channel), midnightSeconds)
  }

  private beginSession(name: string, midnightSeconds: number): void {
    this.running = new FeedSession(name, midnightSeconds, this.channel)
    this.sessions.push(this.running)
    if (this.sessions.length > SESSIONS_KEPT_MAX) this.sessions.shift()
    this.ends = 0
    this.messages.clear()
    this.printer.midnightSeconds = midnightSeconds
    this.writer.openSession(name)
    this.writer.begin(this.running.next)
  }

  private endSession(): void {
    this.flush()
    this.running.ended = true
    this.sendIdle()
  }

  private isEndOfMessages(view: DataView, at: number): boolean {
    if (recordType(view, at) !== EventType.SystemEventSignaled) return false
    this.signaled.wrap(view, at)
    return this.signaled.eventCode === END_OF_MESSAGES
  }

  private send(): void {
    this.sender.send(this.writer.bytes, this.writer.length)
    this.packets++
    this.writer.begin(this.running.next)
  }
}
