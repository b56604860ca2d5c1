/** ExecutionReport(8) with 150=D: what became of a live order without a request or a trade. */
import type { Reason } from '../domain/index.ts'
import { ExecType } from '../domain/index.ts'
import { EventType } from '../wire/index.ts'
import { takeOff } from './places.ts'
import type { EngineState } from './state.ts'

/** @returns offset of the report */
export function restateOrder(
  state: EngineState,
  order: number,
  reason: Reason,
  execType: number = ExecType.Restated,
): number {
  const { events, orders, ids } = state
  const at = events.report(EventType.OrderRestated, execType, order, orders, ids)
  events.order.reason = reason.code
  return at
}

/** Takes an order out of its line and says so: from here on it works. @returns offset of the report */
export function activate(state: EngineState, order: number, reason: Reason): number {
  const { orders, venueSessions } = state
  takeOff(state, order)
  orders.conditions.isWaiting[orders.condition(order)] = 0
  const { extendedCodes } = venueSessions[orders.session(order)]!.reports
  const execType = extendedCodes ? ExecType.Triggered : ExecType.Restated
  return restateOrder(state, order, reason, execType)
}
