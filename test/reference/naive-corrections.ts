/** The trades of the naive engine, and what speaks against busting or correcting one. */
import { formatPrice, OrdStatus, Side, TimeInForce } from '../../src/domain/index.ts'
import type { Instrument } from '../../src/domain/index.ts'
import type { TradeAction } from '../../src/wire/index.ts'
import type { NaiveOrder } from './naive-order.ts'
import { isMarket, isPostOnly } from './naive-order.ts'

export interface NaiveTrade {
  readonly matchNumber: number
  /** The number that it was executed with. */
  readonly first: number
  readonly locate: number
  readonly price: number
  readonly quantity: number
  /** By side: the order, and the ExecID of the report that told of it last. */
  readonly sides: Map<number, { readonly orderId: number; readonly execId: number }>
  /** Its number after a correction; 0 = it is busted. */
  becomes?: number
}

/** What a refusal depends on. */
export interface Floor {
  readonly isOpen: boolean
  /** Seconds since 1970. */
  readonly now: number
  /** Of the day. */
  readonly orders: readonly NaiveOrder[]
  /** Whatever the day, by OrderID(37). */
  readonly known: ReadonlyMap<number, NaiveOrder>
  readonly instrumentOf: (locate: number) => Instrument
  readonly isClosed: (locate: number) => boolean
  /** As a Text names it. */
  readonly killedScopeOf: (order: NaiveOrder) => string | undefined
  /** @param first match number that a trade was executed with */
  readonly wasSplitSince: (locate: number, first: number) => boolean
  /** Whether an order that came in would trade at once. */
  readonly wouldTrade: (order: NaiveOrder) => boolean
}

const WAIT = [TimeInForce.Day, TimeInForce.GoodTillCancel, TimeInForce.GoodTillDate] as const

export function refusalOfCorrection(
  floor: Floor,
  action: TradeAction,
  trade: NaiveTrade | undefined,
): string | undefined {
  const { matchNumber } = action
  if (trade === undefined) return `there is no trade ${matchNumber}`
  if (trade.becomes === 0) return `trade ${matchNumber} is busted already`
  if (trade.becomes !== undefined) {
    return `trade ${matchNumber} was corrected: its match number is ${trade.becomes} now`
  }
  if (!floor.isOpen) return 'no trading day is open'
  if (isOutdated(floor, action, trade)) {
    return `a trading day has opened since trade ${matchNumber} was looked up: make a new request`
  }
  return refusalOfTerms(floor, action, trade) ?? refusalOfReturn(floor, action, trade)
}

/** Of an order that the day has forgotten the request says nothing: it was known when that was written. */
function isOutdated(
  { orders, known }: Floor,
  { trade }: TradeAction,
  { sides }: NaiveTrade,
): boolean {
  const isOf = (side: number) => orders.includes(known.get(sides.get(side)!.orderId)!)
  const hasEnd = (name: 'buy' | 'sell') => trade?.[name].ended !== undefined
  return (!isOf(Side.Buy) && !hasEnd('buy')) || (!isOf(Side.Sell) && !hasEnd('sell'))
}

function refusalOfTerms(
  { known, instrumentOf }: Floor,
  action: TradeAction,
  { locate, price, quantity, sides }: NaiveTrade,
): string | undefined {
  if (action.action === 'bust') return undefined
  const { tickSize, lotSize } = instrumentOf(locate)
  if (action.price === price && action.quantity === quantity) {
    return 'it has that price and quantity'
  }
  if (action.price % tickSize !== 0) {
    return `the price is not a multiple of tick ${formatPrice(tickSize)}`
  }
  if (action.quantity % lotSize !== 0) return `the quantity is not a multiple of ${lotSize}`
  for (const side of [Side.Buy, Side.Sell]) {
    const { orderId, orderQty, cumQty } = known.get(sides.get(side)!.orderId)!
    const most = quantity + orderQty - cumQty
    if (action.quantity > most) return `order ${orderId} has no more than ${most} for it`
  }
  return undefined
}

function refusalOfReturn(
  floor: Floor,
  { restore }: TradeAction,
  { locate, first, sides }: NaiveTrade,
): string | undefined {
  if (restore === 'none') return undefined
  const { orders, known, now, instrumentOf, isClosed } = floor
  const { killedScopeOf, wasSplitSince, wouldTrade } = floor
  const { orderId } = sides.get(restore === 'buy' ? Side.Buy : Side.Sell)!
  const order = known.get(orderId)!
  if (!orders.includes(order)) return `order ${orderId} is of an earlier day: it cannot come back`
  if (order.ordStatus !== OrdStatus.Filled) {
    return `order ${orderId} is not filled: there is nothing to bring back`
  }
  const waits = WAIT.some((one) => one === order.timeInForce)
  if (!waits || isMarket(order) || order.price === 0) {
    return `order ${orderId} is none that waits: it cannot come back`
  }
  const { expireSeconds } = order.conditions
  if (expireSeconds !== 0 && expireSeconds <= now) {
    return `the ExpireTime of order ${orderId} has come: it cannot come back`
  }
  const { listed, symbol } = instrumentOf(locate)
  if (!listed) return `${symbol} is not listed`
  if (wasSplitSince(locate, first)) {
    return `order ${orderId} is of before the split of ${symbol}: it cannot come back`
  }
  if (isClosed(locate)) return `${symbol} is closed`
  const killed = killedScopeOf(order)
  if (killed !== undefined) return `trading is blocked for ${killed}`
  const isRefused = isPostOnly(order.conditions) && wouldTrade(order)
  return isRefused ? `order ${orderId} is post only and would trade` : undefined
}
