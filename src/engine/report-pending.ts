/**
 * Pending New, Pending Cancel and Pending Replace: FIX 4.4 volume 4. Here the answer is the next report,
 * so only a session whose own books want them (`includePendings`) hears them.
 */
import { ExecType, OrdStatus } from '../domain/index.ts'
import { EventType, orderEvent } from '../wire/index.ts'
import type { EngineState } from './state.ts'

export const Pending = {
  New: { execType: ExecType.PendingNew, ordStatus: OrdStatus.PendingNew },
  Cancel: { execType: ExecType.PendingCancel, ordStatus: OrdStatus.PendingCancel },
  Replace: { execType: ExecType.PendingReplace, ordStatus: OrdStatus.PendingReplace },
} as const
type Pending = (typeof Pending)[keyof typeof Pending]

/** Where the ClOrdID(11) of a request stands that is to be accepted. */
interface PendingRequest {
  readonly view: DataView
  readonly clOrdIdAt: number
}

/** Reports the order as it was before, as pending. @param request of a cancel or a replace */
export function reportPending(
  state: EngineState,
  order: number,
  { execType, ordStatus }: Pending,
  request?: PendingRequest,
): void {
  const { events, orders, ids, venueSessions } = state
  if (!venueSessions[orders.session(order)]!.reports.includePendings) return

  const at = events.report(EventType.OrderPending, execType, order, orders, ids)
  events.order.ordStatus = ordStatus
  if (request === undefined) return
  const { clOrdId, origClOrdId } = orderEvent.offsets
  ids.copyTo(orders.clOrdId(order), events.records.view, at + origClOrdId)
  events.copyClOrdId(request.view, request.clOrdIdAt, at, clOrdId)
}
