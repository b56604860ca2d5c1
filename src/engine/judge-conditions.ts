/**
 * An order's conditions against its instrument, its quantity and the time. Which of them go together
 * is the acceptor's to say: it knows what was sent.
 */
import { PRICE_MAX } from '../domain/index.ts'
import type { OrderConditionsRecord } from '../wire/index.ts'
import { orderConditions, Unrepresentable } from '../wire/index.ts'
import { problem } from './judge-terms.ts'
import type { EngineState, Market } from './state.ts'

const conditions: OrderConditionsRecord = orderConditions.flyweight()

/** What is wrong with an order's conditions; keys of both RejectReason and CancelRejectReason. */
export type ConditionsProblem =
  | 'StopPxNotPositive'
  | 'StopPxNotTick'
  | 'StopPxTooLarge'
  | 'MinQtyNotPositive'
  | 'MinQtyNotLot'
  | 'MinQtyTooLarge'
  | 'MaxFloorNotPositive'
  | 'MaxFloorNotLot'
  | 'MaxFloorTooLarge'
  | 'ExpireTimePast'
  | 'ExpireDatePast'
  | 'StpGroupsReached'

/**
 * @param at where the conditions stand; -1 = there are none
 * @param orderQty total OrderQty(38), known to be right
 */
export function judgeConditions(
  state: EngineState,
  market: Market,
  view: DataView,
  at: number,
  orderQty: number,
): ConditionsProblem | undefined {
  if (at < 0) return undefined
  conditions.wrap(view, at)
  return (
    judgeStopPx(market, conditions.stopPx) ??
    judgePart(market, conditions.minQty, 'MinQty', orderQty) ??
    judgePart(market, conditions.maxFloor, 'MaxFloor', orderQty - 1) ??
    judgeExpiry(state) ??
    judgeGroup(state)
  )
}

function judgeStopPx({ instrument }: Market, stopPx: number): ConditionsProblem | undefined {
  if (stopPx === 0) return undefined
  if (stopPx === Unrepresentable.NotPositive) return problem('StopPxNotPositive')
  if (stopPx === Unrepresentable.TooLarge) return problem('StopPxTooLarge', PRICE_MAX)
  if (stopPx === Unrepresentable.TooPrecise || stopPx % instrument.tickSize !== 0) {
    return problem('StopPxNotTick', instrument.tickSize)
  }
  return undefined
}

/** Of MinQty and MaxFloor, which are parts of the order's quantity. */
function judgePart(
  { instrument }: Market,
  quantity: number,
  field: 'MinQty' | 'MaxFloor',
  most: number,
): ConditionsProblem | undefined {
  if (quantity === 0) return undefined
  if (quantity === Unrepresentable.NotPositive) return problem(`${field}NotPositive`)
  if (quantity === Unrepresentable.TooLarge || quantity > most) return problem(`${field}TooLarge`)
  if (quantity === Unrepresentable.TooPrecise || quantity % instrument.lotSize !== 0) {
    return problem(`${field}NotLot`, instrument.lotSize)
  }
  return undefined
}

function judgeExpiry({ day, events }: EngineState): ConditionsProblem | undefined {
  const { expireSeconds, expireDate } = conditions
  if (expireSeconds !== 0 && expireSeconds <= events.epochSeconds) return problem('ExpireTimePast')
  if (expireDate !== 0 && expireDate < day.tradingDate) return problem('ExpireDatePast')
  return undefined
}

function judgeGroup({ stpGroups }: EngineState): ConditionsProblem | undefined {
  if (!stpGroups.isFull || stpGroups.has(conditions.stpGroup)) return undefined
  return problem('StpGroupsReached')
}
