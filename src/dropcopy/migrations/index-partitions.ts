/** An index of the executions, made a partition at a time: a statement has a time limit. */
import type { Kysely } from 'kysely'
import { sql } from 'kysely'

export interface ExecutionsIndex {
  /** Without the table's. */
  readonly name: string
  /** What follows the table in `create index`. */
  readonly columns: string
}

export async function indexPartitions(
  db: Kysely<unknown>,
  { name, columns }: ExecutionsIndex,
): Promise<void> {
  const of = sql.raw(columns)
  const whole = sql.id('buttonwood', `executions_${name}`)
  await sql`create index ${sql.id(`executions_${name}`)} on only buttonwood.executions ${of}`.execute(
    db,
  )
  const { rows } = await sql<{ partition: string }>`
    select relname as partition from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'buttonwood.executions'::regclass`.execute(db)
  for (const { partition } of rows) {
    const index = `${partition}_${name}`
    const on = sql.id('buttonwood', partition)
    await sql`create index ${sql.id(index)} on ${on} ${of}`.execute(db)
    await sql`alter index ${whole} attach partition ${sql.id('buttonwood', index)}`.execute(db)
  }
}
