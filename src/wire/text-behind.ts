/**
 * The Text(58) of a refusal whose numbers and names do not fit a record's two values: it stands behind
 * the record as it is printed, ASCII, and a NUL or the end of the record ends it. Behind an order event
 * it follows the conditions, if there are any.
 */
import { cancelRejected, EventType, statusTailAt } from './events.ts'
import { recordLength, recordType } from './record-buffer.ts'

/** Where the Text stands, in an order event where a status has its tail. */
export const textBehindAt = (view: DataView, at: number): number =>
  recordType(view, at) === EventType.CancelRejected
    ? at + cancelRejected.length
    : statusTailAt(view, at)

/** @param at an OrderRejected or CancelRejected record whose reason has its Text behind it */
export function textBehind(view: DataView, at: number): string {
  const end = at + recordLength(view, at)
  let text = ''
  for (let i = textBehindAt(view, at); i < end; i++) {
    const code = view.getUint8(i)
    if (code === 0) break
    text += String.fromCharCode(code)
  }
  return text
}
