/**
 * The configuration in force: instruments and sessions keep their numbers for the life of the
 * journal; what left the files stays known, is closed to new orders, and has none that rest.
 */
import { OrderBook } from '../book/index.ts'
import type { Instrument } from '../domain/index.ts'
import { assert, CancelReason, ceilDiv, floorDiv, PRICE_MAX } from '../domain/index.ts'
import type { OperatorCommand, VenueConfiguration } from '../wire/index.ts'
import {
  applyConfiguration as layout,
  decodeConfiguration,
  dialectOf,
  isReferenceAction,
  mayTrade,
  operationOfConfiguration,
} from '../wire/index.ts'
import { joinBreak } from './breaker.ts'
import { ordersOf, ordersOn } from './live-orders.ts'
import { cancelUnasked } from './end-order.ts'
import { recordOperation } from './known-operations.ts'
import { reassignRisk } from './risk/index.ts'
import { configureSelfTrade } from './self-trade.ts'
import { split } from './split.ts'
import type { EngineState, Market } from './state.ts'
import {
  announceTradingState,
  phaseOf,
  tellIndicativeSoon,
  tradingStateOf,
} from './trading-state.ts'
import { setGuard } from './volatility.ts'
import { beginWork } from './work.ts'

export function applyConfiguration(state: EngineState, view: DataView, at: number): void {
  const bodyLength = view.getUint32(at + layout.offsets.bodyLength, true)
  const body = new Uint8Array(view.buffer, view.byteOffset + at + layout.length, bodyLength)
  const configuration = decodeConfiguration(body)
  const operation = operationOfConfiguration(view, at)
  if (operation !== undefined) recordOperation(state, operation)
  putInForce(state, configuration)
  beginWork(state, 'configure', applyLists(state, configuration, operation))
}

/** A state without anything else, and the configuration in force of a snapshot. */
export function restoreConfiguration(state: EngineState, configuration: VenueConfiguration): void {
  putInForce(state, configuration)
  for (const instrument of configuration.instruments) {
    state.markets.push(openMarket(state, instrument))
  }
}

function putInForce(state: EngineState, configuration: VenueConfiguration): void {
  state.configuration = configuration
  state.ordersPerDayMax = configuration.ordersPerDayMax
  state.ordersPerCommandMax = configuration.ordersPerCommandMax
  state.ledger.resize(configuration.sessions.length)
  state.sessionOrders.resize(configuration.sessions.length)
  state.venueSessions = [undefined, ...configuration.sessions]
  configureSelfTrade(state)
  for (const { index, reports } of configuration.sessions) {
    state.ledger.dialect[index] = dialectOf(reports)
    state.ledger.tellsDay[index] = reports.dayQuantities === true ? 1 : 0
  }
}

function* applyLists(
  state: EngineState,
  { instruments, sessions }: VenueConfiguration,
  operation: OperatorCommand | undefined,
): Generator<void, void, void> {
  yield* reassignRisk(state)
  for (const instrument of instruments) {
    const isAsked =
      operation !== undefined &&
      isReferenceAction(operation) &&
      operation.symbol === instrument.symbol
    if (isAsked && operation.action === 'split') yield* split(state, instrument, operation)
    const market = applyInstrument(state, instrument, isAsked)
    const { code } = CancelReason.InstrumentDelisted
    if (!instrument.listed) yield* cancelEach(state, ordersOn(state, market), code)
  }
  for (const session of sessions) {
    const { code } = CancelReason.SessionClosed
    if (!mayTrade(session)) yield* cancelEach(state, ordersOf(state, session.index), code)
  }
}

/** @param isAsked operations has changed it: the feed is told, whatever that was */
function applyInstrument(state: EngineState, instrument: Instrument, isAsked: boolean): Market {
  const market = state.markets[instrument.locate]
  if (market === undefined) {
    assert(state.markets.length === instrument.locate, 'stock locates are consecutive')
    const opened = openMarket(state, instrument)
    state.markets.push(opened)
    announce(state, opened)
    joinBreak(state, opened)
    return opened
  }

  assert(market.instrument.tickSize === instrument.tickSize, 'tick size of an instrument is fixed')
  const changed = market.instrument.listed !== instrument.listed
  market.instrument = instrument
  setSharing(market)
  setBand(market)
  setGuard(market)
  if (changed || isAsked) announce(state, market)
  joinBreak(state, market)
  return market
}

function openMarket(state: EngineState, instrument: Instrument): Market {
  const book = new OrderBook(state.orderPool, state.levelPool, instrument.tickSize)
  const phase = phaseOf(state, instrument)
  const market: Market = {
    instrument,
    book,
    bandLow: 0,
    bandHigh: 0,
    lastPrice: 0,
    stops: undefined,
    unpriced: undefined,
    atClose: undefined,
    auctionOrders: 0,
    phase,
    isHeld: false,
    pauseEndsSeconds: 0,
    extension: undefined,
    breakerLevel: 0,
    splitOrderId: 0,
    auctionPrice: 0,
    guardLow: 0,
    guardHigh: 0,
    tradingState: tradingStateOf(phase),
    haltReason: '',
    haltPolicy: 'accept',
  }
  setBand(market)
  setGuard(market)
  setSharing(market)
  return market
}

function setSharing({ book, instrument }: Market): void {
  const { matching, lotSize, proRataMinimum } = instrument
  const bySize = matching === 'size-pro-rata'
  const rule = { bySize, lotSize, minimum: proRataMinimum }
  book.sharing = matching === 'price-time' ? undefined : rule
}

/** Reference price ± percent, to the ticks inside. */
function setBand(market: Market): void {
  const { referencePrice, priceBandPercent, tickSize } = market.instrument
  if (priceBandPercent === 0) {
    market.bandLow = 0
    market.bandHigh = 0
    return
  }
  const width = floorDiv(referencePrice * priceBandPercent, 100)
  market.bandLow = Math.max(tickSize, ceilDiv(referencePrice - width, tickSize) * tickSize)
  market.bandHigh = floorDiv(Math.min(referencePrice + width, PRICE_MAX), tickSize) * tickSize
}

/** Orders that nobody could trade with any more, or that their owner could not cancel. */
function* cancelEach(
  state: EngineState,
  orders: Iterable<number>,
  reason: number,
): Generator<void, void, void> {
  for (const order of orders) {
    cancelUnasked(state, order, reason)
    yield
  }
}

/** An instrument that comes or goes while the day is open is told to the feed at once. */
function announce(state: EngineState, market: Market): void {
  if (!state.day.isOpen) return
  announceInstrument(state, market)
  tellIndicativeSoon(state, market)
}

/** ITCH R and H: the only source of locate → symbol, and whether it trades. */
export function announceInstrument(state: EngineState, market: Market): void {
  state.events.listInstrument(market.instrument)
  announceTradingState(state, market)
}
