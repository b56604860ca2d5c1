/** Trades that operations busted or corrected, in PGlite and in PostgreSQL. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExecType, OrdStatus } from '../../src/domain/index.ts'
import type { Listing, QueryFilter } from '../../src/dropcopy/index.ts'
import {
  answer,
  databaseStore,
  JournalCopier,
  printRows,
  reconcile,
  TradingDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import { EventType } from '../../src/wire/index.ts'
import { KINDS, scratchDatabaseIn } from './support/both.ts'
import type { ScratchDatabase } from './support/scratch.ts'
import { aConfiguration, anOrderEvent, aTurn, START_SECONDS, turnsFrom } from './support/turns.ts'

const OF_TRADE_1 = { buyOrder: 1, sellOrder: 2 }
const OF_TRADE_2 = { buyOrder: 3, sellOrder: 4 }
const OF_TRADE_3 = { buyOrder: 5, sellOrder: 6 }
const TOMORROW = START_SECONDS + 86_400
const NOW = { lastPx: 1_825_000, price: 1_825_000 }

/**
 * Three trades of 100 at 182.50: the second is busted, the third corrected to 60, and to 40. On the next day 30 of the
 * 100 of the first are taken back, whose buyer has canceled the rest of the order.
 */
const TURNS = [
  aTurn().configure(aConfiguration()).openDay(20261121).list('AAPL'),
  aTurn().match({ matchNumber: 1, execId: 1, ...OF_TRADE_1 }, NOW),
  aTurn().match({ matchNumber: 2, execId: 3, ...OF_TRADE_2 }, NOW),
  aTurn().match({ matchNumber: 3, execId: 5, ...OF_TRADE_3 }, NOW),
  aTurn().order(
    EventType.OrderCanceled,
    1,
    anOrderEvent({
      execId: 7,
      execType: ExecType.Canceled,
      ordStatus: OrdStatus.Canceled,
      leavesQty: 0,
      clOrdId: 'C1',
      origClOrdId: 'A1',
    }),
  ),
  aTurn().correction({ matchNumber: 2, execId: 8, ...OF_TRADE_2, originalMatch: 2 }, 0, {
    priorPx: 1_825_000,
    execRefId: 3,
  }),
  aTurn().correction({ matchNumber: 4, execId: 10, ...OF_TRADE_3, originalMatch: 3 }, 60, {
    priorPx: 1_825_000,
    execRefId: 5,
  }),
  aTurn().correction({ matchNumber: 5, execId: 12, ...OF_TRADE_3, originalMatch: 4 }, 40, {
    priorPx: 1_825_000,
    priorQty: 60,
    execRefId: 10,
  }),
  aTurn().endDay(),
  aTurn().openDay(20261122).list('AAPL'),
  aTurn().correction({ matchNumber: 6, execId: 14, ...OF_TRADE_1, originalMatch: 1 }, 70, {
    priorPx: 1_825_000,
    execRefId: 1,
    epochSeconds: TOMORROW,
    clOrdId: 'C1',
  }),
].map((turn, i) => turn.build(i + 1))

describe.each(KINDS)('trades that were busted or corrected, in %s', (kind) => {
  let database: ScratchDatabase

  beforeAll(async () => {
    database = await scratchDatabaseIn(kind)
    await copyAll()
  }, 120_000)
  afterAll(() => database.remove())

  async function copyAll(): Promise<void> {
    await database.empty()
    const start = { applied: undefined, venue: venueAfter(undefined, undefined, new TradingDays()) }
    const copier = new JournalCopier(databaseStore(database.db), turnsFrom(TURNS), start)
    while ((await copier.copyBatch()) !== undefined);
  }

  const list = (listing: Listing, filter: Partial<QueryFilter> = {}) =>
    answer(database.db, { ask: 'list', listing, filter: { limit: 100, ...filter } })

  const numbers = async (filter: Partial<QueryFilter>) =>
    (await list('trades', filter)).map((row) => row['match_number'])

  const compare = () =>
    reconcile({ ask: (question) => answer(database.db, question), turns: TURNS })

  it('are listed with what became of them, and the trades that they are now', async () => {
    const shown = ['match_number', 'trading_date', 'quantity', 'state', 'becomes']
    const rows = await list('trades')

    expect(rows.map((row) => shown.map((name) => row[name]))).toEqual([
      [1, '2026-11-21', 100, 'corrected', 6],
      [2, '2026-11-21', 100, 'busted', null],
      [3, '2026-11-21', 100, 'corrected', 4],
      [4, '2026-11-21', 60, 'corrected', 5],
      [5, '2026-11-21', 40, 'standing', null],
      [6, '2026-11-22', 70, 'standing', null],
    ])
    const standing = await sql`select match_number from buttonwood.standing_trades order by 1`
      .execute(database.db)
      .then(({ rows: all }) => all)
    expect(standing).toEqual([{ match_number: 5 }, { match_number: 6 }])
  })

  it.each<[string, Partial<QueryFilter>, number[]]>([
    ['a session', { session: 'GLOBEX' }, [1, 2, 3, 4, 5, 6]],
    ['the newest of a firm', { firm: 'ACME Ltd', limit: 2 }, [5, 6]],
    ['an order', { orderId: 6 }, [3, 4, 5]],
    ['the ExecID of a bust', { execId: 9 }, [2]],
    ['the ExecID of a correction: as it was, and as it is', { execId: 10 }, [3, 4]],
    ['the day of the correction', { since: '2026-11-22' }, [6]],
    ['the day of the trade', { until: '2026-11-22' }, [1, 2, 3, 4, 5]],
  ])('are found by %s', async (_name, filter, expected) => {
    expect(await numbers(filter)).toEqual(expected)
  })

  it('leave their orders the ClOrdID that was accepted last', async () => {
    const [order] = await list('orders', { orderId: 1 })

    expect(order).toMatchObject({ cl_ord_id: 'A1', cum_qty: 70, last_exec_id: 14 })
  })

  it('are taken out of positions and summary on the day of the correction', async () => {
    const of = async (day: string) => (await list('summary', { day, symbol: 'AAPL' }))[0]

    expect(await of('2026-11-21')).toMatchObject({
      open: '182.5000',
      close: '182.5000',
      volume: 140,
      trades: 2,
      turnover: '25550.0000',
      closed: true,
    })
    expect(await of('2026-11-22')).toMatchObject({
      open: null,
      close: null,
      volume: -30,
      trades: 0,
      turnover: '-5475.0000',
      closed: false,
    })
    const bought = { firm: 'ACME Ltd', bought: 110, net: 110, bought_value: '20075.0000' }
    expect(await list('positions')).toMatchObject([bought, { firm: 'GLOBEX Ltd', sold: 110 }])
    expect(await list('positions', { since: '2026-11-22' })).toMatchObject([
      { bought: -30, bought_value: '-5475.0000' },
      { sold: -30 },
    ])
  })

  it.each([
    [
      `update buttonwood.trade_corrections set becomes = null where match_number = 3`,
      { row: 'exec_id 10', what: 'becomes: journal 4, database null' },
    ],
    [
      `update buttonwood.trade_corrections set text = 'because' where match_number = 2`,
      { row: 'exec_id 8', what: 'text: journal clearly erroneous, database because' },
    ],
    [
      `delete from buttonwood.trade_corrections where match_number = 1`,
      { row: 'exec_id 14', what: 'missing in the database' },
    ],
    [
      `insert into buttonwood.trade_corrections
         select 13, 5, null, time, nanoseconds, trading_date, symbol, text
         from buttonwood.trade_corrections where exec_id = 8`,
      { row: 'exec_id 13', what: 'not in the journal' },
    ],
  ])('agree with the journal until somebody runs %s', async (statement, difference) => {
    expect(await compare()).toMatchObject({ rows: { trade_corrections: 4 }, differenceCount: 0 })

    await sql.raw(statement).execute(database.db)
    expect((await compare()).differences).toEqual([{ table: 'trade_corrections', ...difference }])
    await copyAll()
  })
})

describe('busted and corrected trades, printed', () => {
  const trade = { match_number: 1, symbol: 'AAPL', quantity: 100, price: '182.5000' }
  const stands = { ...trade, state: 'standing', becomes: null }
  const corrected = { ...trade, match_number: 2, state: 'corrected', becomes: 4 }
  const busted = { ...trade, match_number: 3, state: 'busted', becomes: null }

  it('are a table that says what became of them, and nothing of those that stand', () => {
    expect(printRows('trades', [stands, corrected, busted], 'table')).toEqual([
      'match_number  symbol  quantity     price  state      becomes',
      '           1  AAPL         100  182.5000',
      '           2  AAPL         100  182.5000  corrected        4',
      '           3  AAPL         100  182.5000  busted',
    ])
    expect(printRows('trades', [stands], 'table')[0]).toBe(
      'match_number  symbol  quantity     price',
    )
  })

  it('are CSV and JSON with a state each, and the same columns where there is no trade', () => {
    expect(printRows('trades', [stands, busted, corrected], 'csv')).toEqual([
      'match_number,symbol,quantity,price,state,becomes',
      '1,AAPL,100,182.5000,standing,',
      '3,AAPL,100,182.5000,busted,',
      '2,AAPL,100,182.5000,corrected,4',
    ])
    expect(printRows('trades', [], 'csv')[0]).toMatch(/^match_number,.*,state,becomes$/)
    expect(printRows('trades', [busted], 'json')).toEqual([JSON.stringify(busted)])
  })
})
