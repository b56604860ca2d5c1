/**
 * Walks over live orders of which the walker may end the one at hand: the next is known before. Between
 * two steps nothing else may change a book, which is what `work.ts` is about.
 */
import type { OrderBook } from '../book/index.ts'
import { Side } from '../domain/index.ts'
import { stopSideOf } from './places.ts'
import type { EngineState, Market } from './state.ts'

/** Of the whole exchange, by instrument, side and priority. */
export function* liveOrders(state: EngineState): Generator<number, void, void> {
  for (const market of state.markets) if (market !== undefined) yield* ordersOn(state, market)
}

/**
 * Of one instrument, by side and priority: market orders, the book, those that wait for the closing auction,
 * then the stops in the order of triggering.
 */
export function* ordersOn(state: EngineState, market: Market): Generator<number, void, void> {
  const { book, stops, unpriced, atClose } = market
  if (unpriced !== undefined) {
    for (const side of [Side.Buy, Side.Sell]) yield* ordersIn(state, unpriced, side)
  }
  for (const side of [Side.Buy, Side.Sell]) yield* ordersIn(state, book, side)
  if (atClose !== undefined) {
    for (const side of [Side.Buy, Side.Sell]) yield* ordersIn(state, atClose, side)
  }
  if (stops === undefined) return
  for (const side of [Side.Buy, Side.Sell]) yield* ordersIn(state, stops, stopSideOf(side))
}

/** Of a side of one book, by priority. */
export function* ordersIn(
  state: EngineState,
  book: OrderBook,
  side: number,
): Generator<number, void, void> {
  for (let slot = book.firstOrder(side), next = 0; slot !== 0; slot = next) {
    next = book.orderBehind(slot)
    yield state.orderOfSlot[slot]!
  }
}

/** Of one session, in the order in which they came to rest. */
export function* ordersOf(state: EngineState, session: number): Generator<number, void, void> {
  const { sessionOrders } = state
  for (let slot = sessionOrders.first(session), next = 0; slot !== 0; slot = next) {
    next = sessionOrders.next(slot)
    yield state.orderOfSlot[slot]!
  }
}
