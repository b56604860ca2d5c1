/** ExecutionReport(8) with 150=D: what became of a live order without a request or a trade. */
import type { Reason } from '../domain/index.ts'
import { ExecType } from '../domain/index.ts'
import { EventType } from '../wire/index.ts'
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
