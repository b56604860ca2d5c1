/** An auction whose price would be outside of the collar collects on for a while. docs/protocols/auctions.md, "Collars" */
import type { TradingPhase } from '../domain/index.ts'
import { TradingState } from '../domain/index.ts'
import { collarOf, isOutside, tellCollar } from './auction-collar.ts'
import type { EngineState, Market } from './state.ts'
import { referenceOf } from './reference-price.ts'
import { changeTradingState, tradingStateOf } from './trading-state.ts'
import { crossOf, CrossType } from './uncross.ts'

/** Of ITCH H: the collecting goes on. */
const REASON = 'EXT'

/**
 * Instead of the auction that is due.
 * @param collectedIn phase in which its orders were collected: it goes on
 * @returns whether it is extended
 */
export function extend(
  state: EngineState,
  market: Market,
  crossType: number,
  collectedIn: TradingPhase,
): boolean {
  const { instrument, extension } = market
  const { auction } = instrument
  const count = (extension?.count ?? 0) + 1
  if (auction === undefined || count > auction.extensionsMax) return false
  if (!mayWait(market, crossType)) return false
  const collar = collarOf(instrument, referenceOf(market))
  if (!isOutside(crossOf(state, market), collar)) return false

  const endsSeconds = state.events.epochSeconds + auction.extensionSeconds
  market.extension = { crossType, count, endsSeconds }
  market.phase = collectedIn
  market.breakerLevel = 0
  state.pauses.add(instrument.locate, endsSeconds)
  changeTradingState(state, market, TradingState.Collecting, REASON)
  tellCollar(state, market)
  return true
}

/** Whether an auction is due that could as well be later: not when orders expire with it, nor out of hours. */
function mayWait({ phase }: Market, crossType: number): boolean {
  if (tradingStateOf(phase) === TradingState.Collecting || phase === 'closed') return false
  return crossType !== CrossType.Halt || phase === 'continuous'
}
