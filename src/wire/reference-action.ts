/**
 * What operations does to the list of instruments. It comes into force by an ApplyConfiguration command that
 * holds the whole configuration after it, so that who reads the journal needs to know nothing of it.
 */
import type { Instrument } from '../domain/index.ts'

/** What a file says of an instrument: all but its number, its name and its channel. */
export type InstrumentTerms = Omit<Instrument, 'locate' | 'symbol' | 'channel' | 'listed'>

export interface AddInstrumentAction {
  readonly action: 'add-instrument'
  readonly symbol: string
  readonly terms: InstrumentTerms
}

/** What is not named stays. */
export interface ChangeInstrumentAction {
  readonly action: 'change-instrument'
  readonly symbol: string
  readonly terms: Partial<InstrumentTerms>
}

/** Its orders are canceled, and it takes no more. */
export interface DelistInstrumentAction {
  readonly action: 'delist-instrument'
  readonly symbol: string
}

/** `into` shares for `from`: halted at once, its orders canceled, its prices those of the new shares. */
export interface SplitAction {
  readonly action: 'split'
  readonly symbol: string
  readonly into: number
  readonly from: number
}

export type ReferenceAction =
  AddInstrumentAction | ChangeInstrumentAction | DelistInstrumentAction | SplitAction

export const REFERENCE_ACTIONS = [
  'add-instrument',
  'change-instrument',
  'delist-instrument',
  'split',
] as const satisfies readonly ReferenceAction['action'][]

export const isReferenceAction = (action: { readonly action: string }): action is ReferenceAction =>
  REFERENCE_ACTIONS.some((one) => one === action.action)

export function termsOf(instrument: Instrument): InstrumentTerms {
  const { locate: _l, symbol: _s, channel: _c, listed: _i, ...terms } = instrument
  return terms
}

/** Whatever the order of their keys. */
export const isSameTerms = (one: InstrumentTerms, other: InstrumentTerms): boolean =>
  fingerprintOf(one) === fingerprintOf(other)

const fingerprintOf = (terms: InstrumentTerms): string =>
  JSON.stringify(Object.entries(terms).sort(([a], [b]) => (a < b ? -1 : 1)))
