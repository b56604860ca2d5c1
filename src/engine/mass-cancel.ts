/**
 * OrderMassCancelRequest(q): FIX 4.4 volume 4. The session's orders that are meant are counted, told as a
 * number in the OrderMassCancelReport(r), and canceled, each with an ExecutionReport(8) of its own. The
 * request's ClOrdID is one of the session's like any other, and belongs to none of the orders.
 */
import { MassCancelRejectReason } from '../domain/index.ts'
import {
  massCancel as layout,
  massCancelReported,
  orderEvent,
  recordLength,
  recordSession,
} from '../wire/index.ts'
import { endOrder, OrderEnd } from './end-order.ts'
import { Pending, reportPending } from './report-pending.ts'
import { countOrders, visitOrders } from './select-orders.ts'
import type { EngineState } from './state.ts'
import { useUpId } from './use-up-id.ts'
import { beginWork } from './work.ts'

export function massCancel(state: EngineState, view: DataView, at: number): void {
  const session = recordSession(view, at)
  // The work outlives the record.
  const from = view.byteOffset + at
  const request = new DataView(view.buffer.slice(from, from + recordLength(view, at)))
  const reason = useUpRequestId(state, session, request)
    ? request.getUint8(layout.offsets.reason)
    : MassCancelRejectReason.DuplicateClOrdId.code
  if (reason !== 0) {
    report(state, session, request)
    state.events.massCancel.reason = reason
    return
  }
  beginWork(state, `mass cancel ${session}`, cancelSelected(state, session, request))
}

/** @returns false when the session used the id before */
function useUpRequestId(state: EngineState, session: number, request: DataView): boolean {
  const { clOrdId } = layout.offsets
  if (request.getUint8(clOrdId) === 0) return true
  if (state.ids.find(session, request, clOrdId) !== 0) return false
  useUpId(state, session, request, clOrdId, 0)
  return true
}

function* cancelSelected(
  state: EngineState,
  session: number,
  request: DataView,
): Generator<void, void, void> {
  const { locate, side } = layout.decode(request, 0)
  const selection = { session, locate, account: 0, side }
  const total = yield* countOrders(state, selection)
  report(state, session, request)
  state.events.massCancel.totalAffectedOrders = total
  state.events.massCancel.orderId = state.numbers.nextOrderReference++
  yield* visitOrders(state, selection, total, (order) => cancelFor(state, request, order))
}

/** 11 is the request's and 41 the order's, as of a cancel request; the order keeps its own. */
function cancelFor(state: EngineState, request: DataView, order: number): void {
  const { events, orders, ids } = state
  const pending = { view: request, clOrdIdAt: layout.offsets.clOrdId }
  reportPending(state, order, Pending.Cancel, pending)
  const at = endOrder(state, order, OrderEnd.Canceled)
  events.copyClOrdId(request, layout.offsets.clOrdId, at, orderEvent.offsets.clOrdId)
  const origClOrdIdAt = at + orderEvent.offsets.origClOrdId
  ids.copyTo(orders.clOrdId(order), events.records.view, origClOrdIdAt)
}

/** OrderMassCancelReport(r), of which the caller says how it went. */
function report({ events }: EngineState, session: number, request: DataView): void {
  const { clOrdId, massCancelRequestType, bodyLength } = layout.offsets
  const length = request.getUint16(bodyLength, true)
  const at = events.reportMassCancel(session, request, layout.length, length)
  events.massCancel.massCancelRequestType = request.getUint8(massCancelRequestType)
  events.copyClOrdId(request, clOrdId, at, massCancelReported.offsets.clOrdId)
}
