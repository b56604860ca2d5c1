/** What the end of trading does to orders, whoever brings it about: operations, or the breaker of the market. */
import { CancelReason } from '../domain/index.ts'
import { ExecInstBit } from '../wire/index.ts'
import { cancelUnasked } from './end-order.ts'
import { ordersOn } from './live-orders.ts'
import type { EngineState, Market } from './state.ts'

/** Orders with ExecInst(18)=K go. */
export function* cancelOnHalt(state: EngineState, market: Market): Generator<void, void, void> {
  // Without conditions nobody asks for it, and nobody's orders need be looked at.
  if (state.orders.conditions.count === 0) return
  for (const order of ordersOn(state, market)) {
    if (state.orders.hasInstruction(order, ExecInstBit.CancelOnHalt)) {
      cancelUnasked(state, order, CancelReason.TradingHalted.code)
    }
    yield
  }
}
