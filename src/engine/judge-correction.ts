/** What speaks against busting or correcting a trade, in words for operations. docs/operations/controls.md */
import { LIVE_ORDERS_MAX } from '../book/index.ts'
import { formatPrice, OrdStatus, OrdType, TimeInForce } from '../domain/index.ts'
import type { CorrectAction, RecordedTrade, TradeAction, TradeSide } from '../wire/index.ts'
import { ExecInstBit } from '../wire/index.ts'
import { roomOf } from './correct-ended.ts'
import { splitsSince } from './correction.ts'
import type { EngineState } from './state.ts'
import { isClosed, isTrading } from './trading-state.ts'

/** Match numbers of trades that were ever busted or corrected: all are remembered, so that none is twice. */
export const CORRECTIONS_MAX = 100_000

/** @returns undefined when nothing does */
export function refusalOfCorrection(state: EngineState, action: TradeAction): string | undefined {
  const { matchNumber, trade } = action
  const { isBusted = false, becomes = 0 } = state.corrections.get(matchNumber) ?? {}
  if (isBusted) return `trade ${matchNumber} is busted already`
  if (becomes !== 0) {
    return `trade ${matchNumber} was corrected: its match number is ${becomes} now`
  }
  if (trade === undefined) return `there is no trade ${matchNumber}`
  if (!state.day.isOpen) return 'no trading day is open'
  if (isOutdated(state, trade)) {
    return `a trading day has opened since trade ${matchNumber} was looked up: make a new request`
  }
  if (state.corrections.size >= CORRECTIONS_MAX) {
    return `${CORRECTIONS_MAX} busts and corrections are remembered: there is no room for more`
  }
  const terms = action.action === 'correct' ? refusalOfTerms(state, trade, action) : undefined
  return terms ?? refusalOfReturn(state, trade, action)
}

/** The request has waited behind the end of a day: an order that was known then is forgotten now. */
const isOutdated = ({ orders }: EngineState, { buy, sell }: RecordedTrade): boolean =>
  [buy, sell].some(({ orderId, ended }) => orders.find(orderId) === 0 && ended === undefined)

function refusalOfTerms(
  state: EngineState,
  trade: RecordedTrade,
  { price, quantity }: CorrectAction,
): string | undefined {
  const { tickSize, lotSize } = state.markets[trade.locate]!.instrument
  if (price === trade.price && quantity === trade.quantity) return 'it has that price and quantity'
  if (price % tickSize !== 0) return `the price is not a multiple of tick ${formatPrice(tickSize)}`
  if (quantity % lotSize !== 0) return `the quantity is not a multiple of ${lotSize}`
  for (const side of [trade.buy, trade.sell]) {
    const most = trade.quantity + leftOf(state, side)
    if (quantity > most) return `order ${side.orderId} has no more than ${most} for it`
  }
  return undefined
}

/** OrderQty(38) that an order has not traded, whether it still may or not. */
function leftOf({ orders }: EngineState, { orderId, ended }: TradeSide): number {
  const order = orders.find(orderId)
  return order === 0 ? roomOf(ended!) : orders.orderQty(order) - orders.cumQty(order)
}

/** Only what was filled can come back, and only to where it can wait. */
function refusalOfReturn(
  state: EngineState,
  trade: RecordedTrade,
  { restore, matchNumber }: TradeAction,
): string | undefined {
  if (restore === 'none') return undefined
  const { orders, markets, orderPool } = state
  const { orderId } = trade[restore]
  const market = markets[trade.locate]!
  const order = orders.find(orderId)
  if (order === 0) return `order ${orderId} is of an earlier day: it cannot come back`
  if (orders.ordStatus(order) !== OrdStatus.Filled) {
    return `order ${orderId} is not filled: there is nothing to bring back`
  }
  if (!waits(state, order)) return `order ${orderId} is none that waits: it cannot come back`
  const expireSeconds = orders.expireSeconds(order)
  if (expireSeconds !== 0 && expireSeconds <= state.events.epochSeconds) {
    return `the ExpireTime of order ${orderId} has come: it cannot come back`
  }
  const { symbol, listed } = market.instrument
  if (!listed) return `${symbol} is not listed`
  const { first } = state.corrections.get(matchNumber) ?? { first: matchNumber }
  if (splitsSince(market, first).length > 0) {
    return `order ${orderId} is of before the split of ${symbol}: it cannot come back`
  }
  if (isClosed(market.phase)) return `${symbol} is closed`
  const killed = state.risk?.killedScopeOf(order)
  if (killed !== undefined) return `trading is blocked for ${killed}`
  if (orderPool.liveCount >= LIVE_ORDERS_MAX) return 'there are too many live orders'
  const isPostOnly = orders.hasInstruction(order, ExecInstBit.PostOnly)
  const crosses = isTrading(market) && market.book.crosses(orders.side(order), orders.price(order))
  return isPostOnly && crosses ? `order ${orderId} is post only and would trade` : undefined
}

const WAIT: readonly number[] = [
  TimeInForce.Day,
  TimeInForce.GoodTillCancel,
  TimeInForce.GoodTillDate,
]

/** Market orders and those that were to trade at once, or in one auction, do not. */
function waits({ orders }: EngineState, order: number): boolean {
  const isPriced = orders.price(order) !== 0 && orders.ordType(order) !== OrdType.Market
  return isPriced && WAIT.includes(orders.timeInForce(order))
}
