/** The copy's store in PostgreSQL or PGlite. */
import type { Transaction } from 'kysely'
import { sql } from 'kysely'
import { copyRows } from './copy-rows.ts'
import type { CopyStore, CopyTransaction, Step } from './copy-store.ts'
import type { DropCopyDb } from './database.ts'
import type { Merges } from './insert-rows.ts'
import { insertRows } from './insert-rows.ts'
import type { DropCopySchema, RowOf, Table, TradingDayRow } from './tables.ts'
import { tradingDays } from './tables.ts'

/** PostgreSQL's code of a key that exists. */
const UNIQUE_VIOLATION = '23505'

type To = Transaction<DropCopySchema>
/** How rows get in that the database does not have yet. */
type Add = <T extends Table>(to: To, table: T, rows: readonly RowOf<T>[]) => Promise<unknown>

const addByCopy: Add = (to, table, rows) => to.executeQuery(copyRows(table, rows))
const addByInsert: Add = (to, table, rows) => insertRows(table, rows, 'do nothing').execute(to)

export const databaseStore = (db: DropCopyDb): CopyStore => ({
  async transaction(work) {
    const run = (add: Add): Promise<void> =>
      db.transaction().execute((to) => work(new DatabaseTransaction(to, add)))
    try {
      await run(addByCopy)
    } catch (error) {
      // Somebody wrote a row of ours by hand: it stays as it is, and `reconcile` will show it.
      if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error
      await run(addByInsert)
    }
  },
})

class DatabaseTransaction implements CopyTransaction {
  private readonly to: To
  private readonly addRows: Add

  constructor(to: To, addRows: Add) {
    this.to = to
    this.addRows = addRows
  }

  async movePosition({ from, to: reached }: Step): Promise<boolean> {
    if (!from) {
      await this.to.insertInto('applied').values(reached).execute()
      return true
    }
    const moved = await this.to
      .updateTable('applied')
      .set(reached)
      .where('reader', '=', from.reader)
      .where('journal_id', '=', from.journal_id)
      .where('group_number', '=', from.group_number)
      .executeTakeFirst()
    return moved.numUpdatedRows === 1n
  }

  /** Partitions. */
  async openDays(days: readonly TradingDayRow[]): Promise<void> {
    await insertRows(tradingDays, days, 'do nothing').execute(this.to)
    for (const { trading_date } of days) {
      await sql`select buttonwood.open_trading_day(${trading_date}::date)`.execute(this.to)
    }
  }

  async add<T extends Table>(table: T, rows: readonly RowOf<T>[]): Promise<void> {
    await this.addRows(this.to, table, rows)
  }

  async merge<T extends Table>(table: T, rows: readonly RowOf<T>[], merges: Merges): Promise<void> {
    await insertRows(table, rows, merges).execute(this.to)
  }
}
