/** Days that are over go to files and come back, and nothing is ever in neither place. */
import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  answer,
  archiveDays,
  connectToReader,
  databaseStore,
  JournalCopier,
  openTurns,
  readApplied,
  readTradingDays,
  reconcileWithJournal,
  restoreDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import { ReaderState } from '../../src/dropcopy/supervisor/index.ts'
import { journalIn } from '../../src/dropcopy/journal-turns.ts'
import { tables } from '../../src/dropcopy/tables.ts'
import { listenForQuestions } from '../../src/dropcopy/query-socket.ts'
import type { Journal } from '../../src/journal/index.ts'
import { buttonwood, PROCESS_MS } from '../support/running-exchange.ts'
import { PostgresServer, postgresBinaries } from './support/postgres.ts'
import type { ScratchDatabase } from './support/scratch.ts'
import { scratchDatabase, scratchDataDir } from './support/scratch.ts'
import { aSupervisor } from './support/supervisor.ts'
import { Days } from './support/three-days.ts'
import { JOURNAL_ID, openJournal } from './support/turns.ts'

vi.setConfig({ testTimeout: 2 * PROCESS_MS })

let dataDir: string
let directory: string
let journal: Journal
let days: Days
let notes: string[]
let copy: ScratchDatabase
let reader: Server

/** One database for all: a reader in this process answers on its socket. */
beforeAll(async () => {
  copy = await scratchDatabase()
  dataDir = copy.dataDir
  directory = join(dataDir, 'files')
  reader = await listenForQuestions(dataDir, async (question) => {
    if (question.ask !== 'status') return answer(copy.db, question)
    const { nextPosition: position } = journal
    return [{ durablePosition: position, appliedPosition: position }]
  })
})
afterAll(async () => {
  reader.close()
  await copy.remove()
})

beforeEach(async () => {
  await copy.empty()
  notes = []
  journal = openJournal(dataDir)
  days = new Days(journal)
  days.appendAll()
  await copyOn()
})
afterEach(async () => {
  await journal.close()
  for (const name of ['journal', 'files', 'archive']) {
    rmSync(join(dataDir, name), { recursive: true, force: true })
  }
})

/** What the journal has more than the database. */
async function copyOn(): Promise<void> {
  const applied = await readApplied(copy.db)
  const turns = openTurns(journalIn(dataDir), applied)
  const venue = venueAfter(applied, turns.configuration, await readTradingDays(copy.db))
  await new JournalCopier(databaseStore(copy.db), turns, { applied, venue }).copyBatch()
  turns.close()
}

const location = () => ({ dataDir, database: 'embedded' })
const watch = { note: (line: string) => void notes.push(line), progress: () => {} }
const archive = (before = '2026-11-21') => archiveDays(location(), { before, directory }, watch)
const restore = (from = directory) => restoreDays(location(), from, watch)
const reconcile = () => reconcileWithJournal(location(), () => {})
const the19th = (file = '') => join(directory, '2026-11-19', file)
const select = async (query: string) => (await sql.raw(query).execute(copy.db)).rows

const ROWS = { executions: 25, orders: 13, order_chain: 13, trades: 6, bars: 6, messages: 3 }
const ARCHIVED = { executions: 12, orders: 6, order_chain: 6, trades: 3, bars: 2, messages: 1 }

describe('archive', () => {
  it('puts a day into files, takes it out of the database, and leaves days with live orders', async () => {
    const [day, ...others] = await archive()

    expect(others).toEqual([])
    expect(day).toMatchObject({ tradingDate: '2026-11-19', rows: 30, directory: the19th() })
    expect(notes).toEqual(['2026-11-20 stays: 1 orders of it are live'])
    expect(
      await select(`select trading_date, (select count(*) from buttonwood.trades t
          where t.trading_date = d.trading_date) as trades,
        to_regclass('buttonwood.trades_' || to_char(trading_date, 'YYYYMMDD')) is null as gone
        from buttonwood.trading_days d order by 1`),
    ).toEqual([
      { trading_date: '2026-11-19', trades: 0, gone: true },
      { trading_date: '2026-11-20', trades: 2, gone: false },
      { trading_date: '2026-11-21', trades: 1, gone: false },
    ])
    expect(await reconcile()).toMatchObject({ rows: ROWS, archived: ARCHIVED, differenceCount: 0 })
    expect(await archive()).toEqual([])
  })

  it('writes CSV that says everything, and a manifest that knows it', async () => {
    await archive()

    const trades = gunzipSync(readFileSync(the19th('trades.csv.gz'))).toString()
    expect(trades.split('\n')).toEqual([
      'match_number,time,nanoseconds,trading_date,symbol,price,quantity,aggressor_side,' +
        'buy_order_id,buy_exec_id,buy_session,buy_firm,buy_account,buy_cl_ord_id,' +
        'sell_order_id,sell_exec_id,sell_session,sell_firm,sell_account,sell_cl_ord_id',
      ...[1, 2, 3].map(
        (n) =>
          `${n},2026-11-19 14:30:00.123456+00,123456789,2026-11-19,AAPL,182.5000,100,2,` +
          `${2 * n - 1},${4 * n - 1},ACME,ACME Ltd,ACME-1,A1,` +
          `${2 * n},${4 * n},GLOBEX,GLOBEX Ltd,GLOBEX-1,S${2 * n}`,
      ),
      '',
    ])
    const orders = gunzipSync(readFileSync(the19th('order_chain.csv.gz'))).toString()
    expect(orders).toContain(',"S""1",,GLOBEX,')

    const manifest = JSON.parse(readFileSync(the19th('manifest.json'), 'utf8'))
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(manifest).toEqual({
      format: 1,
      software: `buttonwood ${version}`,
      journalId: JOURNAL_ID,
      tradingDate: '2026-11-19',
      firstExecId: 1,
      lastExecId: 12,
      files: Object.entries(ARCHIVED).map(([table, rows]) => {
        const bytes = readFileSync(the19th(`${table}.csv.gz`))
        return {
          table,
          file: `${table}.csv.gz`,
          columns: gunzipSync(bytes).toString().split('\n')[0]!.split(','),
          rows,
          bytes: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
        }
      }),
    })
  })

  it('leaves the day that is open, whatever is asked', async () => {
    expect((await archive('2027-01-01')).map((day) => day.tradingDate)).toEqual(['2026-11-19'])
    expect(notes).toContain('days from 2026-11-21 on are open: they stay')
  })

  it('goes on after a crash between files and removal, and refuses another archive there', async () => {
    await archive()
    await restore()
    // As after the crash: files and rows.
    const [again] = await archive()
    expect(again).toMatchObject({ tradingDate: '2026-11-19', rows: 30 })

    await restore()
    await select(`update buttonwood.trades set price = 1 where match_number = 1`)
    await expect(archive()).rejects.toThrow(
      `${the19th()} holds another archive of that day; move it away, nothing was removed`,
    )
    expect(await select('select count(*) as n from buttonwood.trades')).toEqual([{ n: 6 }])
  })

  it('does not remove rows that changed while it wrote', async () => {
    const { ask } = (await connectToReader(dataDir))!
    const [facts] = await ask({ ask: 'factsOfDay', day: '2026-11-19' })
    const record = { trading_date: '2026-11-19', sha256: '', manifest_sha256: '', directory }
    const records = [{ ...record, table_name: 'trades', row_count: Number(facts!['trades']) - 1 }]

    await expect(ask({ ask: 'removeDay', day: '2026-11-19', records })).rejects.toThrow(
      'trades of 2026-11-19 has 3 rows and its file 2; nothing was removed: try again',
    )
    expect(await reconcile()).toMatchObject({ archived: {}, differenceCount: 0 })
  })

  it('does not hide that rows were missing before', async () => {
    await select('delete from buttonwood.trades where match_number = 1')
    await archive()

    expect(await reconcile()).toMatchObject({
      differenceCount: 1,
      differences: [
        {
          table: 'archived',
          row: 'trading_date 2026-11-19 table_name trades',
          what: 'row_count: journal 3, database 2',
        },
      ],
    })
  })
})

describe('restore', () => {
  beforeEach(async () => void (await archive()))

  it('brings every row back, once, and the copy agrees with the journal', async () => {
    expect(await restore()).toMatchObject([{ tradingDate: '2026-11-19', rows: 30 }])
    expect(await reconcile()).toMatchObject({ rows: ROWS, archived: {}, differenceCount: 0 })

    expect(await restore(the19th())).toMatchObject([{ rows: 30 }])
    expect(await reconcile()).toMatchObject({ rows: ROWS, archived: {}, differenceCount: 0 })
    expect(
      await select(`select to_regclass('buttonwood.trades_20261119') is not null as partition`),
    ).toEqual([{ partition: true }])
  })

  it.each<[string, () => void, string]>([
    [
      'a byte that changed',
      () => {
        const path = the19th('executions.csv.gz')
        const bytes = readFileSync(path)
        bytes[bytes.length >> 1]! ^= 1
        writeFileSync(path, bytes)
      },
      'executions.csv.gz has SHA-256 ',
    ],
    [
      'a file that was cut',
      () => {
        const path = the19th('bars.csv.gz')
        writeFileSync(path, readFileSync(path).subarray(0, -5))
      },
      'bars.csv.gz has ',
    ],
    [
      'a file that is not there',
      () => rmSync(the19th('trades.csv.gz')),
      'trades.csv.gz is missing',
    ],
    [
      'a manifest that is none',
      () => appendFileSync(the19th('manifest.json'), '}'),
      'manifest.json is no manifest of an archived day: ',
    ],
    [
      'a manifest that lacks something',
      () => changeManifest('"format": 1', '"format": 2'),
      'manifest.json is no manifest of an archived day: format: ',
    ],
    [
      'the archive of another journal',
      () => changeManifest(JOURNAL_ID, 'another'),
      `2026-11-19 is of journal another, the database of ${JOURNAL_ID}`,
    ],
    [
      'a day that is open',
      () => changeManifest('"tradingDate": "2026-11-19"', '"tradingDate": "2026-11-21"'),
      'is of a day that is open (2026-11-21)',
    ],
    [
      'a column of a later version',
      () => changeManifest('"quantity"', '"colour"'),
      'trades.csv.gz has a column colour that trades does not have',
    ],
    ['a folder without days', () => rmSync(the19th('manifest.json')), 'holds no archived day'],
  ])('refuses %s, and changes nothing', async (_name, damage, why) => {
    damage()

    await expect(restore()).rejects.toThrow(why)
    expect(await reconcile()).toMatchObject({ archived: ARCHIVED, differenceCount: 0 })
  })

  function changeManifest(text: string, other: string): void {
    const path = the19th('manifest.json')
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(text, other))
  }
})

describe('a day with trades that were busted and corrected', () => {
  const TABLES = Object.keys(tables).filter((name) => name !== 'archived')
  const allRows = async () => {
    const rows: Record<string, unknown> = {}
    for (const name of TABLES) {
      const { key } = tables[name as keyof typeof tables]
      rows[name] = await select(`select * from buttonwood.${name} order by ${key.join()}`)
    }
    return rows
  }
  const states = async () => {
    const filter = { limit: 100, until: '2026-11-20' }
    const rows = await answer(copy.db, { ask: 'list', listing: 'trades', filter })
    return rows.map(({ match_number, state, becomes }) => [match_number, state, becomes])
  }

  it('comes back to the same rows, and what was made of its trades stays known', async () => {
    days.bust(1)
    const becomes = days.correct(2)
    days.openNext()
    await copyOn()
    const before = await allRows()

    expect((await archive('2026-11-22')).map((day) => day.tradingDate)).toEqual([
      '2026-11-19',
      '2026-11-21',
    ])
    const kept = ['trade_corrections', 'day_summaries', 'position_sums', 'trading_days']
    const meanwhile = await allRows()
    expect(kept.map((name) => meanwhile[name])).toEqual(kept.map((name) => before[name]))
    expect(await reconcile()).toMatchObject({ rows: { trade_corrections: 2 }, differenceCount: 0 })

    await restore()
    expect(await allRows()).toEqual(before)
    expect(await states()).toEqual([
      [1, 'busted', null],
      [2, 'corrected', becomes],
      [3, 'standing', null],
    ])
    expect(await reconcile()).toMatchObject({ archived: {}, differenceCount: 0 })
  })

  it('may be in files when its trades are taken back, and comes back with what became of them', async () => {
    days.bust(1)
    days.correct(2)
    await copyOn()
    const asIfItHadStayed = await allRows()

    await copy.empty()
    await journal.close()
    rmSync(join(dataDir, 'journal'), { recursive: true })
    journal = openJournal(dataDir)
    days = new Days(journal)
    days.appendAll()
    await copyOn()
    await archive()
    days.bust(1)
    days.correct(2)
    await copyOn()

    const agrees = { archived: ARCHIVED, differenceCount: 0 }
    expect(await reconcile()).toMatchObject(agrees)
    expect(await select('select order_id from buttonwood.orders_default order by 1')).toEqual(
      [1, 2, 3, 4].map((id) => ({ order_id: id })),
    )

    await restore()
    expect(await allRows()).toEqual(asIfItHadStayed)
    expect(await reconcile()).toMatchObject({ archived: {}, differenceCount: 0 })
  })

  it('is not taken for whole when somebody changed an order of it that was told of meanwhile', async () => {
    await archive()
    days.bust(1)
    await copyOn()
    await select('update buttonwood.orders set cum_qty = 7 where order_id = 1')

    expect((await reconcile()).differences).toEqual([
      { table: 'orders', row: 'order_id 1', what: 'cum_qty: journal 0, database 7' },
    ])
  })
})

describe('the command', () => {
  it('archives and restores, in a table or as JSON, and says what is wrong', async () => {
    const at = ['--data-dir', dataDir]
    const archived = await buttonwood(['dropcopy', 'archive', '--before', '2026-11-21', ...at])
    const home = join(dataDir, 'archive', '2026-11-19')
    const reconciled = await buttonwood(['dropcopy', 'reconcile', ...at])
    const restored = await buttonwood(['dropcopy', 'restore', home, '--json', ...at])
    rmSync(join(home, 'orders.csv.gz'))
    const refused = await buttonwood(['dropcopy', 'restore', home, ...at])
    const wrong = await buttonwood(['dropcopy', 'archive', '--before', '2026-02-30', ...at])

    expect(archived.exitCode).toBe(0)
    expect(archived.stderr).toContain('2026-11-20 stays: 1 orders of it are live\n')
    expect(archived.stdout.split('\n')[1]).toMatch(/^2026-11-19 +30 +\d+ +\S+2026-11-19$/)
    expect(reconciled.stdout).toContain(
      'executions              25 rows in the journal, 12 of them archived\n',
    )
    expect(JSON.parse(restored.stdout)).toMatchObject({ trading_date: '2026-11-19', rows: 30 })
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(refused.stderr).toContain(
      `buttonwood: ${join(home, 'orders.csv.gz')} is missing [EXC_ARCHIVE]\n`,
    )
    expect(wrong).toMatchObject({ exitCode: 2 })
    expect(wrong.stderr).toContain('Use a day such as 2026-11-21.')
  })
})

const binaries = postgresBinaries()
if (!binaries) console.log('archive.test.ts is skipped in part: no PostgreSQL is installed')

describe.each<[string, () => Promise<PostgresServer | undefined>]>([
  ['the embedded database', () => Promise.resolve(undefined)],
  ['PostgreSQL', () => PostgresServer.create(binaries!)],
])('beside the reader of %s', (name, create) => {
  it.skipIf(name === 'PostgreSQL' && !binaries)(
    'a day goes and comes back while the copy goes on',
    async () => {
      const server = await create()
      await server?.start()
      const home = scratchDataDir()
      const files = join(home, 'files')
      const place = { dataDir: home, database: server?.url ?? 'embedded' }
      const live = openJournal(home)
      const trading = new Days(live)
      trading.appendAll()
      const supervisor = aSupervisor(place)
      const caughtUp = () =>
        vi.waitFor(
          () => expect([supervisor.backlogBytes, supervisor.state]).toEqual([0, ReaderState.Live]),
          { timeout: 45_000 },
        )
      const trade = async () => {
        trading.match()
        supervisor.announce(live.nextPosition)
        await caughtUp()
      }
      supervisor.start(live.nextPosition)
      await caughtUp()

      await archiveDays(place, { before: '2026-11-21', directory: files }, watch)
      await trade()
      expect(await reconcileWithJournal(place, () => {})).toMatchObject({
        archived: ARCHIVED,
        differenceCount: 0,
      })
      await restoreDays(place, files, watch)
      await trade()
      expect(await reconcileWithJournal(place, () => {})).toMatchObject({
        rows: { executions: 33 },
        archived: {},
        differenceCount: 0,
      })

      expect(supervisor.restarts).toBe(0)
      await supervisor.stop()
      await live.close()
      await server?.remove()
      rmSync(home, { recursive: true, force: true })
    },
  )
})
