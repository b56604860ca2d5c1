/**
 * What a message's MsgSeqNum(34) means against the number expected: the table of
 * specs "Sequence numbers, gaps, resends". Pure; the session performs the answer.
 */
export type SequenceVerdict =
  /** 2a: the one expected. */
  | 'next'
  /** 2b: some are missing before it. */
  | 'gap'
  /** 2e: PossDupFlag(43)=Y and had before. */
  | 'repeated'
  /** 2c: lower than expected without PossDupFlag. A number was used twice: needs a human. */
  | 'too-low'

export interface SequenceFacts {
  readonly msgSeqNum: number
  readonly expected: number
  readonly possDup: boolean
}

export function judgeSequence({ msgSeqNum, expected, possDup }: SequenceFacts): SequenceVerdict {
  if (msgSeqNum === expected) return 'next'
  if (msgSeqNum > expected) return 'gap'
  return possDup ? 'repeated' : 'too-low'
}
