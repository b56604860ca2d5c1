/**
 * An incoming order against the book: executes in price-time order, reports both sides, and says
 * where what is left belongs.
 */
import type { MatchListener } from '../book/index.ts'
import { EventType, orderEvent } from '../wire/index.ts'
import {
  CancelReason,
  ExecType,
  LastLiquidityInd,
  OrdStatus,
  OrdType,
  TimeInForce,
} from '../domain/index.ts'
import { FeedMessage } from './event-writer.ts'
import type { EngineState, Market } from './state.ts'

/** Hears the book's executions on behalf of one incoming order at a time. */
export class Matching implements MatchListener {
  /** Order that is coming in. */
  incoming = 0
  /** Offset of the incoming order's last event: the one that announces its remainder on the feed. */
  incomingEventAt = 0
  private readonly state: EngineState

  constructor(state: EngineState) {
    this.state = state
  }

  onExecution(slot: number, price: number, quantity: number, restingLeavesQty: number): void {
    const { orders, orderOfSlot, numbers } = this.state
    const resting = orderOfSlot[slot]!
    const matchNumber = numbers.nextMatchNumber++

    orders.fill(resting, price, quantity)
    if (restingLeavesQty === 0) leaveBook(this.state, resting)
    const restingAt = this.reportTrade(
      resting,
      price,
      quantity,
      matchNumber,
      LastLiquidityInd.Added,
    )
    this.state.events.feed(restingAt, FeedMessage.Executed)

    orders.fill(this.incoming, price, quantity)
    this.incomingEventAt = this.reportTrade(
      this.incoming,
      price,
      quantity,
      matchNumber,
      LastLiquidityInd.Removed,
    )
  }

  private reportTrade(
    order: number,
    price: number,
    quantity: number,
    matchNumber: number,
    lastLiquidityInd: number,
  ): number {
    const { events, orders, ids } = this.state
    const at = events.report(EventType.OrderExecuted, ExecType.Trade, order, orders, ids)
    const record = events.order
    record.lastQty = quantity
    record.lastPx = price
    record.feedShares = quantity
    record.matchNumber = matchNumber
    record.lastLiquidityInd = lastLiquidityInd
    return at
  }
}

/**
 * Executes what crosses and rests or cancels what is left.
 * @param announcedAt the event that brought the order in (accepted or replaced)
 */
export function matchOrder(
  state: EngineState,
  market: Market,
  order: number,
  announcedAt: number,
): void {
  const { orders, matching } = state
  const side = orders.side[order]!
  const price = orders.price[order]!
  const timeInForce = orders.timeInForce[order]!
  const quantity = orders.leavesQty(order)

  if (
    timeInForce === TimeInForce.FillOrKill &&
    market.book.availableQuantity(side, price, quantity) < quantity
  ) {
    endUnfilled(state, order, CancelReason.FillOrKillUnfilled.code)
    return
  }

  matching.incoming = order
  matching.incomingEventAt = announcedAt
  if (executeSome(state, market, order, state.ordersPerCommandMax)) return
  state.work = {
    name: `match ${order}`,
    proceed: (ordersMax) => executeSome(state, market, order, ordersMax),
  }
}

/**
 * Executes against at most so many resting orders, and when no more cross, rests or cancels what is
 * left. While more cross the next part has an execution too: so what the last event announces as
 * resting is always an event of the turn at hand.
 * @returns true when the order has come to its end or its rest
 */
function executeSome(
  state: EngineState,
  market: Market,
  order: number,
  executionsMax: number,
): boolean {
  const { orders, matching } = state
  const side = orders.side[order]!
  const price = orders.price[order]!
  const quantity = orders.leavesQty(order)
  const remaining = market.book.match(side, price, quantity, matching, executionsMax)
  if (remaining === 0) return true
  if (market.book.crosses(side, price)) return false

  if (orders.ordType[order] === OrdType.Market) {
    endUnfilled(state, order, CancelReason.MarketRemainder.code)
  } else if (orders.timeInForce[order] === TimeInForce.ImmediateOrCancel) {
    endUnfilled(state, order, CancelReason.ImmediateRemainder.code)
  } else {
    rest(state, market, order, remaining)
    announceAdded(state, matching.incomingEventAt, remaining)
  }
  return true
}

/** Puts an order at the tail of its price level. */
export function rest(state: EngineState, market: Market, order: number, quantity: number): void {
  const { orders } = state
  const slot = market.book.add(orders.side[order]!, orders.price[order]!, quantity)
  orders.slot[order] = slot
  if (slot >= state.orderOfSlot.length) {
    const grown = new Int32Array(Math.max(slot + 1, state.orderOfSlot.length * 2))
    grown.set(state.orderOfSlot)
    state.orderOfSlot = grown
  }
  state.orderOfSlot[slot] = order
  state.sessionOrders.add(orders.session[order]!, slot)
}

/** What an order that may not wait could not trade: canceled, or expired where its owner says so. */
function endUnfilled(state: EngineState, order: number, reason: number): void {
  const { expiredAs } = state.venueSessions[state.orders.session[order]!]!.reports
  endUnasked(state, order, expiredAs === 'expired' ? OrderEnd.Expired : OrderEnd.Canceled, reason)
}

/** Ends a live order without its owner's request: OrderCanceled, and a delete if it was displayed. */
export function cancelUnasked(state: EngineState, order: number, reason: number): void {
  endUnasked(state, order, OrderEnd.Canceled, reason)
}

function endUnasked(state: EngineState, order: number, end: OrderEnd, reason: number): void {
  const at = endOrder(state, order, end)
  state.events.order.wrap(state.events.records.view, at)
  state.events.order.reason = reason
}

/** How an order leaves the market, and the OrdStatus(39) that it leaves behind. */
export const OrderEnd = {
  Canceled: {
    type: EventType.OrderCanceled,
    execType: ExecType.Canceled,
    ordStatus: OrdStatus.Canceled,
  },
  Expired: {
    type: EventType.OrderExpired,
    execType: ExecType.Expired,
    ordStatus: OrdStatus.Expired,
  },
} as const
type OrderEnd = (typeof OrderEnd)[keyof typeof OrderEnd]

/** Takes a live order off the market and reports it; gives the offset of the report. */
export function endOrder(state: EngineState, order: number, end: OrderEnd): number {
  const { orders, events, ids } = state
  const displayed = takeOffBook(state, order)
  orders.ordStatus[order] = end.ordStatus
  const at = events.report(end.type, end.execType, order, orders, ids)
  // Between two days there is no feed: 'C' was its last message, and the next day does not add it.
  if (displayed > 0 && state.day.isOpen) {
    events.order.feedShares = displayed
    events.feed(at, FeedMessage.Delete)
  }
  return at
}

/** Removes an order from its book; gives the shares that were displayed, 0 when it was not there. */
export function takeOffBook(state: EngineState, order: number): number {
  const { orders } = state
  const slot = orders.slot[order]!
  if (slot === 0) return 0
  leaveBook(state, order)
  return state.markets[orders.locate[order]!]!.book.remove(slot)
}

/** The order waits in no queue any more. */
function leaveBook({ orders, sessionOrders }: EngineState, order: number): void {
  sessionOrders.remove(orders.session[order]!, orders.slot[order]!)
  orders.slot[order] = 0
}

function announceAdded(state: EngineState, at: number, shares: number): void {
  const { events } = state
  events.records.view.setInt32(at + orderEvent.offsets.feedShares, shares, true)
  events.feed(at, FeedMessage.Add)
}
