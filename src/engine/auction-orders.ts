/**
 * Orders for one auction alone, TimeInForce(59) 2 and 7: which are taken, and what becomes of them.
 * docs/protocols/auctions.md, "Orders for one auction"
 */
import type { Reason, TradingPhase } from '../domain/index.ts'
import { CancelReason, isForAuction, RestateReason, Side, TimeInForce } from '../domain/index.ts'
import { endUnfilled } from './end-order.ts'
import { ordersIn, ordersOn } from './live-orders.ts'
import { collectOrder } from './match-order.ts'
import { activate } from './restate-order.ts'
import type { EngineState, Market } from './state.ts'

/** Why an order of this TimeInForce(59) comes too late, or for nothing: key of RejectReason; undefined = it does not. */
export function auctionMissed(
  { day }: EngineState,
  market: Market,
  timeInForce: number,
): 'NoDayAuctions' | 'OpeningOver' | 'ClosingOver' | undefined {
  if (!isForAuction(timeInForce)) return undefined
  if (!day.isPhased) return 'NoDayAuctions'
  const isAtOpening = timeInForce === TimeInForce.AtTheOpening
  const phase: TradingPhase = isAtOpening ? 'pre-open' : 'closing-auction'
  const { group = '' } = market.instrument
  const isToCome = day.plan.some((instant) => instant.group === group && instant.phase === phase)
  if (market.phase === phase || isToCome) return undefined
  return isAtOpening ? 'OpeningOver' : 'ClosingOver'
}

/** Whether orders at the close are collected as they come; before, and while the instrument is halted or held, they wait. */
const isClosing = ({ phase, isHeld, breakerLevel }: Market): boolean =>
  phase === 'closing-auction' && !isHeld && breakerLevel === 0

/** Whether a new order waits in line for the closing auction to begin. */
export const waitsForClosing = (market: Market, timeInForce: number): boolean =>
  timeInForce === TimeInForce.AtTheClose && !isClosing(market)

/** Once orders are collected for the closing auction: those at the opening have missed theirs, those at the close come. */
export function* beginClosing(state: EngineState, market: Market): Generator<void, void, void> {
  if (!isClosing(market)) return
  yield* endCollected(state, market, OPENING_MISSED)
  if (market.atClose === undefined) return
  for (const side of [Side.Buy, Side.Sell]) {
    for (const order of ordersIn(state, market.atClose, side)) {
      collectOrder(state, market, order, activate(state, order, RestateReason.ClosingBegun))
      yield
    }
  }
}

/** What an auction leaves of the orders that were for it alone. */
export const endLeftOver = (state: EngineState, market: Market): Generator<void, void, void> =>
  endCollected(state, market, REMAINDERS)

/** By TimeInForce(59) of those that end: why. */
type Endings = ReadonlyMap<number, Reason>
const OPENING_MISSED: Endings = new Map([[TimeInForce.AtTheOpening, CancelReason.OpeningMissed]])
const REMAINDERS: Endings = new Map<number, Reason>([
  [TimeInForce.AtTheOpening, CancelReason.OpeningRemainder],
  [TimeInForce.AtTheClose, CancelReason.ClosingRemainder],
])

/** Looks at no order more than it must. */
function* endCollected(
  state: EngineState,
  market: Market,
  endings: Endings,
): Generator<void, void, void> {
  const { orders } = state
  for (const order of ordersOn(state, market)) {
    if (market.auctionOrders === 0) return
    const reason = endings.get(orders.timeInForce(order))
    if (reason !== undefined && !orders.isWaiting(order)) endUnfilled(state, order, reason.code)
    yield
  }
}
