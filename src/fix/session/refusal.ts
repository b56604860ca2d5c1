/** Why a message is refused with Reject(3). Structure is judged by validate(), which gives these too. */
export interface Refusal {
  /** SessionRejectReason(373) */
  readonly sessionRejectReason: number
  /** RefTagID(371); undefined when no single tag is to blame, or none that has a number. */
  readonly refTagId: number | undefined
  /** Text(58): QuickFIX's words, which client log parsers know. */
  readonly text: string
}

/** The values of SessionRejectReason(373) that the session itself gives. */
const SessionRejectReason = {
  RequiredTagMissing: 1,
  ValueIncorrect: 5,
  DecryptionProblem: 7,
  CompIdProblem: 9,
  SendingTimeProblem: 10,
  Other: 99,
} as const

export const requiredTagMissing = (refTagId: number): Refusal => ({
  sessionRejectReason: SessionRejectReason.RequiredTagMissing,
  refTagId,
  text: 'Required tag missing',
})

export const valueIncorrect = (refTagId: number): Refusal => ({
  sessionRejectReason: SessionRejectReason.ValueIncorrect,
  refTagId,
  text: 'Value is incorrect (out of range) for this tag',
})

/** @param range in seconds, told so that a client can be set right without asking */
export const heartBtIntOutOfRange = ({ min, max }: { min: number; max: number }): Refusal => ({
  sessionRejectReason: SessionRejectReason.ValueIncorrect,
  refTagId: 108,
  text: `HeartBtInt(108) must be ${min === max ? min : `${min} to ${max}`}`,
})

export const decryptionProblem = (refTagId: number): Refusal => ({
  sessionRejectReason: SessionRejectReason.DecryptionProblem,
  refTagId,
  text: 'Decryption problem',
})

export const compIdProblem = (refTagId: number): Refusal => ({
  sessionRejectReason: SessionRejectReason.CompIdProblem,
  refTagId,
  text: 'CompID problem',
})

export const sendingTimeProblem = (refTagId: number): Refusal => ({
  sessionRejectReason: SessionRejectReason.SendingTimeProblem,
  refTagId,
  text: 'SendingTime accuracy problem',
})

/** Case 11: a SequenceReset may raise the number expected, never lower it. */
export const loweringSequence = (newSeqNo: number): Refusal => ({
  sessionRejectReason: SessionRejectReason.ValueIncorrect,
  refTagId: 36,
  text: `attempt to lower sequence number, invalid value NewSeqNo(36)=${newSeqNo}`,
})

export const SECOND_LOGON: Refusal = {
  sessionRejectReason: SessionRejectReason.Other,
  refTagId: undefined,
  text: 'Logon(A) on an established session',
}

/** The session ends over it: a message that is not ours, or not of this time, or a second Logon. */
export const endsSession = (refusal: Refusal): boolean =>
  refusal === SECOND_LOGON ||
  refusal.sessionRejectReason === SessionRejectReason.CompIdProblem ||
  refusal.sessionRejectReason === SessionRejectReason.SendingTimeProblem
