/** What an instrument of the naive engine does: its phase says it, unless operations holds it. */
import type { HaltPolicy, Instrument, TradingPhase } from '../../src/domain/index.ts'

/** An auction that is put off because its price would be too far away. */
export interface PutOff {
  readonly crossType: string
  /** Phase in which its orders were collected, and are. */
  readonly collectedIn: TradingPhase
  /** How often it was put off. */
  readonly times: number
  /** Seconds since 1970. */
  readonly until: number
}

export interface NaiveMarket {
  instrument: Instrument
  /** What the plan of the day says. */
  phase: TradingPhase
  putOff?: PutOff | undefined
  /** What operations asked for last; undefined = it goes by its phase. */
  held: 'collected' | { readonly reason: string; readonly orders: HaltPolicy } | undefined
  /** The breaker has halted it: the reason, and the second at which that ends, Infinity = with the day. */
  broken: { readonly reason: string; readonly until: number } | undefined
  /** OrderID(37) of the first order since its last split. */
  firstOrder?: number
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

/** The phase that the instrument is in: an auction that is put off holds it back. */
export const phaseOf = ({ phase, putOff }: NaiveMarket): TradingPhase =>
  putOff?.collectedIn ?? phase

export function stateOf({ phase, held, putOff, broken }: NaiveMarket): NaiveState {
  if (broken !== undefined) return { letter: 'H', reason: broken.reason }
  if (putOff !== undefined) return { letter: 'Q', reason: 'EXT' }
  if (held === undefined) return { letter: LETTERS[phase], reason: '' }
  return held === 'collected' ? { letter: 'Q', reason: '' } : { letter: 'H', reason: held.reason }
}

/** Second at which an auction ends what it waits for by itself; Infinity = it does not. */
export const endOfWait = ({ putOff, broken }: NaiveMarket): number =>
  putOff?.until ?? broken?.until ?? Infinity

export const isTrading = (market: NaiveMarket): boolean => stateOf(market).letter === 'T'

/** No orders, and no replacements; whatever operations holds. */
export const isClosed = (market: NaiveMarket): boolean => LETTERS[phaseOf(market)] === 'H'

/** What a halt takes; undefined while the instrument is not halted. */
export const policyOf = ({ held }: NaiveMarket): HaltPolicy | undefined =>
  typeof held === 'object' ? held.orders : undefined

/** Orders are collected for the closing auction. */
export const isClosing = (market: NaiveMarket): boolean =>
  phaseOf(market) === 'closing-auction' && market.held === undefined && market.broken === undefined
