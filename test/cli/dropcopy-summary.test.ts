/** `buttonwood dropcopy summary` as operations meets it: what it prints, and what it asks for. */
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  databaseStore,
  JournalCopier,
  openDatabase,
  TradingDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import { scratchDataDir } from '../dropcopy/support/scratch.ts'
import type { Trade } from '../dropcopy/support/trades.ts'
import { turnsOf } from '../dropcopy/support/trades.ts'
import { turnsFrom } from '../dropcopy/support/turns.ts'
import { buttonwood, PROCESS_MS } from '../support/running-exchange.ts'

const TRADES: readonly Trade[] = [
  { atMs: 0, locate: 1, price: 1_825_000, quantity: 100 },
  { atMs: 1_500, locate: 1, price: 1_825_100, quantity: 50 },
  { atMs: 1_600, locate: 2, price: 4_100_000, quantity: 10 },
]

let dataDir: string

beforeAll(async () => {
  dataDir = scratchDataDir()
  const { db, close } = await openDatabase({ dataDir, database: 'embedded' })
  const start = { applied: undefined, venue: venueAfter(undefined, undefined, new TradingDays()) }
  await new JournalCopier(databaseStore(db), turnsFrom(turnsOf([TRADES])), start).copyBatch()
  await close()
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const summary = (...args: string[]) =>
  buttonwood(['dropcopy', 'summary', '--data-dir', dataDir, ...args])

describe('dropcopy summary', { timeout: PROCESS_MS }, () => {
  it('prints the newest day as a table, an instrument a line', async () => {
    const { exitCode, stdout, stderr } = await summary()

    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout.replaceAll(/ +/g, ' ')).toBe(
      `
trading_date symbol open high low close volume trades turnover orders_entered orders_canceled orders_expired orders_carried closed
2026-11-21 AAPL 182.5000 182.5100 182.5000 182.5100 150 2 27375.5000 0 0 0 0 no
2026-11-21 MSFT 410.0000 410.0000 410.0000 410.0000 10 1 4100.0000 0 0 0 0 no
`.trimStart(),
    )
  })

  it('prints one instrument as JSON', async () => {
    const { stdout } = await summary('--day', '2026-11-21', '--symbol', 'MSFT', '--json')

    expect(JSON.parse(stdout)).toMatchObject({ symbol: 'MSFT', volume: 10, turnover: '4100.0000' })
  })

  it('says that a day has no rows, and refuses what is no day', async () => {
    expect(await summary('--day', '2026-11-20')).toMatchObject({
      exitCode: 0,
      stderr: 'no rows\n',
    })
    expect(await summary('--day', 'yesterday')).toMatchObject({ exitCode: 2, stdout: '' })
  })
})
