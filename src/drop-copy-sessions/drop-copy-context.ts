/** What all drop-copy sessions share. */
import type { AcceptorLimits, DeskLogin } from '../fix-acceptor/index.ts'
import type { EventWalk, JournalReader } from '../journal/index.ts'
import type { SequencedTime } from '../runtime/index.ts'
import type { OpenOrders } from './open-orders.ts'
import type { VenueNow } from './venue-now.ts'

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
  /** The first event of the trading day; 0 = there was no day yet. */
  readonly dayPosition: number
  walkEvents(): EventWalk
  /** A reader of its own, that begins with the segment of this position. */
  readFrom(position: number): JournalReader
}

export interface DropCopyContext {
  /** Ours: SenderCompID(49) of what we send. */
  readonly compId: string
  readonly limits: AcceptorLimits
  readonly clock: SequencedTime
  readonly journal: FollowedJournal
  readonly venue: VenueNow
  readonly openOrders: OpenOrders
  /** A copy was sent: count it by its MsgType(35). */
  readonly onCopied: (msgType: string) => void
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  /** Runs a function once the callbacks of this event-loop turn are through: setImmediate. */
  readonly schedule: (run: () => void) => void
}
