/**
 * One instrument's book, order by order, as the feed's messages build it: levels in price order,
 * orders of a level in priority order, and the tape of its latest executions.
 */
import { TradeStatistics } from '../domain/index.ts'
import { PriceLevels } from './price-levels.ts'

/** Executions kept on the tape. */
export const TAPE_TRADES_MAX = 256

/** Sides in ITCH's letters. */
export type BookSideName = 'B' | 'S'

/** A displayed order. */
export interface ViewOrder {
  readonly orderReferenceNumber: number
  readonly side: BookSideName
  /** 1/10,000 */
  readonly price: number
  /** What is left of it. */
  shares: number
  /** F only: who stands behind it. */
  readonly attribution: string | undefined
  readonly book: BookView
}

/** All orders of one price. */
export interface ViewLevel {
  readonly price: number
  readonly shares: number
  readonly orders: number
}

/** One execution on the tape. */
export interface TapeTrade {
  readonly timestampNs: number
  readonly price: number
  readonly shares: number
  readonly matchNumber: number
  /** Side of the incoming order, when the message tells. */
  readonly side: BookSideName | undefined
  /** A later Broken Trade took it back. */
  broken: boolean
}

export class BookView {
  readonly symbol: string
  /** H P Q T; unknown before the first Stock Trading Action. */
  tradingState = ''
  /** Why, in at most four characters; empty when the message does not say. */
  stateReason = ''
  /** Messages were lost: the book may be wrong until the next session. */
  stale = false
  /** Of the executions since the session began, or since a snapshot was taken; broken ones are in it. */
  readonly statistics = new TradeStatistics()
  /** Latest executions, oldest first. */
  readonly tape: TapeTrade[] = []
  private readonly bids = new PriceLevels('B')
  private readonly asks = new PriceLevels('S')

  constructor(symbol: string) {
    this.symbol = symbol
  }

  /** Best price first. */
  levels(side: BookSideName): ViewLevel[] {
    return this.sideOf(side).levels()
  }

  /** Best price first, then by priority. */
  orders(side: BookSideName): ViewOrder[] {
    return this.sideOf(side).orders()
  }

  /** The best level; undefined on an empty side. */
  top(side: BookSideName): ViewLevel | undefined {
    return this.sideOf(side).top
  }

  /** Price of the best level; undefined on an empty side. */
  best(side: BookSideName): number | undefined {
    return this.sideOf(side).best
  }

  /** True while the best bid is at or above the best ask. */
  get crossed(): boolean {
    const bid = this.bids.best
    const ask = this.asks.best
    return bid !== undefined && ask !== undefined && bid >= ask
  }

  add(order: ViewOrder): void {
    this.sideOf(order.side).add(order)
  }

  /** Takes shares off an order, which keeps its place; at nothing left it is gone. */
  reduce(order: ViewOrder, shares: number): void {
    this.sideOf(order.side).reduce(order, shares)
  }

  remove(order: ViewOrder): void {
    this.sideOf(order.side).reduce(order, order.shares)
  }

  record(trade: TapeTrade): void {
    this.statistics.record(trade.price, trade.shares)
    this.tape.push(trade)
    if (this.tape.length > TAPE_TRADES_MAX) this.tape.shift()
  }

  private sideOf(side: BookSideName): PriceLevels {
    return side === 'B' ? this.bids : this.asks
  }
}
