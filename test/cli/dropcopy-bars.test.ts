/** `buttonwood dropcopy bars` as operations meets it: what it prints, and what it asks for. */
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
  { atMs: 60_000, locate: 1, price: 1_999_999_999, quantity: 999_999_999 },
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

const bars = (...args: string[]) => buttonwood(['dropcopy', 'bars', '--data-dir', dataDir, ...args])

describe('dropcopy bars prints', { timeout: PROCESS_MS }, () => {
  it('a table of the minutes', async () => {
    const { exitCode, stdout, stderr } = await bars('--symbol', 'AAPL')

    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toBe(
      `
start                 symbol         open         high          low        close     volume  trades              notional           vwap
2026-11-21T14:30:00Z  AAPL       182.5000     182.5100     182.5000     182.5100        150       2            27375.5000     182.503333
2026-11-21T14:31:00Z  AAPL    199999.9999  199999.9999  199999.9999  199999.9999  999999999       1  199999999700000.0001  199999.999900
`.trimStart(),
    )
  })

  it('every column as CSV, the seconds of a span', async () => {
    const span = ['--since', '2026-11-21T14:30:01Z', '--until', '2026-11-21T14:31:00Z']
    const { stdout } = await bars('--symbol', 'AAPL', '--bars', '1s', ...span, '--csv')

    expect(stdout).toBe(
      `
symbol,width,start,trading_date,open,high,low,close,volume,trades,notional,last_match_number,vwap
AAPL,1s,2026-11-21T14:30:01Z,2026-11-21,182.5100,182.5100,182.5100,182.5100,50,1,9125.5000,2,182.510000
`.trimStart(),
    )
  })

  it('every column as JSON, the newest ones, with exact text for money', async () => {
    const { stdout, stderr } = await bars('--symbol', 'AAPL', '--limit', '1', '--json')

    expect(stderr).toBe('the newest 1 rows; --limit shows more\n')
    expect(JSON.parse(stdout)).toEqual({
      symbol: 'AAPL',
      width: '1m',
      start: '2026-11-21T14:31:00Z',
      trading_date: '2026-11-21',
      open: '199999.9999',
      high: '199999.9999',
      low: '199999.9999',
      close: '199999.9999',
      volume: 999_999_999,
      trades: 1,
      notional: '199999999700000.0001',
      last_match_number: 4,
      vwap: '199999.999900',
    })
  })

  it('what is wrong when there is no symbol, or no such width', async () => {
    expect(await bars()).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("required option '--symbol <symbol>' not specified"),
    })
    expect(await bars('--symbol', 'AAPL', '--bars', '5m')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Allowed choices are 1s, 1m'),
    })
  })
})
