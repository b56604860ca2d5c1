/** What an order could trade at once: asked before the first execution of one that wants all or nothing. */
import { oppositeSide, Side, StpInstruction } from '../domain/index.ts'
import { nextOwn } from './match-prevented.ts'
import { hiddenOf } from './places.ts'
import { groupOf, instructionOf } from './self-trade.ts'
import { limitOf } from './order-terms.ts'
import type { EngineState, Market } from './state.ts'
import { guardedPrice } from './volatility.ts'

/**
 * @returns 0..needed; what is not shown of icebergs counts, what self-trade prevention keeps it from
 *   does not
 */
export function availableFor(
  state: EngineState,
  market: Market,
  order: number,
  needed: number,
): number {
  const { orders, orderOfSlot } = state
  const side = orders.side(order)
  const limit = guardedPrice(market, side, limitOf(state, order))
  const { book } = market
  const group = groupOf(state, order)
  if (group === 0) return book.availableQuantity(side, limit, needed)

  const skipsOwn = instructionOf(state, order) === StpInstruction.CancelOldest
  let available = 0
  /** Of the price at hand: it comes behind whoever waits there. */
  let hidden = 0
  let last = 0
  let slot = book.firstOrder(oppositeSide(side))
  for (; slot !== 0 && available - hidden < needed; slot = book.orderBehind(slot)) {
    const resting = orderOfSlot[slot]!
    const price = orders.price(resting)
    if (price !== last) {
      if (available >= needed) break
      if (limit !== 0 && (side === Side.Buy ? price > limit : price < limit)) break
      hidden = 0
      last = price
      if (!skipsOwn && nextOwn(state, book, slot, group) !== 0) break
    }
    if (groupOf(state, resting) !== group) {
      available += orders.leavesQty(resting)
      hidden += hiddenOf(state, resting)
    } else if (!skipsOwn) return Math.min(available - hidden, needed)
  }
  return Math.min(available, needed)
}
