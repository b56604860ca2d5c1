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
import { CompiledQuery, sql } from 'kysely'
import { CopyData, copyRows } from '../../src/dropcopy/copy-rows.ts'
import type { DropCopyDatabase } from '../../src/dropcopy/index.ts'
import {
  databaseStore,
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

const mapping = await costOf(async () => {
  for (const _batch of batches());
})
console.log(`making rows: ${format((pairs * 4) / mapping.cpuSeconds)} reports a CPU-second`)
console.log(
  '             rows/s: drop copy      driver  ratio   rows a CPU-second of this process: drop copy      driver  ratio',
)

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
  const columns = (a: number, b: number, width: number) =>
    `${format(a).padStart(width)}${format(b).padStart(12)}${(a / b).toFixed(2).padStart(7)}`
  console.log(
    name.padEnd(18) +
      columns(ours.perSecond, alone.perSecond, 12) +
      columns(ours.perCpuSecond, alone.perCpuSecond, 47),
  )
}

/** @returns what `work` returns, with a new schema */
async function inDatabase(
  database: string,
  work: (database: DropCopyDatabase) => Promise<Rates>,
): Promise<Rates> {
  const dataDir = mkdtempSync(join(tmpdir(), 'buttonwood-bench-'))
  const opened = await openDatabase({ dataDir, database })
  const result = await work(opened)
  await sql`drop schema buttonwood cascade`.execute(opened.db)
  await opened.close()
  rmSync(dataDir, { recursive: true, force: true })
  return result
}

/** Rows; the embedded database runs in this process, a PostgreSQL does not. */
interface Rates {
  readonly perSecond: number
  readonly perCpuSecond: number
}

async function copyAll({ db }: DropCopyDatabase): Promise<Rates> {
  const copier = new JournalCopier(databaseStore(db), turnsFrom(history), start())
  let rows = 0
  const cost = await costOf(async () => {
    for (;;) {
      const copied = await copier.copyBatch()
      if (copied === undefined) return
      rows += copied
    }
  })
  return ratesOf(rows, cost)
}

/** The driver with everything ready-made. */
async function writeAlone({ db }: DropCopyDatabase): Promise<Rates> {
  let rows = 0
  const transactions: CompiledQuery[][] = []
  const statement = <T extends Table>(table: T, added: readonly RowOf<T>[]): CompiledQuery => {
    rows += added.length
    const { sql: text, parameters } = copyRows(table, added)
    const [data] = parameters as [CopyData]
    return CompiledQuery.raw(text, [new CopyData([...data.chunks])])
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
  const cost = await costOf(async () => {
    for (const statements of transactions) {
      await db.transaction().execute(async (to) => {
        for (const one of statements) await to.executeQuery(one)
      })
    }
  })
  return ratesOf(rows, cost)
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

interface Cost {
  readonly seconds: number
  readonly cpuSeconds: number
}

async function costOf(work: () => Promise<void>): Promise<Cost> {
  const begun = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 }
}

function ratesOf(rows: number, { seconds, cpuSeconds }: Cost): Rates {
  return { perSecond: rows / seconds, perCpuSecond: rows / cpuSeconds }
}

function format(rate: number): string {
  return Math.round(rate).toLocaleString('en')
}
