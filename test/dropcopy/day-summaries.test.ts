/** What each instrument came to on a trading day, in PGlite and in PostgreSQL. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CopiedTurn, QueryFilter, Row } from '../../src/dropcopy/index.ts'
import {
  answer,
  databaseStore,
  JournalCopier,
  printRows,
  readApplied,
  readTradingDays,
  reconcile,
  TradingDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import { summaryKey } from '../../src/dropcopy/day-summary.ts'
import { RowBatch } from '../../src/dropcopy/row-batch.ts'
import { EventType } from '../../src/wire/index.ts'
import { KINDS, scratchDatabaseIn } from './support/both.ts'
import type { ScratchDatabase } from './support/scratch.ts'
import { aConfiguration, anOrderEvent, aTurn, turnsFrom } from './support/turns.ts'

const BUY = 1
const SELL = 2
const { OrderAccepted, OrderCanceled, OrderExpired, OrderCarried } = EventType

/** An auction opens AAPL, it trades twice, an auction closes it; MSFT is there and does nothing. */
const aDay = (): CopiedTurn[] =>
  [
    aTurn().configure(aConfiguration()).openDay(20261121).list('AAPL').list('MSFT'),
    aTurn()
      .order(OrderAccepted, 1, anOrderEvent())
      .order(OrderAccepted, 2, anOrderEvent({ execId: 2, orderId: 2 })),
    aTurn()
      .auction({ matchNumber: 1, execId: 3, buyOrder: BUY, sellOrder: SELL }, 1_825_500)
      .cross(2, 100, 1_825_500, 'O'),
    aTurn().match({ matchNumber: 3, execId: 5, buyOrder: BUY, sellOrder: SELL }, at(1_830_000, 40)),
    aTurn().match({ matchNumber: 4, execId: 7, buyOrder: BUY, sellOrder: SELL }, at(1_810_000, 7)),
    aTurn()
      .order(OrderCanceled, 1, anOrderEvent({ execId: 9, orderId: 1 }))
      .order(OrderExpired, 2, anOrderEvent({ execId: 10, orderId: 2 })),
    aTurn()
      .auction({ matchNumber: 5, execId: 11, buyOrder: BUY, sellOrder: SELL }, 1_820_000)
      .cross(6, 100, 1_820_000, 'C'),
    aTurn().endDay(),
  ].map((turn, i) => turn.build(i + 1))

/** AAPL has an order of the day before; nothing crosses in its opening auction. */
const theNextDay = (): CopiedTurn[] =>
  [
    aTurn()
      .openDay(20261122)
      .list('AAPL')
      .list('MSFT')
      .order(OrderCarried, 1, anOrderEvent({ execId: 0, msgSeqNum: 0 })),
    aTurn().cross(7, 0, 0, 'O'),
  ].map((turn, i) => turn.build(i + 9))

const at = (lastPx: number, lastQty: number) => ({ lastPx, lastQty })

const NOTHING = {
  open: null,
  high: null,
  low: null,
  close: null,
  opening_price: null,
  opening_volume: null,
  closing_price: null,
  closing_volume: null,
  volume: 0,
  trades: 0,
  turnover: '0.0000',
  orders_carried: 0,
  orders_entered: 0,
  orders_canceled: 0,
  orders_expired: 0,
}
const AAPL = {
  trading_date: '2026-11-21',
  symbol: 'AAPL',
  open: '182.5500',
  high: '183.0000',
  low: '181.0000',
  close: '182.0000',
  opening_price: '182.5500',
  opening_volume: 100,
  closing_price: '182.0000',
  closing_volume: 100,
  volume: 247,
  trades: 4,
  // 100 at 182.55, 40 at 183, 7 at 181, 100 at 182
  turnover: '45042.0000',
  orders_carried: 0,
  orders_entered: 2,
  orders_canceled: 1,
  orders_expired: 1,
  closed: true,
  last_group_number: 8,
}
const MSFT = {
  trading_date: '2026-11-21',
  symbol: 'MSFT',
  ...NOTHING,
  closed: true,
  last_group_number: 8,
}

describe.each(KINDS)('the summaries of a day in %s', (kind) => {
  let database: ScratchDatabase

  beforeAll(async () => {
    database = await scratchDatabaseIn(kind)
  })
  afterAll(() => database.remove())
  beforeEach(() => database.empty())

  /** @param turnsABatch turns that are written at once */
  async function copy(turns: readonly CopiedTurn[], turnsABatch = Infinity): Promise<void> {
    const applied = await readApplied(database.db)
    const days = await readTradingDays(database.db)
    const venue = venueAfter(applied, applied ? aConfiguration() : undefined, days)
    const source = turnsFrom(turns, applied?.group_number)
    let left = 0
    const some = {
      journalId: source.journalId,
      next: () => (left-- > 0 ? source.next() : undefined),
    }
    const copier = new JournalCopier(databaseStore(database.db), some, { applied, venue })
    do left = turnsABatch
    while ((await copier.copyBatch()) !== undefined)
  }

  const list = (filter: Partial<QueryFilter> = {}): Promise<Row[]> =>
    answer(database.db, { ask: 'list', listing: 'summary', filter: { limit: 100, ...filter } })

  const compare = (turns: readonly CopiedTurn[]) =>
    reconcile({ ask: (question) => answer(database.db, question), turns })

  it.each([1, 3, Infinity])(
    'have prices, auctions, volume and orders of each, written %s turns at a time',
    async (turnsABatch) => {
      await copy(aDay(), turnsABatch)

      expect(await list()).toEqual([AAPL, MSFT])
      expect(await compare(aDay())).toMatchObject({
        rows: { day_summaries: 2 },
        differenceCount: 0,
      })
    },
  )

  it('of the next day begin with nothing but the orders that are carried', async () => {
    await copy([...aDay(), ...theNextDay()], 2)

    expect(await list()).toEqual([
      {
        ...NOTHING,
        trading_date: '2026-11-22',
        symbol: 'AAPL',
        opening_volume: 0,
        orders_carried: 1,
        closed: false,
        last_group_number: 10,
      },
      { ...MSFT, trading_date: '2026-11-22', closed: false, last_group_number: 9 },
    ])
    expect(await list({ day: '2026-11-21', symbol: 'AAPL' })).toEqual([AAPL])
    expect(await compare([...aDay(), ...theNextDay()])).toMatchObject({
      rows: { day_summaries: 4 },
      differenceCount: 0,
    })
  })

  it('are kept from the first day that begins with a version that has them', async () => {
    await copy(aDay().slice(0, 4))
    await sql`delete from buttonwood.day_summaries`.execute(database.db)
    await sql`update buttonwood.applied set summaries_after = trading_date`.execute(database.db)
    const both = [...aDay(), ...theNextDay()]
    await copy(both)

    expect(await list({ day: '2026-11-21' })).toEqual([])
    expect(await list()).toMatchObject([{ symbol: 'AAPL' }, { symbol: 'MSFT' }])
    expect(await compare(both)).toMatchObject({ rows: { day_summaries: 2 }, differenceCount: 0 })
  })

  it('of today are a view with the average price', async () => {
    await copy(aDay())
    const { rows } = await sql`
      select symbol, turnover, vwap from buttonwood.todays_summary order by symbol`.execute(
      database.db,
    )

    expect(rows).toEqual([
      { symbol: 'AAPL', turnover: '45042.0000', vwap: '182.356275' },
      { symbol: 'MSFT', turnover: '0.0000', vwap: null },
    ])
  })
})

describe('the summaries of a day, printed', () => {
  it('are a row for each instrument, or a header alone', () => {
    const columns = Object.keys(AAPL).join(',')

    expect(printRows('summary', [], 'csv')).toEqual([columns])
    expect(printRows('summary', [AAPL], 'csv')[1]).toBe(
      '2026-11-21,AAPL,182.5500,183.0000,181.0000,182.0000,182.5500,100,182.0000,100,247,4,45042.0000,0,2,1,1,true,8',
    )
    expect(printRows('summary', [AAPL], 'table')[1]).toMatch(/^2026-11-21 {4}AAPL .* yes$/)
  })
})

describe('a trade that is corrected, and then busted', () => {
  it('leaves the volume and the turnover on that day, and the prices as they were', () => {
    const venue = venueAfter(undefined, undefined, new TradingDays())
    const batch = new RowBatch()
    batch.add(aTurn().configure(aConfiguration()).openDay(20261121).list('AAPL').build(), venue)
    const trade = { matchNumber: 1, execId: 3, buyOrder: 1, sellOrder: 2 }
    batch.add(aTurn().auction(trade, 1_825_500).build(2), venue)
    const corrected = { ...trade, matchNumber: 3, execId: 5, originalMatch: 1 }
    batch.add(aTurn().correction(corrected, 60).build(3), venue)

    const summaryOf = () =>
      batch.summaries.get(summaryKey({ trading_date: '2026-11-21', symbol: 'AAPL' }))!.row()
    const prices = { high: '182.5500', close: '182.5500' }
    expect(summaryOf()).toMatchObject({ volume: 60, trades: 1, turnover: '10950.0000', ...prices })

    const busted = { ...trade, matchNumber: 3, execId: 7, originalMatch: 3 }
    const was = { priorQty: 60, priorPx: 1_825_000 }
    batch.add(aTurn().correction(busted, 0, was).build(4), venue)
    expect(summaryOf()).toMatchObject({ volume: 0, trades: 0, turnover: '0.0000', ...prices })
  })
})
