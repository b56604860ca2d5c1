/**
 * What becomes due without anybody asking: ExpireTime(126) of orders, the end of the grace that a lost
 * session has to come back, the phases of the day, the end of
 * pauses, and what auctions would give. PassTime goes before all that was asked, so what is over is over for
 * every message of its turn.
 */
import { cancelOrdersOf } from './cancel-on-disconnect.ts'
import { endOrder, OrderEnd } from './end-order.ts'
import { endPauses, enterPhases } from './phases.ts'
import type { EventWriter } from './event-writer.ts'
import { tellIndicative } from './indicative.ts'
import type { EngineState } from './state.ts'
import { beginWork } from './work.ts'

/** Milliseconds since 1970 of the turn at hand. */
export const nowMs = ({ epochSeconds, nanoseconds }: EventWriter): number =>
  epochSeconds * 1000 + Math.floor(nanoseconds / 1e6)

export function passTime(state: EngineState): void {
  beginWork(state, 'pass time', doWhatIsDue(state))
}

function* doWhatIsDue(state: EngineState): Generator<void, void, void> {
  yield* expireOrders(state)
  yield* endGraces(state)
  yield* enterPhases(state)
  yield* endPauses(state)
  yield* tellIndicative(state)
}

function* expireOrders(state: EngineState): Generator<void, void, void> {
  const { expiries, events } = state
  while (expiries.next <= events.epochSeconds) {
    const seconds = expiries.next
    const order = expiries.take()
    // Another time may have been asked for since.
    const isDue = state.orders.expireSeconds(order) === seconds
    if (isDue && state.orders.isLive(order)) endOrder(state, order, OrderEnd.Expired)
    yield
  }
}

function* endGraces(state: EngineState): Generator<void, void, void> {
  const { graces, ledger, events } = state
  while (graces.next <= nowMs(events)) {
    const until = graces.next
    const session = graces.take()
    if (ledger.graceUntilMs[session] !== until) continue
    ledger.graceUntilMs[session] = 0
    yield* cancelOrdersOf(state, session, ledger.graceSweep[session]!)
  }
}
