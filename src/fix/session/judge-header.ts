/**
 * Whether a message belongs to this session and this moment: BeginString(8), CompIDs(49, 56) and
 * SendingTime(52). Specs section 0, steps 6 to 8. A field that is absent is left to validate().
 */
import type { FixMessage } from '../codec/index.ts'
import { MsgType, Tag } from '../dictionary/index.ts'
import type { Refusal } from './refusal.ts'
import { compIdProblem, requiredTagMissing, sendingTimeProblem } from './refusal.ts'

const { BeginString, SenderCompID, TargetCompID, SendingTime, OrigSendingTime } = Tag

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
  if (!message.equals(BeginString, expected.beginString)) return 'begin-string'
  if (isOther(message, SenderCompID, expected.senderCompId)) return compIdProblem(SenderCompID)
  if (isOther(message, TargetCompID, expected.targetCompId)) return compIdProblem(TargetCompID)
  if (!message.has(SendingTime)) return null

  const sentMs = instantMs(message, SendingTime)
  const skewMs = Math.abs(nowMs - sentMs)
  return skewMs <= expected.sendingTimeToleranceMs ? null : sendingTimeProblem(SendingTime)
}

/**
 * OrigSendingTime(122) of a message with PossDupFlag(43)=Y: must be there and not after
 * SendingTime(52). SequenceReset(4) is exempt: a gap fill stands for many messages.
 */
export function judgePossDup(message: FixMessage): Refusal | null {
  if (message.msgType === MsgType.SequenceReset) return null
  if (!message.has(OrigSendingTime)) return requiredTagMissing(OrigSendingTime)
  return instantMs(message, OrigSendingTime) <= instantMs(message, SendingTime)
    ? null
    : sendingTimeProblem(OrigSendingTime)
}

const isOther = (message: FixMessage, tag: number, expected: Uint8Array): boolean =>
  message.has(tag) && !message.equals(tag, expected)

/** Milliseconds since 1970; NaN, which no comparison accepts, when it is no UTCTimestamp. */
function instantMs(message: FixMessage, tag: number): number {
  const instant = message.utcTimestamp(tag)
  if (instant === undefined) return Number.NaN
  return instant.epochSeconds * 1_000 + instant.nanoseconds / 1e6
}
