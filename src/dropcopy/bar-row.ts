/**
 * Bars of one second and one minute, folded from the trades. The same fold runs inside a batch, in
 * the database (`ON CONFLICT DO UPDATE`) and in the comparison with the journal. Trades come in the
 * order of their match numbers and sequenced time never goes back, so that the first one opens a
 * bar, the last one closes it, and a bar that has ended stays as it is.
 */
import type { BarWidth } from '../domain/index.ts'
import {
  assert,
  BAR_WIDTHS,
  barStart,
  PRICE_DECIMALS,
  printScaled,
  TradeStatistics,
} from '../domain/index.ts'
import type { Merge } from './insert-rows.ts'
import { parseScaled } from './print-values.ts'
import type { BarKey } from './queries.ts'
import type { BarRow, TradeRow } from './tables.ts'

/** A bar as it is summed up. */
export interface Bar {
  readonly symbol: string
  readonly width: BarWidth
  /** As PostgreSQL prints it. */
  readonly start: string
  readonly tradingDate: string | null
  readonly traded: TradeStatistics
  lastMatchNumber: number
}

/** The bars that a trade alone gives, one of each width. */
export function barsOf(trade: TradeRow): Bar[] {
  const { symbol, quantity } = trade
  assert(symbol !== null, 'a trade has an instrument')
  const price = parseScaled(trade.price)

  return BAR_WIDTHS.map((width) => {
    const traded = new TradeStatistics()
    traded.record(price, quantity)
    return {
      symbol,
      width,
      start: `${barStart(trade.time, width)}+00`,
      tradingDate: trade.trading_date,
      traded,
      lastMatchNumber: trade.match_number,
    }
  })
}

export const barKey = ({ symbol, width, start }: BarKey): string => `${start} ${width} ${symbol}`

/** Adds to a bar what `later` has of it, whose match numbers are higher. */
export function extendBar(bar: Bar, later: Bar): void {
  bar.traded.extend(later.traded)
  bar.lastMatchNumber = later.lastMatchNumber
}

/** The same in the database. */
export const BAR_MERGE: Readonly<Record<string, Merge>> = {
  trading_date: 'keep',
  open: 'keep',
  high: 'greatest',
  low: 'least',
  volume: 'add',
  trades: 'add',
  notional: 'add',
}

export const barRow = ({ traded, ...bar }: Bar): BarRow => ({
  symbol: bar.symbol,
  width: bar.width,
  start: bar.start,
  trading_date: bar.tradingDate,
  open: printScaled(traded.open, PRICE_DECIMALS),
  high: printScaled(traded.high, PRICE_DECIMALS),
  low: printScaled(traded.low, PRICE_DECIMALS),
  close: printScaled(traded.last, PRICE_DECIMALS),
  volume: traded.volume,
  trades: traded.trades,
  notional: printScaled(traded.value, PRICE_DECIMALS),
  last_match_number: bar.lastMatchNumber,
})
