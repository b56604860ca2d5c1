/**
 * The row of a FIX message to a counterparty that is no execution: refused cancels, rejects, Logons,
 * Heartbeats, answers to status requests. With `executions` these are a session's whole outbound
 * sequence. What the message refers to is in columns, whichever field it stands in.
 */
import { reasonOf } from '../domain/index.ts'
import { Tag } from '../fix/index.ts'
import {
  cancelRejected,
  eventHeader,
  EventType,
  hasStatusTail,
  isOrderEvent,
  massCancelReported,
  messageSent,
  orderEvent,
  reasonText,
  recordSession,
  recordType,
  statusTail,
  orderTailAt,
} from '../wire/index.ts'
import type { Venue } from './execution-row.ts'
import { sessionOf } from './execution-row.ts'
import { parseFields } from './fix-fields.ts'
import { integerOf, printDate, printTime, storableText } from './print-values.ts'
import type { EventPlace } from './session-row.ts'
import type { MessageRow } from './tables.ts'

const EXECUTION_REPORT = '8'
const ORDER_CANCEL_REJECT = '9'
const ORDER_MASS_CANCEL_REPORT = 'r'

/** Where a message names the request that it answers; the first that is there. */
const REQUEST_IDS = [
  Tag.BusinessRejectRefID,
  Tag.TestReqID,
  Tag.OrdStatusReqID,
  Tag.MassStatusReqID,
  Tag.SecurityReqID,
  Tag.SecurityStatusReqID,
  Tag.TradSesReqID,
  Tag.MDReqID,
]
/** Where a message says by a number why it refuses. */
const REASONS = [
  Tag.SessionRejectReason,
  Tag.BusinessRejectReason,
  Tag.CxlRejReason,
  Tag.MassCancelRejectReason,
  Tag.OrdRejReason,
]

type Content = Pick<
  MessageRow,
  | 'msg_type'
  | 'order_id'
  | 'cl_ord_id'
  | 'orig_cl_ord_id'
  | 'ref_seq_num'
  | 'ref_msg_type'
  | 'request_id'
  | 'reason'
  | 'text'
>

/** @returns undefined for an event that says nothing to its session */
export function messageRow(
  view: DataView,
  at: number,
  venue: Venue,
  place: EventPlace,
): MessageRow | undefined {
  const event = eventHeader.decode(view, at)
  if (event.msgSeqNum === 0) return undefined
  const session = sessionOf(venue.configuration, recordSession(view, at))

  return {
    group_number: place.groupNumber,
    event_index: place.eventIndex,
    time: printTime(event.epochSeconds, event.nanoseconds),
    nanoseconds: event.nanoseconds,
    trading_date: printDate(venue.tradingDate),
    session: session?.compId ?? '',
    firm: session?.firm ?? '',
    msg_seq_num: event.msgSeqNum,
    ...contentOf(view, at),
  }
}

function contentOf(view: DataView, at: number): Content {
  const type = recordType(view, at)
  if (isOrderEvent(type)) return statusContent(view, at)
  if (type === EventType.CancelRejected) return cancelRejectContent(view, at)
  if (type === EventType.MassCancelReported) return massCancelContent(view, at)

  const { msgType, bodyLength } = messageSent.decode(view, at)
  const stored = storedContent(view, at + messageSent.length, bodyLength)
  return { msg_type: String.fromCharCode(msgType), ...stored }
}

function statusContent(view: DataView, at: number): Content {
  const order = orderEvent.decode(view, at)
  const tailAt = orderTailAt(view, at)
  const asked = hasStatusTail(view, at)
    ? storedContent(view, tailAt + statusTail.length, statusTail.decode(view, tailAt).bodyLength)
    : NOTHING
  return {
    ...asked,
    msg_type: EXECUTION_REPORT,
    order_id: order.orderId || null,
    cl_ord_id: storableText(order.clOrdId) || null,
    orig_cl_ord_id: storableText(order.origClOrdId) || null,
  }
}

function cancelRejectContent(view: DataView, at: number): Content {
  const reject = cancelRejected.decode(view, at)
  const reason = reasonOf(reject.reason)
  const stored =
    reason?.values === 'behind'
      ? NOTHING
      : storedContent(view, at + cancelRejected.length, reject.bodyLength)
  return {
    ...stored,
    msg_type: ORDER_CANCEL_REJECT,
    order_id: reject.orderId || null,
    cl_ord_id: storableText(reject.clOrdId) || stored.cl_ord_id,
    orig_cl_ord_id: storableText(reject.origClOrdId) || stored.orig_cl_ord_id,
    reason: reason?.fixCode ?? stored.reason,
    text: reason ? reasonText(view, at, reason, reject) : stored.text,
  }
}

function massCancelContent(view: DataView, at: number): Content {
  const report = massCancelReported.decode(view, at)
  const reason = reasonOf(report.reason)
  const stored = storedContent(view, at + massCancelReported.length, report.bodyLength)
  return {
    ...stored,
    msg_type: ORDER_MASS_CANCEL_REPORT,
    order_id: report.orderId || null,
    cl_ord_id: storableText(report.clOrdId) || stored.cl_ord_id,
    reason: reason?.fixCode ?? stored.reason,
    text: reason?.text ?? stored.text,
  }
}

const NOTHING: Omit<Content, 'msg_type'> = {
  order_id: null,
  cl_ord_id: null,
  orig_cl_ord_id: null,
  ref_seq_num: null,
  ref_msg_type: null,
  request_id: null,
  reason: null,
  text: null,
}

/** Of the fields that are stored as they are printed. */
function storedContent(view: DataView, at: number, length: number): Omit<Content, 'msg_type'> {
  if (length === 0) return NOTHING
  const fields = parseFields(view, at, length)
  const first = (tags: readonly number[]): string | null =>
    tags.map((tag) => fields.get(tag)).find((value) => value !== undefined) ?? null

  return {
    order_id: integerOf(first([Tag.OrderID])),
    cl_ord_id: first([Tag.ClOrdID]),
    orig_cl_ord_id: first([Tag.OrigClOrdID]),
    ref_seq_num: integerOf(first([Tag.RefSeqNum])),
    ref_msg_type: first([Tag.RefMsgType]),
    request_id: first(REQUEST_IDS),
    reason: integerOf(first(REASONS)),
    text: first([Tag.Text]),
  }
}
