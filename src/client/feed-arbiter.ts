/**
 * One sequence of messages out of packets from several lines: the first copy wins, later copies are
 * dropped by their sequence number. A hole that stays open after a short wait for the other line
 * is asked for at the retransmission server; what nobody answers is given up as lost. Pure: packets
 * and times come in (milliseconds of a clock that never goes back), messages and requests go out.
 * docs/protocols/itch-feed.md#recovering-gaps
 */
import type { Packet } from '../wire/index.ts'
import { eachMessage, readPacket } from '../wire/index.ts'
import { PendingMessages } from './pending-messages.ts'
import { SessionSuccession } from './session-succession.ts'

/** Largest messageCount(18) of a request. */
const REQUEST_COUNT_MAX = 65_534
/** Instants that are remembered: later ones are as good as the last. */
const NOTICED_MAX = 1_024
/** Pause before the next try after a snapshot that failed or came too early. */
const SNAPSHOT_RETRY_MS = 1_000

/** A request for messages that did not come. */
export interface GapRequest {
  readonly session: string
  readonly sequenceNumber: number
  readonly messageCount: number
}

/** Numbers first..last, both included. */
export interface SequenceRange {
  readonly first: number
  readonly last: number
}

export interface FeedListener {
  /** A new sequence space starts: forget every book. */
  sessionStarted(session: string): void
  /** The next message in sequence; the bytes are valid during the call. */
  message(sequence: number, view: DataView, at: number, length: number): void
  /** A hole stayed open: what follows waits for it. */
  gapOpened(gap: SequenceRange): void
  /** Nobody answered: these messages are skipped, and books are stale until a new session. */
  messagesLost(lost: SequenceRange): void
  /** Ask the retransmission server. */
  request(request: GapRequest): void
  /**
   * Ask the snapshot server: the hole is too large, or nobody fills it. Books are stale until `resume`.
   * Called where there is such a server.
   */
  snapshotNeeded?(gap: SequenceRange): void
  /** The last message of the session has been delivered. */
  sessionEnded(session: string): void
  /** The feed has nothing to say for now, and nothing of what it has said is missing. */
  caughtUp?(): void
}

export interface FeedArbiterOptions {
  /** Wait for the other line before a hole counts as a gap. */
  readonly gapWaitMs?: number
  /** Silence after which a request is repeated. */
  readonly retryMs?: number
  /** Requests without an answer before the hole is given up; 0 = there is no server to ask. */
  readonly attemptsMax?: number
  /** Begin with the first packet seen instead of message 1. */
  readonly joinLive?: boolean
  /** There is a snapshot server: no message is given up. */
  readonly snapshots?: boolean
  /** A hole of more messages is not asked for one by one when there is. */
  readonly requestedMax?: number
}

/** Where a packet came from: only a line can start a session. */
export type PacketOrigin = 'line' | 'retransmission'

interface OpenGap {
  /** When it was noticed, or when the latest request for it went out. */
  sinceMs: number
  /** Requests since the last progress. */
  attempts: number
  /** `next` at the time of the latest request: progress is anything above it. */
  requestedFrom: number
  /** First message behind the hole as it was noticed. */
  readonly end: number
}

/** What an arbiter counts, before it has heard anything. */
export const nothingCounted = () => ({
  packets: 0,
  malformed: 0,
  messages: 0,
  duplicates: 0,
  gaps: 0,
  requests: 0,
  recovered: 0,
  lost: 0,
  overflowed: 0,
  snapshots: 0,
})

export class FeedArbiter {
  /** Sequence number of the next message to deliver. */
  next = 1
  /** Sequence number behind the last message known to exist. */
  known = 1
  readonly statistics = nothingCounted()
  private readonly listener: FeedListener
  private readonly options: Required<FeedArbiterOptions>
  private readonly sessions = new SessionSuccession()
  private readonly pending = new PendingMessages()
  private gap: OpenGap | undefined
  /** Since when messages up to a number are known to exist; those of an open gap, a millisecond apart. */
  private readonly noticed: { known: number; atMs: number }[] = []
  /** A snapshot is awaited: since when it is asked for again, Infinity while it is on its way. */
  private snapshotDueMs: number | undefined
  private ended = false
  private endReported = false

  constructor(listener: FeedListener, options: FeedArbiterOptions = {}) {
    this.listener = listener
    this.options = {
      gapWaitMs: 2,
      retryMs: 250,
      attemptsMax: 4,
      joinLive: false,
      snapshots: false,
      requestedMax: 20_000,
      ...options,
    }
  }

  /** Running session; undefined before the first packet. */
  get session(): string | undefined {
    return this.sessions.running
  }

  /** Time at which `tick` has something to do; undefined while no hole is open. */
  get deadlineMs(): number | undefined {
    if (this.snapshotDueMs !== undefined) {
      return this.snapshotDueMs === Infinity ? undefined : this.snapshotDueMs
    }
    if (this.gap === undefined) return undefined
    const { gapWaitMs, retryMs } = this.options
    return this.gap.sinceMs + (this.gap.attempts === 0 ? gapWaitMs : retryMs)
  }

  /** True while messages are missing before the newest one known. */
  get gapOpen(): boolean {
    return this.gap !== undefined
  }

  /** Books are not what the exchange has, until `resume`. */
  get isAwaitingSnapshot(): boolean {
    return this.snapshotDueMs !== undefined
  }

  /**
   * A snapshot has come. When it is taken the caller puts it in place of its books at once: what follows
   * is delivered by `proceed`.
   * @param sequence of the first message that is not in it
   * @returns false when it is of another session or has nothing of the hole; it is asked for again
   */
  resume(session: string, sequence: number, nowMs: number): boolean {
    if (!this.isAwaitingSnapshot) return false
    if (session !== this.session || sequence <= this.next) {
      this.snapshotFailed(nowMs)
      return false
    }
    this.snapshotDueMs = undefined
    this.statistics.snapshots++
    this.pending.forgetBelow(sequence)
    this.next = sequence
    this.known = Math.max(this.known, sequence)
    return true
  }

  /** Delivers what was held back behind the snapshot. */
  proceed(nowMs: number): void {
    this.drain()
    this.gap = undefined
    this.watchGap(nowMs)
    this.reportEnd()
  }

  /** There is none for now. */
  snapshotFailed(nowMs: number): void {
    if (this.isAwaitingSnapshot) this.snapshotDueMs = nowMs + SNAPSHOT_RETRY_MS
  }

  /** Takes one datagram; anything malformed is counted and dropped. */
  receive(datagram: Uint8Array, nowMs: number, origin: PacketOrigin = 'line'): void {
    this.statistics.packets++
    const packet = readPacket(datagram)
    if (packet === undefined) {
      this.statistics.malformed++
      return
    }
    const standing = this.sessions.judge(packet.session, origin === 'line', nowMs)
    if (standing === undefined) return
    if (standing === 'starts') this.enterSession(packet)

    if (packet.kind === 'end-of-session') this.ended = true
    this.notice(packet.sequence + packet.count, nowMs)
    this.take(packet, origin)
    this.watchGap(nowMs)
    // A hole that was seen behind another has had its wait.
    if (this.gap?.attempts === 0) this.tick(nowMs)
    this.reportEnd()
    if (packet.count === 0 && this.next >= this.known && !this.isAwaitingSnapshot) {
      this.listener.caughtUp?.()
    }
  }

  /** Asks, asks again or gives up, whichever is due. */
  tick(nowMs: number): void {
    const deadline = this.deadlineMs
    if (deadline === undefined || nowMs < deadline) return
    if (this.isAwaitingSnapshot) return this.needSnapshot()
    if (this.gap === undefined) return

    const isTooLarge = this.hole().last - this.hole().first >= this.options.requestedMax
    const isGivenUp = this.gap.attempts >= this.options.attemptsMax
    if (this.options.snapshots && (isTooLarge || isGivenUp)) {
      if (this.gap.attempts === 0) this.reportGap()
      this.needSnapshot()
      return
    }
    if (isGivenUp) {
      this.giveUp(nowMs)
      this.reportEnd()
      return
    }
    if (this.gap.attempts === 0) this.reportGap()
    this.ask(this.gap, nowMs)
  }

  private enterSession({ session, sequence }: Packet): void {
    const late = this.session === undefined && this.options.joinLive
    if (this.session !== undefined) this.leaveSession()
    this.sessions.start(session)
    this.next = late ? sequence : 1
    this.known = this.next
    this.ended = false
    this.endReported = false
    this.listener.sessionStarted(session)
    if (late && sequence > 1) this.reportLost({ first: 1, last: sequence - 1 })
  }

  private leaveSession(): void {
    if (this.known > this.next) this.reportLost({ first: this.next, last: this.known - 1 })
    this.pending.clear()
    this.gap = undefined
    this.noticed.length = 0
    this.snapshotDueMs = undefined
  }

  private take(packet: Packet, origin: PacketOrigin): void {
    if (packet.count === 0) return
    const from = Math.max(packet.sequence, this.next)
    const end = packet.sequence + packet.count
    this.statistics.duplicates += Math.min(from - packet.sequence, packet.count)
    if (packet.sequence > this.next || this.isAwaitingSnapshot) {
      const keep = (sequence: number, view: DataView, at: number, length: number) =>
        this.keep(sequence, view, at, length)
      eachMessage(packet, keep, from)
      return
    }

    if (origin === 'retransmission') this.statistics.recovered += Math.max(0, end - from)
    eachMessage(
      packet,
      (sequence, view, at, length) => this.deliver(sequence, view, at, length),
      from,
    )
    this.drain()
  }

  private keep(sequence: number, view: DataView, at: number, length: number): void {
    if (this.pending.has(sequence)) {
      this.statistics.duplicates++
    } else if (this.pending.isFull && !this.makeRoom()) {
      this.statistics.overflowed++
    } else {
      this.pending.keep(sequence, view, at, length)
    }
  }

  /** A snapshot will have the oldest: they go. Without one the latest can be asked for again. */
  private makeRoom(): boolean {
    if (!this.isAwaitingSnapshot) return false
    this.statistics.overflowed += this.pending.count
    this.pending.clear()
    return true
  }

  private deliver(sequence: number, view: DataView, at: number, length: number): void {
    this.pending.forget(sequence)
    this.next = sequence + 1
    this.statistics.messages++
    this.listener.message(sequence, view, at, length)
  }

  private drain(): void {
    if (this.pending.count === 0) return
    for (;;) {
      const bytes = this.pending.take(this.next)
      if (bytes === undefined) return
      this.deliver(this.next, new DataView(bytes.buffer), 0, bytes.length)
    }
  }

  /** Opens, closes or moves on the gap after a packet. */
  private watchGap(nowMs: number): void {
    if (this.isAwaitingSnapshot) return
    if (this.next >= this.known) {
      this.gap = undefined
      this.noticed.length = 0
      return
    }
    if (this.gap === undefined || this.next >= this.gap.end) {
      const end = this.hole().last + 1
      const sinceMs = this.noticedMs(this.next) ?? nowMs
      this.gap = { sinceMs, attempts: 0, requestedFrom: this.next, end }
      return
    }
    if (this.next === this.gap.requestedFrom) return

    // Progress. An answer fills one packet: ask for the rest at once. A hole that a line is
    // filling by itself has not been asked for yet and gets its wait again.
    if (this.gap.attempts > 0) this.ask({ ...this.gap, attempts: 0 }, nowMs)
    else this.gap = { ...this.gap, sinceMs: nowMs, requestedFrom: this.next }
  }

  private ask(gap: OpenGap, nowMs: number): void {
    this.gap = { ...gap, sinceMs: nowMs, attempts: gap.attempts + 1, requestedFrom: this.next }
    const { first, last } = this.hole()
    const messageCount = Math.min(last - first + 1, REQUEST_COUNT_MAX)
    this.statistics.requests++
    this.listener.request({ session: this.session!, sequenceNumber: first, messageCount })
  }

  private notice(known: number, nowMs: number): void {
    if (known <= this.known) return
    this.known = known
    const last = this.noticed.at(-1)
    if (last !== undefined && nowMs - last.atMs < 1) last.known = known
    else if (this.noticed.length < NOTICED_MAX) this.noticed.push({ known, atMs: nowMs })
  }

  /** When a message was first known to exist. */
  private noticedMs(sequence: number): number | undefined {
    while (this.noticed.length > 0 && this.noticed[0]!.known <= sequence) this.noticed.shift()
    return this.noticed[0]?.atMs
  }

  private needSnapshot(): void {
    this.snapshotDueMs = Infinity
    this.listener.snapshotNeeded?.(this.hole())
  }

  private giveUp(nowMs: number): void {
    if (this.options.attemptsMax === 0) this.reportGap()
    const lost = this.hole()
    this.reportLost(lost)
    this.next = lost.last + 1
    this.gap = undefined
    this.drain()
    this.watchGap(nowMs)
  }

  private reportGap(): void {
    this.statistics.gaps++
    this.listener.gapOpened(this.hole())
  }

  private reportLost(lost: SequenceRange): void {
    this.statistics.lost += lost.last - lost.first + 1
    this.listener.messagesLost(lost)
  }

  private reportEnd(): void {
    if (!this.ended || this.endReported || this.next < this.known) return
    this.endReported = true
    this.listener.sessionEnded(this.session!)
  }

  /** The missing messages before the first one that is kept. */
  private hole(): SequenceRange {
    const end = Math.min(this.known, this.pending.lowest)
    return { first: this.next, last: end - 1 }
  }
}
