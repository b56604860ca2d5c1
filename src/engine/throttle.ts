/**
 * Messages of a session per second of sequenced time: a bucket of n messages that fills up with n a
 * second, counted in millionths of a message, so that all is whole numbers. Cancels are never counted.
 */
import type { Reason } from '../domain/index.ts'
import { problemValues } from './judge-terms.ts'
import type { EngineState } from './state.ts'

const MESSAGE = 1_000_000

/** Counts a message. @returns whether it is one too many */
export function isThrottled(
  { venueSessions, ledger, events }: EngineState,
  session: number,
): boolean {
  const { messagesPerSecond } = venueSessions[session]!.throttle
  if (messagesPerSecond === 0) return false

  const nowUs = events.epochSeconds * 1e6 + Math.floor(events.nanoseconds / 1000)
  const passedUs = nowUs - ledger.throttledUs[session]!
  const full = messagesPerSecond * MESSAGE
  const level = Math.min(full, ledger.throttleLevel[session]! + passedUs * messagesPerSecond)
  const isTooMuch = level < MESSAGE
  ledger.throttledUs[session] = nowUs
  ledger.throttleLevel[session] = isTooMuch ? level : level - MESSAGE
  return isTooMuch
}

/** A reason with the rate that is granted for its Text. */
export function rateExceeded(
  { venueSessions }: EngineState,
  session: number,
  reason: Reason,
): Reason {
  problemValues.a = venueSessions[session]!.throttle.messagesPerSecond
  problemValues.b = 0
  return reason
}
