/**
 * How a bot decides: a function of what it sees of one instrument, and of random numbers. Deciding
 * is pure and separate from doing, which is the Bot's work; the same view and seed give the same
 * actions.
 */
import type { Price, Quantity } from '../domain/index.ts'
import type { OwnOrder } from './bot-orders.ts'
import type { OrderConditions } from './fix-orders.ts'
import type { Random } from './random.ts'

/** What everybody sees of an instrument. */
export interface BotMarket {
  readonly symbol: string
  readonly tickSize: Price
  /** Quantities are multiples of it. */
  readonly lotSize: Quantity
  /** Undefined on an empty side. */
  readonly bid: Price | undefined
  readonly ask: Price | undefined
  /** Prices of the last seconds at equal distances, oldest first. */
  readonly history: readonly Price[]
  /** What the instrument is worth; only who makes the market acts on it. */
  readonly fair: Price
}

/** What one firm sees of it. */
export interface BotView extends BotMarket {
  /** Its own live orders, those with unanswered requests included. */
  readonly orders: readonly OwnOrder[]
  /** Shares bought less shares sold. */
  readonly position: number
}

export type BotAction =
  | {
      readonly kind: 'enter'
      readonly side: number
      readonly orderQty: Quantity
      /** Undefined = a market order. */
      readonly price: Price | undefined
      readonly timeInForce: number
      /** What it asks for besides. */
      readonly conditions?: OrderConditions
    }
  | {
      readonly kind: 'replace'
      readonly order: OwnOrder
      readonly orderQty: Quantity
      readonly price: Price
    }
  | { readonly kind: 'cancel'; readonly order: OwnOrder }

export type Strategy = (view: BotView, random: Random) => BotAction[]
