/**
 * Whether a message belongs to this session and this moment: BeginString(8), CompIDs(49, 56) and
 * SendingTime(52). A field that is absent is left to validate().
 */
import type { FixMessage } from '../codec/index.ts'
import { MsgType, Tag } from '../dictionary/index.ts'
import type { Objection } from './objection.ts'
import { ends, rejects } from './objection.ts'
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

interface Judged {
  readonly lifecycle: { readonly nowMs: number }
  readonly header: HeaderExpectations
}

/** Step 6, case 2i. */
export function judgeBeginString(message: FixMessage, { header }: Judged): Objection | null {
  return message.equals(BeginString, header.beginString) ? null : ends('Incorrect BeginString')
}

/** Step 7, case 2k. */
export function judgeCompIds(message: FixMessage, { header }: Judged): Objection | null {
  if (isOther(message, SenderCompID, header.senderCompId)) {
    return rejects(compIdProblem(SenderCompID))
  }
  return isOther(message, TargetCompID, header.targetCompId)
    ? rejects(compIdProblem(TargetCompID))
    : null
}

/** Step 8, case 2o. */
export function judgeSendingTime(message: FixMessage, judged: Judged): Objection | null {
  if (!message.has(SendingTime)) return null
  const skewMs = Math.abs(judged.lifecycle.nowMs - instantMs(message, SendingTime))
  if (skewMs <= judged.header.sendingTimeToleranceMs) return null
  return rejects(sendingTimeProblem(SendingTime))
}

/**
 * OrigSendingTime(122) of a message with PossDupFlag(43)=Y: must be there and not after
 * SendingTime(52). SequenceReset(4) is exempt: a gap fill stands for many messages. Cases 2e to 2g.
 */
export function judgePossDup(message: FixMessage): Objection | null {
  if (message.msgType === MsgType.SequenceReset) return null
  if (!message.has(SendingTime)) return rejects(requiredTagMissing(SendingTime))
  if (!message.has(OrigSendingTime)) return rejects(requiredTagMissing(OrigSendingTime))
  return instantMs(message, OrigSendingTime) <= instantMs(message, SendingTime)
    ? null
    : rejects(sendingTimeProblem(OrigSendingTime))
}

const isOther = (message: FixMessage, tag: number, expected: Uint8Array): boolean =>
  message.has(tag) && !message.equals(tag, expected)

/** Milliseconds since 1970; NaN, which no comparison accepts, when it is no UTCTimestamp. */
function instantMs(message: FixMessage, tag: number): number {
  const instant = message.utcTimestamp(tag)
  if (instant === undefined) return Number.NaN
  return instant.epochSeconds * 1_000 + instant.nanoseconds / 1e6
}
