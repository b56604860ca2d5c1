/**
 * The answer to a ClOrdID(11) that the session has used already for a live or closed order of the
 * day: FIX 4.4 volume 4, matrix F.1.
 */
import { ExecType, RejectReason } from '../domain/index.ts'
import { EventType, orderEvent } from '../wire/index.ts'
import type { EngineState } from './state.ts'

/**
 * With PossResend(97) the order's state (F.1.b), without it a reject that carries the status of the
 * order that exists (F.1.a), so that no blotter closes a live order.
 * @param clOrdIdAt where the ClOrdID that was sent stands in `view`
 * @param order the order that it belongs to
 */
export function answerKnownOrder(
  state: EngineState,
  view: DataView,
  clOrdIdAt: number,
  order: number,
  possResend: boolean,
): void {
  const { events, orders, ids } = state
  const at = possResend
    ? events.report(EventType.OrderStatusReported, ExecType.OrderStatus, order, orders, ids)
    : events.report(EventType.OrderRejected, ExecType.Rejected, order, orders, ids)
  if (!possResend) events.order.reason = RejectReason.DuplicateClOrdId.code
  events.copyClOrdId(view, clOrdIdAt, at, orderEvent.offsets.clOrdId)
}
