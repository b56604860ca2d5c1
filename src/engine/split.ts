/**
 * A split: `into` new shares for `from` old ones. Trading halts, no order outlives it, and the prices that the
 * exchange remembers are those of the new shares. docs/operations/instruments.md
 */
import type { Instrument } from '../domain/index.ts'
import { CancelReason, PRICE_MAX, TradingState, floorDiv } from '../domain/index.ts'
import { leaveIndex } from './breaker.ts'
import { cancelUnasked } from './end-order.ts'
import { hold } from './halt.ts'
import { ordersOn } from './live-orders.ts'
import type { SplitRatio } from './reference-data.ts'
import { splitPrice } from './reference-data.ts'
import type { EngineState } from './state.ts'
import { changeTradingState } from './trading-state.ts'

/** Of ITCH H: corporate action. */
const REASON = 'M1'

/** @param instrument as it is after the split; its band and guard are worked out behind it */
export function* split(
  state: EngineState,
  { locate, tickSize }: Instrument,
  ratio: SplitRatio,
): Generator<void, void, void> {
  const market = state.markets[locate]!
  hold(state, market)
  market.haltPolicy = 'reject'
  changeTradingState(state, market, TradingState.Halted, REASON)
  for (const order of ordersOn(state, market)) {
    cancelUnasked(state, order, CancelReason.CorporateAction.code)
    yield
  }

  const most = floorDiv(PRICE_MAX, tickSize) * tickSize
  const split = (price: number): number =>
    price === 0 ? 0 : Math.min(most, splitPrice(price, ratio, tickSize))
  market.splitOrderId = state.numbers.nextOrderReference
  market.lastPrice = split(market.lastPrice)
  leaveIndex(state, locate)
  market.auctionPrice = split(market.auctionPrice)
  state.risk?.splitPositions(locate, ratio)
}
