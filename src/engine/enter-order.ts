/** NewOrderSingle(D): duplicate check, judgement, acceptance, matching. FIX 4.4 volume 4, matrices A, F and I. */
import type { Reason } from '../domain/index.ts'
import { ExecType, isForAuction, OrdStatus, RejectReason, RestateReason } from '../domain/index.ts'
import {
  conditionsAt,
  EventType,
  enterOrder as layout,
  orderConditions,
  orderEvent,
  recordSession,
  refuseOrder,
} from '../wire/index.ts'
import { answerKnownOrder } from './answer-known-order.ts'
import { auctionMissed, waitsForClosing } from './auction-orders.ts'
import { judgeConditions } from './judge-conditions.ts'
import { hasValues, judgeTerms, problemValues } from './judge-terms.ts'
import { collectOrder, holdInLine, matchOrder } from './match-order.ts'
import {
  applyConditions,
  isLimited,
  minQtyAt,
  refusalOfPostOnly,
  reprice,
  slidPrice,
  stopPxAt,
  wouldTradePostOnly,
} from './order-terms.ts'
import { Pending, reportPending } from './report-pending.ts'
import { restateOrder } from './restate-order.ts'
import { textBehind } from './risk/index.ts'
import type { EngineState, Market } from './state.ts'
import { isThrottled, rateExceeded } from './throttle.ts'
import { canWait, closedBecause, isTrading } from './trading-state.ts'
import { useUpId } from './use-up-id.ts'

const command = layout.flyweight()
const refusal = refuseOrder.flyweight()
const asked = orderConditions.flyweight()
const told = orderConditions.flyweight()
/** Where the conditions of the command at hand stand; -1 = it has none. */
let conditions = -1

export function enterOrder(state: EngineState, view: DataView, at: number): void {
  command.wrap(view, at)
  conditions = conditionsAt(view, at, layout.length)
  const session = recordSession(view, at)
  const clOrdIdAt = at + layout.offsets.clOrdId
  // A duplicate is answered as one, and counts all the same.
  const isOneTooMany = isThrottled(state, session)
  const known = state.ids.find(session, view, clOrdIdAt)
  if (known !== 0 && state.ids.order[known] !== 0) {
    answerKnownOrder(state, view, clOrdIdAt, state.ids.order[known]!, command.possResend === 1)
    return
  }

  if (known !== 0) {
    answerRejectedOrder(state, session, view, clOrdIdAt)
    return
  }

  const market = state.markets[command.locate]
  const reason = isOneTooMany
    ? rateExceeded(state, session, RejectReason.MessageRate)
    : refusalOf(state, market, session)
  if (reason !== undefined) {
    useUpId(state, session, view, clOrdIdAt, 0)
    const rejectedAt = state.events.reject(session, conditions >= 0, textBehind(state, reason))
    describeRefusal(state, rejectedAt, reason, view, clOrdIdAt)
    return
  }

  const { events, orders, ids } = state
  const order = acceptOrder(state, session, view, clOrdIdAt)
  if (waitsForClosing(market!, command.timeInForce)) orders.awaitClose(order)
  state.risk?.accept(order)
  reportPending(state, order, Pending.New)
  const acceptedAt = events.report(EventType.OrderAccepted, ExecType.New, order, orders, ids)
  if (orders.isWaiting(order)) holdInLine(state, market!, order)
  else if (!isTrading(market!)) collectOrder(state, market!, order, acceptedAt)
  else matchOrder(state, market!, order, slide(state, market!, order) ?? acceptedAt)
}

/** Moves the price of a post-only order that would trade. @returns offset of the report of it, if so */
function slide(state: EngineState, market: Market, order: number): number | undefined {
  const { side, price, view } = command
  if (!wouldTradePostOnly(market, side, price, view, conditions)) return undefined
  reprice(state, order, slidPrice(market, side))
  return restateOrder(state, order, RestateReason.PriceSlid)
}

/**
 * The ClOrdID(11) of an order that was rejected: with PossResend(97) its status, which is that
 * (F.1.b), without it a duplicate. What was sent is all there is to tell.
 */
function answerRejectedOrder(
  state: EngineState,
  session: number,
  view: DataView,
  clOrdIdAt: number,
): void {
  const isStatus = command.possResend === 1
  const { events } = state
  const isConditional = conditions >= 0
  const at = isStatus
    ? events.rejectedBefore(session, isConditional)
    : events.reject(session, isConditional)
  const reason = isStatus ? RejectReason.RejectedBefore : RejectReason.DuplicateClOrdId
  describeRefusal(state, at, reason, view, clOrdIdAt)
}

/**
 * A NewOrderSingle that the acceptor refused: its ClOrdID is used up, a known one answers first. One
 * that was refused before and comes with PossResend(97) is told so as a status, which has no ExecID.
 */
export function refuseNewOrder(state: EngineState, view: DataView, at: number): void {
  refusal.wrap(view, at)
  const session = recordSession(view, at)
  const clOrdIdAt = at + refuseOrder.offsets.clOrdId
  let isStatus = false
  if (view.getUint8(clOrdIdAt) !== 0) {
    const known = state.ids.find(session, view, clOrdIdAt)
    isStatus = known !== 0 && refusal.possResend === 1
    if (known !== 0 && state.ids.order[known] !== 0) {
      answerKnownOrder(state, view, clOrdIdAt, state.ids.order[known]!, refusal.possResend === 1)
      return
    }
    if (known === 0) useUpId(state, session, view, clOrdIdAt, 0)
  }

  state.events.sendMessage(session, 0x38, view, at + refuseOrder.length, refusal.bodyLength)
  if (!isStatus) state.events.message.execId = state.numbers.nextExecId++
}

function refusalOf(
  state: EngineState,
  market: Market | undefined,
  session: number,
): Reason | undefined {
  if (!state.day.isOpen) return RejectReason.ExchangeClosed
  if (market === undefined || !market.instrument.listed) return RejectReason.UnknownSymbol
  if (state.ordersToday >= state.ordersPerDayMax) return RejectReason.OrdersPerDayReached
  if (state.orderPool.isFull) return RejectReason.LiveOrdersReached
  const { timeInForce } = command
  const refused = auctionMissed(state, market, timeInForce) ?? closedBecause(market)
  if (refused !== undefined) return RejectReason[refused]
  const isToWait = !isTrading(market) || isForAuction(timeInForce)
  if (isToWait && !mayBeCollected(state, session)) return RejectReason.NotCollected
  const { ordType, price, orderQty, side, view } = command
  const problem =
    judgeTerms(market, isLimited(ordType, price), price, orderQty) ??
    judgeConditions(state, market, view, conditions, orderQty)
  if (problem !== undefined) return RejectReason[problem]
  const isPostOnly = wouldTradePostOnly(market, side, price, view, conditions)
  const refusal = isPostOnly
    ? refusalOfPostOnly(state, market, session, side, RejectReason.PostOnlyWouldTrade)
    : undefined
  return refusal ?? brokenLimit(state, session, isPostOnly ? slidPrice(market, side) : price)
}

/** Whether the order may wait for an auction; a market order only without a bound to its price. Stops wait anyway. */
function mayBeCollected({ risk }: EngineState, session: number): boolean {
  const { timeInForce, ordType, price, account, view } = command
  if (stopPxAt(view, conditions) !== 0) return true
  if (!canWait(timeInForce, minQtyAt(view, conditions))) return false
  return isLimited(ordType, price) || risk?.boundsPrices(session, account) !== true
}

/** The first limit of pre-trade risk that is broken. @param price that the order will have */
function brokenLimit({ risk }: EngineState, session: number, price: number): Reason | undefined {
  if (risk === undefined) return undefined
  const stopPx = stopPxAt(command.view, conditions)
  const problem = risk.judgeOrder(session, command, price, stopPx)
  return problem === undefined ? undefined : RejectReason[problem]
}

function acceptOrder(
  state: EngineState,
  session: number,
  view: DataView,
  clOrdIdAt: number,
): number {
  const { orders, numbers } = state
  const order = orders.append()
  state.ordersToday++
  orders.setOrderId(order, numbers.nextOrderReference)
  orders.setReference(order, numbers.nextOrderReference++)
  orders.setPrice(order, command.price)
  orders.setOrderQty(order, command.orderQty)
  orders.setSession(order, session)
  orders.setAccount(order, command.account)
  orders.setLocate(order, command.locate)
  orders.setSide(order, command.side)
  orders.setOrdType(order, command.ordType)
  orders.setTimeInForce(order, command.timeInForce)
  orders.setOrdStatus(order, OrdStatus.New)
  orders.setClOrdId(order, state.ids.add(session, view, clOrdIdAt, order))
  applyConditions(state, order, view, conditions)
  if (orders.stopPx(order) > 0) orders.conditions.isWaiting[orders.condition(order)] = 1
  return order
}

/** Fills an ExecutionReport with 39=8 for the command at hand; numbers without a representation are left out. */
function describeRefusal(
  { events }: EngineState,
  at: number,
  reason: Reason,
  view: DataView,
  clOrdIdAt: number,
): void {
  const record = events.order
  record.ordStatus = OrdStatus.Rejected
  record.reason = reason.code
  if (hasValues(reason)) {
    record.textValueA = problemValues.a
    record.textValueB = problemValues.b
  }
  record.locate = command.locate
  record.account = command.account
  record.side = command.side
  record.ordType = command.ordType
  record.timeInForce = command.timeInForce
  record.orderQty = Math.max(0, command.orderQty)
  record.price = Math.max(0, command.price)
  events.copyClOrdId(view, clOrdIdAt, at, orderEvent.offsets.clOrdId)
  if (conditions >= 0) describeConditions(view, record.view, at + orderEvent.length)
}

/** What was asked for beyond that, without the numbers that have no representation. */
function describeConditions(from: DataView, to: DataView, at: number): void {
  asked.wrap(from, conditions)
  told.wrap(to, at)
  told.stopPx = Math.max(0, asked.stopPx)
  told.minQty = Math.max(0, asked.minQty)
  told.maxFloor = Math.max(0, asked.maxFloor)
  told.expireDate = asked.expireDate
  told.expireSeconds = asked.expireSeconds
  told.execInst = asked.execInst
  told.stpInstruction = asked.stpInstruction
  told.stpGroup = asked.stpGroup
}
