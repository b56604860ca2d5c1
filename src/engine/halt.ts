/** A halt, and the way back to trading: docs/operations/controls.md, docs/protocols/auctions.md */
import type { HaltPolicy } from '../domain/index.ts'
import { TradingState } from '../domain/index.ts'
import { cancelOnHalt } from './cancel-on-halt.ts'
import { endMarketHours, goOn, goOnNow } from './phases.ts'
import type { EngineState, Extension, Market } from './state.ts'
import { catchUpPhase, changeTradingState, giveUpExtension } from './trading-state.ts'
import { CrossType } from './uncross.ts'

/** Nothing trades from here on; orders with ExecInst(18)=K go. */
export function* halt(
  state: EngineState,
  market: Market,
  reason: string,
  policy: HaltPolicy,
): Generator<void, void, void> {
  market.haltPolicy = policy
  hold(state, market)
  changeTradingState(state, market, TradingState.Halted, reason)
  yield* cancelOnHalt(state, market)
}

/** Orders are collected from here on. */
export function collect(state: EngineState, market: Market): void {
  hold(state, market)
  changeTradingState(state, market, TradingState.Collecting)
}

/** Neither a pause, nor the breaker, nor an auction that is extended ends it. */
export function hold(state: EngineState, market: Market): void {
  giveUpExtension(state, market)
  market.isHeld = true
  market.pauseEndsSeconds = 0
  market.breakerLevel = 0
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
