/**
 * The market-wide circuit breaker: when the index of the day falls to one of three levels, everything is
 * halted, for a while or for the rest of the day. docs/operations/breaker.md
 */
import { floorDiv, TradingState } from '../domain/index.ts'
import type { BreakerRule } from '../wire/index.ts'
import { cancelOnHalt } from './cancel-on-halt.ts'
import { referenceOf } from './reference-price.ts'
import type { EngineState, Market } from './state.ts'
import { changeTradingState, giveUpExtension, isClosed } from './trading-state.ts'

/** Reaching it ends the trading of the day. */
const LAST_LEVEL = 3
/** 100 percent, in hundredths. */
const WHOLE = 10_000
/** Index values are told in 1/100,000,000, prices are in 1/10,000. */
const TOLD_PER_PRICE_UNIT = 10_000

/** The breaker of a trading day, all integers. A sum is one of prices in 1/10,000. */
export interface Breaker {
  /** By stock locate: the price that an instrument counts with; 0 = it is no member of the index. */
  readonly prices: number[]
  readonly members: number
  readonly pauseSeconds: number
  /** Sum when the day opened. */
  readonly base: number
  /** Sums at or below which the levels are reached. */
  readonly levels: readonly number[]
  /** Sum now. */
  sum: number
  /** The highest level that was reached today; 0 = none. Behind it, as far as it was told and carried out. */
  reached: number
  told: number
  done: number
  /** Of the halt in force; 0 = none. */
  haltLevel: number
  /** When that ends, in seconds since 1970; 0 = with the day. */
  haltEndsSeconds: number
}

/** A day opens: from here the index falls. */
export function openBreaker(state: EngineState): void {
  const { day, events, configuration } = state
  const rule = configuration?.breaker
  day.breaker = rule && breakerOf(state, rule)
  if (day.breaker === undefined) return

  const { base, levels, members } = day.breaker
  const record = events.tellBreakerLevels()
  record.index = indexValue(base, members)
  record.level1 = indexValue(levels[0]!, members)
  record.level2 = indexValue(levels[1]!, members)
  record.level3 = indexValue(levels[2]!, members)
}

function breakerOf(state: EngineState, { index, levels, pauseSeconds }: BreakerRule) {
  const isMember = ({ instrument: { listed, symbol } }: Market): boolean =>
    listed && (index === undefined || index.includes(symbol))
  const prices = state.markets.map((market) =>
    market !== undefined && isMember(market) ? referenceOf(market) : 0,
  )
  const members = prices.filter((price) => price !== 0).length
  if (members === 0) return undefined

  const base = prices.reduce((sum, price) => sum + price, 0)
  return {
    prices,
    members,
    pauseSeconds,
    base,
    levels: levels.map((hundredths) => shareOf(base, WHOLE - hundredths)),
    sum: base,
    reached: 0,
    told: 0,
    done: 0,
    haltLevel: 0,
    haltEndsSeconds: 0,
  }
}

/** So many hundredths of a percent, rounded down; their product may pass 2^53. */
function shareOf(sum: number, hundredths: number): number {
  const wholes = floorDiv(sum, WHOLE)
  return wholes * hundredths + floorDiv((sum - wholes * WHOLE) * hundredths, WHOLE)
}

/** What the index is told as: the mean price of its members with eight decimals, rounded down. */
export function indexValue(sum: number, members: number): number {
  const price = floorDiv(sum, members)
  const rest = sum - price * members
  return price * TOLD_PER_PRICE_UNIT + floorDiv(rest * TOLD_PER_PRICE_UNIT, members)
}

/** An execution has a price. @returns whether the index has fallen to a level that nobody has heard of yet */
export function noteLastPrice({ day }: EngineState, market: Market, price: number): boolean {
  market.lastPrice = price
  const { breaker } = day
  if (breaker === undefined) return false
  const { prices, levels } = breaker
  const { locate } = market.instrument
  const before = prices[locate] ?? 0
  if (before === 0) return false
  prices[locate] = price
  breaker.sum += price - before
  while (breaker.reached < LAST_LEVEL && breaker.sum <= levels[breaker.reached]!) breaker.reached++
  return breaker.reached > breaker.told
}

/** Its shares are not what the index counted: it stays in it with its last price. */
export function leaveIndex({ day: { breaker } }: EngineState, locate: number): void {
  if (breaker?.prices[locate] !== undefined) breaker.prices[locate] = 0
}

/** A level was reached, and trading goes on all the same: not for long. */
export const isBreached = ({ day: { breaker } }: EngineState): boolean =>
  breaker !== undefined && breaker.reached > breaker.told

/** A level was told, and not everything is halted yet. */
export const isBreaking = ({ day: { breaker } }: EngineState): boolean =>
  breaker !== undefined && breaker.told > breaker.done

/** Whether the halt of a level is in force, so that nothing may begin to trade. */
export function isBroken({ day: { breaker }, events }: EngineState): boolean {
  if (breaker === undefined || breaker.haltLevel === 0) return false
  return breaker.haltEndsSeconds === 0 || events.epochSeconds < breaker.haltEndsSeconds
}

/** Tells a level that was reached; the halts of the instruments follow. */
export function tellBreach({ day, events }: EngineState): void {
  const { breaker } = day
  if (breaker === undefined) return
  const { reached, pauseSeconds } = breaker
  breaker.told = reached
  breaker.haltLevel = reached
  breaker.haltEndsSeconds = reached === LAST_LEVEL ? 0 : events.epochSeconds + pauseSeconds
  events.signalBreaker(reached).index = indexValue(breaker.sum, breaker.members)
}

/** Halts what trades or collects, once for each level that was reached. */
export function* breakMarket(state: EngineState): Generator<void, void, void> {
  if (isBreached(state)) tellBreach(state)
  const { breaker } = state.day
  if (breaker === undefined || !isBreaking(state)) return
  breaker.done = breaker.told
  for (const market of state.markets) {
    if (market === undefined || !isToBreak(market)) continue
    if (market.breakerLevel !== breaker.haltLevel) breakTrading(state, market)
    yield* cancelOnHalt(state, market)
    yield
  }
}

/** What operations holds stays as it is, and what is closed does not trade anyway. */
const isToBreak = ({ instrument, isHeld, phase }: Market): boolean =>
  instrument.listed && !isHeld && !isClosed(phase)

/** No phase ends a halt of the whole market, and nothing begins to trade in it. */
export function joinBreak(state: EngineState, market: Market): void {
  if (isBroken(state) && market.breakerLevel === 0 && isToBreak(market)) breakTrading(state, market)
}

/** An instrument is halted from here on by the level in force. */
export function breakTrading(state: EngineState, market: Market): void {
  const { haltLevel, haltEndsSeconds } = state.day.breaker!
  giveUpExtension(state, market)
  market.breakerLevel = haltLevel
  market.haltPolicy = 'accept'
  market.pauseEndsSeconds = haltEndsSeconds
  if (haltEndsSeconds !== 0) state.pauses.add(market.instrument.locate, haltEndsSeconds)
  changeTradingState(state, market, TradingState.Halted, `MWC${haltLevel}`)
}

/** When the halt in force ends by itself; Infinity = not at all. */
export const breakerSecondsOf = (breaker: Breaker | undefined): number =>
  breaker === undefined || breaker.haltEndsSeconds === 0 ? Infinity : breaker.haltEndsSeconds

/** Its time is over, or operations has resumed everything. */
export function endBreak({ day, events }: EngineState): void {
  const { breaker } = day
  if (breaker === undefined || breaker.haltLevel === 0) return
  breaker.haltLevel = 0
  breaker.haltEndsSeconds = 0
  events.signalBreaker(0).index = indexValue(breaker.sum, breaker.members)
}
