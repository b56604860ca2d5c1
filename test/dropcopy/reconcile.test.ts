/** Journal against database: every kind of difference is found and named. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CopiedTurn } from '../../src/dropcopy/index.ts'
import {
  answer,
  databaseStore,
  JournalCopier,
  reconcile,
  TradingDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import type { ScratchDatabase } from './support/scratch.ts'
import { scratchDatabase } from './support/scratch.ts'
import { EventType } from '../../src/wire/index.ts'
import { aConfiguration, aHistory, anOrderEvent, aTurn, turnsFrom } from './support/turns.ts'

vi.setConfig({ testTimeout: 60_000 })

let database: ScratchDatabase
beforeAll(async () => {
  database = await scratchDatabase()
})
afterAll(() => database.remove())
beforeEach(() => database.empty())

async function copyAll(turns: readonly CopiedTurn[]): Promise<void> {
  const start = { applied: undefined, venue: venueAfter(undefined, undefined, new TradingDays()) }
  const copier = new JournalCopier(databaseStore(database.db), turnsFrom(turns), start)
  while ((await copier.copyBatch()) !== undefined);
}

const compare = (turns: readonly CopiedTurn[]) =>
  reconcile({ ask: (question) => answer(database.db, question), turns })

const change = (statement: string) => sql.raw(statement).execute(database.db)

describe('reconcile', () => {
  it('finds nothing when database and journal agree, over many pages', async () => {
    const history = aHistory(1_200)
    await copyAll(history)

    expect(await compare(history)).toEqual({
      groupNumber: 1_201,
      rows: {
        executions: 4_800,
        order_chain: 2_400,
        trades: 1_200,
        trade_corrections: 0,
        messages: 1,
        sessions: 1,
        configuration: 1,
        orders: 2_400,
        bars: 2,
        day_summaries: 1,
        position_sums: 2,
        trading_days: 1,
      },
      archived: {},
      differenceCount: 0,
      differences: [],
    })
  })

  it('finds nothing in a day with an auction, and a side that is called the aggressor of one', async () => {
    const by = { requestId: 'desk/1', by: 'desk', why: 'news is out' }
    const history = [
      ...aHistory(1),
      aTurn()
        .operate({ ...by, action: 'resume', symbol: 'AAPL' })
        .auction({ matchNumber: 2, execId: 5, buyOrder: 1, sellOrder: 2 }, 1_825_500)
        .cross(3, 100, 1_825_500)
        .build(3),
    ]
    await copyAll(history)
    expect(await compare(history)).toMatchObject({
      rows: { executions: 6, trades: 2, bars: 2 },
      differenceCount: 0,
    })

    await change(`update buttonwood.trades set aggressor_side = '1' where match_number = 2`)
    expect((await compare(history)).differences).toEqual([
      {
        table: 'trades',
        row: 'match_number 2',
        what: 'aggressor_side: journal null, database 1',
      },
    ])
  })

  it('has nothing to compare before the first batch', async () => {
    expect(await compare(aHistory(1))).toMatchObject({ groupNumber: 0, differenceCount: 0 })
  })

  it.each([
    [
      'a changed price',
      `update buttonwood.executions set price = 182.6 where exec_id = 5`,
      { table: 'executions', row: 'exec_id 5', what: 'price: journal 182.5000, database 182.6' },
    ],
    [
      'a text set to nothing',
      `update buttonwood.executions set account = null where exec_id = 5`,
      { table: 'executions', row: 'exec_id 5', what: 'account: journal ACME-1, database null' },
    ],
    [
      'a missing report',
      `delete from buttonwood.executions where exec_id = 3`,
      { table: 'executions', row: 'exec_id 3', what: 'missing in the database' },
    ],
    [
      'a missing last report',
      `delete from buttonwood.executions where exec_id = 12`,
      { table: 'executions', row: 'exec_id 12', what: 'missing in the database' },
    ],
    [
      'a report that never was',
      `insert into buttonwood.executions select 99, time, nanoseconds, trading_date, session, firm,
         account, msg_seq_num, 1, order_reference, symbol, side, ord_type, time_in_force, 'F', '2',
         order_qty, price, last_qty, last_px, cum_qty, leaves_qty, avg_px
       from buttonwood.executions where exec_id = 1`,
      { table: 'executions', row: 'exec_id 99', what: 'not in the journal' },
    ],
    [
      'a changed trade',
      `update buttonwood.trades set sell_firm = 'X' where match_number = 2`,
      { table: 'trades', row: 'match_number 2', what: 'sell_firm: journal GLOBEX Ltd, database X' },
    ],
    [
      'a changed ClOrdID of a chain',
      `update buttonwood.order_chain set cl_ord_id = 'X' where exec_id = 2`,
      { table: 'order_chain', row: 'exec_id 2', what: 'cl_ord_id: journal S2, database X' },
    ],
    [
      'a missing message',
      `delete from buttonwood.messages`,
      { table: 'messages', row: 'group_number 1 event_index 1', what: 'missing in the database' },
    ],
    [
      'a missing session event',
      `delete from buttonwood.sessions`,
      { table: 'sessions', row: 'group_number 1 event_index 1', what: 'missing in the database' },
    ],
    [
      'a changed configuration',
      `update buttonwood.configuration set configuration = '{}'`,
      {
        table: 'configuration',
        row: 'group_number 1',
        what: expect.stringContaining('database {}'),
      },
    ],
    [
      'an order in another state',
      `update buttonwood.orders set leaves_qty = 50, ord_status = '1' where order_id = 4`,
      { table: 'orders', row: 'order_id 4', what: 'ord_status: journal 2, database 1' },
    ],
    [
      'a changed condition',
      `update buttonwood.orders set max_floor = 10 where order_id = 4`,
      { table: 'orders', row: 'order_id 4', what: 'max_floor: journal null, database 10' },
    ],
    [
      'a missing order',
      `delete from buttonwood.orders where order_id = 4`,
      { table: 'orders', row: 'order_id 4', what: 'missing in the database' },
    ],
    [
      'a changed bar',
      `update buttonwood.bars set low = 182.4 where width = '1s'`,
      {
        table: 'bars',
        row: 'symbol AAPL width 1s start 2026-11-21 14:30:00+00',
        what: 'low: journal 182.5000, database 182.4',
      },
    ],
    [
      'a missing bar',
      `delete from buttonwood.bars where width = '1m'`,
      {
        table: 'bars',
        row: 'symbol AAPL width 1m start 2026-11-21 14:30:00+00',
        what: 'missing in the database',
      },
    ],
    [
      'a bar of a minute without a trade',
      `insert into buttonwood.bars select symbol, width, start + interval '1 minute', trading_date,
         open, high, low, close, volume, trades, notional, last_match_number
       from buttonwood.bars where width = '1m'`,
      {
        table: 'bars',
        row: 'symbol AAPL width 1m start 2026-11-21 14:31:00+00',
        what: 'not in the journal',
      },
    ],
    [
      'a changed position',
      `update buttonwood.position_sums set bought_value = 1 where session = 'ACME'`,
      {
        table: 'position_sums',
        row: 'trading_date 2026-11-21 session ACME firm ACME Ltd account ACME-1 symbol AAPL',
        what: 'bought_value: journal 54750.0000, database 1',
      },
    ],
    [
      'a missing position',
      `delete from buttonwood.position_sums where session = 'ACME'`,
      {
        table: 'position_sums',
        row: 'trading_date 2026-11-21 session ACME firm ACME Ltd account ACME-1 symbol AAPL',
        what: 'missing in the database',
      },
    ],
    [
      'a position of another day',
      `insert into buttonwood.position_sums select null, session, firm, account, symbol, bought,
         sold, bought_value, sold_value, last_exec_id
       from buttonwood.position_sums where session = 'ACME'`,
      {
        table: 'position_sums',
        row: 'trading_date null session ACME firm ACME Ltd account ACME-1 symbol AAPL',
        what: 'not in the journal',
      },
    ],
    [
      'a changed summary',
      `update buttonwood.day_summaries set turnover = turnover + 1`,
      {
        table: 'day_summaries',
        row: 'trading_date 2026-11-21 symbol AAPL',
        what: 'turnover: journal 54750.0000, database 54751.0000',
      },
    ],
    [
      'a missing summary',
      `delete from buttonwood.day_summaries`,
      {
        table: 'day_summaries',
        row: 'trading_date 2026-11-21 symbol AAPL',
        what: 'missing in the database',
      },
    ],
    [
      'a summary of an instrument that never was',
      `insert into buttonwood.day_summaries select trading_date, 'NONE', open, high, low, close,
         opening_price, opening_volume, closing_price, closing_volume, volume, trades, turnover,
         orders_carried, orders_entered, orders_canceled, orders_expired, closed, last_group_number
       from buttonwood.day_summaries`,
      {
        table: 'day_summaries',
        row: 'trading_date 2026-11-21 symbol NONE',
        what: 'not in the journal',
      },
    ],
    [
      'a summary of a day that never was',
      `insert into buttonwood.day_summaries select '2026-11-20', symbol, open, high, low, close,
         opening_price, opening_volume, closing_price, closing_volume, volume, trades, turnover,
         orders_carried, orders_entered, orders_canceled, orders_expired, closed, last_group_number
       from buttonwood.day_summaries`,
      {
        table: 'day_summaries',
        row: 'trading_date 2026-11-20 symbol AAPL',
        what: 'not in the journal',
      },
    ],
    [
      'a changed trading day',
      `update buttonwood.trading_days set after_order_id = 7`,
      {
        table: 'trading_days',
        row: 'trading_date 2026-11-21',
        what: 'after_order_id: journal 0, database 7',
      },
    ],
    [
      'a trading day that never was',
      `insert into buttonwood.trading_days values ('2026-11-20', 0)`,
      { table: 'trading_days', row: 'trading_date 2026-11-20', what: 'not in the journal' },
    ],
    [
      'a day that is not archived',
      `insert into buttonwood.archived values ('2026-11-20', 'trades', 5, '', '', '')`,
      {
        table: 'archived',
        row: 'trading_date 2026-11-20 table_name trades',
        what: 'row_count: journal 0, database 5',
      },
    ],
    [
      'an order that never was',
      `insert into buttonwood.orders select 77, 77, trading_date, session, firm, account, symbol, side,
         ord_type, time_in_force, ord_status, order_qty, price, cum_qty, leaves_qty, avg_px, cl_ord_id,
         first_time, first_nanoseconds, last_time, last_nanoseconds, 12
       from buttonwood.orders where order_id = 1`,
      { table: 'orders', row: 'order_id 77', what: 'not in the journal' },
    ],
  ])('finds %s', async (_name, statement, difference) => {
    const history = aHistory(3)
    await copyAll(history)
    await change(statement)

    const result = await compare(history)

    expect(result.differences).toEqual([difference])
    expect(result.differenceCount).toBe(1)
  })

  it('counts all differences and shows the first ones', async () => {
    const history = aHistory(100)
    await copyAll(history)
    await change(`update buttonwood.executions set text = 'x' where exec_id > 100`)

    const result = await compare(history)

    expect(result.differenceCount).toBe(300)
    expect(result.differences).toHaveLength(20)
    expect(result.differences[0]?.row).toBe('exec_id 101')
  })

  it('leaves what was written after it began to the next time', async () => {
    const history = aHistory(50)
    await copyAll(history.slice(0, 20))
    const written = history.slice(20)
    const start = { applied: undefined, venue: venueAfter(undefined, undefined, new TradingDays()) }
    const late = new JournalCopier(databaseStore(database.db), turnsFrom(history), start)
    let isFirst = true

    const result = await reconcile({
      turns: history,
      async ask(question) {
        const rows = await answer(database.db, question)
        if (isFirst) {
          isFirst = false
          // A reader goes on while we compare: here, everything at once.
          await database.empty()
          await late.copyBatch()
        }
        return rows
      },
    })

    expect(written).toHaveLength(31)
    expect(result).toMatchObject({ groupNumber: 20, differenceCount: 0 })
  })

  it('leaves an order that the feed alone heard of meanwhile to the next time', async () => {
    const accepted = aTurn()
      .configure(aConfiguration())
      .order(EventType.OrderAccepted, 1, anOrderEvent(), { maxFloor: 20 })
    const displayed = aTurn().order(
      EventType.OrderDisplayed,
      1,
      anOrderEvent({ execId: 0, orderReference: 2, nanoseconds: 200_000_000 }),
      { maxFloor: 20 },
    )
    const turns = [accepted.build(1), displayed.build(2)]
    await copyAll(turns.slice(0, 1))
    const edges = await answer(database.db, { ask: 'edges' })
    await database.empty()
    await copyAll(turns)

    expect(
      await reconcile({
        turns,
        ask: async (question) => (question.ask === 'edges' ? edges : answer(database.db, question)),
      }),
    ).toMatchObject({ groupNumber: 1, differenceCount: 0, differences: [] })
    expect(await compare(turns)).toMatchObject({ groupNumber: 2, differenceCount: 0 })
  })
})
