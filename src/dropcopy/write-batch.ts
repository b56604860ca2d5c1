/**
 * Writes a batch and the position that it reaches in one transaction: every report is in the
 * database exactly once, however often the reader is killed, and whoever else writes.
 */
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { BAR_MERGE, barRow } from './bar-row.ts'
import type { CopyStore, CopyTransaction, Step } from './copy-store.ts'
import type { DropCopyDb } from './database.ts'
import type { Conflict } from './insert-rows.ts'
import { ORDER_MERGE } from './order-row.ts'
import type { RowBatch } from './row-batch.ts'
import type { AppliedRow, RowOf, Table } from './tables.ts'
import { bars, configuration, executions, orders, sessions, trades } from './tables.ts'

/** The `reader` of this program's row in `applied`. */
export const READER = 'dropcopy'

/** The last group applied, or undefined in an empty database. */
export function readApplied(db: DropCopyDb): Promise<AppliedRow | undefined> {
  return db.selectFrom('applied').selectAll().where('reader', '=', READER).executeTakeFirst()
}

/** @throws ExchangeError DatabaseUnreachable when another writer moved the position meanwhile */
export async function writeBatch(store: CopyStore, batch: RowBatch, step: Step): Promise<void> {
  await store.transaction(async (transaction) => {
    // First, so that of two writers the later one waits here and then finds the position moved.
    await movePosition(transaction, step)
    await insert(transaction, executions, batch.executions)
    await insert(transaction, orders, [...batch.orders.values()], ORDER_MERGE)
    await insert(transaction, trades, batch.trades)
    await insert(transaction, bars, [...batch.bars.values()].map(barRow), BAR_MERGE)
    await insert(transaction, sessions, batch.sessions)
    await insert(transaction, configuration, batch.configurations)
  })
}

async function movePosition(transaction: CopyTransaction, step: Step): Promise<void> {
  if (await transaction.movePosition(step)) return
  throw new ExchangeError(
    ErrorCode.DatabaseUnreachable,
    `another program writes this drop copy: it moved on from group ${step.from?.group_number}`,
  )
}

async function insert<T extends Table>(
  transaction: CopyTransaction,
  table: T,
  rows: readonly RowOf<T>[],
  conflict: Conflict = 'do nothing',
): Promise<void> {
  if (rows.length > 0) await transaction.insert(table, rows, conflict)
}
