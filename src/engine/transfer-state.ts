/**
 * Everything that the engine knows, into a snapshot or out of one. What follows from the rest is not in
 * it: books are built again from their orders in the order of priority, so that a snapshot does not
 * depend on places in memory.
 */
import type { OrderBook } from '../book/index.ts'
import type { StateTransfer } from '../domain/index.ts'
import { assert, Side } from '../domain/index.ts'
import { decodeConfiguration, encodeConfiguration } from '../wire/index.ts'
import { restoreConfiguration } from './configure.ts'
import { ordersOf } from './live-orders.ts'
import { putBack } from './places.ts'
import { Risk, transferRisk } from './risk/index.ts'
import type { EngineState, Market } from './state.ts'
import { isOrdinary } from './trading-state.ts'

/** @param state between two commands, and without work; one that nothing was executed on, to load it */
export function transferState(state: EngineState, transfer: StateTransfer): void {
  assert(state.work === undefined, 'work has no place in a snapshot')
  transferNumbers(state, transfer)
  state.stpGroups.transfer(transfer)
  transferConfiguration(state, transfer)
  transferOperations(state, transfer)
  transferCorrections(state, transfer)
  state.ledger.transfer(transfer)
  state.orders.transfer(transfer)
  state.ids.transfer(transfer)
  state.expiries.transfer('expiries', transfer)
  state.graces.transfer('graces', transfer)
  state.pauses.transfer('pauses', transfer)
  if (transfer.isLoading) loadBooks(state, transfer)
  else saveBooks(state, transfer)
  if (transfer.value('hasRisk', state.risk !== undefined)) {
    transferRisk((state.risk ??= new Risk(state)), transfer)
  }
}

function transferNumbers(state: EngineState, transfer: StateTransfer): void {
  Object.assign(state.numbers, transfer.value('numbers', state.numbers))
  Object.assign(state.day, transfer.value('day', state.day))
  state.ordersToday = transfer.value('ordersToday', state.ordersToday)
  state.events.feedCount = transfer.value('feedCount', state.events.feedCount)
}

function transferConfiguration(state: EngineState, transfer: StateTransfer): void {
  const { configuration } = state
  const current = new Uint8Array(configuration ? encodeConfiguration(configuration) : [])
  const length = transfer.value('configuration.bytes', current.length)
  const encoded = transfer.column('configuration', current, length)
  if (transfer.isLoading && length > 0) restoreConfiguration(state, decodeConfiguration(encoded))

  const { markets } = state
  const prices = Float64Array.from(markets, (market) => market?.lastPrice ?? 0)
  const lastPrices = transfer.column('lastPrices', prices, markets.length)
  for (const market of markets) {
    if (market !== undefined) market.lastPrice = lastPrices[market.instrument.locate]!
  }
  const others = transfer.value('tradingStates', markets.filter(isNotOrdinary).map(stateOf))
  for (const { locate, ...tradingState } of others) Object.assign(markets[locate]!, tradingState)
}

const isNotOrdinary = (market: Market | undefined): market is Market =>
  market !== undefined && !isOrdinary(market)

/** What differs in an instrument that does not just trade all day. */
function stateOf(market: Market) {
  const { phase, isHeld, pauseEndsSeconds, tradingState, haltReason, haltPolicy } = market
  const { instrument, extension, auctionPrice, guardLow, guardHigh, breakerLevel } = market
  const { splitOrderId } = market
  return {
    locate: instrument.locate,
    phase,
    isHeld,
    pauseEndsSeconds,
    extension,
    breakerLevel,
    splitOrderId,
    tradingState,
    haltReason,
    haltPolicy,
    auctionPrice,
    guardLow,
    guardHigh,
  }
}

function transferOperations({ operations }: EngineState, transfer: StateTransfer): void {
  const known = transfer.value('operations', [...operations.values()])
  for (const operation of known) operations.set(operation.requestId, operation)
}

function transferCorrections({ corrections }: EngineState, transfer: StateTransfer): void {
  const known = transfer.value('corrections', [...corrections])
  for (const [matchNumber, trade] of known) corrections.set(matchNumber, trade)
}

function saveBooks(state: EngineState, transfer: StateTransfer): void {
  const { orderPool, ledger } = state
  const count = transfer.value('live', orderPool.liveCount)
  const live = new Int32Array(count)
  const shown = new Int32Array(count)
  let at = 0
  for (const slot of slotsOfAllBooks(state)) {
    live[at] = state.orderOfSlot[slot]!
    shown[at++] = orderPool.leavesQty(slot)
  }
  assert(at === count, 'every live order is in one book')
  transfer.column('live.orders', live, count)
  transfer.column('live.shown', shown, count)

  const bySession = new Int32Array(count)
  at = 0
  for (let session = 1; session <= ledger.count; session++) {
    for (const order of ordersOf(state, session)) bySession[at++] = order
  }
  assert(at === count, 'every live order has a session')
  transfer.column('live.bySession', bySession, count)
}

function loadBooks(state: EngineState, transfer: StateTransfer): void {
  const { orders, sessionOrders } = state
  const count = transfer.value('live', 0)
  const live = transfer.column('live.orders', new Int32Array(count), count)
  const shown = transfer.column('live.shown', new Int32Array(count), count)
  for (let at = 0; at < count; at++) putBack(state, live[at]!, shown[at]!)

  const bySession = transfer.column('live.bySession', new Int32Array(count), count)
  for (const order of bySession) sessionOrders.add(orders.session(order), orders.slot[order]!)
}

function* slotsOfAllBooks({ markets, orderPool }: EngineState): Generator<number, void, void> {
  const { levels } = orderPool
  for (const market of markets) {
    for (const book of [market?.unpriced, market?.book, market?.atClose, market?.stops]) {
      if (book === undefined) continue
      for (const side of [Side.Buy, Side.Sell]) {
        for (const level of levelsWorstFirst(book, side)) {
          for (let slot = levels.head(level); slot !== 0; slot = orderPool.next(slot)) yield slot
        }
      }
    }
  }
}

/** A side that is built from its worst price on costs little at each level, however deep it is. */
function levelsWorstFirst(book: OrderBook, side: number): number[] {
  const levels: number[] = []
  for (let level = book.bestLevel(side); level !== 0; level = book.worseLevel(level)) {
    levels.push(level)
  }
  return levels.reverse()
}
