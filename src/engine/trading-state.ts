/** What an instrument takes in the state that it is in, and how the feed is told of it. */
import type { Instrument, TradingPhase } from '../domain/index.ts'
import { TimeInForce, TradingState } from '../domain/index.ts'
import type { EngineState, Market } from './state.ts'

export const isTrading = ({ tradingState }: Market): boolean =>
  tradingState === TradingState.Trading

export const isCollecting = ({ tradingState }: Market): boolean =>
  tradingState === TradingState.Collecting || tradingState === TradingState.Paused

/** It trades all day, nobody holds it, nothing pauses it, and it never had an auction. */
export const isOrdinary = (market: Market): boolean =>
  isTrading(market) &&
  market.phase === 'continuous' &&
  !market.isHeld &&
  market.splitOrderId === 0 &&
  market.auctionPrice === 0 &&
  market.guardHigh === 0

/** What an instrument does in a phase when nobody holds it. */
export function tradingStateOf(phase: TradingPhase): number {
  if (phase === 'continuous') return TradingState.Trading
  return isClosed(phase) ? TradingState.Halted : TradingState.Collecting
}

export const isClosed = (phase: TradingPhase): boolean =>
  phase === 'closed' || phase === 'post-close'

/** Of an instrument that comes now. */
export function phaseOf({ day }: EngineState, { group = '' }: Instrument): TradingPhase {
  return day.phases[group] ?? (day.isPhased ? 'closed' : 'continuous')
}

/** From here on the instrument is in the phase of the day. @returns the one in which orders were collected */
export function catchUpPhase(state: EngineState, market: Market): TradingPhase {
  const collectedIn = market.phase
  market.phase = phaseOf(state, market.instrument)
  return collectedIn
}

/** Something else comes first: the extension is forgotten. */
export function giveUpExtension(state: EngineState, market: Market): void {
  if (market.extension === undefined) return
  market.extension = undefined
  catchUpPhase(state, market)
}

/** Why new orders are refused, and replacements as well; undefined = they are not. */
export function closedBecause({
  phase,
  tradingState,
  haltPolicy,
}: Market): 'ExchangeClosed' | 'Halted' | undefined {
  if (isClosed(phase)) return 'ExchangeClosed'
  return tradingState === TradingState.Halted && haltPolicy !== 'accept' ? 'Halted' : undefined
}

/** Whether an order can wait for an auction: one that wants all or much at once cannot. */
export const canWait = (timeInForce: number, minQty: number): boolean =>
  timeInForce !== TimeInForce.ImmediateOrCancel &&
  timeInForce !== TimeInForce.FillOrKill &&
  minQty === 0

/**
 * ITCH H: one that has left the list is halted, whatever it was.
 * @param reason that is told; that of its halt unless another one is given
 */
export function announceTradingState(
  { events }: EngineState,
  market: Market,
  reason = market.haltReason,
): void {
  const { instrument, tradingState } = market
  if (instrument.listed) events.changeTradingState(instrument, tradingState, reason)
  else events.changeTradingState(instrument, TradingState.Halted, '')
}

/** What an auction of the instrument would give is told from the next second on. */
export function tellIndicativeSoon({ day, events }: EngineState, market: Market): void {
  if (!market.instrument.listed || !isCollecting(market)) return
  if (day.indicativeSeconds === 0) {
    day.indicativeSeconds = events.epochSeconds + 1
  }
}

/**
 * The feed is told while it has a day.
 * @param reason of the state, for as long as it lasts
 * @param told why it begins
 */
export function changeTradingState(
  state: EngineState,
  market: Market,
  tradingState: number,
  reason = '',
  told = reason,
): void {
  market.tradingState = tradingState
  market.haltReason = reason
  if (!state.day.isOpen) return
  announceTradingState(state, market, told)
  tellIndicativeSoon(state, market)
}
