/** Chance that repeats: everything random in a test comes from one seed that a failure prints. */
import { seeded } from './engine-intents.ts'

export class Dice {
  /** 0 <= number < 1, as Math.random. */
  readonly next: () => number

  constructor(seed: number) {
    this.next = seeded(seed)
  }

  /** 0 <= integer < end. */
  below(end: number): number {
    return Math.floor(this.next() * end)
  }

  /** first <= integer <= last. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** One of them; undefined of none. */
  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(items.length)]
  }

  /** One of them, in proportion to its weight. */
  weighted<Item extends { readonly weight: number }>(items: readonly Item[]): Item {
    let point = this.next() * items.reduce((sum, { weight }) => sum + weight, 0)
    return items.find(({ weight }) => (point -= weight) < 0) ?? items[0]!
  }
}
