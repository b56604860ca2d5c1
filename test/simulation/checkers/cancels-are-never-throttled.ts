/** A limit of messages per second is for what adds risk: a cancel is never refused by it. */
import { Tag } from '../../../src/fix/index.ts'
import type { Checker } from '../checker.ts'
import { Violation } from '../violation.ts'

const NAME = 'cancels-are-never-throttled'
const TO_CANCEL_REQUEST = '1'

export function cancelsAreNeverThrottled(): Checker {
  return {
    delivered(client, message) {
      if (message.msgType !== '9' || message.string(Tag.CxlRejResponseTo) !== TO_CANCEL_REQUEST) {
        return
      }
      if (!message.string(Tag.Text)?.startsWith('Message rate')) return
      throw new Violation(NAME, `${client.compId}: ${String(message)}`)
    },
  }
}
