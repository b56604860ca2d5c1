/**
 * How often something took how long: counts in fixed buckets, a few nanoseconds for each time, where a
 * histogram of prom-client takes a microsecond. Metrics prints them.
 */

/** Upper bounds, seconds, inclusive; what took longer is in a bucket of its own behind them. */
// prettier-ignore
export const LATENCY_BOUNDS = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005,
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
] as const

const BOUNDS_MS = LATENCY_BOUNDS.map((seconds) => seconds * 1000)

export class Latency {
  /** Times in each bucket, of LATENCY_BOUNDS and one more. */
  readonly counts = new Float64Array(BOUNDS_MS.length + 1)
  sumMs = 0

  /** @param ms milliseconds with a fraction */
  record(ms: number): void {
    let bucket = 0
    while (bucket < BOUNDS_MS.length && ms > BOUNDS_MS[bucket]!) bucket++
    this.counts[bucket]!++
    this.sumMs += ms
  }
}
