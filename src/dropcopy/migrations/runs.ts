/** Rows that are there already, a run of keys at a time: a statement has a time limit, and PGlite little memory. */
import type { Kysely } from 'kysely'
import { sql } from 'kysely'

export interface RunsOf {
  readonly table: string
  /** A number above 0. */
  readonly key: string
  /** Rows of a run. */
  readonly limit: number
}

/** Keys above `after`, up to `until`. */
export interface Run {
  readonly after: number
  readonly until: number
}

/** Does each run in the order of its keys. */
export async function forEachRun(
  db: Kysely<unknown>,
  { table, key, limit }: RunsOf,
  act: (run: Run) => Promise<unknown>,
): Promise<void> {
  const column = sql.id(key)
  let after = 0
  for (;;) {
    const { rows } = await sql<{ until: number | null }>`
      select max(${column}) as until from (
        select ${column} from ${sql.id('buttonwood', table)} where ${column} > ${after}
        order by ${column} limit ${limit}) as run`.execute(db)
    const { until } = rows[0]!
    if (until === null) return
    await act({ after, until })
    after = until
  }
}
