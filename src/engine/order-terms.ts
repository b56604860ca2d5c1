/** Putting an order's terms into force: those of a new order, and those that a replacement restates. */
import type { Reason } from '../domain/index.ts'
import { floorDiv, OrdType, PRICE_MAX, Side } from '../domain/index.ts'
import { ExecInstBit, orderConditions } from '../wire/index.ts'
import type { EngineState, Market } from './state.ts'
import { isTrading } from './trading-state.ts'

const conditions = orderConditions.flyweight()

/** Whether an order of this type and Price(44) has a limit; a market order has a price of 0. */
export const isLimited = (ordType: number, price: number): boolean =>
  ordType === OrdType.Limit || ordType === OrdType.StopLimit || price !== 0

/** Worst price at which an order trades: its limit, or that of its price collar; 0 = none. */
export const limitOf = ({ orders, risk }: EngineState, order: number): number =>
  orders.price(order) || (risk?.limitOf(order) ?? 0)

/** Gives a live order another price that nobody asked for. */
export function reprice({ orders, risk }: EngineState, order: number, price: number): void {
  risk?.close(order)
  orders.setPrice(order, price)
  risk?.open(order)
}

/** MinQty(110) of the conditions; 0 = none. @param at -1 = there are none */
export function minQtyAt(view: DataView, at: number): number {
  if (at < 0) return 0
  conditions.wrap(view, at)
  return conditions.minQty
}

/** StopPx(99) of the conditions; 0 = it is no stop. @param at -1 = there are none */
export function stopPxAt(view: DataView, at: number): number {
  if (at < 0) return 0
  conditions.wrap(view, at)
  return conditions.stopPx
}

/** @param at where the conditions stand; -1 = the order has none */
export function applyConditions(
  { orders, expiries }: EngineState,
  order: number,
  view: DataView,
  at: number,
): void {
  if (at < 0) {
    if (orders.isWaiting(order)) orders.conditions.clear(orders.condition(order))
    else orders.setCondition(order, 0)
    return
  }
  const row = orders.condition(order)
  if (row === 0) orders.setCondition(order, orders.conditions.append(view, at))
  else orders.conditions.restate(row, view, at)
  conditions.wrap(view, at)
  if (conditions.expireSeconds !== 0) expiries.add(order, conditions.expireSeconds)
}

/** Whether it is a post-only order that would trade. @param at of its conditions; -1 = it has none */
export function wouldTradePostOnly(
  market: Market,
  side: number,
  price: number,
  view: DataView,
  at: number,
): boolean {
  if (at < 0 || !isTrading(market)) return false
  conditions.wrap(view, at)
  return (conditions.execInst & ExecInstBit.PostOnly) !== 0 && market.book.crosses(side, price)
}

/** The best price at which an order does not trade; 0 = there is none inside the band. */
export function slidPrice({ book, instrument, bandLow, bandHigh }: Market, side: number): number {
  const { tickSize } = instrument
  const price = side === Side.Buy ? book.bestAsk - tickSize : book.bestBid + tickSize
  const low = bandHigh > 0 ? bandLow : tickSize
  const high = bandHigh > 0 ? bandHigh : floorDiv(PRICE_MAX, tickSize) * tickSize
  return price >= low && price <= high ? price : 0
}

/** Why a post-only order that would trade is refused; undefined = its price is moved instead. */
export function refusalOfPostOnly(
  { venueSessions }: EngineState,
  market: Market,
  session: number,
  side: number,
  reason: Reason,
): Reason | undefined {
  const slides = venueSessions[session]!.postOnly === 'slide'
  return slides && slidPrice(market, side) > 0 ? undefined : reason
}
