/**
 * How a ResendRequest(2) is served: application messages and Reject(3) again under their own
 * numbers, everything else covered by SequenceReset-GapFill, one for each run.
 * FIX 4.4 volume 2, cases 8.
 */
import { isAdminMsgType, MsgType } from '../dictionary/index.ts'

/** Whether a message of this type is sent again on request; the others are gap-filled. */
export const isResent = (msgType: string): boolean =>
  msgType === MsgType.Reject || !isAdminMsgType(msgType)

export type ResendStep =
  | { readonly kind: 'message'; readonly msgSeqNum: number }
  /** GapFill with MsgSeqNum(34)=msgSeqNum, NewSeqNo(36)=newSeqNo. */
  | { readonly kind: 'gap-fill'; readonly msgSeqNum: number; readonly newSeqNo: number }

export interface ResendRange {
  /** First and last number asked for, both included, resolved (16=0 is the last sent). */
  readonly begin: number
  readonly end: number
}

/** @param isKept whether the message of that number is in the store and may be sent again */
export function planResend(
  { begin, end }: ResendRange,
  isKept: (msgSeqNum: number) => boolean,
): ResendStep[] {
  const steps: ResendStep[] = []
  let fillFrom = 0

  for (let msgSeqNum = begin; msgSeqNum <= end + 1; msgSeqNum++) {
    const kept = msgSeqNum <= end && isKept(msgSeqNum)
    if (!kept && msgSeqNum <= end) {
      fillFrom ||= msgSeqNum
      continue
    }
    if (fillFrom > 0) steps.push({ kind: 'gap-fill', msgSeqNum: fillFrom, newSeqNo: msgSeqNum })
    if (kept) steps.push({ kind: 'message', msgSeqNum })
    fillFrom = 0
  }
  return steps
}
