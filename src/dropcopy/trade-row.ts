/** The rows of a match, and of its end, each made from the two reports that it gave: one for each side. */
import { assert } from '../domain/index.ts'
import type { ExecutionRow, TradeCorrectionRow, TradeRow } from './tables.ts'

const BUY = '1'
const LIQUIDITY_REMOVED = '2'

export function tradeRow(one: ExecutionRow, other: ExecutionRow): TradeRow {
  const [buy, sell] = sidesOf(one, other)
  assert(buy.match_number === sell.match_number, 'both sides of a trade have its match number')
  assert(buy.side !== sell.side, 'a trade has a buyer and a seller')
  const aggressor = [buy, sell].find((side) => side.last_liquidity_ind === LIQUIDITY_REMOVED)

  return {
    match_number: buy.match_number ?? 0,
    time: buy.time,
    nanoseconds: buy.nanoseconds,
    trading_date: buy.trading_date,
    symbol: buy.symbol,
    price: buy.last_px ?? '0',
    quantity: buy.last_qty ?? 0,
    aggressor_side: aggressor?.side ?? null,
    buy_order_id: buy.order_id ?? 0,
    buy_exec_id: buy.exec_id,
    buy_session: buy.session,
    buy_firm: buy.firm,
    buy_account: buy.account,
    buy_cl_ord_id: buy.cl_ord_id,
    sell_order_id: sell.order_id ?? 0,
    sell_exec_id: sell.exec_id,
    sell_session: sell.session,
    sell_firm: sell.firm,
    sell_account: sell.account,
    sell_cl_ord_id: sell.cl_ord_id,
  }
}

/** Of a trade that was busted, or is another one now. */
export function correctionRow(one: ExecutionRow, other: ExecutionRow): TradeCorrectionRow {
  const [buy, sell] = sidesOf(one, other)
  assert(buy.prior_match === sell.prior_match, 'both sides are of one trade')
  return {
    exec_id: buy.exec_id,
    match_number: buy.prior_match ?? 0,
    becomes: buy.last_qty === null ? null : buy.match_number,
    time: buy.time,
    nanoseconds: buy.nanoseconds,
    trading_date: buy.trading_date,
    symbol: buy.symbol,
    text: buy.text,
  }
}

const sidesOf = (
  one: ExecutionRow,
  other: ExecutionRow,
): [buy: ExecutionRow, sell: ExecutionRow] => (one.side === BUY ? [one, other] : [other, one])
