/**
 * The trading day: opening starts a new feed session and carries good-till-cancel orders over;
 * closing expires day orders. Order, execution and match numbers go on.
 */
import { assert, TimeInForce } from '../domain/index.ts'
import { openTradingDay as layout } from '../wire/index.ts'
import { ClOrdIdIndex } from './cl-ord-id-index.ts'
import { announceInstrument } from './configure.ts'
import { FeedMessage } from './event-writer.ts'
import { liveOrders } from './live-orders.ts'
import { endOrder, OrderEnd } from './match-order.ts'
import { OrderTable } from './order-table.ts'
import type { EngineState } from './state.ts'
import { beginWork } from './work.ts'

const command = layout.flyweight()

export function openTradingDay(state: EngineState, view: DataView, at: number): void {
  command.wrap(view, at)
  const { day, events } = state
  assert(!day.isOpen, 'a trading day opens after the one before has closed')
  day.tradingDate = command.tradingDate
  day.midnightSeconds = command.midnightSeconds
  day.closeSeconds = command.closeSeconds
  day.feedSession = command.feedSession
  day.isOpen = true
  state.ordersToday = 0

  events.openDay()
  events.dayOpened.tradingDate = day.tradingDate
  events.dayOpened.midnightSeconds = day.midnightSeconds
  events.dayOpened.feedSession = day.feedSession

  events.signalSystemEvent('O')
  for (const market of state.markets) {
    if (market !== undefined) announceInstrument(state, market.instrument)
  }
  events.signalSystemEvent('S')
  events.signalSystemEvent('Q')
  beginWork(state, 'open', carryOrders(state))
}

export function closeTradingDay(state: EngineState): void {
  if (state.day.isOpen) beginWork(state, 'close', expireOrders(state))
}

function* expireOrders(state: EngineState): Generator<void, void, void> {
  const { events, orders, day } = state
  for (const order of liveOrders(state)) {
    if (orders.timeInForce[order] === TimeInForce.Day) endOrder(state, order, OrderEnd.Expired)
    yield
  }
  events.signalSystemEvent('M')
  events.signalSystemEvent('E')
  events.signalSystemEvent('C')
  day.isOpen = false
}

/** Yesterday's closed orders and ClOrdIDs are forgotten; what lives is told to the new feed. */
function* carryOrders(state: EngineState): Generator<void, void, void> {
  const { orders: yesterday, ids: yesterdaysIds, events } = state
  state.orders = new OrderTable(state.ordersExpected)
  state.ids = new ClOrdIdIndex(state.ordersExpected)

  for (const previous of liveOrders(state)) {
    const order = state.orders.count + 1
    const entry = state.ids.addFrom(yesterdaysIds, yesterday.clOrdId[previous]!, order)
    state.orders.appendFrom(yesterday, previous, entry)
    state.orderOfSlot[state.orders.slot[order]!] = order
    const at = events.carried(order, state.orders, state.ids)
    events.order.feedShares = state.orders.leavesQty(order)
    events.feed(at, FeedMessage.Add)
    yield
  }
}
