/** The breaker of the naive engine: it adds the index up again whenever somebody asks, in big integers. */
import type { BreakerRule } from '../../src/wire/index.ts'

const MEAN = 10_000n

export class NaiveBreaker {
  /** Highest level of the day that the index has reached, that was told, and that all heed. */
  reached = 0
  told = 0
  heeded = 0
  /** Level of the halt in force; 0 = none. */
  halt = 0
  /** Seconds at which it ends; Infinity = with the day. */
  endsAt = 0
  private readonly rule: BreakerRule
  private readonly base: bigint
  /** Prices of the members by locate. */
  private readonly prices: Map<number, number>
  /** Members whose prices stay what they are. */
  private readonly frozen = new Set<number>()

  constructor(rule: BreakerRule, prices: Map<number, number>) {
    this.rule = rule
    this.prices = prices
    this.base = this.sum()
  }

  get isBreached(): boolean {
    return this.reached > this.told
  }

  note(locate: number, price: number): void {
    if (!this.prices.has(locate) || this.frozen.has(locate)) return
    this.prices.set(locate, price)
    const lost = (this.base - this.sum()) * 10_000n
    for (const [at, percent] of this.rule.levels.entries()) {
      if (lost >= this.base * BigInt(percent)) this.reached = Math.max(this.reached, at + 1)
    }
  }

  freeze(locate: number): void {
    this.frozen.add(locate)
  }

  begin(now: number): void {
    this.told = this.reached
    this.halt = this.reached
    this.endsAt = this.halt === 3 ? Infinity : now + this.rule.pauseSeconds
  }

  /** As it is told: the mean, with eight decimals. */
  get index(): number {
    return this.meanOf(this.sum())
  }

  get levels(): { index: number; level1: number; level2: number; level3: number } {
    const [level1, level2, level3] = this.rule.levels.map((percent) =>
      this.meanOf((this.base * (10_000n - BigInt(percent))) / 10_000n),
    )
    return { index: this.index, level1: level1!, level2: level2!, level3: level3! }
  }

  private meanOf(sum: bigint): number {
    return Number((sum * MEAN) / BigInt(this.prices.size))
  }

  private sum(): bigint {
    return [...this.prices.values()].reduce((sum, price) => sum + BigInt(price), 0n)
  }
}
