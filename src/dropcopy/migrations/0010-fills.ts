/**
 * The fills of a session, a symbol and an account from one time to another, and all that a sum of them
 * is made of: read without their rows. A partition at a time: a statement has a time limit.
 */
import type { Kysely, Migration } from 'kysely'
import { sql } from 'kysely'

const columns = sql.raw(`(session, symbol, account, exec_id)
  include (trading_date, firm, side, last_qty, last_px) where exec_type = 'F'`)

export const fills: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index executions_fills on only buttonwood.executions ${columns}`.execute(db)

    const { rows } = await sql<{ partition: string }>`
      select relname as partition from pg_inherits join pg_class on pg_class.oid = inhrelid
      where inhparent = 'buttonwood.executions'::regclass`.execute(db)
    for (const { partition } of rows) {
      const index = `${partition}_fills`
      await sql`create index ${sql.id(index)} on ${sql.id('buttonwood', partition)} ${columns}`.execute(
        db,
      )
      await sql`alter index buttonwood.executions_fills
        attach partition ${sql.id('buttonwood', index)}`.execute(db)
    }
  },
}
