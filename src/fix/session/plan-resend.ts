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

/**
 * The steps in order, one number at a time: null where a number is covered by a gap fill that comes
 * later, so that who performs the steps can stop after any of them.
 * @param isKept whether the message of that number is in the store and may be sent again
 */
export function* planResend(
  { begin, end }: ResendRange,
  isKept: (msgSeqNum: number) => boolean,
): Generator<ResendStep | null, void, void> {
  let fillFrom = 0
  for (let msgSeqNum = begin; msgSeqNum <= end; msgSeqNum++) {
    if (!isKept(msgSeqNum)) {
      fillFrom ||= msgSeqNum
      yield null
      continue
    }
    if (fillFrom > 0) yield { kind: 'gap-fill', msgSeqNum: fillFrom, newSeqNo: msgSeqNum }
    fillFrom = 0
    yield { kind: 'message', msgSeqNum }
  }
  if (fillFrom > 0) yield { kind: 'gap-fill', msgSeqNum: fillFrom, newSeqNo: end + 1 }
}
