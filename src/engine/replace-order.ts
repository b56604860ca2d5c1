/** OrderCancelReplaceRequest(G): FIX 4.4 volume 4, matrices C and D. */
import type { Reason } from '../domain/index.ts'
import {
  CancelRejectReason,
  CxlRejResponseTo,
  ExecType,
  isForAuction,
  OrdStatus,
  OrdType,
  RestateReason,
  TimeInForce,
} from '../domain/index.ts'
import {
  conditionsAt,
  EventType,
  ExecInstBit,
  orderConditions,
  replaceOrder as layout,
} from '../wire/index.ts'
import {
  acceptedEntry,
  answerResent,
  openRequest,
  refusalOfRequest,
  rejectRequest,
  request,
  writeOrigClOrdId,
} from './change-request.ts'
import { FeedMessage } from './event-writer.ts'
import { judgeConditions } from './judge-conditions.ts'
import { judgeTerms, problemValues } from './judge-terms.ts'
import { holdInLine, matchOrder } from './match-order.ts'
import { NO_EVENT } from './matching.ts'
import {
  applyConditions,
  isLimited,
  refusalOfPostOnly,
  reprice,
  slidPrice,
  wouldTradePostOnly,
} from './order-terms.ts'
import { rest, shrink, takeOff } from './places.ts'
import { Pending, reportPending } from './report-pending.ts'
import { restateOrder } from './restate-order.ts'
import type { EngineState, Market } from './state.ts'
import { isThrottled, rateExceeded } from './throttle.ts'
import { canWait, closedBecause, isTrading } from './trading-state.ts'

const replace = layout.flyweight()
const conditions = orderConditions.flyweight()

/** TimeInForce(59) of orders that wait. */
const MAY_REST: readonly number[] = [
  TimeInForce.Day,
  TimeInForce.GoodTillCancel,
  TimeInForce.GoodTillDate,
]

export function replaceOrder(state: EngineState, view: DataView, at: number): void {
  replace.wrap(view, at)
  openRequest(state, view, at, layout.offsets, CxlRejResponseTo.Replace)
  request.conditions = conditionsAt(view, at, layout.length)
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

/** Of a replacement that is one too many: a duplicate is answered as one, and counts all the same. */
function tooManyOf(state: EngineState): Reason | undefined {
  const { session, isDuplicate } = request
  return isDuplicate ? undefined : rateExceeded(state, session, CancelRejectReason.MessageRate)
}

function forbiddenChange({ orders, day }: EngineState): Reason | undefined {
  const { order } = request
  if (!day.isOpen) return CancelRejectReason.ExchangeClosed
  if (replace.orderId !== 0 && replace.orderId !== orders.orderId(order)) {
    return CancelRejectReason.OrderIdMismatch
  }
  if (replace.locate !== orders.locate(order)) return CancelRejectReason.SymbolUnchangeable
  if (replace.side !== orders.side(order)) return CancelRejectReason.SideUnchangeable
  if (replace.account !== orders.account(order)) return CancelRejectReason.AccountUnchangeable
  if (replace.ordType !== orders.ordType(order)) return CancelRejectReason.OrdTypeUnchangeable
  if (!orders.isWaiting(order) && asked('stopPx') !== orders.stopPx(order)) {
    return CancelRejectReason.StopPxUnchangeable
  }
  if (!mayBecome(orders.timeInForce(order), replace.timeInForce)) {
    problemValues.a = replace.timeInForce - 0x30
    problemValues.b = 0
    return CancelRejectReason.TimeInForceUnchangeable
  }
  return undefined
}

/** An order for one auction stays one; no other becomes one, or one that cannot wait. */
const mayBecome = (before: number, after: number): boolean =>
  isForAuction(before) ? after === before : MAY_REST.includes(after)

function refusedTerms(state: EngineState): Reason | undefined {
  const market = state.markets[replace.locate]!
  const { ordType, orderQty, side, view } = replace
  const price = priceAsked(state)
  const closed = refusedByState(state, market)
  if (closed !== undefined) return closed
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

/** What the trading state says against it: a halt that takes cancels takes a lower quantity, too. */
function refusedByState(state: EngineState, market: Market): Reason | undefined {
  if (isTrading(market)) return undefined
  const closed = closedBecause(market)
  if (closed === 'Halted' && market.haltPolicy === 'cancel-only' && isReduction(state)) return
  if (closed !== undefined) return CancelRejectReason[closed]
  const waits = canWait(replace.timeInForce, asked('minQty'))
  return waits ? undefined : CancelRejectReason.NotCollected
}

/** Whether nothing changes but that there is less of it. */
function isReduction(state: EngineState): boolean {
  const leaves = Math.max(0, replace.orderQty - state.orders.cumQty(request.order))
  return leaves === 0 || keepsPlace(state, priceAsked(state), leaves)
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
  return isLeftOver ? orders.price(request.order) : replace.price
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
  const leaves = Math.max(0, replace.orderQty - orders.cumQty(order))
  const price = priceAsked(state)
  const staysInPlace = leaves > 0 && keepsPlace(state, price, leaves)
  const origEntry = orders.clOrdId(order)
  // Under the terms by which it came to where it is.
  const shownBefore = staysInPlace ? 0 : takeOff(state, order)

  state.risk?.close(order)
  state.ordersToday++
  orders.setClOrdId(order, acceptedEntry(state))
  orders.setOrderQty(order, orders.cumQty(order) + leaves)
  orders.setPrice(order, price)
  orders.setTimeInForce(order, replace.timeInForce)
  applyConditions(state, order, request.view, request.conditions)
  state.risk?.open(order)

  if (staysInPlace) reduceInPlace(state, origEntry, leavesBefore - leaves)
  else if (leaves === 0) {
    orders.setOrdStatus(order, OrdStatus.Filled)
    const feedMessage = shownBefore > 0 ? FeedMessage.Delete : FeedMessage.None
    reportReplaced(state, origEntry, feedMessage, shownBefore)
  } else if (orders.isWaiting(order)) {
    reportReplaced(state, origEntry, FeedMessage.None, 0)
    holdInLine(state, market, order)
  } else moveOrder(state, market, origEntry, shownBefore)
}

function keepsPlace({ orders }: EngineState, price: number, leaves: number): boolean {
  const { order } = request
  const floorComesOrGoes = orders.maxFloor(order) > 0 !== asked('maxFloor') > 0
  return (
    price === orders.price(order) &&
    leaves <= orders.leavesQty(order) &&
    asked('stopPx') === orders.stopPx(order) &&
    !floorComesOrGoes
  )
}

/** A condition that the replacement asks for; 0 = none. */
function asked(field: 'stopPx' | 'maxFloor' | 'minQty'): number {
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
  const originalReference = orders.reference(order)
  orders.setReference(order, numbers.nextOrderReference++)

  const side = orders.side(order)
  if (!isTrading(market) || !market.book.crosses(side, orders.price(order))) {
    const shown = rest(state, market, order)
    const feedMessage = movedOnFeed(state, shownBefore)
    const replacedAt = reportReplaced(state, origEntry, feedMessage, shown)
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

/** What the feed hears of an order that waits elsewhere; a market order that got a price is new to it. */
function movedOnFeed({ orders }: EngineState, shownBefore: number): number {
  if (!orders.isDisplayed(request.order)) return FeedMessage.None
  return shownBefore > 0 ? FeedMessage.Replace : FeedMessage.Add
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
  writeOriginalReference(state, at, orders.reference(request.order))
  if (feedMessage !== FeedMessage.None) events.feed(at, feedMessage)
  return at
}

function writeOriginalReference({ events }: EngineState, at: number, reference: number): void {
  events.order.wrap(events.records.view, at)
  events.order.originalReference = reference
}
