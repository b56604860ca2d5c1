/** Limits of pre-trade risk that operations sets while the exchange runs. docs/operations/risk.md */
import type { RiskScope, ScopeLimits, SetLimitsAction } from '../wire/index.ts'
import { setLimitChanges } from './risk/index.ts'
import { withChange } from './risk/limit-changes.ts'
import type { EngineState } from './state.ts'

/** Limits that add up money of all symbols. */
const OF_ALL_SYMBOLS = ['maxGrossOpen', 'maxNetOpen', 'buyingPower'] as const

/** Why it cannot be done, in the words that the file's check has for it; undefined = it can. */
export function refusalOfLimits(state: EngineState, action: SetLimitsAction): string | undefined {
  const before = state.risk?.changes ?? []
  if (JSON.stringify(changesAfter(state, action)) === JSON.stringify(before)) {
    return 'operations has set them so already'
  }
  return refusalOfSymbols(state, action.limits) ?? refusalOfMoney(state, action.limits)
}

export function changeLimits(state: EngineState, action: SetLimitsAction): void {
  setLimitChanges(state, changesAfter(state, action))
}

const changesAfter = (
  { risk }: EngineState,
  { limits, ...scope }: SetLimitsAction,
): readonly RiskScope[] => withChange(risk?.changes ?? [], scope, limits)

function refusalOfSymbols(
  { markets }: EngineState,
  { restrictedSymbols, positions }: SetLimitsAction['limits'],
): string | undefined {
  const isListed = (symbol: string): boolean =>
    markets.some((market) => market?.instrument.listed && market.instrument.symbol === symbol)
  const restricted = restrictedSymbols?.find((symbol) => !isListed(symbol))
  if (restricted !== undefined) return `restrictedSymbols is ${restricted}; list that instrument`
  const held = Object.keys(positions ?? {}).find((symbol) => !isListed(symbol))
  return held === undefined ? undefined : `positions.${held} is no symbol of the instruments`
}

function refusalOfMoney(
  { markets }: EngineState,
  limits: SetLimitsAction['limits'],
): string | undefined {
  const listed = markets.flatMap((market) => (market?.instrument.listed ? [market.instrument] : []))
  const currencies = new Set(listed.map(({ currency }) => currency))
  const isSet = (limit: keyof ScopeLimits & keyof typeof limits): boolean =>
    limits[limit] !== undefined && limits[limit] !== null
  const limit = OF_ALL_SYMBOLS.find(isSet)
  if (limit === undefined || currencies.size < 2) return undefined
  return `${limit} adds ${[...currencies].join(' and ')}; use limits per symbol, or one currency`
}
