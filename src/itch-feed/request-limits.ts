/**
 * How many requests are answered. An answer has up to seventy times the bytes of its request, and
 * anybody can write a stranger's address on a datagram: each address gets so many packets a second
 * and no more, and all of them together take a bounded part of the exchange's time.
 */

/** Answers to one address, in a second and at once: 22 Mbit/s at 1,400 bytes. */
export const REQUESTS_PER_SOURCE_PER_SECOND = 2000
/** Answers to all addresses: 56 Mbit/s. */
export const REQUESTS_PER_SECOND = 5000
/** Addresses that are remembered; the one that was silent longest is forgotten first. */
export const SOURCES_KEPT_MAX = 1024

export class RequestLimits {
  /** By address, longest silent first. */
  private readonly sources = new Map<string, Allowance>()
  private readonly all = new Allowance(REQUESTS_PER_SECOND)

  /** @returns the limit that a request from the address has reached; undefined: answer it */
  reached(address: string, nowMs: number): 'source' | 'all' | undefined {
    if (!this.sourceOf(address).take(nowMs)) return 'source'
    return this.all.take(nowMs) ? undefined : 'all'
  }

  private sourceOf(address: string): Allowance {
    const source = this.sources.get(address) ?? new Allowance(REQUESTS_PER_SOURCE_PER_SECOND)
    this.sources.delete(address)
    this.sources.set(address, source)
    if (this.sources.size > SOURCES_KEPT_MAX) {
      const [longestSilent] = this.sources.keys()
      this.sources.delete(longestSilent!)
    }
    return source
  }
}

/** So many a second, and so many at once after a second's silence. */
export class Allowance {
  private readonly perSecond: number
  private left: number
  private sinceMs = -Infinity

  constructor(perSecond: number) {
    this.perSecond = perSecond
    this.left = perSecond
  }

  take(nowMs: number): boolean {
    const earned = ((nowMs - this.sinceMs) * this.perSecond) / 1000
    this.left = Math.min(this.perSecond, this.left + earned)
    this.sinceMs = nowMs
    if (this.left < 1) return false
    this.left--
    return true
  }
}
