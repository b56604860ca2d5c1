/**
 * What one side brings into an auction: shares that take any price, and limits by price, best first. The
 * columns keep their room, so that a side which is filled again and again allocates once.
 */
import { PRICE_MAX, Side, assert, enlarged } from '../domain/index.ts'
import { LEVELS_MAX } from './level-pool.ts'

/** Room for limits at first. */
const CAPACITY_MIN = 64

export class AuctionSide {
  /** Shares that take any price. */
  market = 0
  /** All shares, those of market orders too; below 2^53. */
  total = 0
  /** Limits, 0..LEVELS_MAX. */
  count = 0
  /** Of the limits, best first: highest of buys, lowest of sells; in 1/10,000. */
  prices = new Int32Array(CAPACITY_MIN)
  /** Shares at each of them, 1.. */
  quantities = new Float64Array(CAPACITY_MIN)
  /** +1 for buys, -1 for sells: by this factor the better price is the higher one. */
  private readonly direction: number

  /** @param side Side.Buy or Side.Sell */
  constructor(side: number) {
    this.direction = side === Side.Buy ? 1 : -1
  }

  /** Nobody brings anything. */
  clear(): void {
    this.market = 0
    this.total = 0
    this.count = 0
  }

  /** @param quantity shares, 1.. */
  addMarket(quantity: number): void {
    assert(quantity > 0, 'quantity of market orders is positive')
    this.market += quantity
    this.total += quantity
  }

  /**
   * Adds the limit behind those that are there.
   * @param price on the tick, 1..PRICE_MAX, and worse than the one before
   * @param quantity shares of all orders at this price, 1..
   */
  addLimit(price: number, quantity: number): void {
    assert(price > 0 && price <= PRICE_MAX && quantity > 0, 'limit has a price and a quantity')
    assert(this.count === 0 || this.isWorse(price), 'limits come best first')
    if (this.count === this.prices.length) this.grow()
    this.prices[this.count] = price
    this.quantities[this.count++] = quantity
    this.total += quantity
  }

  private isWorse(price: number): boolean {
    return this.direction * price < this.direction * this.prices[this.count - 1]!
  }

  private grow(): void {
    assert(this.count < LEVELS_MAX, 'limits within LEVELS_MAX')
    this.prices = enlarged(this.prices, this.count * 2)
    this.quantities = enlarged(this.quantities, this.count * 2)
  }
}
