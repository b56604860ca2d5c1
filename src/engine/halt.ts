/** A halt, and the way back to trading: docs/operations/controls.md, docs/protocols/auctions.md */
import type { HaltPolicy } from '../domain/index.ts'
import { CancelReason, TradingState } from '../domain/index.ts'
import { ExecInstBit } from '../wire/index.ts'
import { cancelUnasked } from './end-order.ts'
import { ordersOn } from './live-orders.ts'
import { catchUpPhase, giveUpExtension } from './extend-auction.ts'
import { endMarketHours, goOn, goOnNow } from './phases.ts'
import type { EngineState, Extension, Market } from './state.ts'
import { changeTradingState } from './trading-state.ts'
import { CrossType } from './uncross.ts'

/** Nothing trades from here on; orders with ExecInst(18)=K go. */
export function* halt(
  state: EngineState,
  market: Market,
  reason: string,
  policy: HaltPolicy,
): Generator<void, void, void> {
  market.haltPolicy = policy
  giveUpExtension(state, market)
  market.isHeld = true
  market.pauseEndsSeconds = 0
  changeTradingState(state, market, TradingState.Halted, reason)
  // Without conditions nobody asks for it, and nobody's orders need be looked at.
  if (state.orders.conditions.count === 0) return
  for (const order of ordersOn(state, market)) {
    if (state.orders.hasInstruction(order, ExecInstBit.CancelOnHalt)) {
      cancelUnasked(state, order, CancelReason.TradingHalted.code)
    }
    yield
  }
}

/** Orders are collected from here on. */
export function collect(state: EngineState, market: Market): void {
  market.isHeld = true
  market.pauseEndsSeconds = 0
  changeTradingState(state, market, TradingState.Collecting)
}

/** Back to its phase; into trading by an auction. */
export function* resume(state: EngineState, market: Market): Generator<void, void, void> {
  if (market.extension !== undefined) return yield* endExtension(state, market, market.extension)
  market.isHeld = false
  market.haltPolicy = 'accept'
  yield* goOn(state, market, CrossType.Halt)
}

/** The auction takes place now, whatever its price would be. */
function* endExtension(
  state: EngineState,
  market: Market,
  { crossType }: Extension,
): Generator<void, void, void> {
  catchUpPhase(state, market)
  yield* goOnNow(state, market, crossType)
  endMarketHours(state)
}
