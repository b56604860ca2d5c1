/** What an OrderMassStatusRequest(AF) asks, or why it cannot be answered. */
import type { BusinessReject, FieldWriter, FixMessage } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'
import { echo } from './echo.ts'
import type { Refusal } from './order-refusal.ts'
import { isScope, locateOfScope, OFFERED_SCOPES, Scope, scopeField } from './order-scope.ts'
import { refusalOfId } from './request-id.ts'
import type { SymbolIndex } from './symbol-index.ts'

/** OrdRejReason(103) */
const UNKNOWN_SYMBOL = 1
const UNKNOWN_ORDER = 5
const UNKNOWN_ACCOUNT = 15
const OTHER = 99

/** What an ExecutionReport(8) that is about no order says in fields that FIX wants of each. */
const NO_SYMBOL = '[N/A]'
const UNDISCLOSED = '7'

export interface MassStatusRequest {
  readonly scope: Scope
  /** Stock locate of the orders meant; 0 = every instrument. */
  readonly locate: number | 'unknown'
}

/** @returns what it is about, or its BusinessMessageReject */
export function readMassStatus(
  message: FixMessage,
  symbols: SymbolIndex,
): MassStatusRequest | BusinessReject {
  const refusal = refusalOfId(message, Tag.MassStatusReqID)
  if (refusal !== undefined) return refusal
  const scope = message.string(Tag.MassStatusReqType)!
  if (!isScope(scope)) {
    return { reason: 0, text: `Unsupported MassStatusReqType(585): ${OFFERED_SCOPES} are offered` }
  }
  const locate = locateOfScope(message, scope, symbols)
  if (locate !== 'missing') return { scope, locate }
  return { reason: 5, text: `Conditionally required field missing: ${scopeField(scope)}` }
}

/** Writes the one answer that there is when there is no order to tell, behind MassStatusReqID(584). */
export function writeNone(
  body: FieldWriter,
  message: FixMessage,
  { scope, locate }: MassStatusRequest,
  isAccountKnown: boolean,
): void {
  const { fixCode, text } = whyNone(scope, locate, isAccountKnown)
  echo(body, message, Tag.Symbol, NO_SYMBOL)
  echo(body, message, Tag.Side, UNDISCLOSED)
  body.int(Tag.OrderQty, 0)
  body.int(Tag.OrdRejReason, fixCode)
  body.string(Tag.Text, text)
  body.int(Tag.TotNumReports, 0)
  body.boolean(Tag.LastRptRequested, true)
}

function whyNone(
  scope: Scope,
  locate: MassStatusRequest['locate'],
  isAccountKnown: boolean,
): Refusal {
  if (!isAccountKnown) return { fixCode: UNKNOWN_ACCOUNT, text: 'Unknown account' }
  if (locate !== 'unknown') return { fixCode: UNKNOWN_ORDER, text: 'No open orders' }
  if (scope === Scope.Security) return { fixCode: UNKNOWN_SYMBOL, text: 'Unknown symbol' }
  return { fixCode: OTHER, text: `Unknown ${scopeField(scope)}` }
}
