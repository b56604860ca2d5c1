/** Why a message is refused with Reject(3). Structure is judged by validate(), which gives these too. */
export interface Refusal {
  /** SessionRejectReason(373) */
  readonly sessionRejectReason: number
  /** RefTagID(371); 0 = no single tag is to blame. */
  readonly refTagId: number
  /** Text(58): QuickFIX's words, which client log parsers know. */
  readonly text: string
}

export const requiredTagMissing = (refTagId: number): Refusal => ({
  sessionRejectReason: 1,
  refTagId,
  text: 'Required tag missing',
})

export const valueIncorrect = (refTagId: number): Refusal => ({
  sessionRejectReason: 5,
  refTagId,
  text: 'Value is incorrect (out of range) for this tag',
})

export const compIdProblem = (refTagId: number): Refusal => ({
  sessionRejectReason: 9,
  refTagId,
  text: 'CompID problem',
})

export const sendingTimeProblem = (refTagId: number): Refusal => ({
  sessionRejectReason: 10,
  refTagId,
  text: 'SendingTime accuracy problem',
})

/** Case 11: a SequenceReset may raise the number expected, never lower it. */
export const loweringSequence = (newSeqNo: number): Refusal => ({
  sessionRejectReason: 5,
  refTagId: 36,
  text: `attempt to lower sequence number, invalid value NewSeqNo(36)=${newSeqNo}`,
})

export const SECOND_LOGON: Refusal = {
  sessionRejectReason: 99,
  refTagId: 0,
  text: 'Logon(A) on an established session',
}

/** The session ends over it: a message that is not ours, or not of this time. */
export const endsSession = ({ sessionRejectReason }: Refusal): boolean =>
  sessionRejectReason === 9 || sessionRejectReason === 10 || sessionRejectReason === 99
