/**
 * The ids that requests without a ClOrdID(11) have: OrdStatusReqID(790), MassStatusReqID(584) and their
 * like. Every answer repeats them, so they have a length; cut, nobody could tell what is answered.
 */
import type { BusinessReject, FixMessage } from '../fix/index.ts'
import { legible } from '../fix/index.ts'
import { ECHO_CHARACTERS_MAX } from './echo.ts'
import { nameOf } from './order-refusal.ts'
import { isWellFormedId } from './order-values.ts'

const REQUEST_ID_MAX = ECHO_CHARACTERS_MAX

/** Why it may not be repeated; undefined when it may. */
export function refusalOfId(message: FixMessage, tag: number): BusinessReject | undefined {
  if (isWellFormedId(message, tag, REQUEST_ID_MAX)) return undefined
  const refId = legible(message.string(tag) ?? '', ECHO_CHARACTERS_MAX)
  return { reason: 0, text: `${nameOf(tag)} too long`, refId }
}
