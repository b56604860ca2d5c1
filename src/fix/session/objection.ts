/** What a step of the judgement says against a message, and so how it is answered. */
import type { Refusal } from './refusal.ts'

/** BusinessRejectReason(380) of a message type that is not offered. */
const UNSUPPORTED_MESSAGE_TYPE = 3

/** A BusinessMessageReject(j). */
export interface BusinessReject {
  /** BusinessRejectReason(380) */
  readonly reason: number
  /** Text(58) */
  readonly text: string
  /** BusinessRejectRefID(379): the id of what is refused, if it has one. */
  readonly refId?: string | undefined
}

export type Objection =
  /** Reject(3): the number is used, the message has no effect. Some reasons end the session too. */
  | { readonly answer: 'reject'; readonly refusal: Refusal }
  /** BusinessMessageReject(j): the number is used. */
  | (BusinessReject & { readonly answer: 'business-reject' })
  /** Logout(5) with the reason, then the disconnect. The number is not used. */
  | { readonly answer: 'logout'; readonly text: string }
  /** The disconnect, and not a word. */
  | { readonly answer: 'hang-up'; readonly text: string }

export const rejects = (refusal: Refusal): Objection => ({ answer: 'reject', refusal })

export const ends = (text: string): Objection => ({ answer: 'logout', text })

export const hangsUp = (text: string): Objection => ({ answer: 'hang-up', text })

export const UNSUPPORTED_MSG_TYPE: Objection = {
  answer: 'business-reject',
  reason: UNSUPPORTED_MESSAGE_TYPE,
  text: 'Unsupported Message Type',
}
