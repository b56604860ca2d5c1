/**
 * One execution, one trade, one open order as text: the same text whether it is told by a FIX
 * report, by the feed or by a row of the database. Scaled integers as digits, nothing for a field
 * that is not there.
 */
import type { ExecutionReport, OwnOrder, TapeTrade, ViewOrder } from '../client/index.ts'
import { Side } from '../domain/index.ts'
import type { Cell, Row } from '../dropcopy/index.ts'

type Fact = Cell | undefined

/** @param session SenderCompID(49) of the client that received it */
export function factOfReport(session: string, report: ExecutionReport): string {
  const isTrade = report.execType === 'F'
  return print([
    session,
    report.msgSeqNum,
    report.execId,
    report.execType,
    report.ordStatus,
    report.orderId === 'NONE' ? undefined : report.orderId,
    report.secondaryOrderId,
    report.clOrdId,
    report.origClOrdId,
    report.account,
    report.symbol,
    report.side,
    report.ordType,
    report.timeInForce,
    report.orderQty || undefined,
    report.price || undefined,
    isTrade ? report.lastQty : undefined,
    isTrade ? report.lastPx : undefined,
    report.cumQty,
    report.leavesQty,
    report.avgPx,
    report.secondaryExecId,
    report.lastLiquidityInd,
    report.ordRejReason,
    report.execRestatementReason,
    report.text,
    report.transactTime,
    report.stopPx || undefined,
    report.execInst,
    report.minQty || undefined,
    report.maxFloor || undefined,
    report.expireDate,
    report.expireTime,
    isWaiting(report.working),
  ])
}

/** The same of a row of `executions`. */
export const factOfExecution = (row: Row): string =>
  print([
    row['session'],
    row['msg_seq_num'],
    row['exec_id'],
    row['exec_type'],
    row['ord_status'],
    row['order_id'],
    row['order_reference'],
    row['cl_ord_id'],
    row['orig_cl_ord_id'],
    row['account'],
    row['symbol'],
    row['side'],
    row['ord_type'],
    row['time_in_force'],
    row['order_qty'],
    digits(row['price']),
    row['last_qty'],
    digits(row['last_px']),
    row['cum_qty'],
    row['leaves_qty'],
    digits(row['avg_px']),
    row['match_number'],
    row['last_liquidity_ind'],
    row['ord_rej_reason'],
    row['exec_restatement_reason'],
    row['text'],
    utcTimestamp(row),
    digits(row['stop_px']),
    row['exec_inst'],
    row['min_qty'],
    row['max_floor'],
    row['expire_date'] ? String(row['expire_date']).replaceAll('-', '') : undefined,
    row['expire_time'] ? `${secondOf(row['expire_time'])}.000` : undefined,
    isWaiting(row['working']),
  ])

/** An Order Executed of the feed: the aggressor is on the other side of the order it names. */
export function factOfMatch(symbol: string, trade: TapeTrade): string {
  const aggressor = trade.side === 'B' ? Side.Buy : Side.Sell
  return print([
    trade.matchNumber,
    symbol,
    trade.price,
    trade.shares,
    String.fromCharCode(aggressor),
  ])
}

/** The same of a row of `trades`. */
export const factOfTrade = (row: Row): string =>
  print([
    row['match_number'],
    row['symbol'],
    digits(row['price']),
    row['quantity'],
    row['aggressor_side'],
  ])

/** An order as its owner knows it, who is not told where the next part of an iceberg is. */
export const factOfOwnOrder = (order: OwnOrder): string =>
  print([
    order.orderId,
    order.maxFloor > 0 ? undefined : order.reference,
    order.symbol,
    String.fromCharCode(order.side),
    order.price,
    order.leavesQty,
    order.maxFloor || undefined,
    isWaiting(!order.isWaiting),
  ])

/** The same of a row of `orders`. */
export const factOfOrder = (row: Row): string =>
  print([
    row['order_id'],
    row['max_floor'] === null ? row['order_reference'] : undefined,
    row['symbol'],
    row['side'],
    digits(row['price']) ?? 0,
    row['leaves_qty'],
    row['max_floor'],
    isWaiting(row['working']),
  ])

/** Whether the market sees it: not a stop that waits. */
export const isOnBook = (row: Row): boolean => row['working'] !== false

/** An order on a book that was rebuilt from the feed. */
export const factOfViewOrder = (order: ViewOrder): string =>
  print([
    order.orderReferenceNumber,
    order.book.symbol,
    String.fromCharCode(order.side === 'B' ? Side.Buy : Side.Sell),
    order.price,
    order.shares,
  ])

/**
 * The same of a row of `orders`.
 * @param seen shares on the book: of an iceberg they may be fewer than it shows at first
 */
export const factOfShownOrder = (row: Row, seen: number | undefined): string =>
  print([
    row['order_reference'],
    row['symbol'],
    row['side'],
    digits(row['price']),
    shownOf(row, seen),
  ])

function shownOf({ leaves_qty: leaves, max_floor: floor }: Row, seen: number | undefined): Fact {
  if (floor === null) return leaves
  const most = Math.min(Number(floor), Number(leaves))
  return seen !== undefined && seen > 0 && seen <= most ? seen : most
}

/** WorkingIndicator(636), which is told only while it is N. */
const isWaiting = (working: Fact): Fact => (working === false ? 'waits' : undefined)

const print = (facts: readonly Fact[]): string => facts.map((fact) => fact ?? '').join('|')

/** `1825000` for the numeric `182.5000`: it is read back with all its decimals. */
function digits(numeric: Cell | undefined): Fact {
  if (numeric === null || numeric === undefined) return undefined
  return Number(String(numeric).replace('.', ''))
}

/** TransactTime(60), milliseconds: `20261121-14:30:00.123` for a row's time and nanoseconds. */
function utcTimestamp(row: Row): string {
  const milliseconds = Math.floor(Number(row['nanoseconds']) / 1e6)
  return `${secondOf(row['time'])}.${String(milliseconds).padStart(3, '0')}`
}

/** `20261121-14:30:00` for `2026-11-21 14:30:00.5+00`. */
function secondOf(time: Cell | undefined): string {
  const [date = '', timeOfDay = ''] = String(time).slice(0, 19).split(' ')
  return `${date.replaceAll('-', '')}-${timeOfDay}`
}
