/** What is told of a busted or corrected execution, to whichever side. */
import type { Lot } from '../domain/index.ts'
import type { TradeSide } from '../wire/index.ts'
import type { ExecutionOwner } from './risk/index.ts'
import type { EngineState, Market, PastSplit } from './state.ts'

/** What becomes of both sides of a trade. */
export interface Correction {
  readonly eventType: number
  readonly execType: number
  readonly from: Lot
  /** Quantity 0: it never was. */
  readonly to: Lot
  /** Match number that it was executed with. */
  readonly first: number
  /** Match numbers that it had, and has in what is told now. */
  readonly originalMatch: number
  readonly matchNumber: number
  /** It was executed before the trading day. */
  readonly isEarlier: boolean
  readonly reason: string
}

/** Of the shares of a trade. @param first match number that it was executed with */
export const splitsSince = ({ splits }: Market, first: number): PastSplit[] =>
  splits.filter(({ firstMatchNumber }) => first < firstMatchNumber)

/** Positions are in the shares of today, which a split may have made since. */
export function correctPosition(
  { markets, risk }: EngineState,
  owner: ExecutionOwner,
  { from, to, first }: Correction,
): void {
  risk?.correct(owner, from, to, splitsSince(markets[owner.locate]!, first))
}

/** What the report says of the execution. */
export function describeExecution(
  { events }: EngineState,
  at: number,
  { execId }: TradeSide,
  { from, to, matchNumber, originalMatch, reason }: Correction,
): void {
  const { order, executionRef: ref } = events
  order.wrap(events.records.view, at)
  order.lastQty = to.quantity
  order.lastPx = to.price
  order.matchNumber = matchNumber
  events.refer(at, reason)
  ref.execRefId = execId
  ref.originalMatch = originalMatch
  ref.priorQty = from.quantity
  ref.priorPx = from.price
}
