/**
 * The row of an ExecutionReport(8) whose fields did not fit an order record (a symbol that is not
 * listed, an OrdType that is not offered): the journal keeps the printed fields, and so the row shows
 * what was asked for, exactly. Before them the report says OrderID NONE, ExecType and OrdStatus 8 and
 * zero quantities.
 */
import { messageSent, recordSession } from '../wire/index.ts'
import { refusedConditions } from './conditions-columns.ts'
import type { Venue } from './execution-row.ts'
import { NO_REFERENCE, sessionOf } from './execution-row.ts'
import { parseFields } from './fix-fields.ts'
import { integerOf, printDate, printDecimal, printTime } from './print-values.ts'
import type { ExecutionRow } from './tables.ts'

const REJECTED = '8'

/** Reads a MessageSent record of msgType 8 with an execId above 0. */
export function refusalRow(view: DataView, at: number, venue: Venue): ExecutionRow {
  const event = messageSent.decode(view, at)
  const session = sessionOf(venue.configuration, recordSession(view, at))
  const fields = parseFields(view, at + messageSent.length, event.bodyLength)
  const field = (tag: number): string | null => fields.get(tag) ?? null

  return {
    exec_id: event.execId,
    time: printTime(event.epochSeconds, event.nanoseconds),
    nanoseconds: event.nanoseconds,
    trading_date: printDate(venue.tradingDate),
    session: session?.compId ?? '',
    firm: session?.firm ?? '',
    account: field(1),
    msg_seq_num: event.msgSeqNum,
    order_id: null,
    order_reference: null,
    symbol: field(55),
    side: field(54),
    ord_type: field(40),
    time_in_force: field(59),
    exec_type: REJECTED,
    ord_status: REJECTED,
    order_qty: printDecimal(field(38)),
    price: printDecimal(field(44)),
    last_qty: null,
    last_px: null,
    cum_qty: 0,
    leaves_qty: 0,
    avg_px: '0.000000',
    cl_ord_id: field(11),
    orig_cl_ord_id: field(41),
    match_number: null,
    last_liquidity_ind: null,
    reason: null,
    ord_rej_reason: integerOf(field(103)),
    exec_restatement_reason: null,
    text: field(58),
    ...refusedConditions(field),
    ...NO_REFERENCE,
  }
}
