/** What all market-data sessions share. */
import type { AcceptorLimits, SessionSettings } from '../fix-acceptor/index.ts'
import type { SequencedTime } from '../runtime/index.ts'
import type { MarketBooks } from './market-books.ts'

/** A session as its file describes it. */
export interface MarketDataLogin extends SessionSettings {
  readonly compId: string
  /** Of SendingTime(52): 0, 3, 6 or 9. */
  readonly timestampDecimals: number
}

/** What is counted, from the start of the process on. */
export interface MarketDataCounts {
  /** W */
  snapshots: number
  /** X */
  incrementals: number
  /** Y */
  rejects: number
}

export interface MarketDataContext {
  /** Ours: SenderCompID(49) of what we send. */
  readonly compId: string
  readonly limits: AcceptorLimits
  readonly clock: SequencedTime
  readonly books: MarketBooks
  readonly counts: MarketDataCounts
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  /** Runs a function once the callbacks of this event-loop turn are through: setImmediate. */
  readonly schedule: (run: () => void) => void
}
