/** Bars of one second and one minute, in PGlite and in PostgreSQL. */
import * as fc from 'fast-check'
import { Migrator, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BarWidth } from '../../src/domain/index.ts'
import type { CopiedTurn, Row } from '../../src/dropcopy/index.ts'
import {
  answer,
  databaseStore,
  JournalCopier,
  readApplied,
  reconcile,
  readTradingDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import { tables as firstShape } from '../../src/dropcopy/migrations/0001-tables.ts'
import { conditions } from '../../src/dropcopy/migrations/0002-conditions.ts'
import { barsInRunsOf } from '../../src/dropcopy/migrations/0003-bars.ts'
import { KINDS, scratchDatabaseIn } from './support/both.ts'
import type { ScratchDatabase } from './support/scratch.ts'
import type { Trade } from './support/trades.ts'
import { SYMBOLS, turnsOf } from './support/trades.ts'
import { aConfiguration, START_SECONDS, turnsFrom } from './support/turns.ts'

const AAPL = 1
const MSFT = 2
const WIDTH_SECONDS = { '1s': 1, '1m': 60 } as const
const PROPERTY_MS = 120_000

/** `14:30:00.250 AAPL 100 @ 182.50`: two decimals, 2026-11-21. */
function trade(text: string): Trade {
  const parts = /^14:(\d\d):(\d\d)\.(\d{3}) (\w+) (\d+) @ (\d+)\.(\d\d)$/.exec(text)!
  const [minute, second, ms, , quantity, whole, cents] = parts.slice(1).map(Number)
  return {
    atMs: ((minute! - 30) * 60 + second!) * 1_000 + ms!,
    locate: SYMBOLS.indexOf(parts[4]!),
    price: whole! * 10_000 + cents! * 100,
    quantity: quantity!,
  }
}

const groupsOf = (...groups: string[][]): Trade[][] => groups.map((group) => group.map(trade))

/** What the bars must be: every trade of a bar side by side, and sums of big integers. */
function naiveBars(trades: readonly Trade[], width: BarWidth): Row[] {
  const spanMs = WIDTH_SECONDS[width] * 1_000
  const startOf = ({ atMs }: Trade): number => START_SECONDS * 1_000 + atMs - (atMs % spanMs)
  const keys = new Set(trades.map((one) => `${startOf(one)} ${SYMBOLS[one.locate]}`))

  return [...keys]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((key) => {
      const [startMs, symbol] = key.split(' ') as [string, string]
      const own = trades.filter((one) => `${startOf(one)} ${SYMBOLS[one.locate]}` === key)
      const prices = own.map(({ price }) => price)
      const volume = own.reduce((sum, { quantity }) => sum + quantity, 0)
      const notional = own.reduce((sum, t) => sum + BigInt(t.price) * BigInt(t.quantity), 0n)
      // 1/10,000 to 1/1,000,000, rounded half up: the remainder decides.
      const [scaled, shares] = [notional * 100n, BigInt(volume)]
      const vwap = scaled / shares + ((scaled % shares) * 2n >= shares ? 1n : 0n)
      return {
        symbol,
        width,
        start: `${new Date(Number(startMs)).toISOString().slice(0, 19).replace('T', ' ')}+00`,
        trading_date: '2026-11-21',
        open: decimal(BigInt(prices[0]!), 4),
        high: decimal(BigInt(Math.max(...prices)), 4),
        low: decimal(BigInt(Math.min(...prices)), 4),
        close: decimal(BigInt(prices.at(-1)!), 4),
        volume,
        trades: own.length,
        notional: decimal(notional, 4),
        last_match_number: trades.indexOf(own.at(-1)!) + 1,
        vwap: decimal(vwap, 6),
      }
    })
}

function decimal(value: bigint, decimals: number): string {
  const one = 10n ** BigInt(decimals)
  return `${value / one}.${String(value % one).padStart(decimals, '0')}`
}

describe.each(KINDS)('bars in %s', (kind) => {
  let database: ScratchDatabase

  beforeAll(async () => {
    database = await scratchDatabaseIn(kind)
  })
  afterAll(() => database.remove())
  beforeEach(() => database.empty())

  /** As a reader does after a start, with a batch of each run of turns. */
  async function copy(turns: readonly CopiedTurn[], runs: readonly number[] = []): Promise<void> {
    const applied = await readApplied(database.db)
    const venue = venueAfter(
      applied,
      applied ? aConfiguration() : undefined,
      await readTradingDays(database.db),
    )
    const source = turnsFrom(turns, applied?.group_number)
    let left = 0
    const turnsInRuns = {
      journalId: source.journalId,
      next: () => (left-- > 0 ? source.next() : undefined),
    }
    const copier = new JournalCopier(databaseStore(database.db), turnsInRuns, { applied, venue })
    for (const run of [...runs, Infinity]) {
      left = run
      while ((await copier.copyBatch()) !== undefined);
    }
  }

  const ask = (bars: BarWidth, filter: { symbol?: string; since?: string; until?: string } = {}) =>
    answer(database.db, {
      ask: 'list',
      listing: 'bars',
      filter: { bars, limit: 100_000, ...filter },
    })

  async function expectBarsOf(groups: readonly (readonly Trade[])[]): Promise<void> {
    const trades = groups.flat()
    expect(await ask('1s')).toEqual(naiveBars(trades, '1s'))
    expect(await ask('1m')).toEqual(naiveBars(trades, '1m'))
  }

  const compare = (turns: readonly CopiedTurn[]) =>
    reconcile({ ask: (question) => answer(database.db, question), turns })

  const MORNING = groupsOf(
    ['14:30:00.000 AAPL 100 @ 182.50', '14:30:00.000 AAPL 50 @ 182.40'],
    ['14:30:00.999 MSFT 10 @ 410.00'],
    ['14:30:00.999 AAPL 30 @ 183.00'],
    ['14:30:59.999 AAPL 1 @ 182.00', '14:30:59.999 MSFT 5 @ 411.00'],
    ['14:31:00.000 AAPL 7 @ 190.00'],
    ['14:33:10.500 AAPL 2 @ 170.00'],
  )

  it('have the first and the last price, the extremes and the sums, each match once', async () => {
    await copy(turnsOf(MORNING), [1, 1, 1, 1, 1, 1])

    const minute = { width: '1m', trading_date: '2026-11-21' }
    expect(await ask('1m', { symbol: 'AAPL' })).toEqual([
      {
        ...minute,
        symbol: 'AAPL',
        start: '2026-11-21 14:30:00+00',
        open: '182.5000',
        high: '183.0000',
        low: '182.0000',
        close: '182.0000',
        volume: 181,
        trades: 4,
        notional: '33042.0000',
        last_match_number: 5,
        vwap: '182.552486',
      },
      {
        ...minute,
        symbol: 'AAPL',
        start: '2026-11-21 14:31:00+00',
        open: '190.0000',
        high: '190.0000',
        low: '190.0000',
        close: '190.0000',
        volume: 7,
        trades: 1,
        notional: '1330.0000',
        last_match_number: 7,
        vwap: '190.000000',
      },
      expect.objectContaining({ start: '2026-11-21 14:33:00+00', volume: 2 }),
    ])
    expect(await ask('1m', { symbol: 'MSFT' })).toMatchObject([
      { start: '2026-11-21 14:30:00+00', volume: 15, trades: 2, close: '411.0000' },
    ])
    expect(
      (await ask('1s', { symbol: 'AAPL' })).map(({ start, trades }) => [start, trades]),
    ).toEqual([
      ['2026-11-21 14:30:00+00', 3],
      ['2026-11-21 14:30:59+00', 1],
      ['2026-11-21 14:31:00+00', 1],
      ['2026-11-21 14:33:10+00', 1],
    ])
    await expectBarsOf(MORNING)
  })

  it('are asked for by their start: since is included, until is not', async () => {
    await copy(turnsOf(MORNING))
    const span = { since: '2026-11-21T14:31:00Z', until: '2026-11-21T14:33:00Z' }

    expect(await ask('1m', span)).toMatchObject([{ start: '2026-11-21 14:31:00+00' }])
  })

  it(
    'are the same however the trades come in batches, and agree with the journal',
    async () => {
      const aTrade = fc.record({
        gapMs: fc.oneof(fc.constant(0), fc.nat(400), fc.nat(90_000)),
        locate: fc.constantFrom(AAPL, MSFT),
        price: fc.integer({ min: 1, max: 2_000_000_000 }),
        quantity: fc.integer({ min: 1, max: 1_000_000_000 }),
      })
      const aDayInBatches = fc.tuple(
        fc.array(fc.array(aTrade, { maxLength: 6 }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 8 }),
      )

      await fc.assert(
        fc.asyncProperty(aDayInBatches, async ([day, runs]) => {
          let atMs = 0
          const groups = day.map((group) =>
            group.map(({ gapMs, ...rest }) => ({ ...rest, atMs: (atMs += gapMs) })),
          )
          await database.empty()
          const turns = turnsOf(groups)
          await copy(turns, runs)

          await expectBarsOf(groups)
          expect(await compare(turns)).toMatchObject({ differenceCount: 0, differences: [] })
        }),
        { numRuns: 40 },
      )
    },
    PROPERTY_MS,
  )

  it('are exact beyond 2^53, and their VWAP is rounded half up', async () => {
    const largest = { atMs: 0, locate: AAPL, price: 1_999_999_999, quantity: 999_999_999 }
    // Odd and beyond 2^53: floating point would lose the last digit of the first sum.
    const groups = [
      [largest, { ...largest, price: 1_999_999_998, quantity: 1 }],
      [{ ...largest, atMs: 60_000, price: 3, quantity: 199 }],
      [{ ...largest, atMs: 60_000, price: 4, quantity: 1 }],
      [{ ...largest, atMs: 120_000, price: 3, quantity: 201 }],
      [{ ...largest, atMs: 120_000, price: 4, quantity: 1 }],
    ]
    await copy(turnsOf(groups), [1, 1])

    expect((await ask('1m')).map(({ notional, vwap }) => [notional, vwap])).toEqual([
      ['199999999899999.9999', '199999.999900'],
      ['0.0601', '0.000301'],
      ['0.0607', '0.000300'],
    ])
    await expectBarsOf(groups)
  })

  it('count no trade twice and none less when the reader is killed at the commit', async () => {
    const turns = turnsOf(MORNING)
    await copy(turns.slice(0, 3))
    await sql`create function buttonwood.fail() returns trigger as
      $$ begin raise 'power cut'; end $$ language plpgsql`.execute(database.db)
    // At the commit, when everything was written.
    await sql`create constraint trigger fail after insert on buttonwood.trades
      deferrable initially deferred for each row execute function buttonwood.fail()`.execute(
      database.db,
    )

    await expect(copy(turns)).rejects.toThrow('power cut')
    await sql`drop function buttonwood.fail() cascade`.execute(database.db)

    expect(await readApplied(database.db)).toMatchObject({ group_number: 3 })
    await expectBarsOf(MORNING.slice(0, 2))
    await copy(turns)
    await expectBarsOf(MORNING)
  })

  it('are made of the trades that a database of an earlier version has, and go on from there', async () => {
    const turns = turnsOf(MORNING)
    await copy(turns.slice(0, 4))
    await sql`drop table buttonwood.bars`.execute(database.db)
    await sql`delete from buttonwood.kysely_migration where name >= '0003-bars'`.execute(
      database.db,
    )

    const migrations = { '0001-tables': firstShape, '0002-conditions': conditions }
    const provider = {
      getMigrations: () => Promise.resolve({ ...migrations, '0003-bars': barsInRunsOf(2) }),
    }
    const options = { db: database.db, provider, migrationTableSchema: 'buttonwood' }
    expect((await new Migrator(options).migrateToLatest()).error).toBeUndefined()

    await expectBarsOf(MORNING.slice(0, 3))
    await copy(turns)
    await expectBarsOf(MORNING)
    expect(await compare(turns)).toMatchObject({ rows: { bars: 10 }, differenceCount: 0 })
  })
})
