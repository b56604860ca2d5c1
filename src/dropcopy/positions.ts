/**
 * `dropcopy positions`: bought, sold and net per firm, account and symbol. Without a span of time the
 * sums of each day have the answer. With one there are two ways to the same answer: the reports of a
 * short span are read one by one; of a longer one, `positions-of-days.ts` reads no more fills than the
 * answer needs.
 */
import { sql } from 'kysely'
import { daysIn } from './days-of-span.ts'
import type { DropCopyDb } from './database.ts'
import type { KeySpan } from './key-bounds.ts'
import { keySpan } from './key-bounds.ts'
import { FILL_QTY, FILL_VALUE, ofAllDays, ofDaysAndFills } from './positions-of-days.ts'
import type { QueryFilter, Row } from './queries.ts'
import { all, reportConditions } from './query-conditions.ts'

/** What one answer may read. */
export interface ReadingLimits {
  /** Reports of a span that are read one by one; in a longer span positions are looked up. */
  readonly reports: number
  /** Sums that are looked at first; all where these are too few. */
  readonly sums: number
}

/** So many take 20 ms. */
const REPORTS_READ = 10_000
/** A position that is looked up takes as long as reading so many reports. */
const REPORTS_A_POSITION = 30
/**
 * The answer is full before it has seen them, but a plan for so many goes by an index: one for all would
 * begin with sorting them.
 */
const SUMS_A_POSITION = 20

const limitsOf = (positions: number): ReadingLimits => ({
  reports: Math.max(REPORTS_READ, positions * REPORTS_A_POSITION),
  sums: positions * SUMS_A_POSITION,
})

export async function listPositions(
  db: DropCopyDb,
  filter: QueryFilter,
  limits = limitsOf(filter.limit),
): Promise<Row[]> {
  const { clOrdId, orderId, execId, since, until } = filter
  if ([clOrdId, orderId, execId].some((one) => one !== undefined)) {
    return ofReports(db, filter, await keySpan(db, 'executions', filter))
  }
  if (since === undefined && until === undefined) return ofAllDays(db, filter)
  // Sums and fills of one instant.
  const snapshot = db.transaction().setIsolationLevel('repeatable read')
  return snapshot.execute(async (at) => {
    // A second process takes longer to start than the answer takes.
    await sql`set local max_parallel_workers_per_gather = 0`.execute(at)
    const span = await keySpan(at, 'executions', filter)
    const { reports, ...days } = await daysIn(at, span)
    if (reports <= limits.reports) return ofReports(at, filter, span)
    return ofDaysAndFills(at, { filter, span, ...days }, limits.sums)
  })
}

/** Reads every report of the span: the longer it is, the longer that takes. */
function ofReports(db: DropCopyDb, filter: QueryFilter, span: KeySpan): Promise<Row[]> {
  const bought = sql<number>`coalesce(sum(${FILL_QTY}) filter (where side = '1'), 0)::bigint`
  const sold = sql<number>`coalesce(sum(${FILL_QTY}) filter (where side <> '1'), 0)::bigint`
  const sums = db
    .selectFrom('executions')
    .select(['firm', 'account', 'symbol'])
    .select([
      bought.as('bought'),
      sold.as('sold'),
      sql<number>`${bought} - ${sold}`.as('net'),
      sql<string>`coalesce(sum(${FILL_VALUE}) filter (where side = '1'), 0)::text`.as(
        'bought_value',
      ),
      sql<string>`coalesce(sum(${FILL_VALUE}) filter (where side <> '1'), 0)::text`.as(
        'sold_value',
      ),
    ])
    .where('exec_type', 'in', ['F', 'G', 'H'])
    .where((eb) => all(eb, reportConditions(eb, filter, span)))
    .groupBy(['firm', 'account', 'symbol'])
  // A plan in the order of the firms would go through all days.
  return db
    .selectFrom(sums.offset(0).as('sums'))
    .selectAll()
    .orderBy('firm')
    .orderBy('account')
    .orderBy('symbol')
    .limit(filter.limit)
    .execute()
}
