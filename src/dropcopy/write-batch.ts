/**
 * Writes a batch and the position that it reaches in one transaction: every report is in the
 * database exactly once, however often the reader is killed, and whoever else writes.
 */
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { BAR_MERGE, barRow } from './bar-row.ts'
import { isAfter, SUMMARY_MERGE } from './day-summary.ts'
import type { CopyStore, CopyTransaction, Step } from './copy-store.ts'
import type { DropCopyDb } from './database.ts'
import type { Merges } from './insert-rows.ts'
import { ORDER_MERGE } from './order-row.ts'
import { POSITION_MERGE } from './position-sum.ts'
import type { RowBatch } from './row-batch.ts'
import type { AppliedRow, DaySummaryRow, OrderRow, RowOf, Table } from './tables.ts'
import {
  bars,
  configuration,
  daySummaries,
  executions,
  messages,
  orderChain,
  orders,
  positionSums,
  sessions,
  tradeCorrections,
  trades,
} from './tables.ts'

/** The `reader` of this program's row in `applied`. */
export const READER = 'dropcopy'

/** The last group applied, or undefined in an empty database. */
export function readApplied(db: DropCopyDb): Promise<AppliedRow | undefined> {
  return db.selectFrom('applied').selectAll().where('reader', '=', READER).executeTakeFirst()
}

/** @throws ExchangeError DatabaseUnreachable when another writer moved the position meanwhile */
export async function writeBatch(store: CopyStore, batch: RowBatch, step: Step): Promise<void> {
  await store.transaction(async (to) => {
    // First, so that of two writers the later one waits here and then finds the position moved.
    await movePosition(to, step)
    // Partitions, before the first row of theirs.
    if (batch.days.length > 0) await to.openDays(batch.days)
    await add(to, executions, batch.executions)
    await writeOrders(to, batch)
    await add(to, orderChain, batch.orderChain)
    await add(to, trades, batch.trades)
    await add(to, tradeCorrections, batch.corrections)
    const sums = [...batch.positions.values()].map((sum) => sum.row())
    await merge(to, positionSums, sums, POSITION_MERGE)
    await merge(to, bars, [...batch.bars.values()].map(barRow), BAR_MERGE)
    await merge(to, daySummaries, summariesAfter(batch, step.to.summaries_after), SUMMARY_MERGE)
    await add(to, messages, batch.messages)
    await add(to, sessions, batch.sessions)
    await add(to, configuration, batch.configurations)
  })
}

/** Of a day that a version without summaries began, the database does not have all. */
function summariesAfter({ summaries }: RowBatch, after: string | null): DaySummaryRow[] {
  const rows = [...summaries.values()].map((summary) => summary.row())
  return rows.filter((row) => isAfter(row, after))
}

async function movePosition(to: CopyTransaction, step: Step): Promise<void> {
  if (await to.movePosition(step)) return
  throw new ExchangeError(
    ErrorCode.DatabaseUnreachable,
    `another program writes this drop copy: it moved on from group ${step.from?.group_number}`,
  )
}

/** Of an order only the last state in the batch: a new one is added, a known one changed. */
async function writeOrders(to: CopyTransaction, { orders: all, entered }: RowBatch): Promise<void> {
  const added: OrderRow[] = []
  const changed: OrderRow[] = []
  for (const order of all.values()) (entered.has(order.order_id) ? added : changed).push(order)
  await add(to, orders, added)
  await merge(to, orders, changed, ORDER_MERGE)
}

async function add<T extends Table>(
  to: CopyTransaction,
  table: T,
  rows: readonly RowOf<T>[],
): Promise<void> {
  if (rows.length > 0) await to.add(table, rows)
}

async function merge<T extends Table>(
  to: CopyTransaction,
  table: T,
  rows: readonly RowOf<T>[],
  merges: Merges,
): Promise<void> {
  if (rows.length > 0) await to.merge(table, rows, merges)
}
