/** How a live order ends without a trade: canceled or expired, asked for or not. */
import { ExecType, OrdStatus } from '../domain/index.ts'
import { EventType } from '../wire/index.ts'
import { FeedMessage } from './event-writer.ts'
import { takeOff } from './places.ts'
import type { EngineState } from './state.ts'

/** How an order leaves the market, and the OrdStatus(39) that it leaves behind. */
export const OrderEnd = {
  Canceled: {
    type: EventType.OrderCanceled,
    execType: ExecType.Canceled,
    ordStatus: OrdStatus.Canceled,
  },
  DoneForDay: {
    type: EventType.OrderExpired,
    execType: ExecType.DoneForDay,
    ordStatus: OrdStatus.DoneForDay,
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
  const displayed = takeOff(state, order)
  state.risk?.close(order)
  orders.setOrdStatus(order, end.ordStatus)
  const at = events.report(end.type, end.execType, order, orders, ids)
  // Between two days there is no feed: 'C' was its last message, and the next day does not add it.
  if (displayed > 0 && state.day.isOpen) {
    events.order.feedShares = displayed
    events.feed(at, FeedMessage.Delete)
  }
  return at
}

/** Whether an order ends with the trading day. */
export function endsWithDay({ orders, day }: EngineState, order: number): boolean {
  const expireDate = orders.expireDate(order)
  return !orders.isGoodTill(order) || (expireDate !== 0 && expireDate <= day.tradingDate)
}

/** The day is over for an order that `endsWithDay`: expired, or done for the day where its owner says so. */
export function endWithDay(state: EngineState, order: number): void {
  const { doneForDay } = state.venueSessions[state.orders.session(order)]!.reports
  const isDone = doneForDay === true && !state.orders.isGoodTill(order)
  endOrder(state, order, isDone ? OrderEnd.DoneForDay : OrderEnd.Expired)
}

/** What an order that may not wait could not trade: canceled, or expired where its owner says so. */
export function endUnfilled(state: EngineState, order: number, reason: number): void {
  const { expiredAs } = state.venueSessions[state.orders.session(order)]!.reports
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
