/** What all market-data sessions share. */
import type { AcceptorLimits, DeskLogin } from '../fix-acceptor/index.ts'
import type { SequencedTime } from '../runtime/index.ts'
import type { MarketBooks } from './market-books.ts'

/** A session as its file describes it. */
export interface MarketDataLogin extends DeskLogin {
  /** Of SendingTime(52): 0, 3, 6 or 9. */
  readonly timestampDecimals: number
}

export interface MarketDataContext {
  /** Ours: SenderCompID(49) of what we send. */
  readonly compId: string
  readonly limits: AcceptorLimits
  readonly clock: SequencedTime
  readonly books: MarketBooks
  /** A message was sent: count it. */
  readonly onSent: (msgType: string) => void
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  /** Runs a function once the callbacks of this event-loop turn are through: setImmediate. */
  readonly schedule: (run: () => void) => void
}
