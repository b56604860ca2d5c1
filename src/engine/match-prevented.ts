/** Matching of an order that belongs to a self-trade prevention group: it looks who is next. */
import { Side } from '../domain/index.ts'
import { groupOf, prevent } from './self-trade.ts'
import type { EngineState, Market } from './state.ts'

/** @returns what was not matched; 0 when the order has ended */
export function matchPrevented(
  state: EngineState,
  market: Market,
  order: number,
  group: number,
): number {
  const { orders, matching, orderOfSlot } = state
  const { book } = market
  const side = orders.side[order]!
  const price = orders.price[order]!
  const otherSide = side === Side.Buy ? Side.Sell : Side.Buy

  while (orders.leavesQty(order) > 0 && matching.left > 0 && book.crosses(side, price)) {
    const resting = orderOfSlot[book.firstOrder(otherSide)]!
    if (groupOf(state, resting) !== group) {
      book.match(side, price, orders.leavesQty(order), matching, 1)
      continue
    }
    matching.left--
    if (!prevent(state, order, resting)) return 0
  }
  return orders.leavesQty(order)
}
