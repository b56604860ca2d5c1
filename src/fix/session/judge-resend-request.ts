/** What a ResendRequest(2) asks for: a range within what we have sent, or a mistake. */
import type { FixMessage } from '../codec/index.ts'
import { Tag } from '../dictionary/index.ts'
import type { ResendRange } from './plan-resend.ts'
import type { Refusal } from './refusal.ts'
import { valueIncorrect } from './refusal.ts'

/** EndSeqNo(16)=0, or one beyond what we sent, means up to the last sent. */
export function judgeResendRequest(message: FixMessage, lastSent: number): ResendRange | Refusal {
  const begin = message.int(Tag.BeginSeqNo) ?? 0
  const end = message.int(Tag.EndSeqNo) ?? -1
  if (begin < 1 || begin > lastSent) return valueIncorrect(Tag.BeginSeqNo)
  if (end !== 0 && end < begin) return valueIncorrect(Tag.EndSeqNo)
  return { begin, end: end === 0 ? lastSent : Math.min(end, lastSent) }
}
