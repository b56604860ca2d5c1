/**
 * Commands of the session layer. The session machine has decided already; the engine gives numbers,
 * records who is there, and cancels on disconnect where the session asks for it.
 */
import { CancelReason } from '../domain/index.ts'
import {
  disconnect as disconnectLayout,
  ExecInstBit,
  logOn as logOnLayout,
  recordSession,
  sendMessage as sendLayout,
} from '../wire/index.ts'
import { ordersOf } from './live-orders.ts'
import { cancelUnasked } from './end-order.ts'
import type { EngineState } from './state.ts'
import { beginWork } from './work.ts'

const LOGON = 0x41
const logOnCommand = logOnLayout.flyweight()
const disconnectCommand = disconnectLayout.flyweight()
const sendCommand = sendLayout.flyweight()

export function logOn(state: EngineState, view: DataView, at: number): void {
  logOnCommand.wrap(view, at)
  const session = recordSession(view, at)
  const { events, ledger } = state
  if (logOnCommand.resetSeqNum === 1) ledger.reset(session)
  ledger.loggedOn[session] = 1
  events.sendMessage(session, LOGON, view, at + logOnLayout.length, logOnCommand.bodyLength)
  events.message.reset = logOnCommand.resetSeqNum
}

export function sendMessage(state: EngineState, view: DataView, at: number): void {
  sendCommand.wrap(view, at)
  const { msgType, bodyLength } = sendCommand
  state.events.sendMessage(
    recordSession(view, at),
    msgType,
    view,
    at + sendLayout.length,
    bodyLength,
  )
}

export function resetSequence(state: EngineState, view: DataView, at: number): void {
  const session = recordSession(view, at)
  state.ledger.reset(session)
  state.events.resetSequence(session)
}

export function disconnect(state: EngineState, view: DataView, at: number): void {
  disconnectCommand.wrap(view, at)
  const session = recordSession(view, at)
  const graceful = disconnectCommand.graceful
  const wasLoggedOn = state.ledger.loggedOn[session] === 1
  state.ledger.loggedOn[session] = 0
  state.events.disconnect(session, view, at + disconnectLayout.length, disconnectCommand.bodyLength)
  state.events.disconnected.graceful = graceful

  // A connection whose Logon was refused takes nothing along: the orders are not its own.
  if (!wasLoggedOn) return
  const { cancelOnDisconnect } = state.venueSessions[session]!
  const isLost = graceful === 0
  const isSwept =
    cancelOnDisconnect === 'disconnect-or-logout' || (cancelOnDisconnect === 'disconnect' && isLost)
  // Without conditions nobody asks for it, and nobody's orders need be looked at.
  if (isSwept || (isLost && state.orders.conditions.count > 0)) {
    beginWork(state, `disconnect ${session}`, cancelOrdersOf(state, session, isSwept, isLost))
  }
}

/** @param isSwept whether the session's file asks for it @param isLost whether ExecInst(18)=Q does */
function* cancelOrdersOf(
  state: EngineState,
  session: number,
  isSwept: boolean,
  isLost: boolean,
): Generator<void, void, void> {
  const { orders } = state
  const { cancelGoodTill } = state.venueSessions[session]!
  for (const order of ordersOf(state, session)) {
    const isAsked = isLost && orders.hasInstruction(order, ExecInstBit.CancelOnFailure)
    const goes = isAsked || (isSwept && (cancelGoodTill || !orders.isGoodTill(order)))
    if (goes) cancelUnasked(state, order, CancelReason.Disconnected.code)
    yield
  }
}
