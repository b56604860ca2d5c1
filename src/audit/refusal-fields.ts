/**
 * What a line says of a message that was refused at the door or that is about no single order. Their records
 * keep fields of the answer as they are printed: what was asked stands as the counterparty wrote it.
 */
import { reasonOf } from '../domain/index.ts'
import { Tag } from '../fix/index.ts'
import {
  cancelRejected,
  dontKnowTradeReceived,
  massCancelReported,
  messageSent,
  storedFields,
  textOfBytes,
} from '../wire/index.ts'
import type { AuditContext } from './order-fields.ts'
import { partyFields, printCode, reasonFields } from './order-fields.ts'

const NO_ACCOUNT = 0

/** Fields of a refused NewOrderSingle(D), by what they are called on other lines. */
const ASKED = {
  clOrdId: Tag.ClOrdID,
  side: Tag.Side,
  ordType: Tag.OrdType,
  timeInForce: Tag.TimeInForce,
  price: Tag.Price,
  orderQty: Tag.OrderQty,
  stopPx: Tag.StopPx,
  minQty: Tag.MinQty,
  maxFloor: Tag.MaxFloor,
  execInst: Tag.ExecInst,
  expireDate: Tag.ExpireDate,
  expireTime: Tag.ExpireTime,
} as const

/** What an order asked for, as the counterparty wrote it; its account as a token. */
export function storedTerms(
  fields: ReadonlyMap<number, string>,
  firm: string | undefined,
  { tokenOf }: AuditContext,
) {
  const account = fields.get(Tag.Account)
  const terms = Object.entries(ASKED).map(([name, tag]) => [name, fields.get(tag)])
  return {
    symbol: fields.get(Tag.Symbol),
    account: account === undefined ? undefined : tokenOf(firm ?? '', account),
    ...(Object.fromEntries(terms) as Record<keyof typeof ASKED, string | undefined>),
  }
}

/** A NewOrderSingle(D) that no record can hold, from the ExecutionReport(8) that says so. */
export function refusedOrder(view: DataView, at: number, context: AuditContext) {
  const { execId, bodyLength } = messageSent.decode(view, at)
  const fields = storedFields(view, at + messageSent.length, bodyLength)
  const { firm, session } = partyFields(view, at, NO_ACCOUNT, context)
  const { symbol, account, ...terms } = storedTerms(fields, firm, context)
  return {
    symbol,
    firm,
    session,
    account,
    ...terms,
    execId: execId || undefined,
    fixReason: numberOf(fields.get(Tag.OrdRejReason)),
    text: fields.get(Tag.Text),
  }
}

/** A cancel or a change that was refused, by the engine or before it. */
export function refusedRequest(view: DataView, at: number, context: AuditContext) {
  const event = cancelRejected.decode(view, at)
  const isStored = reasonOf(event.reason) === undefined
  const length = isStored ? event.bodyLength : 0
  const fields = storedFields(view, at + cancelRejected.length, length)
  const stored = { fixReason: numberOf(fields.get(Tag.CxlRejReason)), text: fields.get(Tag.Text) }
  return {
    ...partyFields(view, at, event.account, context),
    orderId: event.orderId || undefined,
    clOrdId: event.clOrdId || fields.get(Tag.ClOrdID),
    origClOrdId: event.origClOrdId || fields.get(Tag.OrigClOrdID),
    responseTo: printCode(event.cxlRejResponseTo),
    ordStatus: printCode(event.ordStatus),
    ...(isStored ? stored : reasonFields(view, at, event, context)),
  }
}

/** An OrderMassCancelRequest(q); the cancels of its orders are lines of their own. */
export function massCancelFields(view: DataView, at: number, context: AuditContext) {
  const event = massCancelReported.decode(view, at)
  const fields = storedFields(view, at + massCancelReported.length, event.bodyLength)
  const reason = reasonOf(event.reason)
  return {
    symbol: fields.get(Tag.Symbol),
    ...partyFields(view, at, NO_ACCOUNT, context),
    orderId: event.orderId || undefined,
    clOrdId: event.clOrdId || fields.get(Tag.ClOrdID),
    massCancelRequestType: printCode(event.massCancelRequestType),
    side: fields.get(Tag.Side),
    affectedOrders: event.totalAffectedOrders,
    reason: event.reason || undefined,
    fixReason: reason?.fixCode,
    text: reason?.text,
  }
}

/** MsgType(35) of messages that ask something of the book, or that question what it did. */
const ORDER_MESSAGES: ReadonlySet<string | undefined> = new Set(['D', 'F', 'G', 'q', 'Q'])
/** Reject(3) and BusinessMessageReject(j). */
const REJECTS: ReadonlySet<string | undefined> = new Set(['3', 'j'])

/** A message about orders that was answered by Reject(3) or BusinessMessageReject(j); undefined for any other. */
export function rejectedMessage(view: DataView, at: number, context: AuditContext) {
  const event = messageSent.decode(view, at)
  const msgType = printCode(event.msgType)
  if (!REJECTS.has(msgType)) return undefined
  const fields = storedFields(view, at + messageSent.length, event.bodyLength)
  if (!ORDER_MESSAGES.has(fields.get(Tag.RefMsgType))) return undefined
  return {
    ...partyFields(view, at, NO_ACCOUNT, context),
    msgType,
    refMsgType: fields.get(Tag.RefMsgType),
    refSeqNum: numberOf(fields.get(Tag.RefSeqNum)),
    refTagId: numberOf(fields.get(Tag.RefTagID)),
    refId: fields.get(Tag.BusinessRejectRefID),
    fixReason: numberOf(
      fields.get(Tag.SessionRejectReason) ?? fields.get(Tag.BusinessRejectReason),
    ),
    text: fields.get(Tag.Text),
  }
}

/** A DontKnowTrade(Q): the trade stands. */
export function questionedTrade(view: DataView, at: number, context: AuditContext) {
  const event = dontKnowTradeReceived.decode(view, at)
  const textAt = view.byteOffset + at + dontKnowTradeReceived.length
  const text = textOfBytes(new Uint8Array(view.buffer, textAt, event.bodyLength))
  return {
    ...partyFields(view, at, NO_ACCOUNT, context),
    orderId: event.orderId || undefined,
    execId: event.execId,
    dkReason: printCode(event.dkReason),
    text: text || undefined,
  }
}

/** Exact: at most 15 digits; as text what is more, or is no number. */
const numberOf = (text: string | undefined): number | string | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : text
