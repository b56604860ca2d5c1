/** All checkers; each is asked after every step. */
import type { MakeChecker } from './checker.ts'
import { bustsAreOfStandingTrades } from './checkers/busts-are-of-standing-trades.ts'
import { cancelsAreNeverThrottled } from './checkers/cancels-are-never-throttled.ts'
import { dropCopyEqualsExecutions } from './checkers/drop-copy-equals-executions.ts'
import { dropCopyEqualsJournal } from './checkers/drop-copy-equals-journal.ts'
import { failStop } from './checkers/fail-stop.ts'
import { feedRebuildsBook } from './checkers/feed-rebuilds-book.ts'
import { halfOpenLinesEnd } from './checkers/half-open-lines-end.ts'
import { misfitsAreRefusedOnce } from './checkers/misfits-are-refused-once.ts'
import { nothingSentBeforeDurable } from './checkers/nothing-sent-before-durable.ts'
import { operationsAreDoneOnce } from './checkers/operations-are-done-once.ts'
import { quantityIsConserved } from './checkers/quantity-is-conserved.ts'
import { queuesAreBounded } from './checkers/queues-are-bounded.ts'
import { replayGivesSameHash } from './checkers/replay-gives-same-hash.ts'
import { replacedOrdersQueueUp } from './checkers/replaced-orders-queue-up.ts'
import { requestsAreTakenOnce } from './checkers/requests-are-taken-once.ts'
import { seqNumsHaveNoGap } from './checkers/seq-nums-have-no-gap.ts'
import { staleBooksAreMarked } from './checkers/stale-books-are-marked.ts'
import { timeIsSteady } from './checkers/time-is-steady.ts'

export const checkers: readonly MakeChecker[] = [
  failStop,
  nothingSentBeforeDurable,
  replayGivesSameHash,
  quantityIsConserved,
  bustsAreOfStandingTrades,
  replacedOrdersQueueUp,
  feedRebuildsBook,
  staleBooksAreMarked,
  seqNumsHaveNoGap,
  dropCopyEqualsExecutions,
  dropCopyEqualsJournal,
  misfitsAreRefusedOnce,
  requestsAreTakenOnce,
  operationsAreDoneOnce,
  cancelsAreNeverThrottled,
  halfOpenLinesEnd,
  queuesAreBounded,
  timeIsSteady,
]
