/**
 * A feed on a journal in memory, as the exchange runs it: each turn is appended and then published.
 * What the event loop would run later waits in `immediates`.
 */
import {
  FeedOutput,
  FeedPublisher,
  MessageRing,
  Retransmission,
} from '../../src/itch-feed/index.ts'
import type { Requester } from '../../src/itch-feed/index.ts'
import { Journal } from '../../src/journal/index.ts'
import { CommandType, RecordBuffer, closeTradingDay, writeRequest } from '../../src/wire/index.ts'
import { MemoryDisk } from '../support/memory-disk.ts'

export interface RecordedFeedOptions {
  readonly maxPayload?: number
  /** Messages of the running session kept in memory, a power of two. */
  readonly ringMessages?: number
  readonly packetsPerTurn?: number
  readonly segmentBytes?: number
  /** Networks whose requests are answered; empty = every one. */
  readonly allow?: readonly string[]
  /** Channel of the feed; left out = 0. */
  readonly channel?: number
}

/** Who asks, if nobody else is named. */
const SUBSCRIBER: Requester = { address: '192.0.2.1', port: 4242 }

export class RecordedFeed {
  readonly disk: MeteredDisk
  readonly journal: Journal
  readonly publisher: FeedPublisher
  readonly output: FeedOutput
  readonly retransmission: Retransmission
  /** Everything that was on the lines. */
  readonly packets: Uint8Array[] = []
  readonly answers: { packet: Uint8Array; to: Requester }[] = []
  /** Packets that the lines take; Infinity until a test says otherwise. */
  room = Infinity
  nowMs = 0
  readonly failures: unknown[] = []
  private readonly options: RecordedFeedOptions
  private immediates: (() => void)[] = []

  constructor(options: RecordedFeedOptions = {}, disk = new MeteredDisk()) {
    this.options = options
    this.disk = disk
    this.journal = Journal.open({
      disk,
      directory: '/data/journal',
      journalId: () => 'journal-of-the-feed',
      durability: 'os',
      segmentBytes: options.segmentBytes ?? 1 << 20,
    })
    const { journal } = this
    const { maxPayload = 1400, ringMessages, packetsPerTurn, channel = 0 } = options
    const schedule = (run: () => void): void => void this.immediates.push(run)
    this.publisher = new FeedPublisher({
      sender: this,
      journal,
      channel,
      maxPayload,
      messages: new MessageRing(ringMessages),
      ...(packetsPerTurn && { packetsPerTurn }),
    })
    for (const { view, eventsStart, eventsEnd, eventsPosition } of journal.groups()) {
      this.publisher.recover(view, eventsStart, eventsEnd, eventsPosition)
    }
    this.output = new FeedOutput({
      publisher: this.publisher,
      nowMs: () => this.nowMs,
      schedule,
      onFatal: (error) => this.failures.push(error),
    })
    this.retransmission = new Retransmission({
      allow: options.allow ?? [],
      stream: this.publisher.stream,
      journal,
      maxPayload,
      schedule,
      send: (packet, to) => this.answers.push({ packet: packet.slice(), to }),
    })
  }

  send(bytes: Uint8Array, length: number): void {
    this.room--
    this.packets.push(bytes.slice(0, length))
  }

  /** A durable turn of these events and a command, published. */
  turn(events: RecordBuffer): void {
    const position = this.append(events)
    this.output.publish(events, position)
  }

  /** A turn that is durable and that nobody was told of: the process ended between. */
  append(events: RecordBuffer): number {
    const commands = new RecordBuffer(64)
    commands.append(CommandType.CloseTradingDay, 0, closeTradingDay.length)
    const position = this.journal.eventsPosition(commands.length)
    this.journal.append({ epochSeconds: 1, nanoseconds: 0, feedSequence: 1 }, commands, events)
    return position
  }

  /** The next event-loop turn. @returns whether there was something to run */
  loopTurn(): boolean {
    const due = this.immediates
    this.immediates = []
    for (const run of due) run()
    return due.length > 0
  }

  /** Event-loop turns until nothing is left to run. @returns how many */
  settle(): number {
    let turns = 0
    while (this.loopTurn()) turns++
    return turns
  }

  /** Takes what was sent since the last time. */
  takePackets(): Uint8Array[] {
    return this.packets.splice(0)
  }

  request(
    sequenceNumber: number,
    messageCount: number,
    { session = this.publisher.session, from = SUBSCRIBER } = {},
  ): void {
    const request = writeRequest({ session, sequenceNumber, messageCount })
    this.retransmission.receive(request, from, this.nowMs)
  }

  /** The next life of the exchange, on the same journal. */
  restart(options: RecordedFeedOptions = {}): RecordedFeed {
    return new RecordedFeed({ ...this.options, ...options }, this.disk)
  }
}

/** Counts what is read, to see that it is bounded. */
export class MeteredDisk extends MemoryDisk {
  bytesRead = 0

  override read(fd: number, into: Uint8Array, offset: number): number {
    const bytes = super.read(fd, into, offset)
    this.bytesRead += bytes
    return bytes
  }
}
