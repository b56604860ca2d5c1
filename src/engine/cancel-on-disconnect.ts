/**
 * Cancel on disconnect: which orders go when a connection ends, at once or when its session has not
 * come back within its grace. docs/protocols/order-entry.md, "Lost connections".
 */
import { CancelReason } from '../domain/index.ts'
import { ExecInstBit } from '../wire/index.ts'
import { cancelUnasked } from './end-order.ts'
import { ordersOf } from './live-orders.ts'
import type { EngineState } from './state.ts'
import { beginWork } from './work.ts'

/** Which orders of a session go, as bits. */
const Sweep = {
  /** Those that its file says. */
  Session: 1,
  /** Those with ExecInst(18)=Q: the connection was lost. */
  Instructed: 2,
} as const

/** @param graceful whether both sides had said Logout */
export function cancelOnDisconnect(
  state: EngineState,
  session: number,
  graceful: boolean,
  nowMs: number,
): void {
  const { cancelOnDisconnect: policy, cancelOnDisconnectGraceMs: graceMs } =
    state.venueSessions[session]!
  const isSwept = policy === 'disconnect-or-logout' || (policy === 'disconnect' && !graceful)
  // Without conditions nobody asks for it, and nobody's orders need be looked at.
  const isInstructed = !graceful && state.orders.conditions.count > 0
  const sweep = (isSwept ? Sweep.Session : 0) | (isInstructed ? Sweep.Instructed : 0)
  if (sweep === 0) return
  if (graceMs > 0) {
    state.ledger.graceUntilMs[session] = nowMs + graceMs
    state.ledger.graceSweep[session] = sweep
    state.graces.add(session, nowMs + graceMs)
    return
  }
  beginWork(state, `disconnect ${session}`, cancelOrdersOf(state, session, sweep))
}

export function* cancelOrdersOf(
  state: EngineState,
  session: number,
  sweep: number,
): Generator<void, void, void> {
  const { orders } = state
  const { cancelGoodTill } = state.venueSessions[session]!
  const isSwept = (sweep & Sweep.Session) !== 0
  const isInstructed = (sweep & Sweep.Instructed) !== 0
  for (const order of ordersOf(state, session)) {
    const isAsked = isInstructed && orders.hasInstruction(order, ExecInstBit.CancelOnFailure)
    const goes = isAsked || (isSwept && (cancelGoodTill || !orders.isGoodTill(order)))
    if (goes) cancelUnasked(state, order, CancelReason.Disconnected.code)
    yield
  }
}
