/**
 * Bars of one second and one minute, folded from the trades. The same fold runs inside a batch, in
 * the database (`ON CONFLICT DO UPDATE`) and in the comparison with the journal. Trades come in the
 * order of their match numbers and sequenced time never goes back, so that the first one opens a
 * bar, the last one closes it, and a bar that has ended stays as it is.
 */
import { assert, PRICE_DECIMALS } from '../domain/index.ts'
import type { Merge } from './insert-rows.ts'
import { parseScaled, printScaled } from './print-values.ts'
import type { BarKey, BarWidth } from './queries.ts'
import type { BarRow, TradeRow } from './tables.ts'

const BAR_WIDTHS: readonly BarWidth[] = ['1s', '1m']

/** A bar as it is summed up; `notional` is the exact sum of price × quantity. Prices in 1/10,000. */
export interface Bar {
  readonly symbol: string
  readonly width: BarWidth
  /** As PostgreSQL prints it. */
  readonly start: string
  readonly tradingDate: string | null
  readonly open: number
  high: number
  low: number
  close: number
  volume: number
  trades: number
  notional: bigint
  lastMatchNumber: number
}

/** The bars that a trade alone gives, one of each width. */
export function barsOf(trade: TradeRow): Bar[] {
  const { symbol } = trade
  assert(symbol !== null, 'a trade has an instrument')
  const price = parseScaled(trade.price)
  const notional = BigInt(price) * BigInt(trade.quantity)

  return BAR_WIDTHS.map((width) => ({
    symbol,
    width,
    start: startOf(trade.time, width),
    tradingDate: trade.trading_date,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: trade.quantity,
    trades: 1,
    notional,
    lastMatchNumber: trade.match_number,
  }))
}

const DIGITS_TO_MINUTE = '2026-11-21 14:30'.length
const DIGITS_TO_SECOND = '2026-11-21 14:30:00'.length

/** Epoch seconds know no leap seconds: to cut off the text of UTC is to align to the epoch. */
const startOf = (time: string, width: BarWidth): string =>
  width === '1s'
    ? `${time.slice(0, DIGITS_TO_SECOND)}+00`
    : `${time.slice(0, DIGITS_TO_MINUTE)}:00+00`

export const barKey = ({ symbol, width, start }: BarKey): string => `${start} ${width} ${symbol}`

/** Adds to a bar what `later` has of it, whose match numbers are higher. */
export function extendBar(bar: Bar, later: Bar): void {
  bar.high = Math.max(bar.high, later.high)
  bar.low = Math.min(bar.low, later.low)
  bar.close = later.close
  bar.volume += later.volume
  bar.trades += later.trades
  bar.notional += later.notional
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

export const barRow = (bar: Bar): BarRow => ({
  symbol: bar.symbol,
  width: bar.width,
  start: bar.start,
  trading_date: bar.tradingDate,
  open: printScaled(bar.open, PRICE_DECIMALS),
  high: printScaled(bar.high, PRICE_DECIMALS),
  low: printScaled(bar.low, PRICE_DECIMALS),
  close: printScaled(bar.close, PRICE_DECIMALS),
  volume: bar.volume,
  trades: bar.trades,
  notional: printScaled(bar.notional, PRICE_DECIMALS),
  last_match_number: bar.lastMatchNumber,
})
