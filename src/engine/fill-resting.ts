/** An execution of an order that rests: what it changes in the order and in its place, and its report. */
import { ExecType } from '../domain/index.ts'
import { EventType } from '../wire/index.ts'
import { leaveBook } from './places.ts'
import type { EngineState } from './state.ts'

/** What both sides of an execution are told. */
export interface Execution {
  /** 1/10,000 */
  readonly price: number
  readonly matchNumber: number
  /** LastLiquidityInd(851) of the resting order; 0 = none. */
  readonly liquidity: number
  /** ITCH message of the resting order when it is on the feed. */
  readonly feedMessage: number
}

/**
 * As a book tells it.
 * @param restingLeavesQty of what the book holds of it; 0 = it leaves its place
 * @returns whether it is an iceberg that shows its next slice
 */
export function fillResting(
  state: EngineState,
  slot: number,
  quantity: number,
  restingLeavesQty: number,
  execution: Execution,
): boolean {
  const { orders, orderOfSlot, events } = state
  const order = orderOfSlot[slot]!
  orders.fill(order, execution.price, quantity)
  state.risk?.fill(order, execution.price, quantity)
  const isShownAgain = restingLeavesQty === 0 && orders.leavesQty(order) > 0
  if (restingLeavesQty === 0 && !isShownAgain) leaveBook(state, order)
  const at = reportExecution(state, order, quantity, execution, execution.liquidity)
  if (orders.isDisplayed(order)) events.feed(at, execution.feedMessage)
  return isShownAgain
}

/** @returns offset of the report */
export function reportExecution(
  { events, orders, ids }: EngineState,
  order: number,
  quantity: number,
  { price, matchNumber }: Execution,
  lastLiquidityInd: number,
): number {
  const at = events.report(EventType.OrderExecuted, ExecType.Trade, order, orders, ids)
  const record = events.order
  record.lastQty = quantity
  record.lastPx = price
  record.feedShares = quantity
  record.matchNumber = matchNumber
  record.lastLiquidityInd = lastLiquidityInd
  return at
}
