/** Brings schema `buttonwood` to the shape that this version writes; runs at every start. */
import type { Kysely, Migration } from 'kysely'
import { DEFAULT_MIGRATION_TABLE, Migrator, sql } from 'kysely'
import { tables } from './0001-tables.ts'
import { conditions } from './0002-conditions.ts'
import { bars } from './0003-bars.ts'
import { partitions } from './0004-partitions.ts'
import { sequences } from './0005-sequences.ts'
import { operationsViews } from './0006-views.ts'
import { archived } from './0009-archived.ts'
import { fills } from './0010-fills.ts'
import { corrections } from './0011-corrections.ts'
import { daySummaries } from './0012-day-summaries.ts'

const MIGRATION_SCHEMA = 'buttonwood'

const migrations: Record<string, Migration> = {
  '0001-tables': tables,
  '0002-conditions': conditions,
  '0003-bars': bars,
  '0004-partitions': partitions,
  '0005-sequences': sequences,
  '0006-views': operationsViews,
  '0009-archived': archived,
  '0010-fills': fills,
  '0011-corrections': corrections,
  '0012-day-summaries': daySummaries,
}

/** @throws the database's error when a migration fails, or kysely's when a newer version was here */
export async function migrate<Schema>(db: Kysely<Schema>): Promise<void> {
  if (await isUpToDate(db)) return
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableSchema: MIGRATION_SCHEMA,
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

/** Whether these and no others were done: the Migrator asks more, which costs an embedded database half its start. */
async function isUpToDate<Schema>(db: Kysely<Schema>): Promise<boolean> {
  const table = sql.lit(`${MIGRATION_SCHEMA}.${DEFAULT_MIGRATION_TABLE}`)
  const { rows } = await sql<{ exists: boolean }>`
    select to_regclass(${table}) is not null as exists`.execute(db)
  if (!rows[0]!.exists) return false
  const done = await sql<{ name: string }>`
    select name from ${sql.id(MIGRATION_SCHEMA, DEFAULT_MIGRATION_TABLE)} order by name`.execute(db)
  return done.rows.map(({ name }) => name).join() === Object.keys(migrations).join()
}
