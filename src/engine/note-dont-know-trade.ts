/**
 * DontKnowTrade(Q): kept, and raised to operations by who reads the event. What was executed stays
 * executed. An ExecID(17) that was never given out, or an OrderID(37) that is not the session's, is
 * answered with the BusinessMessageReject(j) that came along.
 */
import { noteDontKnowTrade as layout, recordSession } from '../wire/index.ts'
import type { EngineState } from './state.ts'

const BUSINESS_MESSAGE_REJECT = 0x6a // j
const command = layout.flyweight()

export function noteDontKnowTrade(state: EngineState, view: DataView, at: number): void {
  command.wrap(view, at)
  const { events } = state
  const { rejectLength, bodyLength } = command
  const session = recordSession(view, at)
  const bodyAt = at + layout.length
  if (!isKnown(state, session)) {
    events.sendMessage(session, BUSINESS_MESSAGE_REJECT, view, bodyAt, rejectLength)
    return
  }

  events.noteDontKnowTrade(session, view, bodyAt + rejectLength, bodyLength - rejectLength)
  events.dontKnowTrade.execId = command.execId
  events.dontKnowTrade.orderId = command.orderId
  events.dontKnowTrade.dkReason = command.dkReason
}

/**
 * What the engine can tell without a list of all executions: both numbers were given out, and an order
 * of today is the session's own. Orders of earlier days are not known any more.
 */
function isKnown({ orders, numbers }: EngineState, session: number): boolean {
  const { execId, orderId } = command
  if (execId === 0 || execId >= numbers.nextExecId) return false
  if (orderId === 0 || orderId >= numbers.nextOrderReference) return false
  const order = orders.find(orderId)
  return order === 0 || orders.session(order) === session
}
