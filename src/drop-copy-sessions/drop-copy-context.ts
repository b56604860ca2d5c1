/** What all drop-copy sessions share. */
import type { AcceptorLimits, DeskLogin, SymbolIndex } from '../fix-acceptor/index.ts'
import type { EventWalk } from '../journal/index.ts'
import type { SequencedTime } from '../runtime/index.ts'
import type { OpenOrders } from './open-orders.ts'
import type { VenueHistory } from './venue-history.ts'

/** A session as its file describes it. */
export interface DropCopyLogin extends DeskLogin {
  /** Firms whose reports it gets; `*` = all. */
  readonly dropCopyOf: readonly string[]
  /** How its own messages are written: report-options.ts. */
  readonly dialect: number
}

/** The journal as its follower has it. */
export interface FollowedJournal {
  readonly journalId: string
  /** It has been followed up to here. */
  readonly position: number
  walkEvents(): EventWalk
}

export interface DropCopyContext {
  /** Ours: SenderCompID(49) of what we send. */
  readonly compId: string
  readonly limits: AcceptorLimits
  readonly clock: SequencedTime
  readonly journal: FollowedJournal
  readonly history: VenueHistory
  readonly openOrders: OpenOrders
  /** Of the newest configuration. */
  readonly symbols: SymbolIndex
  /** A copy was sent: count it by its MsgType(35). */
  readonly onCopied: (msgType: string) => void
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  /** Runs a function once the callbacks of this event-loop turn are through: setImmediate. */
  readonly schedule: (run: () => void) => void
}
