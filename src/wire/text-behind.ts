/**
 * A Text(58) whose words are no reason's alone: it stands behind the record as it is printed, ASCII, and a
 * NUL or the end of the record ends it. Behind an order event it follows the conditions and the tails, if
 * there are any.
 */
import { cancelRejected, EventType, hasExecutionRef, orderTailAt } from './events.ts'
import { executionRef } from './order-tails.ts'
import { recordLength, recordType } from './record-buffer.ts'

/** Where the Text stands, in an order event where a status has its tail. */
export function textBehindAt(view: DataView, at: number): number {
  const type = recordType(view, at)
  if (type === EventType.CancelRejected) return at + cancelRejected.length
  return orderTailAt(view, at) + (hasExecutionRef(type) ? executionRef.length : 0)
}

/**
 * @param at an OrderRejected or CancelRejected record whose reason has its Text behind it, or an execution
 *   that was busted or corrected
 */
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
