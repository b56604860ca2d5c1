/**
 * Stop orders. Those that a trade of the command reached are triggered when the order that traded
 * has come to its end or its rest, one after the other: of all that are reached at that moment, buys
 * before sells, the stop price that was reached first before the next, and at one price the order that
 * has waited longest. Each is brought in like a new order before the next one is looked for, so a
 * cascade is a loop, and what a triggered stop trades may reach more.
 */
import { Side } from '../domain/index.ts'
import type { Matching } from './matching.ts'
import type { EngineState, Market } from './state.ts'

/** The stop to be triggered next; 0 = none is reached. */
export function nextTriggered(state: EngineState, { stops }: Market, matching: Matching): number {
  if (stops === undefined) return 0
  const { bestAsk: buy, bestBid: sell } = stops
  if (buy !== 0 && buy <= matching.highest) return state.orderOfSlot[stops.firstOrder(Side.Sell)]!
  const isReached = sell !== 0 && matching.lowest !== 0 && sell >= matching.lowest
  return isReached ? state.orderOfSlot[stops.firstOrder(Side.Buy)]! : 0
}
