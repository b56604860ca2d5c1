/**
 * An incoming order against the book: executes by the market's priority, reports both sides, rests or
 * ends what is left, and triggers the stops that its trades have reached.
 */
import type { Reason } from '../domain/index.ts'
import { CancelReason, OrdType, RestateReason, TimeInForce } from '../domain/index.ts'
import { orderEvent } from '../wire/index.ts'
import { availableFor } from './available.ts'
import { breakMarket, breakTrading, isBreached, isBreaking, tellBreach } from './breaker.ts'
import { endUnfilled } from './end-order.ts'
import { FeedMessage } from './event-writer.ts'
import { matchPrevented } from './match-prevented.ts'
import { NO_EVENT } from './matching.ts'
import { limitOf, reprice } from './order-terms.ts'
import { announce, rest, wait } from './places.ts'
import { activate, restateOrder } from './restate-order.ts'
import { groupOf } from './self-trade.ts'
import type { EngineState, Market } from './state.ts'
import { isTrading } from './trading-state.ts'
import { guardedPrice, pause, setGuard } from './volatility.ts'
import { nextTriggered } from './trigger-stops.ts'
import { beginWork } from './work.ts'

/**
 * Brings in an order that is not on the book: a new one, or one that a replacement has moved.
 * @param announcedAt the event that may put it on the feed; NO_EVENT when there is none that prints nothing
 */
export function matchOrder(
  state: EngineState,
  market: Market,
  order: number,
  announcedAt: number,
): void {
  state.matching.begin(0)
  bringIn(state, market, order, announcedAt)
  workOn(state, market, order)
}

/**
 * Puts an order that does not work yet in line. A stop that the last trade has reached already is triggered as
 * soon as there is trading.
 */
export function holdInLine(state: EngineState, market: Market, order: number): void {
  wait(state, market, order)
  if (!isTrading(market) || state.orders.stopPx(order) === 0) return
  state.matching.begin(market.lastPrice)
  workOn(state, market, order)
}

/** Puts an order that may not trade yet where it waits for the auction. */
export function collectOrder(
  state: EngineState,
  market: Market,
  order: number,
  announcedAt: number,
): void {
  const shown = rest(state, market, order)
  if (state.orders.isDisplayed(order)) announceBy(state, announcedAt, shown)
}

/** Triggers the stops that the last trade has reached, and what they reach: an order at a time. */
export function* triggerReached(state: EngineState, market: Market): Generator<void, void, void> {
  state.matching.begin(market.lastPrice)
  yield* proceedInSteps(state, market)
}

/** Brings an order in that is on no book, as `matchOrder` does: an order at a time. */
export function* bringBack(
  state: EngineState,
  market: Market,
  order: number,
  announcedAt: number,
): Generator<void, void, void> {
  if (!isTrading(market)) return collectOrder(state, market, order, announcedAt)
  state.matching.begin(0)
  bringIn(state, market, order, announcedAt)
  yield* proceedInSteps(state, market)
}

function* proceedInSteps(state: EngineState, market: Market): Generator<void, void, void> {
  while (!proceed(state, market, 1)) {
    yield
    state.matching.incomingEventAt = NO_EVENT
  }
  yield* breakMarket(state)
}

/** As much as one command may cause; the rest is work for the turns to come. */
function workOn(state: EngineState, market: Market, order: number): void {
  if (proceed(state, market, state.ordersPerCommandMax)) return breakOthers(state)
  state.work = {
    name: `match ${order}`,
    proceed: (ordersMax) => {
      state.matching.incomingEventAt = NO_EVENT
      const isDone = proceed(state, market, ordersMax)
      if (isDone) breakOthers(state)
      return isDone
    },
  }
}

/** The rest of the market is halted as well, if the order has broken it. */
function breakOthers(state: EngineState): void {
  if (isBreaking(state)) beginWork(state, 'break', breakMarket(state))
}

/** @returns true when nothing is left to do */
function proceed(state: EngineState, market: Market, ordersMax: number): boolean {
  const { matching } = state
  matching.left = ordersMax
  for (;;) {
    if (matching.incoming !== 0 && !executeSome(state, market, matching.incoming)) return false
    matching.incoming = 0
    const stop = isTrading(market) ? nextTriggered(state, market, matching) : 0
    if (stop === 0) {
      matching.end()
      setGuard(market)
      return true
    }
    if (matching.left <= 0) return false
    matching.left--
    bringIn(state, market, stop, activate(state, stop, RestateReason.Triggered))
  }
}

/** Makes an order the incoming one, unless it wants more at once than there is. */
function bringIn(state: EngineState, market: Market, order: number, announcedAt: number): void {
  const { orders, matching } = state
  const quantity = orders.leavesQty(order)
  const isAll = orders.timeInForce(order) === TimeInForce.FillOrKill
  const minQty = isAll ? quantity : orders.minQty(order)
  if (minQty > 0 && availableFor(state, market, order, minQty) < minQty) {
    const { FillOrKillUnfilled, MinQtyUnavailable } = CancelReason
    endUnfilled(state, order, (isAll ? FillOrKillUnfilled : MinQtyUnavailable).code)
    return
  }
  matching.incoming = order
  matching.incomingEventAt = announcedAt
}

/**
 * Executes while the command may, and when no more cross, rests or ends what is left.
 * @returns true when the order has come to its end or its rest
 */
function executeSome(state: EngineState, market: Market, order: number): boolean {
  const { orders, matching } = state
  const side = orders.side(order)
  const price = limitOf(state, order)
  const guarded = guardedPrice(market, side, price)
  const group = groupOf(state, order)
  const remaining =
    group === 0
      ? market.book.match(side, guarded, orders.leavesQty(order), matching, matching.left)
      : matchPrevented(state, market, order, group)
  const crosses = remaining > 0 && market.book.crosses(side, guarded)
  if (isBreached(state) && !(crosses && matching.isPromised(order))) {
    tellBreach(state)
    breakTrading(state, market)
    if (remaining > 0) waitOut(state, market, order)
    return true
  }
  if (remaining === 0) return true
  if (crosses) return false
  if (guarded !== price && market.book.crosses(side, price)) {
    pause(state, market)
    waitOut(state, market, order)
    return true
  }

  if (orders.isMarket(order)) endUnfilled(state, order, remainderReason(price).code)
  else if (orders.timeInForce(order) === TimeInForce.ImmediateOrCancel) {
    endUnfilled(state, order, CancelReason.ImmediateRemainder.code)
  } else if (
    orders.ordType(order) === OrdType.MarketWithLeftOverAsLimit &&
    orders.price(order) === 0
  ) {
    leaveOverAsLimit(state, market, order)
  } else restRemainder(state, market, order)
  return true
}

/** What an order would have traded, had trading not stopped, waits for the auction if it can. */
function waitOut(state: EngineState, market: Market, order: number): void {
  const { orders, matching } = state
  const isBounded = orders.price(order) === 0 && limitOf(state, order) !== 0
  if (isBounded) return endUnfilled(state, order, CancelReason.OutsideCollar.code)
  if (orders.timeInForce(order) === TimeInForce.ImmediateOrCancel) {
    return endUnfilled(state, order, CancelReason.ImmediateRemainder.code)
  }
  // The feed hears of the pause before the order, which may cross, is on it.
  matching.incomingEventAt = NO_EVENT
  if (orders.price(order) !== 0) restRemainder(state, market, order)
  else rest(state, market, order)
}

/** What a market order could not trade becomes a limit order at the price of its last execution. */
export function leaveOverAsLimit(state: EngineState, market: Market, order: number): void {
  const { orders, matching } = state
  if (orders.cumQty(order) === 0) {
    endUnfilled(state, order, remainderReason(limitOf(state, order)).code)
    return
  }
  reprice(state, order, market.lastPrice)
  matching.incomingEventAt = restateOrder(state, order, RestateReason.LeftOverAsLimit)
  restRemainder(state, market, order)
}

/** Why a market order has a remainder. @param limit of its price collar; 0 = none */
export const remainderReason = (limit: number): Reason =>
  limit === 0 ? CancelReason.MarketRemainder : CancelReason.OutsideCollar

function restRemainder(state: EngineState, market: Market, order: number): void {
  const at = state.matching.incomingEventAt
  const shown = rest(state, market, order)
  if (at === NO_EVENT) announce(state, order, shown)
  else announceBy(state, at, shown)
}

/** Adds an order to the feed by its last event. */
function announceBy({ events }: EngineState, at: number, shares: number): void {
  events.records.view.setInt32(at + orderEvent.offsets.feedShares, shares, true)
  events.feed(at, FeedMessage.Add)
}
