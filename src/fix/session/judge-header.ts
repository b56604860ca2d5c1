/**
 * Whether a message belongs to this session and this moment: BeginString(8), CompIDs(49, 56) and
 * SendingTime(52). Specs section 0, steps 6 to 8. A field that is absent is left to validate().
 */
import type { FixMessage } from '../codec/index.ts'
import type { Refusal } from './refusal.ts'
import { compIdProblem, requiredTagMissing, sendingTimeProblem } from './refusal.ts'

export interface HeaderExpectations {
  readonly beginString: Uint8Array
  /** What they put into SenderCompID(49). */
  readonly senderCompId: Uint8Array
  /** What they put into TargetCompID(56). */
  readonly targetCompId: Uint8Array
  readonly sendingTimeToleranceMs: number
}

/** @returns why the session must end, 'begin-string' where not even a Reject(3) is due, or null */
export function judgeHeader(
  message: FixMessage,
  expected: HeaderExpectations,
  nowMs: number,
): Refusal | 'begin-string' | null {
  if (!message.equals(8, expected.beginString)) return 'begin-string'
  if (message.has(49) && !message.equals(49, expected.senderCompId)) return compIdProblem(49)
  if (message.has(56) && !message.equals(56, expected.targetCompId)) return compIdProblem(56)
  if (!message.has(52)) return null

  const sentMs = instantMs(message, 52)
  const skewMs = Math.abs(nowMs - sentMs)
  return skewMs <= expected.sendingTimeToleranceMs ? null : sendingTimeProblem(52)
}

/**
 * OrigSendingTime(122) of a message with PossDupFlag(43)=Y: must be there and not after
 * SendingTime(52). SequenceReset(4) is exempt: a gap fill stands for many messages.
 */
export function judgePossDup(message: FixMessage): Refusal | null {
  if (message.msgType === '4') return null
  if (!message.has(122)) return requiredTagMissing(122)
  return instantMs(message, 122) <= instantMs(message, 52) ? null : sendingTimeProblem(122)
}

/** Milliseconds since 1970; NaN, which no comparison accepts, when it is no UTCTimestamp. */
function instantMs(message: FixMessage, tag: number): number {
  const instant = message.utcTimestamp(tag)
  if (instant === undefined) return Number.NaN
  return instant.epochSeconds * 1_000 + instant.nanoseconds / 1e6
}
