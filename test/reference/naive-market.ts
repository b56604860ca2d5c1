/** What an instrument of the naive engine does: its phase says it, unless operations holds it. */
import type { HaltPolicy, Instrument, TradingPhase } from '../../src/domain/index.ts'

export interface NaiveMarket {
  instrument: Instrument
  phase: TradingPhase
  /** What operations asked for last; undefined = it goes by its phase. */
  held: 'collected' | { readonly reason: string; readonly orders: HaltPolicy } | undefined
}

/** As ITCH H tells it. */
export interface NaiveState {
  /** T = trading, H = halted, Q = orders are collected. */
  readonly letter: 'T' | 'H' | 'Q'
  readonly reason: string
}

const LETTERS = {
  closed: 'H',
  'pre-open': 'Q',
  continuous: 'T',
  'closing-auction': 'Q',
  'post-close': 'H',
} as const

export function stateOf({ phase, held }: NaiveMarket): NaiveState {
  if (held === undefined) return { letter: LETTERS[phase], reason: '' }
  return held === 'collected' ? { letter: 'Q', reason: '' } : { letter: 'H', reason: held.reason }
}

export const isTrading = (market: NaiveMarket): boolean => stateOf(market).letter === 'T'

/** No orders, and no replacements; whatever operations holds. */
export const isClosed = ({ phase }: NaiveMarket): boolean => LETTERS[phase] === 'H'

/** What a halt takes; undefined while the instrument is not halted. */
export const policyOf = ({ held }: NaiveMarket): HaltPolicy | undefined =>
  typeof held === 'object' ? held.orders : undefined
