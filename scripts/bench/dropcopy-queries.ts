/**
 * How long each question of the `dropcopy` command takes in a PostgreSQL that is started and filled
 * for it: executions, orders, trades and messages of five trading days, as many as asked for.
 *
 *   npx tsx scripts/bench/dropcopy-queries.ts [executions] [rounds] [listing…]
 *
 * With DATABASE_URL it asks a PostgreSQL that was filled before, and makes nothing.
 *
 * Each question is asked `rounds` times with other values, each three times of which the fastest counts. The aim is 50 ms at the 99th percentile.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Listing, QueryFilter } from '../../src/dropcopy/index.ts'
import { answer, openDatabase } from '../../src/dropcopy/index.ts'
import { PostgresServer, postgresBinaries } from '../../test/dropcopy/support/postgres.ts'
import { fill, SYNTHETIC } from './dropcopy-synthetic.ts'

const AIM_MS = 50
const ROWS = 100
/** The fastest counts: the others were held up by whatever else the machine does. */
const REPEATS = 3

const executions = Number(process.argv[2] ?? 10_000_000)
const rounds = Number(process.argv[3] ?? 100)
const LISTINGS: readonly Listing[] = [
  'executions',
  'orders',
  'trades',
  'positions',
  'sessions',
  'bars',
]
const asked = process.argv.length > 4 ? process.argv.slice(4) : LISTINGS

const dataDir = mkdtempSync(join(tmpdir(), 'buttonwood-bench-'))
const filled = process.env['DATABASE_URL']
const server = filled === undefined ? await aServer() : undefined
const url = server?.url ?? filled!
const { db, close } = await openDatabase({ dataDir, database: url })

try {
  if (server) await makeRows()
  await askAll()
} finally {
  await close()
  await server?.remove()
  rmSync(dataDir, { recursive: true, force: true })
}

async function aServer(): Promise<PostgresServer> {
  const binaries = postgresBinaries()
  if (!binaries) throw new Error('no PostgreSQL under /usr/lib/postgresql')
  const started = await PostgresServer.create(binaries)
  await started.start()
  return started
}

async function makeRows(): Promise<void> {
  const begun = performance.now()
  await fill(url, executions)
  const seconds = Math.round((performance.now() - begun) / 1000)
  console.log(`${executions.toLocaleString('en')} executions made in ${seconds} s`)
}

async function askAll(): Promise<void> {
  console.log(`${'question'.padEnd(58)}${'rows'.padStart(6)}   p50 ms   p99 ms`)
  let misses = 0
  for (const listing of LISTINGS.filter((name) => asked.includes(name))) {
    for (const names of combinations(listing)) {
      const { p50, p99, rows } = await time(listing, names)
      const isSlow = p99 > AIM_MS
      if (isSlow) misses++
      console.log(
        [listing, ...names.map((name) => `--${name}`)].join(' ').padEnd(58) +
          String(rows).padStart(6) +
          `${p50.toFixed(2).padStart(9)}${p99.toFixed(2).padStart(9)}` +
          (isSlow ? `  above ${AIM_MS} ms` : ''),
      )
    }
  }
  console.log(`${misses} of the questions above the aim`)
}

function combinations(listing: Listing): readonly (readonly string[])[] {
  if (listing === 'bars') return [['symbol'], ['symbol', 'since'], ['symbol', 'since', 'until']]
  const spans = [[], ['since'], ['until'], ['since', 'until']]
  const owners = [['firm'], ['session']]
  if (listing === 'sessions') return [...spans, ...owners, ['session', 'since']]
  const scopes = [...owners, ['symbol'], ['session', 'symbol'], ['firm', 'symbol']]
  return [
    ...spans,
    ...scopes,
    ...scopes.flatMap((scope) => spans.slice(1).map((span) => [...scope, ...span])),
    ['quiet'],
    ['quiet', 'session'],
    ['quiet', 'since'],
    ['clordid'],
    ['clordid', 'session'],
    ['order-id'],
    ['exec-id'],
    ...(listing === 'orders' ? [['open'], ['open', 'session'], ['open', 'symbol']] : []),
  ]
}

async function time(listing: Listing, names: readonly string[]) {
  const times: number[] = []
  let rows = 0
  for (let round = 0; round < rounds; round++) {
    const filter = filterOf(names)
    let fastest = Infinity
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const begun = performance.now()
      rows = (await answer(db, { ask: 'list', listing, filter })).length
      fastest = Math.min(fastest, performance.now() - begun)
    }
    times.push(fastest)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!
  return { p50: at(0.5), p99: at(0.99), rows }
}

function filterOf(names: readonly string[]): QueryFilter {
  const { sessions, symbols, firms, days, dayStart, dayMs } = SYNTHETIC
  const random = (count: number) => Math.floor(Math.random() * count)
  // A time of the trading hours, and a quarter of an hour from it.
  const at = dayStart(random(days)) + random(dayMs)
  const values: Record<string, Partial<QueryFilter>> = {
    session: { session: `S${random(sessions)}` },
    firm: { firm: `F${random(firms)}` },
    symbol: { symbol: `SYM${random(symbols)}` },
    // Listed, and traded once at the start.
    quiet: { symbol: 'QUIET' },
    since: { since: new Date(at).toISOString() },
    until: { until: new Date(names.includes('since') ? at + 900_000 : at).toISOString() },
    clordid: { clOrdId: `${'CR'[random(2)]}${1 + random(executions / 4)}` },
    'order-id': { orderId: 1 + random(executions / 4) },
    'exec-id': { execId: 1 + random(executions) },
    open: { open: true },
  }
  return Object.assign({ limit: ROWS }, ...names.map((name) => values[name]))
}
