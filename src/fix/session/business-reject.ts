/**
 * BusinessMessageReject(j) as it goes out: for whoever sends one at once, and for a command that takes
 * it along because the engine has yet to see whether it is needed.
 */
import type { FieldWriter, FixMessage } from '../codec/index.ts'
import { legible } from '../codec/index.ts'
import { Tag } from '../dictionary/index.ts'
import type { BusinessReject } from './objection.ts'
import { writeReverseRoute } from './reverse-route.ts'

/** Longest RefMsgType(372) that a Reject tells back; no type of FIX is as long. */
export const REF_MSG_TYPE_MAX = 16

export function writeBusinessReject(
  body: FieldWriter,
  message: FixMessage,
  { reason, text, refId }: BusinessReject,
): void {
  writeReverseRoute(body, message)
  body.int(Tag.RefSeqNum, message.msgSeqNum)
  body.string(Tag.RefMsgType, legible(message.msgType, REF_MSG_TYPE_MAX))
  if (refId !== undefined) body.string(Tag.BusinessRejectRefID, refId)
  body.int(Tag.BusinessRejectReason, reason)
  body.string(Tag.Text, text)
}
