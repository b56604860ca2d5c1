/**
 * Seeded random numbers for bots: the same seed gives the same decisions on every machine. The
 * generator is mulberry32: 32 bits of state, good enough to trade with and not for secrets.
 */
export class Random {
  private state: number

  /** @param seed any number; its lower 32 bits count */
  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** 0 included to 1 excluded. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number, both ends included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  /** True with this probability, 0..1. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** Mean 0, standard deviation 1: twelve uniform numbers are normal enough. */
  gaussian(): number {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += this.next()
    return sum
  }

  /** One of them; undefined when there is none. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.integer(0, items.length - 1)]
  }

  /** An independent generator for `name`, so that one bot's decisions do not move another's. */
  fork(name: string): Random {
    let seed = this.state
    for (const letter of name) seed = Math.imul(seed ^ letter.charCodeAt(0), 0x01000193)
    return new Random(seed)
  }
}
