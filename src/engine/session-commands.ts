/**
 * Commands of the session layer. The session machine has decided already; the engine gives numbers,
 * records who is there, and cancels on disconnect where the session asks for it.
 */
import {
  disconnect as disconnectLayout,
  logOn as logOnLayout,
  recordSession,
  sendMessage as sendLayout,
} from '../wire/index.ts'
import { cancelOnDisconnect } from './cancel-on-disconnect.ts'
import { nowMs } from './pass-time.ts'
import type { EngineState } from './state.ts'

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
  ledger.graceUntilMs[session] = 0
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
  if (wasLoggedOn) cancelOnDisconnect(state, session, graceful === 1, nowMs(state.events))
}
