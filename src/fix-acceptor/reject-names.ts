/**
 * What the reason of a reject is called in the metrics: the engine's reasons as their table names them, those that
 * stand in a message as FIX 4.4 names its values.
 */
import { Tag } from '../fix/index.ts'
import { storedFields } from '../wire/index.ts'

type Names = Readonly<Record<number, string>>

// prettier-ignore
const OrdRejReason: Names = {
  0: 'BrokerOption', 1: 'UnknownSymbol', 2: 'ExchangeClosed', 3: 'OrderExceedsLimit', 4: 'TooLateToEnter',
  5: 'UnknownOrder', 6: 'DuplicateOrder', 11: 'UnsupportedOrderCharacteristic', 13: 'IncorrectQuantity',
  15: 'UnknownAccount', 99: 'Other',
}
// prettier-ignore
const CxlRejReason: Names = {
  0: 'TooLate', 1: 'UnknownOrder', 2: 'BrokerOption', 3: 'AlreadyPending', 6: 'DuplicateClOrdId', 99: 'Other',
}
// prettier-ignore
const SessionRejectReason: Names = {
  0: 'InvalidTagNumber', 1: 'RequiredTagMissing', 2: 'TagNotDefinedForMessage', 3: 'UndefinedTag', 4: 'TagWithoutValue',
  5: 'ValueIncorrect', 6: 'IncorrectDataFormat', 7: 'DecryptionProblem', 8: 'SignatureProblem', 9: 'CompIdProblem',
  10: 'SendingTimeProblem', 11: 'InvalidMsgType', 12: 'XmlValidationError', 13: 'TagAppearsTwice', 14: 'TagOutOfOrder',
  15: 'GroupFieldsOutOfOrder', 16: 'IncorrectNumInGroup', 17: 'DelimiterInValue', 99: 'Other',
}
// prettier-ignore
const BusinessRejectReason: Names = {
  0: 'Other', 1: 'UnknownId', 2: 'UnknownSecurity', 3: 'UnsupportedMessageType', 4: 'ApplicationNotAvailable',
  5: 'ConditionallyRequiredFieldMissing', 6: 'NotAuthorized', 7: 'DeliverToFirmNotAvailable',
}

/** By MsgType(35): the field that says why, and its values. */
const BY_MSG_TYPE: Readonly<Record<string, readonly [tag: number, names: Names]>> = {
  '8': [Tag.OrdRejReason, OrdRejReason],
  '9': [Tag.CxlRejReason, CxlRejReason],
  '3': [Tag.SessionRejectReason, SessionRejectReason],
  j: [Tag.BusinessRejectReason, BusinessRejectReason],
}

/** Of a reject whose fields are stored: `length` bytes at `at`. */
export function storedReasonName(
  msgType: string,
  view: DataView,
  at: number,
  length: number,
): string {
  const [tag, names] = BY_MSG_TYPE[msgType]!
  return names[Number(storedFields(view, at, length).get(tag))] ?? 'Other'
}
