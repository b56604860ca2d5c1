/** A database that an earlier version made goes on with this one. */
import type { Migration } from 'kysely'
import { Migrator, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OrdType } from '../../src/domain/index.ts'
import type { CopiedTurn } from '../../src/dropcopy/index.ts'
import {
  answer,
  databaseStore,
  JournalCopier,
  readApplied,
  reconcile,
  RowBatch,
  tables,
  readTradingDays,
  TradingDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import { insertRows } from '../../src/dropcopy/insert-rows.ts'
import { tables as firstShape } from '../../src/dropcopy/migrations/0001-tables.ts'
import { conditions } from '../../src/dropcopy/migrations/0002-conditions.ts'
import { bars } from '../../src/dropcopy/migrations/0003-bars.ts'
import { partitionsInRunsOf } from '../../src/dropcopy/migrations/0004-partitions.ts'
import { migrate } from '../../src/dropcopy/migrations/index.ts'
import { EventType } from '../../src/wire/index.ts'
import type { ScratchDatabase } from './support/scratch.ts'
import { scratchDatabase } from './support/scratch.ts'
import { aConfiguration, aHistory, anOrderEvent, aTurn, turnsFrom } from './support/turns.ts'

const CONDITIONS = [
  'stop_px',
  'exec_inst',
  'min_qty',
  'max_floor',
  'expire_date',
  'expire_time',
  'working',
]

let database: ScratchDatabase
beforeAll(async () => {
  database = await scratchDatabase()
})
beforeEach(() => sql`drop schema buttonwood cascade`.execute(database.db))
afterAll(() => database.remove())

async function migrateTo(migrations: Record<string, Migration>): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve(migrations) }
  const options = { db: database.db, provider, migrationTableSchema: 'buttonwood' }
  const { error } = await new Migrator(options).migrateToLatest()
  expect(error).toBeUndefined()
}

const columnsOf = async (table: string) => {
  const { rows } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = 'buttonwood' and table_name = ${table}`.execute(database.db)
  return rows.map(({ name }) => name)
}

/** What the version before wrote of these turns. */
async function copyAsBefore(turns: readonly CopiedTurn[]): Promise<void> {
  const batch = new RowBatch()
  const venue = venueAfter(undefined, undefined, new TradingDays())
  for (const turn of turns) batch.add(turn, venue)
  const rows = {
    executions: batch.executions,
    orders: [...batch.orders.values()],
    trades: batch.trades,
    sessions: batch.sessions,
    configuration: batch.configurations,
  }
  for (const [name, written] of Object.entries(rows)) {
    const table = tables[name as keyof typeof rows]
    const columns = Object.entries(table.columns).filter(([column]) => !CONDITIONS.includes(column))
    const before = { ...table, columns: Object.fromEntries(columns) }
    await insertRows(before, written, 'do nothing').execute(database.db)
  }
  await sql`insert into buttonwood.applied values
    ('dropcopy', '0123456789abcdef', ${turns.length}, ${4_000_000_000 + turns.length},
     ${turns.length * 1_000}, '2026-11-21 14:30:00.123456+00', '2026-11-21')`.execute(database.db)
}

const aSecondDay = (): CopiedTurn => {
  const order = { execId: 13, orderId: 7, orderReference: 7, clOrdId: 'B1' }
  return aTurn().openDay(20261122).order(EventType.OrderAccepted, 1, anOrderEvent(order)).build(5)
}

const partitionsOf = async (table: string, key: string) => {
  const { rows } = await sql<{ partition: string; ids: string }>`
    select tableoid::regclass::text as partition, string_agg(${sql.id(key)}::text, ' ' order by ${sql.id(key)}) as ids
    from ${sql.id('buttonwood', table)} group by 1 order by 1`.execute(database.db)
  return rows.map(({ partition, ids }) => `${partition.replace('buttonwood.', '')}: ${ids}`)
}

/** False until every partition has it. */
const hasIndexOfFills = async () => {
  const { rows } = await sql<{ valid: boolean }>`
    select indisvalid as valid from pg_index
    where indexrelid = 'buttonwood.executions_fills'::regclass`.execute(database.db)
  return rows.map(({ valid }) => valid)
}

describe('a database without partitions', () => {
  it('gets one for each day and moves its rows there', async () => {
    const before = [...aHistory(3), aSecondDay()]
    await migrateTo({
      '0001-tables': firstShape,
      '0002-conditions': conditions,
      '0003-bars': bars,
    })
    await copyAsBefore(before)
    await sql`insert into buttonwood.executions select 99, time, nanoseconds, null, session, firm, account,
      msg_seq_num, order_id, order_reference, symbol, side, ord_type, time_in_force, exec_type, ord_status,
      order_qty, price, last_qty, last_px, cum_qty, leaves_qty, avg_px
      from buttonwood.executions where exec_id = 1`.execute(database.db)

    await migrateTo({
      '0001-tables': firstShape,
      '0002-conditions': conditions,
      '0003-bars': bars,
      '0004-partitions': partitionsInRunsOf(4),
    })

    expect(await partitionsOf('executions', 'exec_id')).toEqual([
      'executions_20261121: 1 2 3 4 5 6 7 8 9 10 11 12',
      'executions_20261122: 13',
      'executions_default: 99',
    ])
    expect(await partitionsOf('orders', 'order_id')).toEqual([
      'orders_20261121: 1 2 3 4 5 6',
      'orders_20261122: 7',
    ])
    expect(await partitionsOf('trades', 'match_number')).toEqual(['trades_20261121: 1 2 3'])
    const days = await sql`select * from buttonwood.trading_days order by 1`.execute(database.db)
    expect(days.rows).toEqual([
      { trading_date: '2026-11-21', after_order_id: 0 },
      { trading_date: '2026-11-22', after_order_id: 6 },
    ])
  })
})

describe('a database of the first shape', () => {
  it('gets the columns of conditions, keeps its rows, and goes on where it was', async () => {
    const before = aHistory(3)
    await migrateTo({ '0001-tables': firstShape })
    await copyAsBefore(before)
    expect(await columnsOf('executions')).not.toContain('stop_px')

    await migrate(database.db)

    expect(await columnsOf('executions')).toEqual(Object.keys(tables.executions.columns))
    expect(await columnsOf('orders')).toEqual(Object.keys(tables.orders.columns))
    expect(await hasIndexOfFills()).toEqual([true])
    const stop = anOrderEvent({ execId: 13, orderId: 7, orderReference: 7, ordType: OrdType.Stop })
    const after = aTurn()
      .order(EventType.OrderAccepted, 1, stop, { stopPx: 1_830_000, isWaiting: 1 })
      .build(5)
    const turns = [...before, after]
    const applied = await readApplied(database.db)
    const start = {
      applied,
      venue: venueAfter(applied, aConfiguration(), await readTradingDays(database.db)),
    }
    await new JournalCopier(databaseStore(database.db), turnsFrom(turns, 4), start).copyBatch()

    const filter = { limit: 100 }
    const rows = await answer(database.db, { ask: 'list', listing: 'executions', filter })
    expect(rows.map((row) => [row['stop_px'], row['working']])).toEqual([
      ...Array.from({ length: 12 }, () => [null, null]),
      ['183.0000', false],
    ])
    expect(
      await reconcile({ ask: (question) => answer(database.db, question), turns }),
    ).toMatchObject({ groupNumber: 5, differenceCount: 0, differences: [] })
  })
})
