/** What operations has put in force, as the engine's state has it. */
import { formatDecimal, TradingState } from '../domain/index.ts'
import type { EngineState } from '../engine/index.ts'
import { indexValue, withChanges } from '../engine/index.ts'
import type { KillScope, RiskScope, ScopeName } from '../wire/index.ts'

type Market = NonNullable<EngineState['markets'][number]>

export interface Standing {
  readonly state: 'trading' | 'halted' | 'paused' | 'collecting'
  /** Of ITCH H; empty while it trades. */
  readonly reason: string
}

const INDEX_DECIMALS = 8

const STATE_NAMES: ReadonlyMap<number, Standing['state']> = new Map([
  [TradingState.Trading, 'trading'],
  [TradingState.Halted, 'halted'],
  [TradingState.Paused, 'paused'],
  [TradingState.Collecting, 'collecting'],
])

export const standingOf = ({ tradingState, haltReason }: Market): Standing => ({
  state: STATE_NAMES.get(tradingState)!,
  reason: haltReason,
})

/** Listed instruments by their state. */
export function countStandings({ markets }: EngineState): Record<Standing['state'], number> {
  const counts = { trading: 0, halted: 0, paused: 0, collecting: 0 }
  for (const market of markets) {
    if (market?.instrument.listed === true) counts[standingOf(market).state]++
  }
  return counts
}

export const killsOf = ({ risk }: EngineState): readonly KillScope[] => risk?.kills ?? []

export interface LimitsInForce {
  readonly scopes: readonly ScopeInForce[]
}

interface ScopeInForce extends RiskScope {
  /** Limits that operations has set; the others are the file's. Left out when all are. */
  readonly byOperations?: readonly string[]
}

/** What is killed is not among them. */
export function limitsInForce({ risk }: EngineState): LimitsInForce {
  if (risk === undefined) return { scopes: [] }
  const { limits, changes } = risk
  const scopes = withChanges(limits, changes).scopes.map((scope): ScopeInForce => {
    const change = changes.find((one) => isSameScope(one, scope))
    return change === undefined ? scope : { ...scope, byOperations: Object.keys(change.limits) }
  })
  return { scopes }
}

const isSameScope = (one: ScopeName, other: ScopeName): boolean =>
  one.kind === other.kind && one.firm === other.firm && one.name === other.name
/** The market-wide breaker on the trading day; decimals with at most eight places. */
export interface BreakerStanding {
  readonly index: string
  /** When the day opened. */
  readonly base: string
  /** Index values at which levels 1, 2 and 3 are reached. */
  readonly levels: readonly string[]
  /** The highest level of the day; 0 = none. */
  readonly reached: number
  /** Level of the halt that is in force; 0 = none. */
  readonly halt: number
}

export function breakerOf({ day }: EngineState): { readonly breaker?: BreakerStanding } {
  const { breaker } = day
  if (breaker === undefined) return {}
  const { sum, base, levels, reached, haltLevel, members } = breaker
  const print = (of: number): string => formatDecimal(indexValue(of, members), INDEX_DECIMALS)
  return {
    breaker: {
      index: print(sum),
      base: print(base),
      levels: levels.map(print),
      reached,
      halt: haltLevel,
    },
  }
}
