/** The phases of the trading day: what the plan says, instrument group by instrument group. docs/operations/trading-day.md */
import type { TradingPhase } from '../domain/index.ts'
import { TradingState } from '../domain/index.ts'
import { dayPlanAt } from '../wire/index.ts'
import { beginClosing } from './auction-orders.ts'
import { breakMarket, endBreak, isBroken, joinBreak } from './breaker.ts'
import { endsWithDay, endWithDay } from './end-order.ts'
import { extend } from './extend-auction.ts'
import { ordersOn } from './live-orders.ts'
import { triggerReached } from './match-order.ts'
import type { EngineState, Market } from './state.ts'
import {
  catchUpPhase,
  changeTradingState,
  isClosed,
  isCollecting,
  phaseOf,
  tellIndicativeSoon,
  tradingStateOf,
} from './trading-state.ts'
import { CrossType, uncross } from './uncross.ts'

/** Phases whose time has come already are entered by the next PassTime. */
export function planDay({ day }: EngineState, view: DataView, at: number): void {
  day.plan = dayPlanAt(view, at).phases
  day.isPlanned = true
}

/** Of ITCH H: a halt of the breaker is of the day before, and it is over. */
const CARRIED_OVER = 'MWC0'
const RESUMED = 'MWCQ'

/** A day begins; what operations holds, and a pause, go on. */
export function beginPhases(state: EngineState, market: Market): void {
  market.phase = phaseOf(state, market.instrument)
  if (market.breakerLevel !== 0) {
    market.pauseEndsSeconds = 0
    market.haltReason = CARRIED_OVER
    return
  }
  const goesOn = market.isHeld || market.pauseEndsSeconds !== 0
  if (!goesOn) market.tradingState = tradingStateOf(market.phase)
  tellIndicativeSoon(state, market)
}

/** A day ends before its last auction has come: it comes now. */
export function* endCollections(state: EngineState): Generator<void, void, void> {
  for (const market of state.markets) {
    if (market === undefined || !isCollecting(market)) continue
    if (market.isHeld || market.pauseEndsSeconds !== 0) continue
    yield* enter(state, market, 'closed')
    yield
  }
}

/** Those whose time has come, one after the other. */
export function* enterPhases(state: EngineState): Generator<void, void, void> {
  const { day, events } = state
  for (;;) {
    const [next, ...later] = day.plan
    if (next === undefined || next.seconds > events.epochSeconds) return
    day.plan = later
    day.phases = { ...day.phases, [next.group]: next.phase }
    if (next.phase === 'continuous') beginMarketHours(state)
    for (const market of state.markets) {
      if (market !== undefined && (market.instrument.group ?? '') === next.group) {
        yield* enter(state, market, next.phase)
      }
      yield
    }
    endMarketHours(state)
  }
}

/** An auction ends each, and each extension of one. */
export function* endPauses(state: EngineState): Generator<void, void, void> {
  const { pauses, markets, events, day } = state
  while (day.isOpen && pauses.next <= events.epochSeconds) {
    const seconds = pauses.next
    const market = markets[pauses.take()]!
    if (market.pauseEndsSeconds === seconds) yield* goOn(state, market, CrossType.Halt)
    else if (market.extension?.endsSeconds === seconds) {
      const { crossType } = market.extension
      yield* goOn(state, market, crossType, catchUpPhase(state, market))
      endMarketHours(state)
    }
    yield
  }
  if (day.isOpen && !isBroken(state)) endBreak(state)
}

/** What the breaker halted on the day before trades again, once the orders of that day are on the feed. */
export function* endCarriedBreaks(state: EngineState): Generator<void, void, void> {
  for (const market of state.markets) {
    if (market === undefined || market.breakerLevel === 0 || isClosed(market.phase)) continue
    if (!isBroken(state)) yield* goOn(state, market, CrossType.Halt)
    yield
  }
}

/** An instrument that is held goes into its phase when it is not any more. */
function* enter(
  state: EngineState,
  market: Market,
  phase: TradingPhase,
): Generator<void, void, void> {
  const collectedIn = market.phase
  market.phase = phase
  if (!market.instrument.listed) {
    // Nobody has orders in it, and nobody hears of it.
    market.tradingState = tradingStateOf(phase)
    market.extension = undefined
    return
  }
  const due = phase === 'continuous' ? CrossType.Opening : CrossType.Closing
  const isCollected = isCollecting(market) || market.breakerLevel !== 0
  const auction = isCollected ? (market.extension?.crossType ?? due) : undefined
  if (isBroken(state) && (market.breakerLevel !== 0 || isClosed(collectedIn)))
    joinBreak(state, market)
  else if (!market.isHeld) yield* goOn(state, market, auction, collectedIn)
  if (phase === 'closed') yield* expireDayOrders(state, market)
}

/**
 * To what its phase says, unless the auction on the way there is extended.
 * @param crossType of the auction that executes what was collected first; undefined: nothing was
 * @param collectedIn phase in which it was
 */
export function* goOn(
  state: EngineState,
  market: Market,
  crossType: number | undefined,
  collectedIn = market.phase,
): Generator<void, void, void> {
  market.pauseEndsSeconds = 0
  if (crossType !== undefined && extend(state, market, crossType, collectedIn)) return
  yield* goOnNow(state, market, crossType)
}

/** The same without an extension. */
export function* goOnNow(
  state: EngineState,
  market: Market,
  crossType: number | undefined,
): Generator<void, void, void> {
  const { Trading, Halted, Collecting } = TradingState
  const next = tradingStateOf(market.phase)
  const told = market.breakerLevel !== 0 && next !== Halted ? RESUMED : ''
  market.extension = undefined
  market.breakerLevel = 0
  if (crossType !== undefined && next !== Collecting) yield* uncross(state, market, crossType)
  yield* breakMarket(state)
  // Its own auction may have been what breaks the market.
  if (market.breakerLevel !== 0) return
  const isNews = market.tradingState !== next || market.haltReason !== ''
  if (isNews) changeTradingState(state, market, next, '', told)
  if (next === Trading) yield* triggerReached(state, market)
  else yield* beginClosing(state, market)
}

function* expireDayOrders(state: EngineState, market: Market): Generator<void, void, void> {
  for (const order of ordersOn(state, market)) {
    if (endsWithDay(state, order)) endWithDay(state, order)
    yield
  }
}

function beginMarketHours({ day, events }: EngineState): void {
  if (day.isInMarketHours) return
  day.isInMarketHours = true
  events.signalSystemEvent('Q')
}

/** Once nothing trades any more, and nothing is to. */
export function endMarketHours({ day, events, markets }: EngineState): void {
  if (!day.isPhased || !day.isInMarketHours) return
  if (markets.some((market) => market?.extension !== undefined)) return
  const phases = [...Object.values(day.phases), ...day.plan.map(({ phase }) => phase)]
  if (phases.some((phase) => phase !== 'closed' && phase !== 'post-close')) return
  day.isInMarketHours = false
  events.signalSystemEvent('M')
}
