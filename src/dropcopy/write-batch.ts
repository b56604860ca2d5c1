/**
 * Writes a batch and the position that it reaches in one transaction: every report is in the
 * database exactly once, however often the reader is killed, and whoever else writes.
 */
import type { Transaction } from 'kysely'
import { sql } from 'kysely'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { BAR_MERGE, barRow } from './bar-row.ts'
import { copyRows } from './copy-rows.ts'
import { canCopy } from './copying-dialect.ts'
import type { DropCopyDb } from './database.ts'
import { insertRows } from './insert-rows.ts'
import { ORDER_MERGE } from './order-row.ts'
import { POSITION_MERGE } from './position-sum.ts'
import type { RowBatch } from './row-batch.ts'
import type { AppliedRow, DropCopySchema, OrderRow, RowOf, Table, TradingDayRow } from './tables.ts'
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

/** PostgreSQL's code of a key that exists. */
const UNIQUE_VIOLATION = '23505'

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
  if (!canCopy(db)) return write(db, batch, step, addByInsert)
  try {
    await write(db, batch, step, addByCopy)
  } catch (error) {
    // Somebody wrote a row of ours by hand: it stays as it is, and `reconcile` will show it.
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error
    await write(db, batch, step, addByInsert)
  }
}

/** How rows get in that the database does not have yet. */
type Add = <T extends Table>(to: Target, table: T, rows: readonly RowOf<T>[]) => Promise<unknown>
type Target = Transaction<DropCopySchema>

const addByCopy: Add = (to, table, rows) => to.executeQuery(copyRows(table, rows))
const addByInsert: Add = (to, table, rows) => insertRows(table, rows, 'do nothing').execute(to)

function write(db: DropCopyDb, batch: RowBatch, step: Step, addRows: Add): Promise<void> {
  return db.transaction().execute(async (to) => {
    const add: Add = async (target, table, rows) => {
      if (rows.length > 0) await addRows(target, table, rows)
    }
    await movePosition(to, step)
    await openDays(to, batch.days)
    await add(to, executions, batch.executions)
    await writeOrders(to, batch, add)
    await add(to, orderChain, batch.orderChain)
    await add(to, trades, batch.trades)
    const sums = [...batch.positions.values()].map((sum) => sum.row())
    await merge(to, positionSums, sums, POSITION_MERGE)
    await merge(to, bars, [...batch.bars.values()].map(barRow), BAR_MERGE)
    await add(to, messages, batch.messages)
    await add(to, sessions, batch.sessions)
    await add(to, configuration, batch.configurations)
  })
}

/** First, so that of two writers the later one waits here and then finds the position moved. */
async function movePosition(to: Target, { from, to: reached }: Step): Promise<void> {
  if (!from) {
    await to.insertInto('applied').values(reached).execute()
    return
  }
  const moved = await to
    .updateTable('applied')
    .set(reached)
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
async function openDays(to: Target, days: readonly TradingDayRow[]): Promise<void> {
  if (days.length > 0) await insertRows(tradingDays, days, 'do nothing').execute(to)
  for (const { trading_date } of days) {
    await sql`select buttonwood.open_trading_day(${trading_date}::date)`.execute(to)
  }
}

/** Of an order only the last state in the batch: a new one is added, a known one changed. */
async function writeOrders(to: Target, { orders: all, entered }: RowBatch, add: Add) {
  const added: OrderRow[] = []
  const changed: OrderRow[] = []
  for (const order of all.values()) (entered.has(order.order_id) ? added : changed).push(order)
  await add(to, orders, added)
  await merge(to, orders, changed, ORDER_MERGE)
}

async function merge<T extends Table>(
  to: Target,
  table: T,
  rows: readonly RowOf<T>[],
  merges: Exclude<Parameters<typeof insertRows>[2], string>,
): Promise<void> {
  if (rows.length > 0) await insertRows(table, rows, merges).execute(to)
}
