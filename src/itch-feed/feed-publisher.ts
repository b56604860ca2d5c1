/**
 * The feed as a fold over event records: counts the sequence, prints the messages and packs them
 * into packets. `publish` is called after each durable turn and sends; `recover` is the same fold
 * without sending, so that after a restart session and sequence go on where they stopped.
 *
 * A packet is full (maxPayload) or ends with its turn: no timer holds a message back. Time comes
 * in as milliseconds of a clock that never goes back.
 */
import { assert } from '../domain/index.ts'
import type { RecordBuffer } from '../wire/index.ts'
import {
  EventType,
  MAX_PAYLOAD_DEFAULT,
  PacketWriter,
  itchMessageBytes,
  recordFeed,
  recordLength,
  recordType,
  systemEventSignaled,
  tradingDayOpened,
} from '../wire/index.ts'
import { ItchPrinter } from './itch-printer.ts'
import { MessageRing } from './message-ring.ts'
import { SequenceIndex } from './sequence-index.ts'

/** Silence after which a heartbeat goes out, and the period of heartbeats and end of session. */
export const HEARTBEAT_INTERVAL_MS = 1000

const END_OF_MESSAGES = 'C'.charCodeAt(0)

/** Takes finished packets; the bytes are the publisher's again when `send` returns. */
export interface PacketSender {
  send(bytes: Uint8Array, length: number): void
}

export interface FeedPublisherOptions {
  readonly sender: PacketSender
  /** UDP payload of a packet, MAX_PAYLOAD_MIN..MAX_PAYLOAD_MAX bytes. */
  readonly maxPayload?: number
  /** Keeps the messages for the retransmission server. */
  readonly messages?: MessageRing
}

export class FeedPublisher {
  /** MoldUDP64 session of the trading day; empty before the first day ever. */
  session = ''
  /** Messages of the session so far, the latest of them ready for retransmission. */
  readonly messages: MessageRing
  private readonly sender: PacketSender
  private readonly writer: PacketWriter
  private readonly printer = new ItchPrinter()
  private readonly index = new SequenceIndex()
  private readonly dayOpened = tradingDayOpened.flyweight()
  private readonly signaled = systemEventSignaled.flyweight()
  private live = false
  private ended = false
  private lastSentMs = 0

  constructor({
    sender,
    maxPayload = MAX_PAYLOAD_DEFAULT,
    messages = new MessageRing(),
  }: FeedPublisherOptions) {
    this.sender = sender
    this.messages = messages
    this.writer = new PacketWriter(maxPayload)
    this.writer.begin(this.nextSequence)
  }

  /** Sequence number of the next message. */
  get nextSequence(): number {
    return this.messages.next
  }

  /** True from S `C` until the next trading day opens. */
  get sessionEnded(): boolean {
    return this.ended
  }

  /**
   * Sends the feed messages of a durable turn; the last packet leaves before it returns.
   * @param position journal position of the first event record
   */
  publish(events: RecordBuffer, position: number, nowMs: number): void {
    const before = this.nextSequence
    this.live = true
    this.fold(events.view, 0, events.length, position)
    this.live = false
    if (this.nextSequence !== before) this.lastSentMs = nowMs
  }

  /** Folds recorded events `view[start .. end)` without sending anything. */
  recover(view: DataView, start: number, end: number, position: number): void {
    this.fold(view, start, end, position)
  }

  /**
   * Called a few times a second: a heartbeat after a second without data, End of Session once a
   * second after the session's last message.
   */
  tick(nowMs: number): void {
    if (this.session === '' || nowMs - this.lastSentMs < HEARTBEAT_INTERVAL_MS) return
    this.sendIdle()
    this.lastSentMs = nowMs
  }

  /** Sends what the line carries while nothing happens: heartbeat, or End of Session. */
  sendIdle(): void {
    if (this.ended) this.writer.endOfSession(this.nextSequence)
    else this.writer.heartbeat(this.nextSequence)
    this.sender.send(this.writer.bytes, this.writer.length)
    this.writer.begin(this.nextSequence)
  }

  /** Where in the journal to look for message `sequence`: see SequenceIndex. */
  positionOf(sequence: number): { sequence: number; position: number } | undefined {
    return this.index.positionOf(sequence)
  }

  private fold(view: DataView, start: number, end: number, position: number): void {
    for (let at = start; at < end; at += recordLength(view, at)) {
      if (recordType(view, at) === EventType.TradingDayOpened) this.openSession(view, at)
      if (recordFeed(view, at) !== 0) this.take(view, at, position + at - start)
    }
    this.flush()
  }

  private openSession(view: DataView, at: number): void {
    this.flush()
    this.dayOpened.wrap(view, at)
    this.printer.openDay(view, at)
    this.messages.clear()
    this.index.clear()
    this.ended = false
    this.session = this.dayOpened.feedSession
    this.writer.openSession(this.session)
    this.writer.begin(this.nextSequence)
  }

  /** One feed message: printed in its place in the packet, kept, counted. */
  private take(view: DataView, at: number, position: number): void {
    const { writer, messages } = this
    assert(this.session !== '', 'a trading day is open')
    if (!writer.fits(itchMessageBytes(recordFeed(view, at)))) this.flush()
    const length = this.printer.print(view, at, writer.view, writer.messageAt)
    this.index.note(this.nextSequence, position)
    messages.append(writer.bytes, writer.messageAt, length)
    writer.append(length)
    if (recordType(view, at) === EventType.SystemEventSignaled) this.noteSystemEvent(view, at)
  }

  private noteSystemEvent(view: DataView, at: number): void {
    this.signaled.wrap(view, at)
    if (this.signaled.eventCode !== END_OF_MESSAGES) return

    this.flush()
    this.ended = true
    if (this.live) this.sendIdle()
  }

  private flush(): void {
    if (this.live && this.writer.count > 0) this.sender.send(this.writer.bytes, this.writer.length)
    this.writer.begin(this.nextSequence)
  }
}
