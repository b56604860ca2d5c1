/**
 * How fast the drop copy writes: turns of matched orders, held in memory, into an empty embedded
 * database (or the PostgreSQL of DATABASE_URL, whose schema `buttonwood` must be empty).
 *
 *   npx tsx scripts/bench/dropcopy.ts [pairs]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  databaseStore,
  JournalCopier,
  openDatabase,
  RowBatch,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import { aHistory, turnsFrom } from '../../test/dropcopy/support/turns.ts'

const pairs = Number(process.argv[2] ?? 20_000)
const dataDir = mkdtempSync(join(tmpdir(), 'buttonwood-bench-'))
const database = await openDatabase({
  dataDir,
  database: process.env['DATABASE_URL'] ?? 'embedded',
})
const history = aHistory(pairs)

const mapped = measure(() => {
  const batch = new RowBatch()
  const venue = venueAfter(undefined, undefined)
  for (const turn of history) {
    batch.add(turn, venue)
    if (batch.rowCount > 2_000) batch.clear()
  }
})

const start = { applied: undefined, venue: venueAfter(undefined, undefined) }
const copier = new JournalCopier(databaseStore(database.db), turnsFrom(history), start)
let rows = 0
const started = performance.now()
for (
  let copied = await copier.copyBatch();
  copied !== undefined;
  copied = await copier.copyBatch()
) {
  rows += copied
}
const seconds = (performance.now() - started) / 1000

const reports = pairs * 4
console.log(`mapping   ${perSecond(reports, mapped)} reports/s`)
console.log(
  `${database.name}  ${perSecond(reports, seconds)} reports/s, ${perSecond(rows, seconds)} rows/s`,
)
await database.close()
rmSync(dataDir, { recursive: true, force: true })

function measure(work: () => void): number {
  const begun = performance.now()
  work()
  return (performance.now() - begun) / 1000
}

function perSecond(count: number, duration: number): string {
  return Math.round(count / duration).toLocaleString('en')
}
