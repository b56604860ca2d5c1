/**
 * Requests that were let in nowhere, by address: beyond so many in a minute they get a short answer and no line
 * in the log. A right token is never counted and never refused for the mistakes of others.
 */

/** Of one address in a minute. */
export const FAILED_ATTEMPTS_MAX = 10
const ATTEMPTS_MS = 60_000
/** Addresses that are counted by themselves; the others are counted as one. */
const ADDRESSES_MAX = 1_000
const OTHERS = 'others'

export class FailedAttempts {
  private readonly counts = new Map<string, number>()
  private readonly monotonicMs: () => number
  private endsMs = 0

  constructor(monotonicMs: () => number) {
    this.monotonicMs = monotonicMs
  }

  /** Counts one. @returns seconds until others are looked at again; 0 = it is within the limit */
  add(address: string): number {
    const nowMs = this.monotonicMs()
    if (nowMs >= this.endsMs) {
      this.counts.clear()
      this.endsMs = nowMs + ATTEMPTS_MS
    }
    const isKnown = this.counts.has(address) || this.counts.size < ADDRESSES_MAX
    const key = isKnown ? address : OTHERS
    const count = (this.counts.get(key) ?? 0) + 1
    this.counts.set(key, count)
    return count > FAILED_ATTEMPTS_MAX ? Math.ceil((this.endsMs - nowMs) / 1000) : 0
  }
}
