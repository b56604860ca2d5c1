/**
 * The side of a busted or corrected trade whose order has ended on an earlier day: the day has forgotten it,
 * so the command brings what it was told last.
 */
import { averagePrice, Notional, OrdStatus } from '../domain/index.ts'
import type { EndedOrder, TradeSide } from '../wire/index.ts'
import { executionRef, orderEvent } from '../wire/index.ts'
import type { Correction } from './correction.ts'
import { correctPosition, describeExecution } from './correction.ts'
import type { EngineState } from './state.ts'

const LIMB = 2n ** 32n
const notional = new Notional()

/** @returns offset of its report */
export function correctEnded(state: EngineState, side: TradeSide, correction: Correction): number {
  const { events } = state
  const { eventType, execType, from, to, reason } = correction
  const ended = side.ended!
  const more = executionRef.length + reason.length
  const at = events.reportEnded(eventType, side.session, execType, bytesOf(ended), more)

  const report = events.order
  const sum = BigInt(ended.notional)
  notional.set(Number(sum / LIMB), Number(sum % LIMB))
  notional.replace(from, to)
  report.cumQty += to.quantity - from.quantity
  report.avgPx = averagePrice(notional.high, notional.low, report.cumQty)
  report.originalReference = 0
  report.feedShares = 0
  report.reason = 0
  report.lastLiquidityInd = 0
  report.origClOrdId = ''
  const isFilled = report.cumQty === report.orderQty
  if (report.ordStatus === OrdStatus.Filled && !isFilled) report.ordStatus = OrdStatus.Canceled
  const { account, locate, side: buyOrSell } = report
  correctPosition(state, { session: side.session, account, locate, side: buyOrSell }, correction)
  describeExecution(state, at, side, correction)
  return at
}

/** OrderQty(38) that an order of an earlier day has not traded. */
export function roomOf(ended: EndedOrder): number {
  const { buffer } = bytesOf(ended)
  const view = new DataView(buffer)
  const { execId, orderQty, cumQty } = orderEvent.offsets
  return view.getInt32(orderQty - execId, true) - view.getInt32(cumQty - execId, true)
}

function bytesOf({ report }: EndedOrder): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(report), (character) => character.charCodeAt(0))
}
