/**
 * What a new order or a replacement would make open, as the limits look at it. One object is filled
 * again and again: made anew for each order it costs ten times as much as to judge it.
 */
import { Side } from '../../domain/index.ts'
import type { Market } from '../state.ts'

/** The terms that were asked for. */
export interface AskedTerms {
  readonly locate: number
  readonly account: number
  readonly side: number
  readonly ordType: number
  readonly orderQty: number
  /** As asked; 0 = none. */
  readonly price: number
}

export class Proposal {
  market: Market
  locate = 0
  isBuy = false
  orderQty = 0
  stopPx = 0
  /** Limit price that it will have; 0 = none. */
  price = 0
  /** Price that it counts at. */
  value = 0
  /** Whether it can trade at no price worse than `value`. */
  isBounded = false
  /** Shares that would be open. */
  leaves = 0
  /** The same of the order that is replaced, and the price at which they count; zero of a new one. */
  ownLeaves = 0
  ownValue = 0
  isNew = false
  /** Milliseconds since the same order came; Infinity = not lately. */
  sinceSame = Infinity

  constructor(market: Market) {
    this.market = market
  }

  setTerms({ locate, side, orderQty }: AskedTerms): void {
    this.locate = locate
    this.isBuy = side === Side.Buy
    this.orderQty = orderQty
  }

  /** What would be open more than now, in money; below zero: less. */
  get addedNotional(): bigint {
    return BigInt(this.value) * BigInt(this.leaves) - BigInt(this.ownValue) * BigInt(this.ownLeaves)
  }

  /** Shares that would be open more than now. */
  get addedQty(): number {
    return this.leaves - this.ownLeaves
  }
}
