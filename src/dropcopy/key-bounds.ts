/**
 * Spans of time as spans of keys. ExecIDs, order ids and match numbers rise with time, so the newest
 * rows before a time are found by the index that orders the answer, without one on the time.
 */
import { sql } from 'kysely'
import type { DropCopyDb } from './database.ts'

export interface KeySpan {
  /** Included; absent = any. */
  readonly from?: number
  /** Not included. */
  readonly until?: number
}

/** @param span ISO 8601; `since` is included, `until` is not */
export async function keySpan(
  db: DropCopyDb,
  table: 'executions' | 'orders' | 'trades',
  { since, until }: { readonly since?: string | undefined; readonly until?: string | undefined },
): Promise<KeySpan> {
  if (since === undefined && until === undefined) return {}
  const keyFrom = sql.id('buttonwood', `${table}_from`)
  const { rows } = await sql<{ from: number | null; until: number | null }>`
    select ${keyFrom}(${since ?? null}::timestamptz) as from,
      ${keyFrom}(${until ?? null}::timestamptz) as until`.execute(db)
  const { from, until: end } = rows[0]!
  return {
    ...(since !== undefined && from !== null && { from }),
    ...(until !== undefined && end !== null && { until: end }),
  }
}
