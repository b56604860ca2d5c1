/**
 * Self-trade prevention: which orders belong together, and what becomes of an incoming order that would
 * trade with one of its own group. The incoming order's instruction decides.
 */
import { CancelReason, RestateReason, StpInstruction } from '../domain/index.ts'
import { orderEvent } from '../wire/index.ts'
import { cancelUnasked } from './end-order.ts'
import { FeedMessage } from './event-writer.ts'
import { NO_EVENT } from './matching.ts'
import { shrink } from './places.ts'
import { restateOrder } from './restate-order.ts'
import type { EngineState } from './state.ts'

const INSTRUCTIONS = {
  off: 0,
  newest: StpInstruction.CancelNewest,
  oldest: StpInstruction.CancelOldest,
  both: StpInstruction.CancelBoth,
  decrement: StpInstruction.Decrement,
} as const

/** Its own group, or that of its session if that prevents self-trades; 0 = none. */
export function groupOf({ orders, sessionStpGroup }: EngineState, order: number): number {
  const own = orders.stpGroup(order)
  return own === 0 ? sessionStpGroup[orders.session(order)]! : own
}

/** What a session's file says; takes its group's number. */
export function configureSelfTrade(state: EngineState): void {
  state.sessionStpGroup = new Int32Array(state.venueSessions.length)
  state.sessionStpInstruction = new Uint8Array(state.venueSessions.length)
  for (const session of state.venueSessions) {
    if (session === undefined) continue
    const { index, selfTrade } = session
    state.sessionStpInstruction[index] = INSTRUCTIONS[selfTrade.prevention]
    if (selfTrade.prevention === 'off') continue
    state.sessionStpGroup[index] = state.stpGroups.numberOf(selfTrade.group)
  }
}

/** A group without an instruction of its session or of its own cancels the newest. */
export function instructionOf(state: EngineState, order: number): number {
  const { orders, sessionStpInstruction } = state
  const own = orders.stpInstruction(order)
  if (own !== 0) return own
  return sessionStpInstruction[orders.session(order)]! || StpInstruction.CancelNewest
}

/**
 * Keeps an incoming order from trading with the resting one of its group that is next.
 * @returns false when the incoming order has ended
 */
export function prevent(state: EngineState, incoming: number, resting: number): boolean {
  switch (instructionOf(state, incoming)) {
    case StpInstruction.CancelOldest:
      cancelOldest(state, resting)
      // Put on the feed by an earlier event, it would cross the one that leaves by this one.
      state.matching.incomingEventAt = NO_EVENT
      return true
    case StpInstruction.CancelBoth:
      cancelOldest(state, resting)
      cancelNewest(state, incoming)
      return false
    case StpInstruction.Decrement:
      return decrement(state, incoming, resting)
    default:
      cancelNewest(state, incoming)
      return false
  }
}

const cancelOldest = (state: EngineState, order: number): void =>
  cancelUnasked(state, order, CancelReason.SelfMatchOldest.code)
const cancelNewest = (state: EngineState, order: number): void =>
  cancelUnasked(state, order, CancelReason.SelfMatchNewest.code)

/** Both lose the smaller quantity, so the smaller one is canceled. What icebergs hide counts. */
function decrement(state: EngineState, incoming: number, resting: number): boolean {
  const { orders } = state
  const quantity = Math.min(orders.leavesQty(incoming), orders.leavesQty(resting))
  if (orders.leavesQty(resting) === quantity) cancelOldest(state, resting)
  else {
    const shown = lessen(state, resting, quantity)
    const at = restateOrder(state, resting, RestateReason.SelfMatchDecrement)
    if (shown > 0) tellReduced(state, at, shown)
  }
  if (orders.leavesQty(incoming) === quantity) {
    cancelNewest(state, incoming)
    return false
  }
  lessen(state, incoming, quantity)
  state.matching.incomingEventAt = restateOrder(state, incoming, RestateReason.SelfMatchDecrement)
  return true
}

/** @returns what the market sees less */
function lessen(state: EngineState, order: number, quantity: number): number {
  const { orders } = state
  orders.setOrderQty(order, orders.orderQty(order) - quantity)
  state.risk?.reduce(order, quantity)
  return shrink(state, order, quantity)
}

function tellReduced({ events }: EngineState, at: number, shares: number): void {
  events.records.view.setInt32(at + orderEvent.offsets.feedShares, shares, true)
  events.feed(at, FeedMessage.Cancel)
}
