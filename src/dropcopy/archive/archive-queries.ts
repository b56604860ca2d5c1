/** What an archive asks of the database, and the two steps that change it: a day goes, a day comes back. */
import type { Kysely, Transaction } from 'kysely'
import { sql } from 'kysely'
import { ErrorCode, ExchangeError } from '../../runtime/index.ts'
import type { DropCopyDb } from '../database.ts'
import { insertRows } from '../insert-rows.ts'
import { ORDER_RETURN } from '../order-row.ts'
import type { Row } from '../queries.ts'
import type { ArchivedRow, DropCopySchema, Table } from '../tables.ts'
import { archived, orders } from '../tables.ts'
import type { DayTable } from './archived-tables.ts'
import { DAY_TABLES, dayTable } from './archived-tables.ts'

export type ArchiveQuestion =
  | { readonly ask: 'daysBefore'; readonly before: string }
  | { readonly ask: 'archived' }
  | { readonly ask: 'factsOfDay'; readonly day: string }
  | ({ readonly ask: 'pageOfDay' } & PageOfDay)
  | { readonly ask: 'removeDay'; readonly day: string; readonly records: readonly ArchivedRow[] }
  | { readonly ask: 'putBack'; readonly table: string; readonly rows: readonly Row[] }
  | { readonly ask: 'openDay'; readonly day: string }
  | { readonly ask: 'forgetArchived'; readonly table: string; readonly day: string }

export interface PageOfDay {
  readonly table: string
  readonly day: string
  /** The last row before, by its key; absent = from the start. */
  readonly after?: Row | undefined
  readonly limit: number
}

export async function answerArchive(db: DropCopyDb, question: ArchiveQuestion): Promise<Row[]> {
  switch (question.ask) {
    case 'daysBefore':
      return daysBefore(db, question.before)
    case 'archived':
      return db.selectFrom('archived').selectAll().orderBy('trading_date').execute()
    case 'factsOfDay':
      return factsOfDay(db, question.day)
    case 'pageOfDay':
      return pageOfDay(db, question)
    case 'removeDay':
      await removeDay(db, question.day, question.records)
      return []
    case 'putBack':
      await putBack(db, known(question.table), question.rows)
      return []
    case 'openDay':
      await sql`select buttonwood.open_trading_day(${question.day}::date)`.execute(db)
      return []
    case 'forgetArchived':
      await db
        .deleteFrom('archived')
        .where('trading_date', '=', question.day)
        .where('table_name', '=', question.table)
        .execute()
      return []
  }
}

/**
 * The days that ended before, each with the live orders that were entered on it or have a report of it:
 * such a day stays.
 */
async function daysBefore(db: DropCopyDb, before: string): Promise<Row[]> {
  const result = await sql<Row>`
    select d.trading_date, (
      select count(*) from buttonwood.orders o where o.leaves_qty > 0 and (
        o.trading_date = d.trading_date or exists (
          select from buttonwood.executions e
          where e.order_id = o.order_id and e.trading_date = d.trading_date))) as live_orders
    from buttonwood.trading_days d
    where d.trading_date < ${before}::date
      and d.trading_date < (select trading_date from buttonwood.applied where reader = 'dropcopy')
      and not exists (select from buttonwood.archived a where a.trading_date = d.trading_date)
    order by d.trading_date`.execute(db)
  return result.rows
}

/** Rows of each table, and the ExecIDs. */
async function factsOfDay(db: Kysely<DropCopySchema>, day: string): Promise<Row[]> {
  const counts = DAY_TABLES.map(
    ({ table }) =>
      sql`(select count(*) from ${sql.id('buttonwood', table.name)} where trading_date = ${day}::date)
        as ${sql.id(table.name)}`,
  )
  const result = await sql<Row>`
    select ${sql.join(counts)}, min(exec_id) as first_exec_id, max(exec_id) as last_exec_id
    from buttonwood.executions where trading_date = ${day}::date`.execute(db)
  return result.rows
}

async function pageOfDay(
  db: DropCopyDb,
  { table: name, day, after, limit }: PageOfDay,
): Promise<Row[]> {
  const { table } = known(name)
  const key = sql.join(table.key.map((column) => sql.id(column)))
  const last = after && sql.join(table.key.map((column) => keyValue(table, after, column)))
  const result = await sql<Row>`
    select * from ${sql.id('buttonwood', name)}
    where trading_date = ${day}::date ${last ? sql`and (${key}) > (${last})` : sql``}
    order by ${key} limit ${limit}`.execute(db)
  return result.rows
}

/** A row that is there stays, but for an order that was told of while it was archived. */
async function putBack(db: DropCopyDb, { table }: DayTable, rows: readonly Row[]): Promise<void> {
  const conflict = table === orders ? ORDER_RETURN : 'do nothing'
  await insertRows(table, rows as never, conflict).execute(db)
}

const keyValue = (table: Table, row: Row, column: string) =>
  sql`${String(row[column])}::text::${sql.raw(table.columns[column]!)}`

/** @throws ExchangeError Archive when the database has not exactly the rows that the files have */
async function removeDay(
  db: DropCopyDb,
  day: string,
  records: readonly ArchivedRow[],
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    // Deleting millions of rows takes longer than a question may.
    await sql`set local statement_timeout = 0`.execute(transaction)
    const [facts] = await factsOfDay(transaction, day)
    for (const { table_name: name, row_count: rows } of records) {
      if (facts![name] === rows) continue
      throw new ExchangeError(
        ErrorCode.Archive,
        `${name} of ${day} has ${String(facts![name])} rows and its file ${rows}; nothing was removed: try again`,
      )
    }
    await insertRows(archived, records, 'do nothing').execute(transaction)
    for (const table of DAY_TABLES) await removeRows(transaction, table, day)
    for (const table of DAY_TABLES) await dropPartition(transaction, table, day)
  })
}

async function removeRows(
  transaction: Transaction<DropCopySchema>,
  { table, isPartitioned }: DayTable,
  day: string,
): Promise<void> {
  // A partition is dropped with its rows; the default one may hold some of the day, too.
  const from = isPartitioned ? `${table.name}_default` : table.name
  await sql`delete from ${sql.id('buttonwood', from)} where trading_date = ${day}::date`.execute(
    transaction,
  )
}

async function dropPartition(
  transaction: Transaction<DropCopySchema>,
  { table, isPartitioned }: DayTable,
  day: string,
): Promise<void> {
  if (!isPartitioned) return
  const partition = `${table.name}_${day.replaceAll('-', '')}`
  await sql`drop table if exists ${sql.id('buttonwood', partition)}`.execute(transaction)
}

function known(name: string): DayTable {
  const found = dayTable(name)
  if (found) return found
  throw new ExchangeError(ErrorCode.Archive, `${name} is no table that is archived`)
}
