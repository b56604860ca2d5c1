/**
 * OrderCancelRequest(F) and OrderCancelReplaceRequest(G): FIX 4.4 volume 4, matrices B, C and D.
 * A request's ClOrdID is used up even when it is rejected, and stays tied to the order it was about,
 * so that a later request may refer to it (D.2.c). Reports name the last accepted ClOrdID as 41.
 */
import type { Reason } from '../domain/index.ts'
import {
  CancelRejectReason,
  CxlRejResponseTo,
  ExecType,
  OrdStatus,
  OrdType,
  RestateReason,
  TimeInForce,
} from '../domain/index.ts'
import {
  cancelOrder as cancelLayout,
  cancelRejected,
  conditionsAt,
  EventType,
  ExecInstBit,
  orderConditions,
  orderEvent,
  recordSession,
  refuseRequest as refuseLayout,
  replaceOrder as replaceLayout,
} from '../wire/index.ts'
import { answerKnownOrder } from './answer-known-order.ts'
import { endOrder, OrderEnd } from './end-order.ts'
import { FeedMessage } from './event-writer.ts'
import { judgeConditions } from './judge-conditions.ts'
import { hasValues, judgeTerms, problemValues } from './judge-terms.ts'
import { holdStop, matchOrder } from './match-order.ts'
import {
  applyConditions,
  isLimited,
  refusalOfPostOnly,
  reprice,
  slidPrice,
  wouldTradePostOnly,
} from './order-terms.ts'
import { NO_EVENT } from './matching.ts'
import { rest, shrink, takeOff } from './places.ts'
import { Pending, reportPending } from './report-pending.ts'
import { restateOrder } from './restate-order.ts'
import { textBehind } from './risk/index.ts'
import type { EngineState, Market } from './state.ts'
import { isThrottled, rateExceeded } from './throttle.ts'
import { useUpId } from './use-up-id.ts'

const cancel = cancelLayout.flyweight()
const replace = replaceLayout.flyweight()
const refusal = refuseLayout.flyweight()
const conditions = orderConditions.flyweight()

/** TimeInForce(59) of orders that wait. */
const MAY_REST: readonly number[] = [
  TimeInForce.Day,
  TimeInForce.GoodTillCancel,
  TimeInForce.GoodTillDate,
]

/** The request at hand: where its two ids stand, and the order that 41 names. */
const request = {
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

export function cancelOrder(state: EngineState, view: DataView, at: number): void {
  cancel.wrap(view, at)
  openRequest(state, view, at, cancelLayout.offsets, CxlRejResponseTo.Cancel)
  if (cancel.possResend === 1 && request.isDuplicate) return answerResent(state)

  const refusalReason = refusalOfRequest(state) ?? cancelMismatch(state)
  if (refusalReason !== undefined) return rejectRequest(state, refusalReason)

  reportPending(state, request.order, Pending.Cancel, request)
  const origEntry = state.orders.clOrdId[request.order]!
  state.orders.clOrdId[request.order] = acceptedEntry(state)
  const canceledAt = endOrder(state, request.order, OrderEnd.Canceled)
  writeOrigClOrdId(state, canceledAt, origEntry)
}

export function replaceOrder(state: EngineState, view: DataView, at: number): void {
  replace.wrap(view, at)
  openRequest(state, view, at, replaceLayout.offsets, CxlRejResponseTo.Replace)
  request.conditions = conditionsAt(view, at, replaceLayout.length)
  const isOneTooMany = isThrottled(state, request.session)
  if (replace.possResend === 1 && request.isDuplicate) return answerResent(state)

  const refusalReason =
    (isOneTooMany ? tooManyOf(state) : undefined) ??
    refusalOfRequest(state) ??
    forbiddenChange(state) ??
    refusedTerms(state)
  if (refusalReason !== undefined) return rejectRequest(state, refusalReason)

  reportPending(state, request.order, Pending.Replace, request)
  applyReplacement(state, state.markets[replace.locate]!)
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
function openRequest(
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
const acceptedEntry = ({ ids }: EngineState): number =>
  request.entry || ids.add(request.session, request.view, request.clOrdIdAt, request.order)

/**
 * A request that was here before, sent again with PossResend(97): nothing is done twice. One about an
 * unknown order was told so, and is again, whatever there is by now.
 */
function answerResent(state: EngineState): void {
  if (request.known !== 0) {
    answerKnownOrder(state, request.view, request.clOrdIdAt, request.known, true)
    return
  }
  request.order = 0
  rejectRequest(state, CancelRejectReason.UnknownOrder)
}

/** Of a replacement that is one too many: a duplicate is answered as one, and counts all the same. */
function tooManyOf(state: EngineState): Reason | undefined {
  const { session, isDuplicate } = request
  return isDuplicate ? undefined : rateExceeded(state, session, CancelRejectReason.MessageRate)
}

function refusalOfRequest(state: EngineState): Reason | undefined {
  if (request.isDuplicate) return CancelRejectReason.DuplicateClOrdId
  if (request.order === 0) return CancelRejectReason.UnknownOrder
  if (!state.orders.isLive(request.order)) return CancelRejectReason.TooLate
  return undefined
}

function cancelMismatch({ orders }: EngineState): Reason | undefined {
  const { order } = request
  if (cancel.orderId !== 0 && cancel.orderId !== orders.orderId[order]) {
    return CancelRejectReason.OrderIdMismatch
  }
  if (cancel.locate !== orders.locate[order]) return CancelRejectReason.SymbolMismatch
  if (cancel.side !== orders.side[order]) return CancelRejectReason.SideMismatch
  return undefined
}

function forbiddenChange({ orders, day }: EngineState): Reason | undefined {
  const { order } = request
  if (!day.isOpen) return CancelRejectReason.ExchangeClosed
  if (replace.orderId !== 0 && replace.orderId !== orders.orderId[order]) {
    return CancelRejectReason.OrderIdMismatch
  }
  if (replace.locate !== orders.locate[order]) return CancelRejectReason.SymbolUnchangeable
  if (replace.side !== orders.side[order]) return CancelRejectReason.SideUnchangeable
  if (replace.account !== orders.account[order]) return CancelRejectReason.AccountUnchangeable
  if (replace.ordType !== orders.ordType[order]) return CancelRejectReason.OrdTypeUnchangeable
  if (!orders.isWaiting(order) && asked('stopPx') !== orders.stopPx(order)) {
    return CancelRejectReason.StopPxUnchangeable
  }
  if (!MAY_REST.includes(replace.timeInForce)) {
    problemValues.a = replace.timeInForce - 0x30
    problemValues.b = 0
    return CancelRejectReason.TimeInForceUnchangeable
  }
  return undefined
}

function refusedTerms(state: EngineState): Reason | undefined {
  const market = state.markets[replace.locate]!
  const { ordType, orderQty, side, view } = replace
  const price = priceAsked(state)
  const problem =
    judgeTerms(market, isLimited(ordType, price), price, orderQty) ??
    judgeConditions(state, market, view, request.conditions, orderQty)
  if (problem !== undefined) return CancelRejectReason[problem]
  if (state.ordersToday >= state.ordersPerDayMax) return CancelRejectReason.OrdersPerDayReached
  const isPostOnly = wouldTradePostOnly(market, side, price, view, request.conditions)
  const { PostOnlyWouldTrade } = CancelRejectReason
  const refusal = isPostOnly
    ? refusalOfPostOnly(state, market, request.session, side, PostOnlyWouldTrade)
    : undefined
  return refusal ?? brokenLimit(state, isPostOnly ? slidPrice(market, side) : price)
}

/** The first limit of pre-trade risk that is broken. @param price that the order will have */
function brokenLimit({ risk }: EngineState, price: number): Reason | undefined {
  if (risk === undefined) return undefined
  const problem = risk.judgeReplacement(request.order, replace, price, asked('stopPx'))
  return problem === undefined ? undefined : CancelRejectReason[problem]
}

/** What was left over as a limit keeps its price when no other is asked for. */
function priceAsked({ orders }: EngineState): number {
  const isLeftOver = replace.ordType === OrdType.MarketWithLeftOverAsLimit && replace.price === 0
  return isLeftOver ? orders.price[request.order]! : replace.price
}

/**
 * Quantity down at the same prices keeps its place in the queue; another price or a higher quantity
 * loses it, and so does MaxFloor(111) that comes or goes. OrderQty(38) is the total: at or below
 * CumQty(14) it stops the order (C.3.b, C.3.c).
 */
function applyReplacement(state: EngineState, market: Market): void {
  const { orders } = state
  const { order } = request
  const leavesBefore = orders.leavesQty(order)
  const leaves = Math.max(0, replace.orderQty - orders.cumQty[order]!)
  const price = priceAsked(state)
  const staysInPlace = leaves > 0 && keepsPlace(state, price, leaves)
  const origEntry = orders.clOrdId[order]!
  // Under the terms by which it came to where it is.
  const shownBefore = staysInPlace ? 0 : takeOff(state, order)

  state.risk?.close(order)
  state.ordersToday++
  orders.clOrdId[order] = acceptedEntry(state)
  orders.orderQty[order] = orders.cumQty[order]! + leaves
  orders.price[order] = price
  orders.timeInForce[order] = replace.timeInForce
  applyConditions(state, order, request.view, request.conditions)
  state.risk?.open(order)

  if (staysInPlace) reduceInPlace(state, origEntry, leavesBefore - leaves)
  else if (leaves === 0) {
    orders.ordStatus[order] = OrdStatus.Filled
    reportReplaced(state, origEntry, FeedMessage.Delete, shownBefore)
  } else if (orders.isWaiting(order)) {
    reportReplaced(state, origEntry, FeedMessage.None, 0)
    holdStop(state, market, order)
  } else moveOrder(state, market, origEntry, shownBefore)
}

function keepsPlace({ orders }: EngineState, price: number, leaves: number): boolean {
  const { order } = request
  const floorComesOrGoes = orders.maxFloor(order) > 0 !== asked('maxFloor') > 0
  return (
    price === orders.price[order] &&
    leaves <= orders.leavesQty(order) &&
    asked('stopPx') === orders.stopPx(order) &&
    !floorComesOrGoes
  )
}

/** A condition that the replacement asks for; 0 = none. */
function asked(field: 'stopPx' | 'maxFloor'): number {
  if (request.conditions < 0) return 0
  conditions.wrap(request.view, request.conditions)
  return conditions[field]
}

/** What is hidden becomes less first: what is shown only when less is left than that. */
function reduceInPlace(state: EngineState, origEntry: number, less: number): void {
  const reduction = shrink(state, request.order, less)
  const feedMessage = reduction > 0 ? FeedMessage.Cancel : FeedMessage.None
  reportReplaced(state, origEntry, feedMessage, reduction)
}

/** The order goes to the tail of its new price, or trades first when that price crosses. */
function moveOrder(
  state: EngineState,
  market: Market,
  origEntry: number,
  shownBefore: number,
): void {
  const { orders, numbers } = state
  const { order } = request
  const originalReference = orders.reference[order]!
  orders.reference[order] = numbers.nextOrderReference++

  const side = orders.side[order]!
  if (!market.book.crosses(side, orders.price[order]!)) {
    const shown = rest(state, market, order)
    const replacedAt = reportReplaced(state, origEntry, FeedMessage.Replace, shown)
    writeOriginalReference(state, replacedAt, originalReference)
    return
  }

  const replacedAt = reportReplaced(state, origEntry, FeedMessage.Delete, shownBefore)
  writeOriginalReference(state, replacedAt, originalReference)
  // It prints the delete: what rests without another report is announced by an event of its own.
  let announcedAt = NO_EVENT
  if (orders.hasInstruction(order, ExecInstBit.PostOnly)) {
    reprice(state, order, slidPrice(market, side))
    announcedAt = restateOrder(state, order, RestateReason.PriceSlid)
  }
  matchOrder(state, market, order, announcedAt)
}

function reportReplaced(
  state: EngineState,
  origEntry: number,
  feedMessage: number,
  feedShares: number,
): number {
  const { events, orders, ids } = state
  const at = events.report(EventType.OrderReplaced, ExecType.Replaced, request.order, orders, ids)
  events.order.feedShares = feedShares
  writeOrigClOrdId(state, at, origEntry)
  writeOriginalReference(state, at, orders.reference[request.order]!)
  if (feedMessage !== FeedMessage.None) events.feed(at, feedMessage)
  return at
}

function writeOrigClOrdId({ events, ids }: EngineState, at: number, entry: number): void {
  ids.copyTo(entry, events.records.view, at + orderEvent.offsets.origClOrdId)
}

function writeOriginalReference({ events }: EngineState, at: number, reference: number): void {
  events.order.wrap(events.records.view, at)
  events.order.originalReference = reference
}

function rejectRequest(state: EngineState, reason: Reason): void {
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
  record.orderId = orders.orderId[order]!
  record.ordStatus = orders.ordStatus[order]!
  record.account = orders.account[order]!
  ids.copyTo(orders.clOrdId[order]!, events.records.view, origAt)
  return at
}
