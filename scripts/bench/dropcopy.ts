/**
 * How fast the drop copy writes: turns of matched orders, held in memory, into an empty embedded
 * database and into a PostgreSQL that is started for it. Beside it what the driver alone does with the
 * same rows in the same tables: ready-made parameters, or ready-made COPY data, in batches of the same size.
 *
 *   npx tsx scripts/bench/dropcopy.ts [pairs]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CompiledQuery } from 'kysely'
import { sql } from 'kysely'
import { copyRows } from '../../src/dropcopy/copy-rows.ts'
import { canCopy } from '../../src/dropcopy/copying-dialect.ts'
import type { DropCopyDatabase } from '../../src/dropcopy/index.ts'
import {
  JournalCopier,
  openDatabase,
  RowBatch,
  TradingDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import { insertRows } from '../../src/dropcopy/insert-rows.ts'
import type { RowOf, Table } from '../../src/dropcopy/tables.ts'
import { executions, orderChain, orders, trades, tradingDays } from '../../src/dropcopy/tables.ts'
import { PostgresServer, postgresBinaries } from '../../test/dropcopy/support/postgres.ts'
import { aHistory, turnsFrom } from '../../test/dropcopy/support/turns.ts'

/** The copy's own. */
const BATCH_ROWS = 5_000

const pairs = Number(process.argv[2] ?? 20_000)
const history = aHistory(pairs)
const start = () => ({
  applied: undefined,
  venue: venueAfter(undefined, undefined, new TradingDays()),
})

const mapping = await secondsOf(async () => {
  for (const _batch of batches());
})
console.log(`making rows  ${format((pairs * 4) / mapping)} reports/s`)
console.log(`${'rows/s'.padStart(24)}${'drop copy'.padStart(12)}${'driver'.padStart(12)}  ratio`)

await compare('embedded', 'embedded')
const binaries = postgresBinaries()
if (binaries) {
  const server = await PostgresServer.create(binaries)
  await server.start()
  await compare('PostgreSQL', server.url)
  await server.remove()
} else {
  console.log('PostgreSQL is not installed under /usr/lib/postgresql')
}

async function compare(name: string, url: string): Promise<void> {
  const ours = await inDatabase(url, copyAll)
  const alone = await inDatabase(url, writeAlone)
  console.log(
    `${name.padStart(24)}${format(ours).padStart(12)}${format(alone).padStart(12)}` +
      `${(ours / alone).toFixed(2).padStart(7)}`,
  )
}

/** @returns what `work` returns, with a new schema */
async function inDatabase(
  database: string,
  work: (database: DropCopyDatabase) => Promise<number>,
): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'buttonwood-bench-'))
  const opened = await openDatabase({ dataDir, database })
  const result = await work(opened)
  await sql`drop schema buttonwood cascade`.execute(opened.db)
  await opened.close()
  rmSync(dataDir, { recursive: true, force: true })
  return result
}

/** @returns rows a second */
async function copyAll({ db }: DropCopyDatabase): Promise<number> {
  const copier = new JournalCopier(db, turnsFrom(history), start())
  let rows = 0
  const seconds = await secondsOf(async () => {
    for (;;) {
      const copied = await copier.copyBatch()
      if (copied === undefined) return
      rows += copied
    }
  })
  return rows / seconds
}

/** The driver with everything ready-made. @returns rows a second */
async function writeAlone({ db }: DropCopyDatabase): Promise<number> {
  let rows = 0
  const transactions: CompiledQuery[][] = []
  const statement = <T extends Table>(table: T, added: readonly RowOf<T>[]): CompiledQuery => {
    rows += added.length
    return canCopy(db) ? copyRows(table, added) : insertRows(table, added, 'do nothing').compile(db)
  }
  for (const batch of batches()) {
    for (const day of batch.days) {
      await db.executeQuery(insertRows(tradingDays, [day], 'do nothing').compile(db))
      await sql`select buttonwood.open_trading_day(${day.trading_date}::date)`.execute(db)
    }
    transactions.push([
      statement(executions, batch.executions),
      statement(orders, [...batch.orders.values()]),
      statement(orderChain, batch.orderChain),
      statement(trades, batch.trades),
    ])
  }
  const seconds = await secondsOf(async () => {
    for (const statements of transactions) {
      await db.transaction().execute(async (to) => {
        for (const one of statements) await to.executeQuery(one)
      })
    }
  })
  return rows / seconds
}

function* batches(): Generator<RowBatch> {
  const { venue } = start()
  let batch = new RowBatch()
  for (const turn of history) {
    batch.add(turn, venue)
    if (batch.rowCount < BATCH_ROWS) continue
    yield batch
    batch = new RowBatch()
  }
  yield batch
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1000
}

function format(rate: number): string {
  return Math.round(rate).toLocaleString('en')
}
