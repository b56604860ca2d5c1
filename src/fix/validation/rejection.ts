/**
 * The answers of validation: SessionRejectReason(373) and Text(58) of a Reject(3). The Texts are
 * QuickFIX's, which client log parsers know. FIX 4.4 volume 2, cases 14.
 */
export interface Rejection {
  /** SessionRejectReason(373) */
  readonly sessionRejectReason: number
  /** RefTagID(371), the tag to blame; undefined when what stands there has no number. */
  readonly refTagId: number | undefined
  /** Text(58) */
  readonly text: string
}

// prettier-ignore
export const Structure = {
  InvalidTagNumber:     { reason: 0,  text: 'Invalid tag number' },
  RequiredTagMissing:   { reason: 1,  text: 'Required tag missing' },
  TagNotInMessage:      { reason: 2,  text: 'Tag not defined for this message type' },
  UndefinedTag:         { reason: 3,  text: 'Undefined tag' },
  TagWithoutValue:      { reason: 4,  text: 'Tag specified without a value' },
  ValueIncorrect:       { reason: 5,  text: 'Value is incorrect (out of range) for this tag' },
  IncorrectDataFormat:  { reason: 6,  text: 'Incorrect data format for value' },
  InvalidMsgType:       { reason: 11, text: 'Invalid MsgType' },
  TagRepeated:          { reason: 13, text: 'Tag appears more than once' },
  TagOutOfOrder:        { reason: 14, text: 'Tag specified out of required order' },
  GroupOutOfOrder:      { reason: 15, text: 'Repeating group fields out of order' },
  GroupCountIncorrect:  { reason: 16, text: 'Incorrect NumInGroup count for repeating group' },
  DelimiterInValue:     { reason: 17, text: 'Non "data" value includes field delimiter (SOH character)' },
} as const

export function rejected(
  structure: (typeof Structure)[keyof typeof Structure],
  refTagId: number | undefined,
): Rejection {
  return { sessionRejectReason: structure.reason, refTagId, text: structure.text }
}
