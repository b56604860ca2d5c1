/**
 * What an instrument does, in the codes of SecurityStatus(f): FIX 4.4 has SecurityTradingStatus(326) for the
 * state, and HaltReasonChar(327) for some of the reasons that ITCH has.
 */
import type { TradingPhase } from '../domain/index.ts'
import { TradingState } from '../domain/index.ts'
import type { FieldWriter } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'

/** An instrument as the last turn left it. */
export interface InstrumentState {
  /** Code of TradingState. */
  readonly tradingState: number
  /** Of ITCH H: at most four characters; empty = none. */
  readonly haltReason: string
  readonly phase: TradingPhase
}

/** SecurityTradingStatus(326) */
export const TradingStatus = {
  TradingHalt: 2,
  ReadyToTrade: 17,
  NotAvailable: 18,
  Unknown: 20,
  PreOpen: 21,
} as const

const STATUS_OF = new Map<number, number>([
  [TradingState.Trading, TradingStatus.ReadyToTrade],
  [TradingState.Halted, TradingStatus.TradingHalt],
  [TradingState.Paused, TradingStatus.TradingHalt],
  [TradingState.Collecting, TradingStatus.PreOpen],
])

/** HaltReasonChar(327): news pending, news disseminated, additional information. */
const HALT_REASONS: Readonly<Record<string, string>> = { T1: 'P', T2: 'D', T12: 'M' }

function statusOf({ tradingState, phase, haltReason }: InstrumentState): number {
  const isClosed = phase === 'closed' || phase === 'post-close'
  if (isClosed && haltReason === '') return TradingStatus.NotAvailable
  return STATUS_OF.get(tradingState) ?? TradingStatus.Unknown
}

/** 326, and of a halt 327 where FIX has a code for its reason, and the reason itself as Text(58). */
export function printState(body: FieldWriter, state: InstrumentState): void {
  const { haltReason } = state
  body.int(Tag.SecurityTradingStatus, statusOf(state))
  if (haltReason === '') return
  const reason = HALT_REASONS[haltReason]
  if (reason !== undefined) body.string(Tag.HaltReasonChar, reason)
  body.string(Tag.Text, haltReason)
}
