/**
 * The row of one ExecutionReport(8): a function of one event record, the configuration in force and
 * the trading date, as the report itself is. Specification: FIX 4.4 volume 4, ExecutionReport.
 */
import {
  ExecType,
  PRICE_DECIMALS,
  printScaled,
  reasonOf,
  restatementReasonOf,
} from '../domain/index.ts'
import type { Reason } from '../domain/index.ts'
import type { VenueConfiguration, VenueSession } from '../wire/index.ts'
import {
  executionRef,
  hasExecutionRef,
  hasExtendedCodes,
  orderEvent,
  orderTailAt,
  reasonText,
  recordSession,
  recordType,
  textBehind,
} from '../wire/index.ts'
import { conditionsColumns } from './conditions-columns.ts'
import { printCode, printDate, printTime, storableText } from './print-values.ts'
import type { ExecutionRow } from './tables.ts'
import type { TradingDays } from './trading-days.ts'

const AVERAGE_DECIMALS = 6

/** What a record's indexes and dates mean at its place in the journal. */
export interface Venue {
  configuration: VenueConfiguration
  /** yyyymmdd; 0 before the first trading day. */
  tradingDate: number
  readonly days: TradingDays
}

/** What a report is printed from. */
type VenueNow = Pick<Venue, 'configuration' | 'tradingDate'>

/** Reads a record in the orderEvent layout; `exec_id` is 0 where the event has no copy of its own. */
export function executionRow(view: DataView, at: number, venue: VenueNow): ExecutionRow {
  const event = orderEvent.decode(view, at)
  const session = sessionOf(venue.configuration, recordSession(view, at))
  const reason = reasonOf(event.reason)
  const isTrade = event.matchNumber !== 0 && event.execType !== ExecType.TradeCancel

  return {
    exec_id: event.execId,
    time: printTime(event.epochSeconds, event.nanoseconds),
    nanoseconds: event.nanoseconds,
    trading_date: printDate(venue.tradingDate),
    session: session?.compId ?? '',
    firm: session?.firm ?? '',
    account: session?.accounts[event.account - 1] ?? null,
    msg_seq_num: event.msgSeqNum,
    order_id: event.orderId || null,
    order_reference: event.orderReference || null,
    symbol: venue.configuration.instruments[event.locate - 1]?.symbol ?? null,
    side: printCode(event.side),
    ord_type: printCode(event.ordType),
    time_in_force: printCode(event.timeInForce),
    exec_type: printCode(event.execType) ?? '',
    ord_status: printCode(event.ordStatus) ?? '',
    order_qty: event.orderQty === 0 ? null : String(event.orderQty),
    price: event.price === 0 ? null : printScaled(event.price, PRICE_DECIMALS),
    last_qty: isTrade ? event.lastQty : null,
    last_px: isTrade ? printScaled(event.lastPx, PRICE_DECIMALS) : null,
    cum_qty: event.cumQty,
    leaves_qty: event.leavesQty,
    avg_px: printScaled(event.avgPx, AVERAGE_DECIMALS),
    cl_ord_id: storableText(event.clOrdId) || null,
    orig_cl_ord_id: storableText(event.origClOrdId) || null,
    match_number: event.matchNumber || null,
    last_liquidity_ind: printCode(event.lastLiquidityInd),
    reason: event.reason || null,
    ...fixReason(event.execType, reason, hasExtendedCodes(event.dialect)),
    text: reason ? reasonText(view, at, reason, event) : null,
    ...conditionsColumns(view, at, event),
    ...referenceColumns(view, at),
  }
}

type ReferenceColumns = Pick<
  ExecutionRow,
  'exec_ref_id' | 'prior_qty' | 'prior_px' | 'prior_match'
> &
  Partial<Pick<ExecutionRow, 'text'>>

export const NO_REFERENCE: ReferenceColumns = {
  exec_ref_id: null,
  prior_qty: null,
  prior_px: null,
  prior_match: null,
}

/** Of an execution that was busted or corrected: which one, and what it was. */
function referenceColumns(view: DataView, at: number): ReferenceColumns {
  if (!hasExecutionRef(recordType(view, at))) return NO_REFERENCE
  const reference = executionRef.decode(view, orderTailAt(view, at))
  return {
    exec_ref_id: reference.execRefId,
    prior_qty: reference.priorQty,
    prior_px: printScaled(reference.priorPx, PRICE_DECIMALS),
    prior_match: reference.originalMatch,
    text: textBehind(view, at),
  }
}

export const sessionOf = (
  configuration: VenueConfiguration,
  index: number,
): VenueSession | undefined => configuration.sessions[index - 1]

/** OrdRejReason(103) on a reject, ExecRestatementReason(378) on an order ended by the exchange. */
function fixReason(
  execType: number,
  reason: Reason | undefined,
  isExtended: boolean,
): Pick<ExecutionRow, 'ord_rej_reason' | 'exec_restatement_reason'> {
  const none = { ord_rej_reason: null, exec_restatement_reason: null }
  if (reason === undefined) return none
  // As in the report: ExecType L says it.
  if (execType === ExecType.Triggered) return none
  if (execType === ExecType.Rejected) return { ...none, ord_rej_reason: reason.fixCode }
  return { ...none, exec_restatement_reason: restatementReasonOf(reason, isExtended) ?? null }
}
