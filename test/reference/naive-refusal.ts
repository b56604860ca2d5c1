/**
 * Why the naive engine refuses: a reason of src/domain/reasons.ts and the values of its Text(58).
 */
import type { Reason } from '../../src/domain/index.ts'
import {
  CancelRejectReason,
  OrdType,
  PRICE_MAX,
  RejectReason,
  TimeInForce,
} from '../../src/domain/index.ts'
import type { VenueConfiguration } from '../../src/wire/index.ts'
import type { CancelOrder, EnterOrder, ReplaceOrder } from '../support/engine-commands.ts'
import { isLive } from './naive-order.ts'
import type { NaiveEvent, NaiveOrder } from './naive-order.ts'

export interface Refusal {
  readonly reason: Reason
  readonly textValueA?: number
  readonly textValueB?: number
}
type Problem = {
  readonly name: keyof typeof CancelRejectReason & keyof typeof RejectReason
} & Omit<Refusal, 'reason'>

/** What a refusal depends on. */
interface Exchange {
  readonly venue: VenueConfiguration
  readonly isOpen: boolean
  readonly ordersToday: number
}

export const textOf = ({ reason, textValueA = 0, textValueB = 0 }: Refusal): NaiveEvent => ({
  reason: reason.code,
  textValueA,
  textValueB,
})

export function refusalOfEntry(exchange: Exchange, command: EnterOrder): Refusal | undefined {
  if (!exchange.isOpen) return { reason: RejectReason.ExchangeClosed }
  if (!exchange.venue.instruments[command.locate - 1]?.listed) {
    return { reason: RejectReason.UnknownSymbol }
  }
  if (exchange.ordersToday >= exchange.venue.ordersPerDayMax) {
    return { reason: RejectReason.OrdersPerDayReached }
  }
  const problem = problemOf(exchange.venue, command)
  return problem && { ...problem, reason: RejectReason[problem.name] }
}

export function refusalOfChange(
  exchange: Exchange,
  command: CancelOrder | ReplaceOrder,
  isDuplicate: boolean,
  order: NaiveOrder | null,
): Refusal | undefined {
  const R = CancelRejectReason
  const isReplace = command.kind === 'replace'
  if (isDuplicate) return { reason: R.DuplicateClOrdId }
  if (order === null) return { reason: R.UnknownOrder }
  if (!isLive(order)) return { reason: R.TooLate }
  if (isReplace && !exchange.isOpen) return { reason: R.ExchangeClosed }
  if (![0, order.orderId].includes(command.orderId)) return { reason: R.OrderIdMismatch }
  if (command.locate !== order.locate) {
    return { reason: isReplace ? R.SymbolUnchangeable : R.SymbolMismatch }
  }
  if (command.side !== order.side) {
    return { reason: isReplace ? R.SideUnchangeable : R.SideMismatch }
  }
  if (!isReplace) return undefined

  if (command.account !== order.account) return { reason: R.AccountUnchangeable }
  if (command.ordType !== order.ordType) return { reason: R.OrdTypeUnchangeable }
  if (![TimeInForce.Day, TimeInForce.GoodTillCancel].includes(command.timeInForce)) {
    const textValueA = Number(String.fromCharCode(command.timeInForce))
    return { reason: R.TimeInForceUnchangeable, textValueA }
  }
  const problem = problemOf(exchange.venue, command)
  if (problem) return { ...problem, reason: R[problem.name] }
  const isOver = exchange.ordersToday >= exchange.venue.ordersPerDayMax
  return isOver ? { reason: R.OrdersPerDayReached } : undefined
}

/** The first thing wrong with a price and a quantity: -1, -2, -3 are values of Unrepresentable. */
function problemOf(
  venue: VenueConfiguration,
  terms: EnterOrder | ReplaceOrder,
): Problem | undefined {
  const { orderQty, price } = terms
  const instrument = venue.instruments[terms.locate - 1]!
  const { lotSize, maxOrderQty, tickSize, referencePrice, priceBandPercent } = instrument
  if (orderQty === 0 || orderQty === -1) return { name: 'QuantityNotPositive' }
  if (orderQty === -3 || orderQty > maxOrderQty) {
    return { name: 'QuantityTooLarge', textValueA: maxOrderQty }
  }
  if (orderQty === -2 || orderQty % lotSize) return { name: 'QuantityNotLot', textValueA: lotSize }
  if (terms.ordType === OrdType.Market) return undefined

  if (price === 0 || price === -1) return { name: 'PriceNotPositive' }
  if (price === -3) return { name: 'PriceTooLarge', textValueA: PRICE_MAX }
  if (price === -2 || price % tickSize) return { name: 'PriceNotTick', textValueA: tickSize }
  if (priceBandPercent === 0) return undefined
  const width = Math.floor((referencePrice * priceBandPercent) / 100)
  const low = Math.max(tickSize, Math.ceil((referencePrice - width) / tickSize) * tickSize)
  const high = Math.floor(Math.min(referencePrice + width, PRICE_MAX) / tickSize) * tickSize
  const isOutside = price < low || price > high
  return isOutside ? { name: 'PriceOutsideBand', textValueA: low, textValueB: high } : undefined
}
