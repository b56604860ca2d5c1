/** What the auctions of the instruments that collect would give if they were now: told once a second. */
import type { Cross } from '../book/index.ts'
import { referenceOf } from './reference-price.ts'
import type { EngineState, Market, TradingDay } from './state.ts'
import { isCollecting } from './trading-state.ts'
import { crossOf, CrossType } from './uncross.ts'

const code = (character: string): number => character.charCodeAt(0)
/** Seconds between two tellings. */
const INTERVAL_SECONDS = 1

/** When it is told next; Infinity = not at all. */
export const indicativeSecondsOf = ({ indicativeSeconds }: TradingDay): number =>
  indicativeSeconds === 0 ? Infinity : indicativeSeconds

export function* tellIndicative(state: EngineState): Generator<void, void, void> {
  const { day, events, markets } = state
  if (events.epochSeconds < indicativeSecondsOf(day)) return
  const collecting = markets.filter(
    (market): market is Market => market?.instrument.listed === true && isCollecting(market),
  )
  day.indicativeSeconds = collecting.length === 0 ? 0 : events.epochSeconds + INTERVAL_SECONDS
  for (const market of collecting) {
    tell(state, market)
    yield
  }
}

function tell(state: EngineState, market: Market): void {
  const found = crossOf(state, market)
  const referencePrice = referenceOf(market)
  state.events.tellImbalance()
  const record = state.events.imbalance
  record.locate = market.instrument.locate
  record.crossType = crossTypeOf(market)
  record.referencePrice = referencePrice
  record.direction = directionOf(found)
  record.priceVariation = variationOf(found, referencePrice)
  if (found === undefined) return
  record.price = found.price
  record.pairedShares = found.volume
  record.imbalanceShares = Math.abs(found.imbalance)
}

function crossTypeOf({ isHeld, pauseEndsSeconds, phase, extension }: Market): number {
  if (extension !== undefined) return extension.crossType
  if (isHeld || pauseEndsSeconds !== 0) return CrossType.Halt
  return phase === 'pre-open' ? CrossType.Opening : CrossType.Closing
}

/** O: not enough orders. */
function directionOf(found: Cross | undefined): number {
  if (found === undefined) return code('O')
  if (found.imbalance === 0) return code('N')
  return found.imbalance > 0 ? code('B') : code('S')
}

/** Whole percents that the price is from the reference price, in the codes of ITCH I. */
function variationOf(found: Cross | undefined, referencePrice: number): number {
  if (found === undefined) return code(' ')
  const distance = Math.abs(found.price - referencePrice) * 100
  const percents = (distance - (distance % referencePrice)) / referencePrice
  if (percents < 1) return code('L')
  if (percents < 10) return code(String(percents))
  if (percents < 20) return code('A')
  return code(percents < 30 ? 'B' : 'C')
}
