/**
 * Why the naive engine refuses: a reason of src/domain/reasons.ts and the values of its Text(58).
 */
import type { Instrument, Reason } from '../../src/domain/index.ts'
import {
  CancelRejectReason,
  OrdType,
  PRICE_MAX,
  RejectReason,
  TimeInForce,
} from '../../src/domain/index.ts'
import type { PhaseInstant, KillScope, VenueConfiguration } from '../../src/wire/index.ts'
import type { CancelOrder, EnterOrder, ReplaceOrder } from '../support/engine-commands.ts'
import { conditionsOf } from '../support/engine-commands.ts'
import type { NaiveMarket } from './naive-market.ts'
import { isClosed, isTrading, phaseOf, policyOf } from './naive-market.ts'
import type { OrderSize } from './naive-operations.ts'
import { textOfScopes } from './naive-operations.ts'
import { isLive, keepsPlace } from './naive-order.ts'
import type { NaiveEvent, NaiveOrder } from './naive-order.ts'

export interface Refusal {
  readonly reason: Reason
  readonly textValueA?: number
  readonly textValueB?: number
  /** Text(58), where the reason has none. */
  readonly textBehind?: string
}
type Problem = {
  readonly name: keyof typeof CancelRejectReason & keyof typeof RejectReason
} & Omit<Refusal, 'reason'>

/** What a refusal depends on. */
interface Exchange {
  readonly venue: VenueConfiguration
  readonly markets: readonly NaiveMarket[]
  readonly kills: readonly KillScope[]
  readonly sizes: readonly OrderSize[]
  readonly isOpen: boolean
  readonly isPhased: boolean
  /** Phases to come. */
  readonly plan: readonly PhaseInstant[]
  readonly ordersToday: number
  readonly tradingDate: number
  /** Seconds since 1970. */
  readonly now: number
}

export const textOf = ({ reason, textBehind = '', ...values }: Refusal): NaiveEvent => ({
  reason: reason.code,
  textValueA: values.textValueA ?? 0,
  textValueB: values.textValueB ?? 0,
  textBehind,
})

export function refusalOfEntry(exchange: Exchange, command: EnterOrder): Refusal | undefined {
  if (!exchange.isOpen) return { reason: RejectReason.ExchangeClosed }
  if (!exchange.venue.instruments[command.locate - 1]?.listed) {
    return { reason: RejectReason.UnknownSymbol }
  }
  if (exchange.ordersToday >= exchange.venue.ordersPerDayMax) {
    return { reason: RejectReason.OrdersPerDayReached }
  }
  const market = exchange.markets[command.locate - 1]!
  const missed = missedAuction(exchange, market, command)
  if (missed !== undefined) return { reason: missed }
  if (isClosed(market)) return { reason: RejectReason.ExchangeClosed }
  const policy = policyOf(market) ?? 'accept'
  if (policy !== 'accept') return { reason: RejectReason.Halted }
  const isStop = conditionsOf(command).stopPx !== 0
  if (!isTrading(market) && !isStop && !canBeCollected(command))
    return { reason: RejectReason.NotCollected }
  const problem = problemOf(exchange, command, command.price)
  return problem && { ...problem, reason: RejectReason[problem.name] }
}

/** An order for one auction needs one that is still to come, or is being collected for. */
function missedAuction(
  { isPhased, plan }: Exchange,
  market: NaiveMarket,
  { timeInForce }: EnterOrder,
): Reason | undefined {
  const { NoDayAuctions, OpeningOver, ClosingOver } = RejectReason
  const own = plan.filter(({ group }) => group === (market.instrument.group ?? ''))
  const phases = [phaseOf(market), ...own.map((instant) => instant.phase)]
  if (timeInForce === TimeInForce.AtTheOpening) {
    if (!isPhased) return NoDayAuctions
    return phases.includes('pre-open') ? undefined : OpeningOver
  }
  if (timeInForce === TimeInForce.AtTheClose) {
    if (!isPhased) return NoDayAuctions
    return phases.includes('closing-auction') ? undefined : ClosingOver
  }
  return undefined
}

/** Of what operations lets a scope do. */
export function refusalByScope(
  exchange: Exchange,
  command: EnterOrder | ReplaceOrder,
): Refusal | undefined {
  const found = textOfScopes(exchange, command, command.orderQty)
  if (found === undefined) return undefined
  const reasons = command.kind === 'enter' ? RejectReason : CancelRejectReason
  return { reason: reasons[found.problem], textBehind: found.text }
}

/** Whether an order can wait: not one that wants something at once. */
function canBeCollected(command: EnterOrder | ReplaceOrder): boolean {
  const { ImmediateOrCancel, FillOrKill } = TimeInForce
  const isAtOnce = [ImmediateOrCancel, FillOrKill].some((one) => one === command.timeInForce)
  return !isAtOnce && conditionsOf(command).minQty === 0
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
  const { stopPx } = conditionsOf(command)
  if (!order.isWaiting && stopPx !== order.conditions.stopPx) {
    return { reason: R.StopPxUnchangeable }
  }
  if (!becomes(order.timeInForce).includes(command.timeInForce)) {
    const textValueA = Number(String.fromCharCode(command.timeInForce))
    return { reason: R.TimeInForceUnchangeable, textValueA }
  }
  const refusal = refusalByState(exchange.markets[order.locate - 1]!, command, order)
  if (refusal) return refusal
  const problem = problemOf(exchange, command, priceAsked(command, order))
  if (problem) return { ...problem, reason: R[problem.name] }
  const isOver = exchange.ordersToday >= exchange.venue.ordersPerDayMax
  return isOver ? { reason: R.OrdersPerDayReached } : undefined
}

/** What TimeInForce(59) a replacement may ask for. */
function becomes(before: number): readonly number[] {
  const { Day, GoodTillCancel, GoodTillDate, AtTheOpening, AtTheClose } = TimeInForce
  const isForAuction = before === AtTheOpening || before === AtTheClose
  return isForAuction ? [before] : [Day, GoodTillCancel, GoodTillDate]
}

/** What an instrument that does not trade has against a replacement. */
function refusalByState(
  market: NaiveMarket,
  command: ReplaceOrder,
  order: NaiveOrder,
): Refusal | undefined {
  const R = CancelRejectReason
  if (isTrading(market)) return undefined
  if (isClosed(market)) return { reason: R.ExchangeClosed }
  const policy = policyOf(market) ?? 'accept'
  if (policy === 'cancel-only' && isReduction(command, order)) return undefined
  if (policy !== 'accept') return { reason: R.Halted }
  return canBeCollected(command) ? undefined : { reason: R.NotCollected }
}

/** Whether it leaves the order where it is with no more than it has. */
function isReduction(command: ReplaceOrder, order: NaiveOrder): boolean {
  const { orderQty } = command
  const price = priceAsked(command, order)
  const after = { price, orderQty, conditions: conditionsOf(command) }
  return orderQty <= order.cumQty || keepsPlace(order, after)
}

/** The Price(44) that a replacement asks for: what is left over keeps its own when none is sent. */
export const priceAsked = (command: ReplaceOrder, order: NaiveOrder): number =>
  command.ordType === OrdType.MarketWithLeftOverAsLimit && command.price === 0
    ? order.price
    : command.price

/** The first thing wrong with an order: -1, -2, -3 are values of Unrepresentable. */
function problemOf(
  exchange: Exchange,
  command: EnterOrder | ReplaceOrder,
  price: number,
): Problem | undefined {
  const { ordType, orderQty, locate } = command
  const instrument = exchange.venue.instruments[locate - 1]!
  const { lotSize, maxOrderQty, tickSize } = instrument
  if (orderQty === 0 || orderQty === -1) return { name: 'QuantityNotPositive' }
  if (orderQty === -3 || orderQty > maxOrderQty) {
    return { name: 'QuantityTooLarge', textValueA: maxOrderQty }
  }
  if (orderQty === -2 || orderQty % lotSize) return { name: 'QuantityNotLot', textValueA: lotSize }

  const isPriced = [OrdType.Limit, OrdType.StopLimit].includes(ordType) || price !== 0
  if (isPriced) {
    if (price === 0 || price === -1) return { name: 'PriceNotPositive' }
    if (price === -3) return { name: 'PriceTooLarge', textValueA: PRICE_MAX }
    if (price === -2 || price % tickSize) return { name: 'PriceNotTick', textValueA: tickSize }
    const { low, high } = bandOf(instrument)
    const isOutside = price < low || price > high
    if (isOutside) return { name: 'PriceOutsideBand', textValueA: low, textValueB: high }
  }

  const { stopPx, minQty, maxFloor, expireDate, expireSeconds } = conditionsOf(command)
  if (stopPx === -1) return { name: 'StopPxNotPositive' }
  if (stopPx === -3) return { name: 'StopPxTooLarge', textValueA: PRICE_MAX }
  if (stopPx === -2 || stopPx % tickSize) return { name: 'StopPxNotTick', textValueA: tickSize }

  if (minQty === -1) return { name: 'MinQtyNotPositive' }
  if (minQty === -3 || minQty > orderQty) return { name: 'MinQtyTooLarge' }
  if (minQty === -2 || minQty % lotSize) return { name: 'MinQtyNotLot', textValueA: lotSize }

  if (maxFloor === -1) return { name: 'MaxFloorNotPositive' }
  if (maxFloor === -3 || maxFloor >= orderQty) return { name: 'MaxFloorTooLarge' }
  if (maxFloor === -2 || maxFloor % lotSize) return { name: 'MaxFloorNotLot', textValueA: lotSize }

  if (expireSeconds !== 0 && expireSeconds <= exchange.now) return { name: 'ExpireTimePast' }
  if (expireDate !== 0 && expireDate < exchange.tradingDate) return { name: 'ExpireDatePast' }
  return undefined
}

/** The prices that an instrument's orders may have, both ends included. */
export function bandOf(instrument: Instrument): { low: number; high: number } {
  const { referencePrice, priceBandPercent, tickSize } = instrument
  const highest = Math.floor(PRICE_MAX / tickSize) * tickSize
  if (priceBandPercent === 0) return { low: tickSize, high: highest }
  const width = Math.floor((referencePrice * priceBandPercent) / 100)
  return {
    low: Math.max(tickSize, Math.ceil((referencePrice - width) / tickSize) * tickSize),
    high: Math.min(highest, Math.floor((referencePrice + width) / tickSize) * tickSize),
  }
}
