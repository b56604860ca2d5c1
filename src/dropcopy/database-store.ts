/** The copy's store in PostgreSQL or PGlite. */
import type { Transaction } from 'kysely'
import type { CopyStore, CopyTransaction, Step } from './copy-store.ts'
import type { DropCopyDb } from './database.ts'
import type { Conflict } from './insert-rows.ts'
import { insertRows } from './insert-rows.ts'
import type { DropCopySchema, RowOf, Table } from './tables.ts'

export const databaseStore = (db: DropCopyDb): CopyStore => ({
  transaction: (work) =>
    db.transaction().execute((transaction) => work(new DatabaseTransaction(transaction))),
})

class DatabaseTransaction implements CopyTransaction {
  private readonly transaction: Transaction<DropCopySchema>

  constructor(transaction: Transaction<DropCopySchema>) {
    this.transaction = transaction
  }

  async movePosition({ from, to }: Step): Promise<boolean> {
    if (!from) {
      await this.transaction.insertInto('applied').values(to).execute()
      return true
    }
    const moved = await this.transaction
      .updateTable('applied')
      .set(to)
      .where('reader', '=', from.reader)
      .where('journal_id', '=', from.journal_id)
      .where('group_number', '=', from.group_number)
      .executeTakeFirst()
    return moved.numUpdatedRows === 1n
  }

  async insert<T extends Table>(
    table: T,
    rows: readonly RowOf<T>[],
    conflict: Conflict,
  ): Promise<void> {
    await insertRows(table, rows, conflict).execute(this.transaction)
  }
}
