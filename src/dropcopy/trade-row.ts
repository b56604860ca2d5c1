/** The row of a match, made from the two reports that it gave: one for each side. */
import { assert } from '../domain/index.ts'
import type { ExecutionRow, TradeRow } from './tables.ts'

const BUY = '1'
const LIQUIDITY_REMOVED = '2'

export function tradeRow(one: ExecutionRow, other: ExecutionRow): TradeRow {
  const [buy, sell] = one.side === BUY ? [one, other] : [other, one]
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
