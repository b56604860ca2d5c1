/** The trading days that a span of time takes whole, and those that it cuts. */
import { sql } from 'kysely'
import type { DropCopyDb } from './database.ts'
import type { KeySpan } from './key-bounds.ts'

export interface DaysOfSpan {
  /** Days such as 2026-11-21 all of whose reports are in the span. */
  readonly whole: readonly string[]
  /** Days with reports inside and outside. */
  readonly cut: readonly string[]
  /** Of all these days in the span, or a few more. */
  readonly reports: number
}

interface DayEdges {
  readonly trading_date: string
  readonly first: number | null
  readonly last: number | null
}

/**
 * By the first and the last report of each: a trading day is not a calendar day, and a clock that was
 * set back may have opened days in another order. A day whose reports are archived is none of them.
 */
export async function daysIn(
  db: DropCopyDb,
  { from = 0, until = Number.MAX_SAFE_INTEGER }: KeySpan,
): Promise<DaysOfSpan> {
  const { rows } = await sql<DayEdges>`
    select d.trading_date, edges.first, edges.last
    from buttonwood.trading_days d cross join lateral (
      select
        (select min(exec_id) from buttonwood.executions e where e.trading_date = d.trading_date) as first,
        (select max(exec_id) from buttonwood.executions e where e.trading_date = d.trading_date) as last
    ) as edges`.execute(db)

  const whole: string[] = []
  const cut: string[] = []
  let reports = 0
  for (const { trading_date: day, first, last } of rows) {
    if (first === null || last === null || last < from || first >= until) continue
    const days = first >= from && last < until ? whole : cut
    days.push(day)
    reports += Math.min(last + 1, until) - Math.max(first, from)
  }
  return { whole, cut, reports }
}
