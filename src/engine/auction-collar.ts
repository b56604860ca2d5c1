/**
 * How far the price of an auction may be from the reference price. One that would be farther away is extended;
 * after the last extension it is executed inside the collar. docs/protocols/auctions.md, "Collars"
 */
import type { Cross } from '../book/index.ts'
import type { Instrument } from '../domain/index.ts'
import { CancelReason, ceilDiv, floorDiv, PRICE_MAX, Side } from '../domain/index.ts'
import { cancelUnasked } from './end-order.ts'
import { referenceOf } from './reference-price.ts'
import type { EngineState, Market } from './state.ts'

/** 100 percent, in hundredths. */
const WHOLE = 10_000

/** Lowest and highest price, both allowed and on the tick; low 0 = any price. */
export interface Collar {
  readonly low: number
  readonly high: number
}
export const NO_COLLAR: Collar = { low: 0, high: 0 }

/** The tick nearest to the reference price is always inside. */
export function collarOf({ auction, tickSize }: Instrument, referencePrice: number): Collar {
  if (auction === undefined) return NO_COLLAR
  const width = floorDiv(referencePrice * auction.collarPercent, WHOLE)
  const highest = floorDiv(PRICE_MAX, tickSize) * tickSize
  const nearest = floorDiv(referencePrice * 2 + tickSize, tickSize * 2) * tickSize
  const inside = Math.min(Math.max(nearest, tickSize), highest)
  const low = ceilDiv(Math.max(referencePrice - width, tickSize), tickSize) * tickSize
  const high = floorDiv(Math.min(referencePrice + width, highest), tickSize) * tickSize
  return { low: Math.min(low, inside), high: Math.max(high, inside) }
}

/** The feed hears of the collar of an auction that waits for better orders; of none it hears nothing. */
export function tellCollar({ events }: EngineState, market: Market): void {
  const { instrument, extension } = market
  if (instrument.auction === undefined) return
  const referencePrice = referenceOf(market)
  const { low, high } = collarOf(instrument, referencePrice)
  const told = events.tellAuctionCollar()
  told.locate = instrument.locate
  told.referencePrice = referencePrice
  told.low = low
  told.high = high
  told.extensions = extension?.count ?? 0
}

/** Whether an auction would be outside of the collar. */
export const isOutside = (found: Cross | undefined, { low, high }: Collar): boolean =>
  found !== undefined && low !== 0 && (found.price < low || found.price > high)

/**
 * What still crosses does so above the collar or below it. Those that go beyond it are canceled, the best
 * first, until nothing crosses: above it buys, below it sells.
 */
export function* endCrossing(
  state: EngineState,
  { book }: Market,
  { high }: Collar,
): Generator<void, void, void> {
  const side = book.bestAsk > high ? Side.Buy : Side.Sell
  while (book.bestAsk !== 0 && book.bestBid >= book.bestAsk) {
    cancelUnasked(state, state.orderOfSlot[book.firstOrder(side)]!, CancelReason.OutsideCollar.code)
    yield
  }
}
