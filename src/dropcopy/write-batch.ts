/**
 * Writes a batch and the position that it reaches in one transaction: every report is in the
 * database exactly once, however often the reader is killed, and whoever else writes.
 */
import type { Transaction } from 'kysely'
import { sql } from 'kysely'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { BAR_MERGE, barRow } from './bar-row.ts'
import type { DropCopyDb } from './database.ts'
import { insertRows } from './insert-rows.ts'
import { ORDER_MERGE } from './order-row.ts'
import { POSITION_MERGE } from './position-sum.ts'
import type { RowBatch } from './row-batch.ts'
import type { AppliedRow, DropCopySchema, RowOf, Table, TradingDayRow } from './tables.ts'
import {
  bars,
  configuration,
  executions,
  messages,
  orderChain,
  orders,
  positionSums,
  sessions,
  trades,
  tradingDays,
} from './tables.ts'

/** The `reader` of this program's row in `applied`. */
export const READER = 'dropcopy'

/** The last group applied, or undefined in an empty database. */
export function readApplied(db: DropCopyDb): Promise<AppliedRow | undefined> {
  return db.selectFrom('applied').selectAll().where('reader', '=', READER).executeTakeFirst()
}

export interface Step {
  /** The position that the batch continues; undefined for the first one. */
  readonly from: AppliedRow | undefined
  readonly to: AppliedRow
}

/** @throws ExchangeError DatabaseUnreachable when another writer moved the position meanwhile */
export async function writeBatch(db: DropCopyDb, batch: RowBatch, step: Step): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await movePosition(transaction, step)
    await openDays(transaction, batch.days)
    await insert(transaction, executions, batch.executions)
    await insert(transaction, orders, [...batch.orders.values()], ORDER_MERGE)
    await insert(transaction, orderChain, batch.orderChain)
    await insert(transaction, trades, batch.trades)
    const sums = [...batch.positions.values()].map((sum) => sum.row())
    await insert(transaction, positionSums, sums, POSITION_MERGE)
    await insert(transaction, bars, [...batch.bars.values()].map(barRow), BAR_MERGE)
    await insert(transaction, messages, batch.messages)
    await insert(transaction, sessions, batch.sessions)
    await insert(transaction, configuration, batch.configurations)
  })
}

/** First, so that of two writers the later one waits here and then finds the position moved. */
async function movePosition(
  transaction: Transaction<DropCopySchema>,
  { from, to }: Step,
): Promise<void> {
  if (!from) {
    await transaction.insertInto('applied').values(to).execute()
    return
  }
  const moved = await transaction
    .updateTable('applied')
    .set(to)
    .where('reader', '=', from.reader)
    .where('journal_id', '=', from.journal_id)
    .where('group_number', '=', from.group_number)
    .executeTakeFirst()
  if (moved.numUpdatedRows === 1n) return

  throw new ExchangeError(
    ErrorCode.DatabaseUnreachable,
    `another program writes this drop copy: it moved on from group ${from.group_number}`,
  )
}

/** Their partitions, before the first row of theirs. */
async function openDays(
  transaction: Transaction<DropCopySchema>,
  days: readonly TradingDayRow[],
): Promise<void> {
  await insert(transaction, tradingDays, days)
  for (const { trading_date } of days) {
    await sql`select buttonwood.open_trading_day(${trading_date}::date)`.execute(transaction)
  }
}

async function insert<T extends Table>(
  transaction: Transaction<DropCopySchema>,
  table: T,
  rows: readonly RowOf<T>[],
  conflict: Parameters<typeof insertRows>[2] = 'do nothing',
): Promise<void> {
  if (rows.length > 0) await insertRows(table, rows, conflict).execute(transaction)
}
