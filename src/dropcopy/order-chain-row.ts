/**
 * The row of a ClOrdID(11) that an order took: of its entry, of each replacement, and of the request
 * that canceled it. By these an order is found whatever its client calls it.
 */
import { ExecType } from '../domain/index.ts'
import { printCode } from './print-values.ts'
import type { ExecutionRow, OrderChainRow } from './tables.ts'

const NEW = printCode(ExecType.New)
const REPLACED = printCode(ExecType.Replaced)
const CANCELED = printCode(ExecType.Canceled)

/** @returns undefined for a report that gives its order no further ClOrdID */
export function orderChainRow(report: ExecutionRow): OrderChainRow | undefined {
  const { exec_type: execType, order_id: orderId, cl_ord_id: clOrdId } = report
  if (report.exec_id === 0 || orderId === null || clOrdId === null) return undefined
  // Unasked cancels show the order's own ClOrdID, and no OrigClOrdID(41).
  const isRequest = execType === REPLACED || execType === CANCELED
  if (execType !== NEW && !(isRequest && report.orig_cl_ord_id !== null)) return undefined

  return {
    exec_id: report.exec_id,
    order_id: orderId,
    cl_ord_id: clOrdId,
    orig_cl_ord_id: report.orig_cl_ord_id,
    session: report.session,
    time: report.time,
    nanoseconds: report.nanoseconds,
    trading_date: report.trading_date,
  }
}
