/**
 * The latest state of an order, folded from its reports. The same fold runs inside a batch, in the
 * database (`ON CONFLICT DO UPDATE`) and in the comparison with the journal.
 */
import type { Merge } from './insert-rows.ts'
import type { ExecutionRow, OrderRow } from './tables.ts'
import { orders } from './tables.ts'

const ACCEPTED_NEVER = '8'

/** @returns undefined for a refused order, which has no life to follow */
export function orderRow(report: ExecutionRow): OrderRow | undefined {
  if (report.exec_type === ACCEPTED_NEVER || report.order_id === null) return undefined

  return {
    order_id: report.order_id,
    order_reference: report.order_reference ?? report.order_id,
    trading_date: report.trading_date,
    session: report.session,
    firm: report.firm,
    account: report.account,
    symbol: report.symbol,
    side: report.side,
    ord_type: report.ord_type,
    time_in_force: report.time_in_force,
    ord_status: report.ord_status,
    order_qty: report.order_qty,
    price: report.price,
    cum_qty: report.cum_qty,
    leaves_qty: report.leaves_qty,
    avg_px: report.avg_px,
    cl_ord_id: currentClOrdId(report),
    first_time: report.time,
    first_nanoseconds: report.nanoseconds,
    last_time: report.time,
    last_nanoseconds: report.nanoseconds,
    last_exec_id: report.exec_id,
    stop_px: report.stop_px,
    exec_inst: report.exec_inst,
    min_qty: report.min_qty,
    max_floor: report.max_floor,
    expire_date: report.expire_date,
    expire_time: report.expire_time,
    working: report.working,
  }
}

/**
 * The state after `later`, which an event for the feed alone gives without an ExecID.
 * @param later is made the merged row: a copy of each would cost as much as all else of a report
 */
export function mergeOrder(earlier: OrderRow | undefined, later: OrderRow): OrderRow {
  if (!earlier) return later
  later.trading_date = earlier.trading_date
  later.first_time = earlier.first_time
  later.first_nanoseconds = earlier.first_nanoseconds
  later.last_exec_id = Math.max(earlier.last_exec_id, later.last_exec_id)
  later.cl_ord_id ??= earlier.cl_ord_id
  return later
}

/** The same in the database. */
export const ORDER_MERGE: Readonly<Record<string, Merge>> = {
  trading_date: 'keep',
  first_time: 'keep',
  first_nanoseconds: 'keep',
  last_exec_id: 'greatest',
  cl_ord_id: 'last',
}

/** What a report of a bust or a correction does not say: when its order began, and its ClOrdID(11). */
export const ORDER_BEGINNING: readonly (keyof OrderRow)[] = [
  'first_time',
  'first_nanoseconds',
  'cl_ord_id',
]

/** An archived order comes back: what a later report made of it stays, but for its beginning. */
export const ORDER_RETURN: Readonly<Record<string, Merge>> = Object.fromEntries(
  Object.keys(orders.columns)
    .filter((name) => !(ORDER_BEGINNING as readonly string[]).includes(name))
    .map((name) => [name, 'keep']),
)

/** Canceled, Pending Cancel, Pending Replace: FIX 4.4 has them show the request's ClOrdID(11). */
const SHOWN_WITH_REQUEST = '46E'
/** Trade Correct, Trade Cancel: of a canceled order they show the request's alone. */
const SHOWN_AS_TOLD_LAST = 'GH'

/** The order itself keeps OrigClOrdID(41). */
function currentClOrdId(report: ExecutionRow): string | null {
  if (SHOWN_AS_TOLD_LAST.includes(report.exec_type)) return null
  const isRequest = SHOWN_WITH_REQUEST.includes(report.exec_type)
  return isRequest && report.orig_cl_ord_id !== null ? report.orig_cl_ord_id : report.cl_ord_id
}
