/**
 * What a command asked for: on the lines of its refusal, since those tell the order that exists, or none,
 * and not the one that was wanted.
 */
import {
  cancelOrder,
  CommandType,
  conditionsAt,
  enterOrder,
  refuseOrder,
  refuseRequest,
  replaceOrder,
  storedFields,
} from '../wire/index.ts'
import type { AuditContext } from './order-fields.ts'
import {
  conditionFields,
  partyFields,
  printCode,
  printPrice,
  printQuantity,
  sessionOf,
} from './order-fields.ts'
import { storedTerms } from './refusal-fields.ts'

/**
 * @param at the command in `view`
 * @returns undefined for a command that asks for no order and no change of one
 */
export function askedFields(
  view: DataView,
  at: number,
  type: number,
  context: AuditContext,
): object | undefined {
  switch (type) {
    case CommandType.EnterOrder:
      return askedTerms(view, at, enterOrder.decode(view, at), enterOrder.length, context)
    case CommandType.ReplaceOrder: {
      const command = replaceOrder.decode(view, at)
      const { orderId, origClOrdId } = command
      const terms = askedTerms(view, at, command, replaceOrder.length, context)
      return { orderId: orderId || undefined, ...terms, origClOrdId }
    }
    case CommandType.CancelOrder: {
      const { orderId, clOrdId, origClOrdId, locate, side } = cancelOrder.decode(view, at)
      const symbol = symbolOf(context, locate)
      return { orderId: orderId || undefined, clOrdId, origClOrdId, symbol, side: printCode(side) }
    }
    case CommandType.RefuseOrder: {
      const { bodyLength } = refuseOrder.decode(view, at)
      const fields = storedFields(view, at + refuseOrder.length, bodyLength)
      return storedTerms(fields, sessionOf(context.configuration, view, at)?.firm, context)
    }
    case CommandType.RefuseRequest: {
      const { clOrdId, origClOrdId } = refuseRequest.decode(view, at)
      return { clOrdId: clOrdId || undefined, origClOrdId: origClOrdId || undefined }
    }
    default:
      return undefined
  }
}

interface Terms {
  readonly clOrdId: string
  readonly locate: number
  readonly account: number
  readonly side: number
  readonly ordType: number
  readonly timeInForce: number
  readonly price: number
  readonly orderQty: number
}

/** @param length of the command without conditions */
function askedTerms(
  view: DataView,
  at: number,
  command: Terms,
  length: number,
  context: AuditContext,
) {
  return {
    clOrdId: command.clOrdId,
    symbol: symbolOf(context, command.locate),
    account: partyFields(view, at, command.account, context).account,
    side: printCode(command.side),
    ordType: printCode(command.ordType),
    timeInForce: printCode(command.timeInForce),
    price: printPrice(command.price),
    orderQty: printQuantity(command.orderQty),
    ...conditionFields(view, conditionsAt(view, at, length)),
  }
}

/** Not listed: there is none. */
const symbolOf = ({ configuration }: AuditContext, locate: number): string | undefined =>
  configuration.instruments[locate - 1]?.symbol
