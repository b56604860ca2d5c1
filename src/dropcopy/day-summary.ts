/**
 * What an instrument came to on a trading day, folded from the day's events. The same fold runs inside a batch, in
 * the database (`ON CONFLICT DO UPDATE`) and in the comparison with the journal; prices and sums are those of
 * `TradeStatistics`, as in the bars.
 */
import { PRICE_DECIMALS, printScaled, TradeStatistics } from '../domain/index.ts'
import type { Merge } from './insert-rows.ts'
import { parseScaled } from './print-values.ts'
import type { DaySummaryRow, ExecutionRow, TradeRow } from './tables.ts'

/** What an auction came to: price in 1/10,000, 0 when nothing crossed. */
interface Auction {
  readonly price: number
  readonly shares: number
}

export class DaySummary {
  readonly tradingDate: string
  readonly symbol: string
  opening: Auction | undefined
  closing: Auction | undefined
  /** Orders that were accepted on the day, and what became of orders on it. */
  entered = 0
  canceled = 0
  expired = 0
  /** Orders of earlier days that live on. */
  carried = 0
  isClosed = false
  lastGroupNumber = 0
  private readonly traded = new TradeStatistics()
  private volumeTaken = 0
  private tradesTaken = 0
  /** 1/10,000 */
  private turnoverTaken = 0n

  constructor(tradingDate: string, symbol: string) {
    this.tradingDate = tradingDate
    this.symbol = symbol
  }

  add({ price, quantity }: TradeRow): void {
    this.traded.record(parseScaled(price), quantity)
  }

  /**
   * What operations takes back of a trade, on the day on which it does, as in the positions: volume, turnover and,
   * of a bust, the count. The prices stay what was traded at.
   * @param report of one side
   */
  correct({
    last_qty: lastQty,
    last_px: lastPx,
    prior_qty: priorQty,
    prior_px: priorPx,
  }: ExecutionRow): void {
    const now = BigInt(parseScaled(lastPx ?? '0')) * BigInt(lastQty ?? 0)
    const before = BigInt(parseScaled(priorPx ?? '0')) * BigInt(priorQty ?? 0)
    this.volumeTaken += (priorQty ?? 0) - (lastQty ?? 0)
    this.turnoverTaken += before - now
    if (lastQty === null) this.tradesTaken++
  }

  /** Adds a later part of the same day. */
  extend(later: DaySummary): void {
    this.traded.extend(later.traded)
    this.volumeTaken += later.volumeTaken
    this.tradesTaken += later.tradesTaken
    this.turnoverTaken += later.turnoverTaken
    this.opening = later.opening ?? this.opening
    this.closing = later.closing ?? this.closing
    this.entered += later.entered
    this.canceled += later.canceled
    this.expired += later.expired
    this.carried += later.carried
    this.isClosed ||= later.isClosed
    this.lastGroupNumber = later.lastGroupNumber
  }

  row(): DaySummaryRow {
    const { traded, opening, closing } = this
    return {
      trading_date: this.tradingDate,
      symbol: this.symbol,
      open: priceOrNull(traded.open),
      high: priceOrNull(traded.high),
      low: priceOrNull(traded.low),
      close: priceOrNull(traded.last),
      opening_price: priceOrNull(opening?.price ?? 0),
      opening_volume: opening?.shares ?? null,
      closing_price: priceOrNull(closing?.price ?? 0),
      closing_volume: closing?.shares ?? null,
      volume: traded.volume - this.volumeTaken,
      trades: traded.trades - this.tradesTaken,
      turnover: printScaled(traded.value - this.turnoverTaken, PRICE_DECIMALS),
      orders_carried: this.carried,
      orders_entered: this.entered,
      orders_canceled: this.canceled,
      orders_expired: this.expired,
      closed: this.isClosed,
      last_group_number: this.lastGroupNumber,
    }
  }
}

const priceOrNull = (price: number): string | null =>
  price === 0 ? null : printScaled(price, PRICE_DECIMALS)

export const summaryKey = ({
  trading_date,
  symbol,
}: Pick<DaySummaryRow, 'trading_date' | 'symbol'>): string => `${trading_date} ${symbol}`

/** @param after day up to which the database has no summaries; null = it has all */
export const isAfter = ({ trading_date }: DaySummaryRow, after: string | null): boolean =>
  after === null || trading_date > after

/** The same in the database. */
export const SUMMARY_MERGE: Readonly<Record<string, Merge>> = {
  open: 'first',
  high: 'greatest',
  low: 'least',
  close: 'last',
  opening_price: 'last',
  opening_volume: 'last',
  closing_price: 'last',
  closing_volume: 'last',
  volume: 'add',
  trades: 'add',
  turnover: 'add',
  orders_carried: 'add',
  orders_entered: 'add',
  orders_canceled: 'add',
  orders_expired: 'add',
  closed: 'greatest',
}
