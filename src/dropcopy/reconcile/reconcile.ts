/**
 * Journal against database, row for row: the rows are made again from the journal and compared with
 * what the database gives back, in key order, page by page. One pass; what it keeps in memory is a
 * page, a batch, the live orders and each instrument's latest bars. While the reader goes on writing,
 * rows behind the position that the comparison started with are left for the next one.
 */
import { emptyVenue } from '../copy-journal.ts'
import type { Ask } from '../queries.ts'
import type { RecordedTurn } from '../row-batch.ts'
import { RowBatch } from '../row-batch.ts'
import type { ArchivedRow } from '../tables.ts'
import { numberOf } from './compare-columns.ts'
import { Comparison } from './comparison.ts'
import type { Reconciliation } from './report.ts'
import { Report } from './report.ts'
import { PAGE_ROWS } from './table-comparison.ts'

export interface ReconcileOptions {
  readonly ask: Ask
  /** The journal's turns from its first group on. */
  readonly turns: Iterable<RecordedTurn>
  readonly onProgress?: (groupNumber: number, lastGroupNumber: number) => void
}

export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const { ask, turns, onProgress } = options
  const [edges] = await ask({ ask: 'edges' })
  if (!edges) return new Report([]).result(0)
  const report = new Report((await ask({ ask: 'archived' })) as ArchivedRow[])

  const lastGroup = numberOf(edges, 'group_number')
  const comparison = new Comparison(ask, report, edges)
  const batch = new RowBatch()
  const venue = emptyVenue()

  for (const turn of turns) {
    batch.add(turn, venue)
    // Not one group further: behind it the journal may be in the middle of a write.
    if (turn.groupNumber >= lastGroup) break
    if (batch.rowCount < PAGE_ROWS) continue
    await comparison.compare(batch)
    batch.clear()
    onProgress?.(turn.groupNumber, lastGroup)
  }
  await comparison.compare(batch)
  await comparison.finish()
  report.finish()
  return report.result(lastGroup)
}
