/** All checkers; each is asked after every step. */
import type { MakeChecker } from './checker.ts'
import { dropCopyEqualsExecutions } from './checkers/drop-copy-equals-executions.ts'
import { dropCopyEqualsJournal } from './checkers/drop-copy-equals-journal.ts'
import { failStop } from './checkers/fail-stop.ts'
import { feedRebuildsBook } from './checkers/feed-rebuilds-book.ts'
import { misfitsAreRefusedOnce } from './checkers/misfits-are-refused-once.ts'
import { nothingSentBeforeDurable } from './checkers/nothing-sent-before-durable.ts'
import { replayGivesSameHash } from './checkers/replay-gives-same-hash.ts'
import { seqNumsHaveNoGap } from './checkers/seq-nums-have-no-gap.ts'

export const checkers: readonly MakeChecker[] = [
  failStop,
  nothingSentBeforeDurable,
  replayGivesSameHash,
  feedRebuildsBook,
  seqNumsHaveNoGap,
  dropCopyEqualsExecutions,
  dropCopyEqualsJournal,
  misfitsAreRefusedOnce,
]
