/**
 * The trading day: opening starts a new feed session and carries good-till-cancel orders over;
 * closing expires day orders. Order, execution and match numbers go on.
 */
import { assert, RestateReason } from '../domain/index.ts'
import { EventType, openTradingDay as layout } from '../wire/index.ts'
import { ClOrdIdIndex } from './cl-ord-id-index.ts'
import { openBreaker } from './breaker.ts'
import { announceInstrument } from './configure.ts'
import { FeedMessage } from './event-writer.ts'
import { liveOrders } from './live-orders.ts'
import { endOrder, endsWithDay, endWithDay, OrderEnd } from './end-order.ts'
import { OrderTable } from './order-table.ts'
import { takeOff } from './places.ts'
import { restateOrder } from './restate-order.ts'
import type { EngineState } from './state.ts'
import { isTrading } from './trading-state.ts'
import { triggerReached } from './match-order.ts'
import { beginPhases, endCarriedBreaks, endCollections } from './phases.ts'
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
  day.firstMatchNumber = state.numbers.nextMatchNumber
  day.isOpen = true
  day.isPhased = command.isPhased === 1
  day.isInMarketHours = !day.isPhased
  day.isPlanned = false
  day.phases = {}
  day.plan = []
  day.indicativeSeconds = 0
  state.ordersToday = 0

  events.openDay()
  events.dayOpened.tradingDate = day.tradingDate
  events.dayOpened.midnightSeconds = day.midnightSeconds
  events.dayOpened.feedSession = day.feedSession

  events.signalSystemEvent('O')
  for (const market of state.markets) {
    if (market === undefined) continue
    beginPhases(state, market)
    announceInstrument(state, market)
  }
  events.signalSystemEvent('S')
  openBreaker(state)
  if (day.isInMarketHours) events.signalSystemEvent('Q')
  beginWork(state, 'open', carryOrders(state))
}

export function closeTradingDay(state: EngineState): void {
  if (state.day.isOpen) beginWork(state, 'close', expireDayOrders(state))
}

function* expireDayOrders(state: EngineState): Generator<void, void, void> {
  const { events, day } = state
  yield* endCollections(state)
  for (const order of liveOrders(state)) {
    if (endsWithDay(state, order)) endWithDay(state, order)
    yield
  }
  if (day.isInMarketHours) events.signalSystemEvent('M')
  day.isInMarketHours = false
  day.plan = []
  day.indicativeSeconds = 0
  events.signalSystemEvent('E')
  events.signalSystemEvent('C')
  day.isOpen = false
}

/**
 * Yesterday's closed orders and ClOrdIDs are forgotten; what lives is told to the new feed. An order
 * whose ExpireDate(432) was no trading day has outlived it: it ends without having been on that feed.
 */
function* carryOrders(state: EngineState): Generator<void, void, void> {
  const { orders: yesterday, ids: yesterdaysIds, day } = state
  state.orders = new OrderTable(state.stpGroups, state.ordersExpected)
  state.ids = new ClOrdIdIndex(state.ordersExpected)
  state.expiries.clear()

  for (const previous of liveOrders(state)) {
    const order = state.orders.count + 1
    const entry = state.ids.addFrom(yesterdaysIds, yesterday.clOrdId(previous), order)
    const tellsDay = state.ledger.tellsDay[yesterday.session(previous)] === 1
    state.orders.appendFrom(yesterday, previous, entry, tellsDay)
    state.orderOfSlot[state.orders.slot[order]!] = order
    const expireSeconds = state.orders.expireSeconds(order)
    if (expireSeconds !== 0) state.expiries.add(order, expireSeconds)
    const expireDate = state.orders.expireDate(order)
    if (expireDate !== 0 && expireDate < day.tradingDate) {
      takeOff(state, order)
      endOrder(state, order, OrderEnd.Expired)
    } else {
      displayCarried(state, order)
      restateCarried(state, order)
    }
    yield
  }
  yield* endCarriedBreaks(state)
  // Those that were reached while there was no trading.
  for (const market of state.markets) {
    if (market?.stops !== undefined && isTrading(market)) yield* triggerReached(state, market)
  }
}

function displayCarried({ events, ids, orderPool, orders }: EngineState, order: number): void {
  const at = events.display(EventType.OrderCarried, order, orders, ids)
  if (!orders.isDisplayed(order)) return
  events.order.feedShares = orderPool.leavesQty(orders.slot[order]!)
  events.feed(at, FeedMessage.Add)
}

/** As a session wishes: its open orders of the morning. */
function restateCarried(state: EngineState, order: number): void {
  const { reports } = state.venueSessions[state.orders.session(order)]!
  if (reports.restateGoodTill === true) restateOrder(state, order, RestateReason.GoodTillRenewed)
}
