/**
 * Price × quantity exactly. A fill can be worth 2e9 × 1e9 = 2e18 units of 1/10,000, beyond 2^53,
 * so a sum is two limbs: `high` × 2^32 + `low`, both non-negative integers below 2^53.
 */
import { assert } from './assert.ts'

const LIMB = 2 ** 32

/** Shares at a price. */
export interface Lot {
  /** 0..PRICE_MAX, 1/10,000 */
  readonly price: number
  /** 0..QUANTITY_MAX */
  readonly quantity: number
}

/** A running sum of price × quantity; reused, never allocated per fill. */
export class Notional {
  high = 0
  low = 0

  set(high: number, low: number): void {
    this.high = high
    this.low = low
  }

  /** Adds price (0..PRICE_MAX) × quantity (0..QUANTITY_MAX). */
  add(price: number, quantity: number): void {
    const upper = price * (quantity >>> 16)
    const upperHigh = Math.floor(upper / 65536)
    const sum = this.low + (upper - upperHigh * 65536) * 65536 + price * (quantity & 0xffff)
    const carry = Math.floor(sum / LIMB)
    this.low = sum - carry * LIMB
    this.high += upperHigh + carry
  }

  /** Takes another sum out, which it has. */
  reduce(high: number, low: number): void {
    const borrow = this.low < low ? 1 : 0
    this.low += borrow * LIMB - low
    this.high -= high + borrow
    assert(this.high >= 0, 'a sum has what is taken out of it')
  }

  /** What was added as `from` is `to`. */
  replace(from: Lot, to: Lot): void {
    this.add(to.price, to.quantity)
    taken.set(0, 0)
    taken.add(from.price, from.quantity)
    this.reduce(taken.high, taken.low)
  }

  /** Adds another sum. */
  extend({ high, low }: Notional): void {
    const sum = this.low + low
    const carry = Math.floor(sum / LIMB)
    this.low = sum - carry * LIMB
    this.high += high + carry
  }

  get total(): bigint {
    return BigInt(this.high) * BigInt(LIMB) + BigInt(this.low)
  }
}

/** Of one `replace`. */
const taken = new Notional()

/**
 * AvgPx(6): the exact sum of price × quantity divided once, rounded half up.
 * @param quantity the CumQty the sum was built from; 0 gives 0
 * @returns integer in 1/1,000,000 of the currency
 */
export function averagePrice(high: number, low: number, quantity: number): number {
  if (quantity === 0) return 0

  if (high === 0) {
    // low × 200 stays below 2^40: exact. One rounding step: floor((200 sum + q) / 2q).
    return floorDiv(low * 200 + quantity, 2 * quantity)
  }
  if (high < 2 ** 13) {
    return floorDiv((high * LIMB + low) * 200 + quantity, 2 * quantity)
  }
  // Sums above 3.5 billion in currency: rare, and exact matters more than the allocation.
  const sum = BigInt(high) * BigInt(LIMB) + BigInt(low)
  return Number((sum * 200n + BigInt(quantity)) / (2n * BigInt(quantity)))
}

/** Floor of a / b for integers 0 <= a < 2^53, 0 < b: corrects the one-off of double division. */
export function floorDiv(dividend: number, divisor: number): number {
  const quotient = Math.floor(dividend / divisor)
  return quotient * divisor > dividend ? quotient - 1 : quotient
}

/** Ceiling of a / b for integers 0 <= a < 2^53, 0 < b. */
export function ceilDiv(dividend: number, divisor: number): number {
  return floorDiv(dividend + divisor - 1, divisor)
}
