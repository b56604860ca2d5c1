/** OrderCancelRequest(F): FIX 4.4 volume 4, matrix B. */
import type { Reason } from '../domain/index.ts'
import { CancelRejectReason, CxlRejResponseTo } from '../domain/index.ts'
import { cancelOrder as layout } from '../wire/index.ts'
import {
  acceptedEntry,
  answerResent,
  openRequest,
  refusalOfRequest,
  rejectRequest,
  request,
  writeOrigClOrdId,
} from './change-request.ts'
import { endOrder, OrderEnd } from './end-order.ts'
import { Pending, reportPending } from './report-pending.ts'
import type { EngineState } from './state.ts'

const cancel = layout.flyweight()

export function cancelOrder(state: EngineState, view: DataView, at: number): void {
  cancel.wrap(view, at)
  openRequest(state, view, at, layout.offsets, CxlRejResponseTo.Cancel)
  if (cancel.possResend === 1 && request.isDuplicate) return answerResent(state)

  const refusalReason = refusalOfRequest(state) ?? cancelMismatch(state)
  if (refusalReason !== undefined) return rejectRequest(state, refusalReason)

  reportPending(state, request.order, Pending.Cancel, request)
  const origEntry = state.orders.clOrdId(request.order)
  state.orders.setClOrdId(request.order, acceptedEntry(state))
  const canceledAt = endOrder(state, request.order, OrderEnd.Canceled)
  writeOrigClOrdId(state, canceledAt, origEntry)
}

function cancelMismatch({ orders }: EngineState): Reason | undefined {
  const { order } = request
  if (cancel.orderId !== 0 && cancel.orderId !== orders.orderId(order)) {
    return CancelRejectReason.OrderIdMismatch
  }
  if (cancel.locate !== orders.locate(order)) return CancelRejectReason.SymbolMismatch
  if (cancel.side !== orders.side(order)) return CancelRejectReason.SideMismatch
  return undefined
}
