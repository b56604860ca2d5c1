/**
 * An auction: everything that was collected and crosses is executed at one price, by price and time;
 * market orders come first. Self-trade prevention has no say in it. docs/protocols/auctions.md
 */
import type { Cross, MatchListener, OrderBook } from '../book/index.ts'
import { AuctionSide, cross } from '../book/index.ts'
import { Side } from '../domain/index.ts'
import type { Collar } from './auction-collar.ts'
import { collarOf, endCrossing, isOutside, NO_COLLAR } from './auction-collar.ts'
import { endLeftOver } from './auction-orders.ts'
import { noteLastPrice } from './breaker.ts'
import { endUnfilled } from './end-order.ts'
import { FeedMessage } from './event-writer.ts'
import type { Execution } from './fill-resting.ts'
import { fillResting } from './fill-resting.ts'
import { ordersIn } from './live-orders.ts'
import { leaveOverAsLimit, remainderReason } from './match-order.ts'
import { displayNext, takeOff } from './places.ts'
import { referenceOf } from './reference-price.ts'
import type { EngineState, Market } from './state.ts'
import { setGuard } from './volatility.ts'

/** Of ITCH Q and I. */
export const CrossType = {
  Opening: 'O'.charCodeAt(0),
  Closing: 'C'.charCodeAt(0),
  Halt: 'H'.charCodeAt(0),
} as const

/**
 * Leaves a book that does not cross, and no market order. A step is an execution, or the end of an order.
 * @param crossType of ITCH Q
 */
export function* uncross(
  state: EngineState,
  market: Market,
  crossType: number,
): Generator<void, void, void> {
  const collar = collarOf(market.instrument, referenceOf(market))
  const { volume, price } = collaredCrossOf(state, market, collar) ?? { volume: 0, price: 0 }
  const auction = new Auction(state, market, price)
  for (let left = volume; left > 0;) {
    left -= auction.executeNext(left)
    yield
  }
  if (volume > 0) {
    noteLastPrice(state, market, price)
    market.auctionPrice = price
    setGuard(market)
  }
  tellCross(state, market, crossType, volume, price)

  yield* endLeftOver(state, market)
  yield* endMarketOrders(state, market)
  yield* endCrossing(state, market, collar)
}

/** The price, by docs/protocols/auctions.md. */
export function crossOf(
  state: EngineState,
  market: Market,
  { low, high } = NO_COLLAR,
): Cross | undefined {
  return cross(sideOf(state, market, Side.Buy), sideOf(state, market, Side.Sell), {
    tickSize: market.instrument.tickSize,
    referencePrice: referenceOf(market),
    low,
    high,
  })
}

/** What is executed: the collar counts where the price would be outside of it. */
function collaredCrossOf(state: EngineState, market: Market, collar: Collar): Cross | undefined {
  const found = crossOf(state, market)
  return isOutside(found, collar) ? crossOf(state, market, collar) : found
}

/** All that a side brings, with what icebergs hide. */
function sideOf({ levelPool }: EngineState, market: Market, side: number): AuctionSide {
  const brought = new AuctionSide(side)
  const { book, unpriced } = market
  const first = unpriced?.bestLevel(side) ?? 0
  if (first !== 0) brought.addMarket(levelPool.quantity(first))
  for (let level = book.bestLevel(side); level !== 0; level = book.worseLevel(level)) {
    brought.addLimit(levelPool.price(level), levelPool.quantity(level) + levelPool.hidden(level))
  }
  return brought
}

/** Pairs off the first of both sides, again and again. */
class Auction implements MatchListener, Execution {
  readonly price: number
  matchNumber = 0
  /** Both rest. */
  readonly liquidity = 0
  readonly feedMessage = FeedMessage.ExecutedWithPrice
  private readonly state: EngineState
  private readonly market: Market

  constructor(state: EngineState, market: Market, price: number) {
    this.state = state
    this.market = market
    this.price = price
  }

  /** @returns shares executed, 1..sharesMax */
  executeNext(sharesMax: number): number {
    const { orderPool, numbers } = this.state
    const buys = this.bookOf(Side.Buy)
    const sells = this.bookOf(Side.Sell)
    const buyQty = orderPool.leavesQty(buys.firstOrder(Side.Buy))
    const sellQty = orderPool.leavesQty(sells.firstOrder(Side.Sell))
    const shares = Math.min(buyQty, sellQty, sharesMax)
    this.matchNumber = numbers.nextMatchNumber++
    buys.fillFirst(Side.Buy, shares, this)
    sells.fillFirst(Side.Sell, shares, this)
    return shares
  }

  onExecution(slot: number, _price: number, quantity: number, restingLeavesQty: number): number {
    const { state } = this
    const order = state.orderOfSlot[slot]!
    const isShownAgain = fillResting(state, slot, quantity, restingLeavesQty, this)
    return isShownAgain ? displayNext(state, order) : 0
  }

  /** Market orders come first. */
  private bookOf(side: number): OrderBook {
    const { unpriced, book } = this.market
    return unpriced !== undefined && unpriced.firstOrder(side) !== 0 ? unpriced : book
  }
}

function tellCross(
  { events, numbers }: EngineState,
  { instrument }: Market,
  crossType: number,
  shares: number,
  price: number,
): void {
  events.executeCross()
  const record = events.cross
  record.shares = shares
  record.matchNumber = numbers.nextMatchNumber++
  record.price = price
  record.locate = instrument.locate
  record.crossType = crossType
}

function* endMarketOrders(state: EngineState, market: Market): Generator<void, void, void> {
  if (market.unpriced === undefined) return
  for (const side of [Side.Buy, Side.Sell]) {
    for (const order of ordersIn(state, market.unpriced, side)) {
      endMarketOrder(state, market, order)
      yield
    }
  }
}

/** What it could not trade is canceled, or rests as a limit order at the price of the auction. */
function endMarketOrder(state: EngineState, market: Market, order: number): void {
  if (state.orders.isMarket(order)) {
    endUnfilled(state, order, remainderReason(0).code)
    return
  }
  takeOff(state, order)
  leaveOverAsLimit(state, market, order)
}
