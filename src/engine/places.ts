/**
 * Where live orders wait: in the book of their market, among its market orders, its stops or its orders at the
 * close. Everything else finds an order by the slot that it has there.
 */
import { OrderBook } from '../book/index.ts'
import { enlarged, oppositeSide } from '../domain/index.ts'
import { EventType } from '../wire/index.ts'
import { FeedMessage } from './event-writer.ts'
import type { EngineState, Market } from './state.ts'

/** What the market sees of so much: all of it, or a slice of an iceberg. */
export function shownOf({ orders }: EngineState, order: number, quantity: number): number {
  const maxFloor = orders.maxFloor(order)
  return maxFloor === 0 ? quantity : Math.min(maxFloor, quantity)
}

/**
 * Puts an order at the tail of its price level, or of the market orders that wait for an auction.
 * @returns the quantity that is shown
 */
export function rest(state: EngineState, market: Market, order: number): number {
  const { orders } = state
  const leavesQty = orders.leavesQty(order)
  countForAuction(state, order, 1)
  if (orders.price(order) === 0) {
    take(state, order, addUnpriced(state, market, orders.side(order), leavesQty))
    return 0
  }
  const shown = shownOf(state, order, leavesQty)
  const slot = market.book.add(orders.side(order), orders.price(order), shown)
  if (shown < leavesQty) market.book.hide(slot, leavesQty - shown)
  take(state, order, slot)
  return shown
}

/** What of a resting order the market does not see. */
export const hiddenOf = ({ orders, orderPool }: EngineState, order: number): number =>
  orders.leavesQty(order) - orderPool.leavesQty(orders.slot[order]!)

/** Puts an order that does not work yet in line: a stop among the stops, or one at the close behind the others. */
export function wait(state: EngineState, market: Market, order: number): void {
  take(state, order, addInLine(state, market, order, state.orders.leavesQty(order)))
}

/**
 * A stop goes to the tail of its stop price. The stops of a market are a book in which the sides are
 * exchanged, so that the best price is the one that a trade reaches first.
 */
function addInLine(state: EngineState, market: Market, order: number, quantity: number): number {
  const { orders } = state
  const side = orders.side(order)
  const stopPx = orders.stopPx(order)
  if (stopPx === 0) return addAtClose(state, market, side, quantity)
  return stopsOf(state, market).add(stopSideOf(side), stopPx, quantity)
}

/** Side of the stops' book on which the stops of a side wait. */
export const stopSideOf = oppositeSide

/**
 * Puts a live order that comes out of a snapshot back to the tail of its queue.
 * @param shown what the market saw of it
 */
export function putBack(state: EngineState, order: number, shown: number): void {
  const { orders } = state
  const market = state.markets[orders.locate(order)]!
  const leavesQty = orders.leavesQty(order)
  if (orders.isWaiting(order)) {
    noteSlot(state, order, addInLine(state, market, order, shown))
    return
  }
  countForAuction(state, order, 1)
  if (orders.price(order) === 0) {
    noteSlot(state, order, addUnpriced(state, market, orders.side(order), leavesQty))
    return
  }
  const slot = market.book.add(orders.side(order), orders.price(order), shown)
  if (shown < leavesQty) market.book.hide(slot, leavesQty - shown)
  noteSlot(state, order, slot)
}

/** They have a book of their own, with one price: what is first came first. */
function addUnpriced(
  { orderPool, levelPool }: EngineState,
  market: Market,
  side: number,
  quantity: number,
): number {
  const { tickSize } = market.instrument
  market.unpriced ??= new OrderBook(orderPool, levelPool, tickSize)
  return market.unpriced.add(side, tickSize, quantity)
}

/** Likewise those at the close, until the closing auction begins: in the order of their arrival. */
function addAtClose(
  { orderPool, levelPool }: EngineState,
  market: Market,
  side: number,
  quantity: number,
): number {
  const { tickSize } = market.instrument
  market.atClose ??= new OrderBook(orderPool, levelPool, tickSize)
  return market.atClose.add(side, tickSize, quantity)
}

/** Where an order waits. */
function placeOf({ orders }: EngineState, market: Market, order: number): OrderBook {
  if (orders.isWaiting(order)) return orders.stopPx(order) === 0 ? market.atClose! : market.stops!
  return orders.price(order) === 0 ? market.unpriced! : market.book
}

const stopsOf = ({ orderPool, levelPool }: EngineState, market: Market): OrderBook =>
  (market.stops ??= new OrderBook(orderPool, levelPool, market.instrument.tickSize))

function take(state: EngineState, order: number, slot: number): void {
  noteSlot(state, order, slot)
  state.sessionOrders.add(state.orders.session(order), slot)
}

function noteSlot(state: EngineState, order: number, slot: number): void {
  const { orders } = state
  orders.slot[order] = slot
  if (slot >= state.orderOfSlot.length) {
    const length = Math.max(slot + 1, state.orderOfSlot.length * 2)
    state.orderOfSlot = enlarged(state.orderOfSlot, length)
  }
  state.orderOfSlot[slot] = order
}

/** Removes an order from where it waits; gives the shares that the market saw, 0 when it saw none. */
export function takeOff(state: EngineState, order: number): number {
  const { orders } = state
  const slot = orders.slot[order]!
  if (slot === 0) return 0
  const market = state.markets[orders.locate(order)]!
  const hidden = hiddenOf(state, order)
  leaveBook(state, order)
  const place = placeOf(state, market, order)
  if (hidden > 0) place.hide(slot, -hidden)
  const shown = place.remove(slot)
  return orders.isDisplayed(order) ? shown : 0
}

/**
 * Takes from where an order waits what its OrderQty(38) is lower already, hidden parts first; its place
 * stays.
 * @returns what the market sees less
 */
export function shrink(state: EngineState, order: number, quantity: number): number {
  const { orders, orderPool } = state
  const slot = orders.slot[order]!
  if (slot === 0) return 0
  const market = state.markets[orders.locate(order)]!
  const reduction = Math.max(0, orderPool.leavesQty(slot) - orders.leavesQty(order))
  if (reduction < quantity) market.book.hide(slot, reduction - quantity)
  if (reduction === 0) return 0
  placeOf(state, market, order).reduce(slot, reduction)
  return orders.isDisplayed(order) ? reduction : 0
}

/** The order waits in no queue any more. */
export function leaveBook(state: EngineState, order: number): void {
  const { orders, sessionOrders } = state
  countForAuction(state, order, -1)
  sessionOrders.remove(orders.session(order), orders.slot[order]!)
  orders.slot[order] = 0
}

/** Orders for one auction alone are counted where they are collected: without any, nobody looks for them. */
function countForAuction({ orders, markets }: EngineState, order: number, change: 1 | -1): void {
  const isCollected = orders.isForAuction(order) && !orders.isWaiting(order)
  if (isCollected) markets[orders.locate(order)]!.auctionOrders += change
}

/**
 * The slice of an iceberg is executed: the next one is a new order on the feed, at the end of its
 * price.
 * @returns its quantity
 */
export function displayNext(state: EngineState, order: number): number {
  const { orders, numbers } = state
  orders.setReference(order, numbers.nextOrderReference++)
  const shown = shownOf(state, order, orders.leavesQty(order))
  announce(state, order, shown)
  return shown
}

/** Adds an order to the feed by an event of its own. */
export function announce(state: EngineState, order: number, shares: number): void {
  const { events, orders, ids } = state
  const at = events.display(EventType.OrderDisplayed, order, orders, ids)
  events.order.feedShares = shares
  events.feed(at, FeedMessage.Add)
}
