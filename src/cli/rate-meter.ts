/** Rates of running totals: how much each grew per second over the last two seconds. */
const WINDOW_MS = 2_000

interface Sample {
  readonly atMs: number
  readonly totals: Readonly<Record<string, number>>
}

export class RateMeter {
  private readonly samples: Sample[] = []

  /** @param atMs of a clock that never goes back */
  sample(atMs: number, totals: Readonly<Record<string, number>>): void {
    this.samples.push({ atMs, totals })
    while (this.samples.length > 2 && this.samples[1]!.atMs <= atMs - WINDOW_MS) {
      this.samples.shift()
    }
  }

  /** Per second; 0 before there are two samples. */
  rate(name: string): number {
    const first = this.samples[0]
    const last = this.samples.at(-1)
    if (first === undefined || last === undefined || last.atMs === first.atMs) return 0
    const grown = (last.totals[name] ?? 0) - (first.totals[name] ?? 0)
    return (grown * 1000) / (last.atMs - first.atMs)
  }
}
