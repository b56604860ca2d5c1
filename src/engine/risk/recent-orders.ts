/**
 * When orders with the same terms came last, for limits that refuse a second one shortly after: the
 * orders of the longest window in force, the oldest in front.
 */
const MICROSECONDS = 1_000_000
/** Beyond it the oldest are forgotten. */
const RECENT_ORDERS_MAX = 1_000_000

/** Time in 1/1,000,000 seconds since 1970: below 2^53. */
export const microsecondsOf = (epochSeconds: number, nanoseconds: number): number =>
  epochSeconds * MICROSECONDS + Math.floor(nanoseconds / 1000)

export class RecentOrders {
  /** The longest in force; 0 = nothing is remembered. */
  windowMs = 0
  /** Microseconds since 1970 by what makes two orders the same. */
  readonly times = new Map<string, number>()

  setWindow(windowMs: number): void {
    this.windowMs = windowMs
    if (windowMs === 0) this.times.clear()
  }

  /** Milliseconds since the same order was accepted, rounded down; Infinity = not in the window. */
  msSince(key: string, now: number): number {
    const time = this.times.get(key)
    return time === undefined ? Infinity : Math.floor((now - time) / 1000)
  }

  add(key: string, now: number): void {
    this.forget(now)
    // Behind all others, also when it was there before.
    this.times.delete(key)
    this.times.set(key, now)
  }

  private forget(now: number): void {
    const { times, windowMs } = this
    for (const [key, time] of times) {
      if (now - time < windowMs * 1000 && times.size < RECENT_ORDERS_MAX) return
      times.delete(key)
    }
  }
}
