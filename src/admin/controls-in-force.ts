/** What operations has put in force, as the engine's state has it. */
import { TradingState } from '../domain/index.ts'
import type { EngineState } from '../engine/index.ts'
import type { ScopeName } from '../wire/index.ts'

type Market = NonNullable<EngineState['markets'][number]>

export interface Standing {
  readonly state: 'trading' | 'halted' | 'paused' | 'collecting'
  /** Of ITCH H; empty while it trades. */
  readonly reason: string
}

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

export const killsOf = ({ risk }: EngineState): readonly ScopeName[] => risk?.kills ?? []
