/** What a new order or a replacement would make open, as the limits look at it. */
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

export interface Proposal {
  readonly market: Market
  readonly terms: AskedTerms
  readonly stopPx: number
  /** Limit price that it will have; 0 = none. */
  readonly price: number
  /** Price that it counts at. */
  readonly value: number
  /** Whether it can trade at no price worse than `value`. */
  readonly isBounded: boolean
  /** Shares that would be open. */
  readonly leaves: number
  readonly notional: bigint
  /** The same of the order that is replaced; zero of a new one. */
  readonly ownLeaves: number
  readonly ownNotional: bigint
  readonly isNew: boolean
  /** Milliseconds since the same order came; Infinity = not lately. */
  readonly sinceSame: number
}
