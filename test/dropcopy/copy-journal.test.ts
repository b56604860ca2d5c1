/** Turns into rows in a real database (PGlite), exactly once whatever happens in between. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ExecType, OrdType, TimeInForce } from '../../src/domain/index.ts'
import type { CopiedTurn, DropCopyDatabase } from '../../src/dropcopy/index.ts'
import {
  answer,
  databaseStore,
  JournalCopier,
  readApplied,
  RowBatch,
  tables,
  readTradingDays,
  TradingDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import { EventType, ExecInstBit } from '../../src/wire/index.ts'
import type { ScratchDatabase } from './support/scratch.ts'
import { scratchDatabase } from './support/scratch.ts'
import {
  aConfiguration,
  aHistory,
  anOrderEvent,
  aTurn,
  JOURNAL_ID,
  START_SECONDS,
  turnsFrom,
} from './support/turns.ts'

type TableName = keyof typeof tables

let database: ScratchDatabase
beforeAll(async () => {
  database = await scratchDatabase()
})
afterAll(() => database.remove())
beforeEach(() => database.empty())

/** As a reader does after a start: from where the database stopped. */
async function aCopier({ db }: DropCopyDatabase, turns: readonly CopiedTurn[]) {
  const applied = await readApplied(db)
  const configuration = applied ? aConfiguration() : undefined
  const start = { applied, venue: venueAfter(applied, configuration, await readTradingDays(db)) }
  return new JournalCopier(databaseStore(db), turnsFrom(turns, applied?.group_number), start)
}

async function copyAll(turns: readonly CopiedTurn[]): Promise<number> {
  const copier = await aCopier(database, turns)
  let batches = 0
  while ((await copier.copyBatch()) !== undefined) batches++
  return batches
}

/** Everything that the journal says the tables hold. */
function rowsOf(turns: readonly CopiedTurn[]): RowBatch {
  const batch = new RowBatch()
  const venue = venueAfter(undefined, undefined, new TradingDays())
  for (const turn of turns) batch.add(turn, venue)
  return batch
}

const allRows = async (table: TableName) =>
  (await sql`select * from ${sql.id('buttonwood', table)} order by 1, 2`.execute(database.db)).rows

async function expectExactly(turns: readonly CopiedTurn[]): Promise<void> {
  const expected = rowsOf(turns)
  expect(await allRows('executions')).toEqual(expected.executions)
  expect(await allRows('orders')).toEqual([...expected.orders.values()])
  expect(await allRows('trades')).toEqual(expected.trades)
  expect(await allRows('order_chain')).toEqual(expected.orderChain)
  expect(await allRows('messages')).toEqual(expected.messages)
  expect(await allRows('sessions')).toEqual(expected.sessions)
  expect(await allRows('configuration')).toEqual(expected.configurations)
}

describe('the copy', () => {
  it('reads back as it was made, every column of every table', async () => {
    const history = aHistory(3)

    await copyAll(history)

    await expectExactly(history)
    expect(await readApplied(database.db)).toEqual({
      reader: 'dropcopy',
      journal_id: JOURNAL_ID,
      group_number: 4,
      crc: 4_000_000_004,
      position: 4_000,
      time: '2026-11-21 14:30:00.123456+00',
      trading_date: '2026-11-21',
      messages_after: 0,
      summaries_after: null,
    })
  })

  it('reads back what an order asks for beyond side, quantity, price and time in force', async () => {
    const conditions = {
      stopPx: 1_830_000,
      minQty: 10,
      maxFloor: 20,
      expireDate: 20261130,
      expireSeconds: START_SECONDS + 90,
      execInst: ExecInstBit.PostOnly,
      isWaiting: 1,
    }
    const stop = anOrderEvent({ ordType: OrdType.StopLimit })
    const turn = aTurn()
      .configure(aConfiguration())
      .order(EventType.OrderAccepted, 1, stop, conditions)
      .message(
        1,
        '8',
        '11=X|99=1.50|110=0.5|111=2|18=6 G|432=20261130|126=20261121-14:31:30.25|',
        2,
      )
      .build()

    await copyAll([turn])

    expect(await allRows('executions')).toHaveLength(2)
    await expectExactly([turn])
  })

  it('has the columns that the code knows, in the same order and of the same type', async () => {
    const { rows } = await sql<{ table: string; columns: string }>`
      select table_name as table, string_agg(column_name || ' ' ||
        case data_type when 'timestamp with time zone' then 'timestamptz' else data_type end ||
        case is_nullable when 'YES' then '?' else '' end, ', ' order by ordinal_position) as columns
      from information_schema.columns join pg_class on relname = table_name
      where table_schema = 'buttonwood' and table_name not like 'kysely%'
        and relnamespace = 'buttonwood'::regnamespace and not relispartition and relkind in ('r', 'p')
      group by table_name order by table_name`.execute(database.db)

    const known = Object.values(tables)
      .map(({ name, columns }) => ({
        table: name,
        columns: Object.entries(columns)
          .map(([column, type]) => `${column} ${type}`)
          .join(', '),
      }))
      .toSorted((a, b) => (a.table < b.table ? -1 : 1))
    expect(rows).toEqual(known)
  })

  it('is complete after many batches', async () => {
    const history = aHistory(4_000)

    expect(await copyAll(history)).toBeGreaterThan(3)

    const [edges] = await answer(database.db, { ask: 'edges' })
    expect(edges).toMatchObject({ group_number: 4_001, last_exec_id: 16_000, order_count: 8_000 })
  })

  it('keeps the first times of an order and moves the rest, across batches', async () => {
    const first = aTurn()
      .configure(aConfiguration())
      .order(EventType.OrderAccepted, 1, anOrderEvent())
    const later = anOrderEvent({
      execId: 2,
      execType: 0x34,
      ordStatus: 0x34,
      leavesQty: 0,
      nanoseconds: 5,
    })
    const second = aTurn().order(EventType.OrderCanceled, 1, later)

    await copyAll([first.build(1)])
    await copyAll([first.build(1), second.build(2)])

    expect(await allRows('orders')).toMatchObject([
      { first_nanoseconds: 123_456_789, last_nanoseconds: 5, ord_status: '4', last_exec_id: 2 },
    ])
  })

  it('keeps each day in a partition of its own, and an order in that of the day of its entry', async () => {
    const goodTillCancel = { timeInForce: TimeInForce.GoodTillCancel }
    const executed = {
      ...goodTillCancel,
      execId: 3,
      execType: ExecType.Trade,
      cumQty: 40,
      leavesQty: 60,
    }
    const turns = [
      aTurn().configure(aConfiguration()).openDay(20261121),
      aTurn().order(EventType.OrderAccepted, 1, anOrderEvent(goodTillCancel)),
      aTurn().openDay(20261122),
      aTurn().order(EventType.OrderAccepted, 1, anOrderEvent({ execId: 2, orderId: 2 })),
      aTurn().order(EventType.OrderCanceled, 1, anOrderEvent(executed)),
    ].map((turn, i) => turn.build(i + 1))
    for (const after of [1, 2, 3, 4, 5]) await copyAll(turns.slice(0, after))

    const { rows } = await sql`
      select tableoid::regclass::text as partition, exec_id as id from buttonwood.executions
      union all select tableoid::regclass::text, order_id from buttonwood.orders
      order by 1, 2`.execute(database.db)
    expect(rows).toEqual([
      { partition: 'buttonwood.executions_20261121', id: 1 },
      { partition: 'buttonwood.executions_20261122', id: 2 },
      { partition: 'buttonwood.executions_20261122', id: 3 },
      { partition: 'buttonwood.orders_20261121', id: 1 },
      { partition: 'buttonwood.orders_20261122', id: 2 },
    ])
    await expectExactly(turns)
  })

  it('loses nothing of a day whose partition is gone: it is in the default one', async () => {
    const turns = aHistory(1)
    await copyAll(turns.slice(0, 1))
    for (const table of ['executions', 'orders', 'trades']) {
      await sql`drop table buttonwood.${sql.raw(table)}_20261121`.execute(database.db)
    }

    await copyAll(turns)

    await expectExactly(turns)
    const { rows } = await sql`select count(*) from buttonwood.executions_default`.execute(
      database.db,
    )
    expect(rows).toEqual([{ count: 4 }])
  })

  it('sums up the fills of a day, session, account and instrument, across batches', async () => {
    const fills = [1, 2, 3].map((matchNumber) =>
      aTurn().match(
        { matchNumber, execId: 2 * matchNumber - 1, buyOrder: 1, sellOrder: 1 + matchNumber },
        { account: 0, lastQty: matchNumber, lastPx: 1_825_000 + matchNumber },
      ),
    )
    const start = aTurn().configure(aConfiguration()).openDay(20261121)
    const turns = [start, ...fills].map((turn, i) => turn.build(i + 1))
    await copyAll(turns.slice(0, 3))
    await copyAll(turns)

    const sum = { trading_date: '2026-11-21', account: null, symbol: 'AAPL' }
    expect(await allRows('position_sums')).toEqual([
      {
        ...sum,
        session: 'ACME',
        firm: 'ACME Ltd',
        bought: 6,
        sold: 0,
        bought_value: '1095.0014',
        sold_value: '0.0000',
        last_exec_id: 5,
      },
      {
        ...sum,
        session: 'GLOBEX',
        firm: 'GLOBEX Ltd',
        bought: 0,
        sold: 6,
        bought_value: '0.0000',
        sold_value: '1095.0014',
        last_exec_id: 6,
      },
    ])
  })

  it('stores hostile text as it is', async () => {
    const hostile = `'); drop table x; --"\\{},NULL 💥`
    const refusal = aTurn().configure(aConfiguration()).message(1, '8', `11=${hostile}|1=NULL|`, 7)

    await copyAll([refusal.build(1)])

    expect(await allRows('executions')).toMatchObject([{ cl_ord_id: hostile, account: 'NULL' }])
  })
})

describe('the views of operations', () => {
  const rowsOfView = async (statement: string) =>
    (await sql.raw(`select ${statement}`).execute(database.db)).rows

  it('show the day, what is open, who holds what, and what a session was sent', async () => {
    const turns = [
      aTurn().configure(aConfiguration()).openDay(20261120).message(1, 'A', ''),
      aTurn().order(EventType.OrderAccepted, 1, anOrderEvent({ msgSeqNum: 8 })),
      aTurn().openDay(20261121),
      aTurn().match({ matchNumber: 1, execId: 2, buyOrder: 2, sellOrder: 3 }, { msgSeqNum: 9 }),
    ].map((turn, i) => turn.build(i + 1))
    await copyAll(turns)

    expect(await rowsOfView('exec_id from buttonwood.todays_executions order by 1')).toEqual([
      { exec_id: 2 },
      { exec_id: 3 },
    ])
    expect(await rowsOfView('match_number from buttonwood.todays_trades')).toEqual([
      { match_number: 1 },
    ])
    expect(await rowsOfView('order_id from buttonwood.open_orders')).toEqual([{ order_id: 1 }])
    expect(await rowsOfView('firm, net from buttonwood.positions order by 1')).toEqual([
      { firm: 'ACME Ltd', net: 100 },
      { firm: 'GLOBEX Ltd', net: -100 },
    ])
    expect(
      await rowsOfView(`msg_seq_num, msg_type, exec_id from buttonwood.session_messages
        where session = 'ACME' order by 1`),
    ).toEqual([
      { msg_seq_num: 7, msg_type: 'A', exec_id: null },
      { msg_seq_num: 8, msg_type: '8', exec_id: 1 },
      { msg_seq_num: 9, msg_type: '8', exec_id: 2 },
    ])
    expect(
      await rowsOfView(`reader, group_number, trading_date, age > '0 s' as is_past
        from buttonwood.lag`),
    ).toMatchObject([{ reader: 'dropcopy', group_number: 4, trading_date: '2026-11-21' }])
  })
})

describe('the copy is exactly once', () => {
  it('when the reader is killed between two batches', async () => {
    const history = aHistory(1_500)
    const killed = await aCopier(database, history)
    await killed.copyBatch()
    expect((await readApplied(database.db))?.group_number).toBeLessThan(1_501)

    await copyAll(history)

    await expectExactly(history)
  })

  it('when the reader is killed in the middle of a transaction', async () => {
    const history = aHistory(5)
    await copyAll(history.slice(0, 3))
    await sql`create or replace function buttonwood.fail() returns trigger as
      $$ begin raise 'power cut'; end $$ language plpgsql`.execute(database.db)
    await sql`create trigger fail before insert on buttonwood.sessions
      execute function buttonwood.fail()`.execute(database.db)
    const withLogout = [...history, aTurn().message(1, '5', '58=bye|').build(7)]

    await expect(copyAll(withLogout)).rejects.toThrow('power cut')
    await sql`drop trigger fail on buttonwood.sessions`.execute(database.db)
    await expectExactly(history.slice(0, 3))

    await copyAll(withLogout)
    await expectExactly(withLogout)
  })

  it('when two readers write at once: the slower one finds the position moved and stops', async () => {
    const history = aHistory(3)
    await copyAll(history.slice(0, 2))
    const slower = await aCopier(database, history)
    await copyAll(history)

    await expect(slower.copyBatch()).rejects.toThrow('another program writes this drop copy')
    await expectExactly(history)
  })
})
