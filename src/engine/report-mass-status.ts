/**
 * OrderMassStatusRequest(AF): one ExecutionReport(8) for each live order of the session, those that came
 * to rest first in front, all of them as they were when the request's turn came.
 */
import { recordSession, reportMassStatus as layout, statusTail } from '../wire/index.ts'
import type { Selection } from './select-orders.ts'
import { countOrders, visitOrders } from './select-orders.ts'
import type { EngineState } from './state.ts'
import { beginWork } from './work.ts'

const EXECUTION_REPORT = 0x38 // 8
const command = layout.flyweight()

export function reportMassStatus(state: EngineState, view: DataView, at: number): void {
  command.wrap(view, at)
  const { locate, account, side, echoLength, bodyLength } = command
  const session = recordSession(view, at)
  const bodyAt = view.byteOffset + at + layout.length
  // The work outlives the record.
  const body = new DataView(view.buffer.slice(bodyAt, bodyAt + bodyLength))
  const steps = answer(state, { session, locate, account, side }, body, echoLength)
  beginWork(state, `mass status ${session}`, steps)
}

function* answer(
  state: EngineState,
  selection: Selection,
  body: DataView,
  echoLength: number,
): Generator<void, void, void> {
  const { events, orders, ids } = state
  const total = yield* countOrders(state, selection)
  if (total === 0) {
    events.sendMessage(selection.session, EXECUTION_REPORT, body, 0, body.byteLength)
    return
  }

  let reported = 0
  yield* visitOrders(state, selection, total, (order) => {
    events.status(order, orders, ids, echoLength)
    events.statusTail.totNumReports = total
    events.statusTail.lastRptRequested = ++reported === total ? 1 : 0
    events.copyBody(body, 0, echoLength, events.statusTail.at + statusTail.length)
  })
}
