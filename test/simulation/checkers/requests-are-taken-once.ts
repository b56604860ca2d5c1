/** S2: what a client sent again was had before: nobody who uses every ClOrdID(11) once hears of a duplicate. */
import { Tag } from '../../../src/fix/index.ts'
import type { Checker } from '../checker.ts'
import { Violation } from '../violation.ts'

const NAME = 'requests-are-taken-once'
/** OrdRejReason(103) and CxlRejReason(102). */
const DUPLICATE = '6'

export function requestsAreTakenOnce(): Checker {
  return {
    delivered(client, message) {
      const reason = message.string(Tag.OrdRejReason) ?? message.string(Tag.CxlRejReason)
      if (reason === DUPLICATE) throw new Violation(NAME, `${client.compId}: ${String(message)}`)
    },
  }
}
