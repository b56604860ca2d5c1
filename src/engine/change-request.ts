/**
 * A request about an order, OrderCancelRequest(F) or OrderCancelReplaceRequest(G): FIX 4.4 volume 4,
 * matrices B, C and D. Its ClOrdID is used up even when it is rejected, and stays tied to the order that
 * it was about, so that a later request may refer to it (D.2.c). Reports name the last accepted ClOrdID
 * as 41.
 */
import type { Reason } from '../domain/index.ts'
import { CancelRejectReason, OrdStatus } from '../domain/index.ts'
import {
  cancelRejected,
  orderEvent,
  recordSession,
  refuseRequest as refuseLayout,
} from '../wire/index.ts'
import { answerKnownOrder } from './answer-known-order.ts'
import { hasValues, problemValues } from './judge-terms.ts'
import { textBehind } from './risk/index.ts'
import type { EngineState } from './state.ts'
import { useUpId } from './use-up-id.ts'

const refusal = refuseLayout.flyweight()

/** The request at hand: where its two ids stand, and the order that 41 names. */
export const request = {
  view: new DataView(new ArrayBuffer(0)) as DataView,
  session: 0,
  clOrdIdAt: 0,
  origClOrdIdAt: 0,
  responseTo: 0,
  /** Where the conditions of a replacement stand; -1 = it has none. */
  conditions: -1,
  order: 0,
  /** Entry of the request's own ClOrdID. */
  entry: 0,
  isDuplicate: false,
  /** Order that the request's ClOrdID was used for before; 0 = none. */
  known: 0,
}

/** A request that the acceptor refused; the order's own state goes into the answer. */
export function refuseChange(state: EngineState, view: DataView, at: number): void {
  refusal.wrap(view, at)
  openRequest(state, view, at, refuseLayout.offsets, refusal.cxlRejResponseTo)

  const eventAt = writeReject(state, refusal.bodyLength)
  state.events.copyBody(
    view,
    at + refuseLayout.length,
    refusal.bodyLength,
    eventAt + cancelRejected.length,
  )
}

/** Finds the order and uses up the request's ClOrdID. */
export function openRequest(
  state: EngineState,
  view: DataView,
  at: number,
  offsets: { readonly clOrdId: number; readonly origClOrdId: number },
  responseTo: number,
): void {
  const { ids } = state
  request.view = view
  request.session = recordSession(view, at)
  request.clOrdIdAt = at + offsets.clOrdId
  request.origClOrdIdAt = at + offsets.origClOrdId
  request.responseTo = responseTo
  const orig = ids.find(request.session, view, request.origClOrdIdAt)
  request.order = orig === 0 ? 0 : ids.order[orig]!

  const isNamed = view.getUint8(request.clOrdIdAt) !== 0
  request.entry = isNamed ? ids.find(request.session, view, request.clOrdIdAt) : 0
  request.isDuplicate = request.entry !== 0
  request.known = ids.order[request.entry]!
  if (isNamed && !request.isDuplicate) {
    request.entry = useUpId(state, request.session, view, request.clOrdIdAt, request.order)
  }
}

/** Entry of an accepted request's ClOrdID: always remembered, whatever the day has seen. */
export const acceptedEntry = ({ ids }: EngineState): number =>
  request.entry || ids.add(request.session, request.view, request.clOrdIdAt, request.order)

/**
 * A request that was here before, sent again with PossResend(97): nothing is done twice. One about an
 * unknown order was told so, and is again, whatever there is by now.
 */
export function answerResent(state: EngineState): void {
  if (request.known !== 0) {
    answerKnownOrder(state, request.view, request.clOrdIdAt, request.known, true)
    return
  }
  request.order = 0
  rejectRequest(state, CancelRejectReason.UnknownOrder)
}

export function refusalOfRequest(state: EngineState): Reason | undefined {
  if (request.isDuplicate) return CancelRejectReason.DuplicateClOrdId
  if (request.order === 0) return CancelRejectReason.UnknownOrder
  if (!state.orders.isLive(request.order)) return CancelRejectReason.TooLate
  return undefined
}

export function writeOrigClOrdId({ events, ids }: EngineState, at: number, entry: number): void {
  ids.copyTo(entry, events.records.view, at + orderEvent.offsets.origClOrdId)
}

export function rejectRequest(state: EngineState, reason: Reason): void {
  const text = textBehind(state, reason)
  const at = writeReject(state, text.length)
  state.events.copyText(text, at + cancelRejected.length)
  const record = state.events.cancelRejected
  record.reason = reason.code
  if (hasValues(reason)) {
    record.textValueA = problemValues.a
    record.textValueB = problemValues.b
  }
}

/** OrderCancelReject(9) in the order's own state: 37=NONE and 39=8 when 41 names no order. */
function writeReject({ events, orders, ids }: EngineState, bodyLength: number): number {
  const { order, view } = request
  const at = events.rejectCancel(request.session, bodyLength)
  const record = events.cancelRejected
  record.cxlRejResponseTo = request.responseTo
  record.ordStatus = OrdStatus.Rejected
  events.copyClOrdId(view, request.clOrdIdAt, at, cancelRejected.offsets.clOrdId)

  const origAt = at + cancelRejected.offsets.origClOrdId
  if (order === 0) {
    events.copyClOrdId(view, request.origClOrdIdAt, at, cancelRejected.offsets.origClOrdId)
    return at
  }
  record.orderId = orders.orderId(order)
  record.ordStatus = orders.ordStatus(order)
  record.account = orders.account(order)
  ids.copyTo(orders.clOrdId(order), events.records.view, origAt)
  return at
}
