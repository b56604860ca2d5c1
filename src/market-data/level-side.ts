/** One side of a book by price: what stands at each, without the orders. */
import { assert, placeOfPrice } from '../domain/index.ts'

export interface PriceLevel {
  /** 1/10,000 */
  readonly price: number
  readonly shares: number
  readonly orders: number
}

export class LevelSide {
  private readonly sign: 1 | -1
  /** Worst to best: changes happen at the end. */
  private readonly sorted: { price: number; shares: number; orders: number }[] = []

  constructor(side: 'B' | 'S') {
    this.sign = side === 'B' ? 1 : -1
  }

  /** So many shares and orders more, or less (< 0), stand at a price. */
  change(price: number, shares: number, orders: number): void {
    const at = placeOfPrice(this.sorted, price, this.sign)
    const level = this.sorted[at]
    if (level?.price !== price) {
      this.sorted.splice(at, 0, { price, shares, orders })
      return
    }
    level.shares += shares
    level.orders += orders
    assert(level.shares >= 0 && level.orders >= 0, 'a level has what is taken off')
    if (level.orders === 0) this.sorted.splice(at, 1)
  }

  /** Copies of the best levels, the best first. */
  best(levels: number): PriceLevel[] {
    const first = Math.max(0, this.sorted.length - levels)
    return this.sorted
      .slice(first)
      .reverse()
      .map((level) => ({ ...level }))
  }

  clear(): void {
    this.sorted.length = 0
  }
}
