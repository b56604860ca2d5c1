/**
 * When which events go on the lines of a channel. `publish` is called after each durable turn and sends it. A
 * turn that prints more than one event-loop turn may send leaves the lines behind: what waits is a
 * position in the journal, from which `catchUp` reads on, and later turns wait there too. `recover`
 * only counts, so that after a restart session and sequence go on where they stopped.
 *
 * A packet is full (maxPayload) or ends with its turn: no timer holds a message back. Time comes
 * in as milliseconds of a clock that never goes back.
 */
import type { StateTransfer } from '../domain/index.ts'
import type { RecordBuffer } from '../wire/index.ts'
import { MAX_PAYLOAD_DEFAULT, recordLength } from '../wire/index.ts'
import type { EventSource, EventWalk } from './event-source.ts'
import type { PacketSender } from './feed-stream.ts'
import type { FeedTurns } from './feed-output.ts'
import { FeedStream } from './feed-stream.ts'
import { MessageRing } from './message-ring.ts'

/** Silence after which a heartbeat goes out, and the period of heartbeats and end of session. */
export const HEARTBEAT_INTERVAL_MS = 1000
/**
 * Packets that one event-loop turn sends, or a few more: some milliseconds. The orders of a full turn
 * print half of them, so that the lines catch up with full turns too; a day roll or a sweep of a
 * deep book prints many times more.
 */
export const PACKETS_PER_TURN_MAX = 256
/** Journal that one event-loop turn reads to catch up: about what so many packets are printed from. */
export const CATCH_UP_BYTES_MAX = 4 * 1024 * 1024

export interface FeedPublisherOptions {
  readonly sender: PacketSender
  /** Where events are read that wait. */
  readonly journal: EventSource
  /** 0..CHANNELS_MAX - 1; left out = 0. */
  readonly channel?: number
  /** UDP payload of a packet, MAX_PAYLOAD_MIN..MAX_PAYLOAD_MAX bytes. */
  readonly maxPayload?: number
  /** Keeps the latest messages for retransmission. */
  readonly messages?: MessageRing
  readonly packetsPerTurn?: number
}

export class FeedPublisher implements FeedTurns {
  /** What has been on the lines. */
  readonly stream: FeedStream
  private readonly walk: EventWalk
  private readonly packetsPerTurn: number
  private waitingFrom: number | undefined
  private idleDueMs = 0

  constructor({
    sender,
    journal,
    channel = 0,
    maxPayload = MAX_PAYLOAD_DEFAULT,
    messages = new MessageRing(),
    packetsPerTurn = PACKETS_PER_TURN_MAX,
  }: FeedPublisherOptions) {
    this.stream = new FeedStream({ sender, maxPayload, messages, channel })
    this.walk = journal.walkEvents()
    this.packetsPerTurn = packetsPerTurn
  }

  /** MoldUDP64 session on the lines; empty before the first day ever. */
  get session(): string {
    return this.stream.running.name
  }

  knowsSession(name: string): boolean {
    return this.stream.findSession(name) !== undefined
  }

  /** Sequence number of the next message on the lines. */
  get nextSequence(): number {
    return this.stream.running.next
  }

  /** Journal position of the first event that waits for the lines; undefined while none does. */
  get behindFrom(): number | undefined {
    return this.waitingFrom
  }

  /** Events wait and the lines can take more: call `catchUp` in the next event-loop turn. */
  get canCatchUp(): boolean {
    return this.waitingFrom !== undefined && this.stream.room > 0
  }

  /**
   * Sends the feed messages of a durable turn, or the first of them when they are too many.
   * @param position journal position of the first event record
   */
  publish(events: RecordBuffer, position: number, nowMs: number): void {
    if (this.waitingFrom !== undefined) return
    const { stream } = this
    const before = stream.packets
    const last = this.lastPacket()
    for (let at = 0; at < events.length; at += recordLength(events.view, at)) {
      if (stream.packets >= last) {
        this.waitingFrom = position + at
        break
      }
      stream.take(events.view, at, position + at)
    }
    this.endTurn(before, nowMs)
  }

  /** The feed messages of a durable turn wait in the journal. */
  postpone(events: RecordBuffer, position: number): void {
    if (events.length > 0) this.waitingFrom ??= position
  }

  /**
   * Sends on from where `publish` stopped.
   * @throws ExchangeError JournalDamaged, JournalUnreadable
   */
  catchUp(nowMs: number): void {
    if (this.waitingFrom === undefined) return
    const { stream, walk } = this
    const before = stream.packets
    const last = this.lastPacket()
    const readUntil = this.waitingFrom + CATCH_UP_BYTES_MAX
    walk.seek(this.waitingFrom)
    this.waitingFrom = undefined
    while (walk.next()) {
      if (stream.packets >= last || walk.position >= readUntil) {
        this.waitingFrom = walk.position
        break
      }
      stream.take(walk.view, walk.at, walk.position)
    }
    this.endTurn(before, nowMs)
  }

  /** What has been on the lines, into a snapshot or out of one. */
  transfer(transfer: StateTransfer): void {
    this.stream.transfer(transfer)
  }

  /** Counts recorded events `view[start .. end)` without sending anything. */
  recover(view: DataView, start: number, end: number, position: number): void {
    for (let at = start; at < end; at += recordLength(view, at)) {
      this.stream.recover(view, at, position + at - start)
    }
  }

  /**
   * Called a few times a second: a heartbeat after a second without data, End of Session once a
   * second after the session's last message.
   */
  tick(nowMs: number): void {
    if (this.session === '' || nowMs < this.idleDueMs) return
    if (this.waitingFrom !== undefined || this.stream.room <= 0) return
    this.stream.sendIdle()
    // A tick that comes a little late does not move those after it.
    const next = this.idleDueMs + HEARTBEAT_INTERVAL_MS
    this.idleDueMs = next > nowMs ? next : nowMs + HEARTBEAT_INTERVAL_MS
  }

  /** Once the stream has sent so many packets, this event-loop turn sends no more. */
  private lastPacket(): number {
    return this.stream.packets + Math.min(this.packetsPerTurn, this.stream.room)
  }

  private endTurn(packetsBefore: number, nowMs: number): void {
    this.stream.flush()
    if (this.stream.packets > packetsBefore) this.idleDueMs = nowMs + HEARTBEAT_INTERVAL_MS
  }
}
