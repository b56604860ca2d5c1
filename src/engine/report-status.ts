/**
 * OrderStatusRequest(H): FIX 4.4 volume 4, matrices G. An answer tells the state and changes nothing, so
 * it has no ExecID(17) of its own; it stands in the log like all else, at the place of its request.
 */
import { orderEvent, recordSession, reportStatus as layout, statusTail } from '../wire/index.ts'
import type { EngineState } from './state.ts'

const EXECUTION_REPORT = 0x38 // 8
const command = layout.flyweight()

export function reportStatus(state: EngineState, view: DataView, at: number): void {
  command.wrap(view, at)
  const session = recordSession(view, at)
  const clOrdIdAt = at + layout.offsets.clOrdId
  const bodyAt = at + layout.length
  const { events, orders, ids } = state
  const entry = view.getUint8(clOrdIdAt) === 0 ? 0 : ids.find(session, view, clOrdIdAt)
  const order = orderOf(state, session, ids.order[entry]!)
  if (order === 0) {
    events.sendMessage(session, EXECUTION_REPORT, view, bodyAt, command.bodyLength)
    return
  }

  const reportAt = events.status(order, orders, ids, command.echoLength)
  events.copyBody(view, bodyAt, command.echoLength, events.statusTail.at + statusTail.length)
  // G.1.c: under another ClOrdID of its chain the order is told with its current one, and with the one
  // asked for as 41, by which the client knows its request again. An id that was refused is in no chain.
  if (ids.order[entry] === order && entry !== orders.clOrdId(order)) {
    events.copyClOrdId(view, clOrdIdAt, reportAt, orderEvent.offsets.origClOrdId)
  }
}

/**
 * The order that the request at hand is about; 0 = none of the session's, or two different ones.
 * @param named order that its ClOrdID(11) belongs to, 0 = none
 */
function orderOf({ orders }: EngineState, session: number, named: number): number {
  if (command.orderId === 0) return named
  const order = orders.find(command.orderId)
  if (order === 0 || orders.session(order) !== session) return 0
  return named === 0 || named === order ? order : 0
}
