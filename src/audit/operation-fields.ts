/**
 * What a line says of what operations did and of the market as a whole: an instrument's state, what an
 * auction came to, and who asked for what.
 */
import { PRICE_DECIMALS, printScaled } from '../domain/index.ts'
import type { OperatorAction, OperatorRecord } from '../wire/index.ts'
import { crossExecuted, operationOf, tradingStateChanged } from '../wire/index.ts'
import type { AuditContext } from './order-fields.ts'
import { printCode } from './order-fields.ts'

export function stateFields(view: DataView, at: number) {
  const { symbol, tradingState, reason } = tradingStateChanged.decode(view, at)
  return {
    symbol,
    tradingState: printCode(tradingState),
    stateReason: reason === '' ? undefined : reason,
  }
}

/** Without a price nothing was executed. */
export function auctionFields(view: DataView, at: number, { configuration }: AuditContext) {
  const { locate, matchNumber, shares, price, crossType } = crossExecuted.decode(view, at)
  return {
    symbol: configuration.instruments[locate - 1]?.symbol,
    crossType: printCode(crossType),
    matchNumber,
    lastQty: shares,
    lastPx: price === 0 ? undefined : printScaled(price, PRICE_DECIMALS),
  }
}

/** An account that is killed is its token here too; of a trade that is busted its own lines say all. */
export function operationFields(view: DataView, at: number, context: AuditContext) {
  const { requestId, by, why, refused, isRepeated, ...action } = operationOf(view, at)
  return { requestId, by, why, operation: withToken(action, context), refused, isRepeated }
}

function withToken(
  action: OperatorAction,
  { tokenOf }: AuditContext,
): Omit<OperatorRecord, 'requestId' | 'by' | 'why'> | object {
  if ('trade' in action) {
    const { trade: _trade, ...asked } = action
    return asked
  }
  if (!('kind' in action) || action.kind !== 'account') return action
  return { ...action, name: tokenOf(action.firm, action.name) }
}
