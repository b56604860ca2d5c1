/** Matching of an order that belongs to a self-trade prevention group: it looks who is next. */
import type { OrderBook } from '../book/index.ts'
import { oppositeSide } from '../domain/index.ts'
import { limitOf } from './order-terms.ts'
import { groupOf, prevent } from './self-trade.ts'
import type { EngineState, Market } from './state.ts'
import { guardedPrice } from './volatility.ts'

/** @returns what was not matched; 0 when the order has ended */
export function matchPrevented(
  state: EngineState,
  market: Market,
  order: number,
  group: number,
): number {
  const { orders, matching, orderPool } = state
  const { book } = market
  const side = orders.side(order)
  const price = guardedPrice(market, side, limitOf(state, order))
  const otherSide = oppositeSide(side)
  /** Behind the last one of its group: who is in front of it was looked at. 0 = the first is next. */
  let from = 0

  while (orders.leavesQty(order) > 0 && matching.left > 0 && book.crosses(side, price)) {
    const own = book.shares.isPending
      ? 0
      : nextOwn(state, book, from || book.firstOrder(otherSide), group)
    if (own === 0) {
      book.matchNext(side, price, orders.leavesQty(order), matching, matching.left)
      from = 0
      continue
    }
    matching.left--
    from = orderPool.next(orders.slot[own]!)
    if (!prevent(state, order, own)) return 0
  }
  return orders.leavesQty(order)
}

/**
 * The order of a group that is next to trade at a price; 0 = another is. Pro rata all of the price are.
 * @param first slot of the first one to look at
 */
export function nextOwn(state: EngineState, book: OrderBook, first: number, group: number): number {
  const { orderOfSlot, orderPool } = state
  if (groupOf(state, orderOfSlot[first]!) === group) return orderOfSlot[first]!
  if (book.sharing === undefined) return 0
  for (let slot = orderPool.next(first); slot !== 0; slot = orderPool.next(slot)) {
    if (groupOf(state, orderOfSlot[slot]!) === group) return orderOfSlot[slot]!
  }
  return 0
}
