/**
 * Protection against jumps: an order trades at prices that are not too far from the last auction's and from
 * the last one before it came. What would trade beyond pauses the instrument instead, and an auction ends
 * the pause. docs/protocols/auctions.md
 */
import { ceilDiv, floorDiv, PRICE_MAX, Side, TradingState } from '../domain/index.ts'
import { tellCollar } from './auction-collar.ts'
import type { EngineState, Market } from './state.ts'
import { changeTradingState } from './trading-state.ts'

/** Of ITCH H: volatility trading pause. */
const REASON = 'LUDP'
/** No price of an order. */
const ABOVE_ALL = PRICE_MAX + 1
const BELOW_ALL = -1
/** 100 percent, in hundredths. */
const WHOLE = 10_000

/** Works out the guard from the prices that are known by now. */
export function setGuard(market: Market): void {
  const { instrument, auctionPrice, lastPrice } = market
  const { volatility, referencePrice, tickSize } = instrument
  if (volatility === undefined) {
    market.guardLow = 0
    market.guardHigh = 0
    return
  }
  const { staticPercent, dynamicPercent } = volatility
  const base = auctionPrice || referencePrice
  const last = lastPrice || base
  const staticWidth = widthOf(base, staticPercent)
  const dynamicWidth = widthOf(last, dynamicPercent)
  const low = Math.max(base - staticWidth, last - dynamicWidth, tickSize)
  const high = Math.min(base + staticWidth, last + dynamicWidth, PRICE_MAX)
  market.guardLow = ceilDiv(low, tickSize) * tickSize
  market.guardHigh = floorDiv(high, tickSize) * tickSize
}

const widthOf = (price: number, hundredths: number): number =>
  hundredths === 0 ? PRICE_MAX : floorDiv(price * hundredths, WHOLE)

/**
 * The worst price at which an order trades without a pause: one at which nothing does where the best price on
 * the other side is too good already. @param limit 0 = any
 */
export function guardedPrice(market: Market, side: number, limit: number): number {
  const { book, guardLow, guardHigh } = market
  if (guardHigh === 0) return limit
  if (side === Side.Sell) return book.bestBid > guardHigh ? ABOVE_ALL : Math.max(limit, guardLow)
  if (book.bestAsk !== 0 && book.bestAsk < guardLow) return BELOW_ALL
  return limit === 0 ? guardHigh : Math.min(limit, guardHigh)
}

/** Orders are collected from here on, until the time is over. */
export function pause(state: EngineState, market: Market): void {
  const { instrument } = market
  const { pauseSeconds } = instrument.volatility!
  market.pauseEndsSeconds = state.events.epochSeconds + pauseSeconds
  state.pauses.add(instrument.locate, market.pauseEndsSeconds)
  changeTradingState(state, market, TradingState.Paused, REASON)
  tellCollar(state, market)
}
