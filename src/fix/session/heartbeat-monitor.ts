/**
 * The two heartbeat timers of a session. FIX 4.4 volume 2, cases 4 and 6: silence from us for
 * HeartBtInt(108) → Heartbeat(0); silence from them for 1.2 times as long → TestRequest(1); as long
 * again → the connection is dead. Time is a value: milliseconds from the session's owner.
 */
export type HeartbeatAction = 'none' | 'heartbeat' | 'test-request' | 'time-out'

/** HeartBtInt plus "a reasonable transmission time". */
const SILENCE_FACTOR = 1.2
/** A tick this late means that the process stood still: their bytes may be waiting unread. */
const STALL_MS = 1_000

export class HeartbeatMonitor {
  #intervalMs = Number.POSITIVE_INFINITY
  #lastSentMs = 0
  #silentSinceMs = 0
  #testRequestSent = false

  start(intervalMs: number, nowMs: number): void {
    this.#intervalMs = intervalMs
    this.sent(nowMs)
    this.received(nowMs)
  }

  /** Every message counts, not only heartbeats. */
  sent(nowMs: number): void {
    this.#lastSentMs = nowMs
  }

  received(nowMs: number): void {
    this.#silentSinceMs = nowMs
    this.#testRequestSent = false
  }

  /** Nobody has listened up to now: what they may have said meanwhile is no silence. */
  notListened(nowMs: number): void {
    this.#silentSinceMs = nowMs
  }

  /** They have missed a heartbeat and not answered our TestRequest yet. */
  get isSilent(): boolean {
    return this.#testRequestSent
  }

  /** What is due now; the caller does it, and the timer concerned has been restarted. */
  due(nowMs: number): HeartbeatAction {
    const silence = nowMs >= this.#silenceEndsMs ? this.#silence(nowMs) : 'none'
    if (silence !== 'none') return silence
    if (nowMs < this.#heartbeatDueMs) return 'none'
    this.sent(nowMs)
    return 'heartbeat'
  }

  get nextDeadlineMs(): number {
    return Math.min(this.#heartbeatDueMs, this.#silenceEndsMs)
  }

  #silence(nowMs: number): HeartbeatAction {
    if (!this.#testRequestSent) {
      this.#testRequestSent = true
      this.#silentSinceMs = nowMs
      this.sent(nowMs)
      return 'test-request'
    }
    if (nowMs - this.#silenceEndsMs >= STALL_MS) {
      this.#silentSinceMs = nowMs + STALL_MS - this.#intervalMs * SILENCE_FACTOR
      return 'none'
    }
    return 'time-out'
  }

  get #heartbeatDueMs(): number {
    return this.#lastSentMs + this.#intervalMs
  }

  get #silenceEndsMs(): number {
    return this.#silentSinceMs + this.#intervalMs * SILENCE_FACTOR
  }
}
