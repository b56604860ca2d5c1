/**
 * The questions of operations, one function each. `answer` is the single door: the command asks it
 * directly where it can open the database, and through `dataDir/dropcopy.sock` where the reader has
 * it open (PGlite admits one process).
 */
import { sql } from 'kysely'
import type { BarWidth } from '../domain/index.ts'
import type { ArchiveQuestion } from './archive/archive-queries.ts'
import { answerArchive } from './archive/archive-queries.ts'
import type { DropCopyDb } from './database.ts'
import { keySpan } from './key-bounds.ts'
import { listOrders } from './list-orders.ts'
import { listTrades } from './list-trades.ts'
import { listPositions } from './positions.ts'
import { all, reportConditions } from './query-conditions.ts'
import type { BarRow, TableName } from './tables.ts'
import { tables } from './tables.ts'
import { readApplied } from './write-batch.ts'

export type Listing =
  'executions' | 'orders' | 'trades' | 'bars' | 'summary' | 'sessions' | 'positions'

/** ExecIDs from one to another, both included. */
export interface ExecIdRange {
  readonly first: number
  readonly last: number
}

/** What the operator asks for; absent = any. */
export interface QueryFilter {
  firm?: string
  session?: string
  symbol?: string
  clOrdId?: string
  orderId?: number
  execId?: number
  /** Executions only. */
  execIds?: ExecIdRange
  /** ISO 8601; `since` is included, `until` is not. */
  since?: string
  until?: string
  /** Orders only: those with something left, LeavesQty(151) > 0. */
  open?: boolean
  /** Summary only: the trading day, 2026-11-21; the newest one when absent. */
  day?: string
  /** Bars only: their width, 1m when absent. */
  bars?: BarWidth
  /** The newest this many rows, 1.. */
  limit: number
}

export type Question =
  | { readonly ask: 'list'; readonly listing: Listing; readonly filter: QueryFilter }
  | { readonly ask: 'applied' }
  | { readonly ask: 'edges' }
  | ({ readonly ask: 'page' } & PageOf)
  | { readonly ask: 'ordersById'; readonly orderIds: readonly number[] }
  | { readonly ask: 'strayOrders'; readonly limit: number }
  | { readonly ask: 'barsByKey'; readonly keys: readonly BarKey[] }
  | { readonly ask: 'strayBars'; readonly limit: number }
  | { readonly ask: 'positionSums'; readonly day: string | null }
  | { readonly ask: 'daySummaries'; readonly day: string }
  | { readonly ask: 'summaryDays' }
  | { readonly ask: 'tradingDays' }
  | ArchiveQuestion

export type BarKey = Pick<BarRow, 'symbol' | 'width' | 'start'>

/** What a column holds when it is read back. */
export type Cell = string | number | boolean | null
export type Row = Readonly<Record<string, Cell>>

/** How a question reaches the database. */
export type Ask = (question: Question) => Promise<Row[]>

export async function answer(db: DropCopyDb, question: Question): Promise<Row[]> {
  switch (question.ask) {
    case 'list':
      return list(db, question.listing, question.filter)
    case 'applied':
      return [await readApplied(db)].filter((row) => row !== undefined).map((row) => ({ ...row }))
    case 'edges':
      return edges(db)
    case 'page':
      return page(db, question)
    case 'ordersById':
      return db
        .selectFrom('orders')
        .selectAll()
        .where('order_id', 'in', [...question.orderIds])
        .execute()
    case 'strayOrders':
      return strayOrders(db, question.limit)
    case 'barsByKey':
      return barsByKey(db, question.keys)
    case 'strayBars':
      return strayBars(db, question.limit)
    case 'positionSums':
      return db
        .selectFrom('position_sums')
        .selectAll()
        .where('trading_date', 'is not distinct from', question.day)
        .execute()
    case 'daySummaries':
      return db
        .selectFrom('day_summaries')
        .selectAll()
        .where('trading_date', '=', question.day)
        .execute()
    case 'summaryDays':
      return db.selectFrom('day_summaries').select('trading_date').distinct().execute()
    case 'tradingDays':
      return db.selectFrom('trading_days').selectAll().execute()
    default:
      return answerArchive(db, question)
  }
}

async function list(db: DropCopyDb, listing: Listing, filter: QueryFilter): Promise<Row[]> {
  switch (listing) {
    case 'executions':
      return listExecutions(db, filter)
    case 'orders':
      return listOrders(db, filter)
    case 'trades':
      return listTrades(db, filter)
    case 'bars':
      return listBars(db, filter)
    case 'summary':
      return listSummary(db, filter)
    case 'sessions':
      return listSessions(db, filter)
    case 'positions':
      return listPositions(db, filter)
  }
}

async function listExecutions(db: DropCopyDb, filter: QueryFilter): Promise<Row[]> {
  const span = await keySpan(db, 'executions', filter)
  const newest = await db
    .selectFrom('executions')
    .selectAll()
    .where((eb) => all(eb, reportConditions(eb, filter, span)))
    .orderBy('exec_id', 'desc')
    .limit(filter.limit)
    .execute()
  return newest.reverse()
}

/** Of one day, by symbol. */
function listSummary(db: DropCopyDb, { day, symbol, limit }: QueryFilter): Promise<Row[]> {
  return db
    .selectFrom('day_summaries')
    .selectAll()
    .where((eb) =>
      all(eb, [
        eb(
          'trading_date',
          '=',
          day ??
            eb.selectFrom('day_summaries').select((max) => max.fn.max('trading_date').as('day')),
        ),
        symbol === undefined ? undefined : eb('symbol', '=', symbol),
      ]),
    )
    .orderBy('symbol')
    .limit(limit)
    .execute()
}

/** With the VWAP to six decimals: divided once, in whole numbers, rounded half up as AvgPx(6) is. */
async function listBars(db: DropCopyDb, filter: QueryFilter): Promise<Row[]> {
  const newest = await db
    .selectFrom('bars')
    .selectAll()
    .select(
      sql<string>`div(notional * 2000000 + volume, volume * 2::numeric) * 0.000001`.as('vwap'),
    )
    .where('width', '=', filter.bars ?? '1m')
    .where((eb) =>
      all(eb, [
        filter.symbol === undefined ? undefined : eb('symbol', '=', filter.symbol),
        filter.since === undefined ? undefined : eb('start', '>=', filter.since),
        filter.until === undefined ? undefined : eb('start', '<', filter.until),
      ]),
    )
    .orderBy('start', 'desc')
    .orderBy('symbol', 'desc')
    .limit(filter.limit)
    .execute()
  return newest.reverse()
}

async function listSessions(db: DropCopyDb, filter: QueryFilter): Promise<Row[]> {
  const newest = await db
    .selectFrom('sessions')
    .selectAll()
    .where((eb) =>
      all(eb, [
        filter.firm === undefined ? undefined : eb('firm', '=', filter.firm),
        filter.session === undefined ? undefined : eb('session', '=', filter.session),
        filter.since === undefined ? undefined : eb('time', '>=', filter.since),
        filter.until === undefined ? undefined : eb('time', '<', filter.until),
      ]),
    )
    .orderBy('group_number', 'desc')
    .orderBy('event_index', 'desc')
    .limit(filter.limit)
    .execute()
  return newest.reverse()
}

/** A run of rows in key order: after one key, up to and including another. */
export interface PageOf {
  readonly table: TableName
  /** Absent = from the start. */
  readonly after?: readonly number[] | undefined
  readonly until: readonly number[]
  readonly limit: number
}

async function page(db: DropCopyDb, { table, after, until, limit }: PageOf): Promise<Row[]> {
  const { key } = tables[table]
  const columns = sql.join(key.map((name) => sql.id(name)))
  const values = (numbers: readonly number[]) => sql.join(numbers.map((n) => sql`${n}::bigint`))

  const result = await sql<Row>`
    select * from ${sql.id('buttonwood', table)}
    where (${columns}) <= (${values(until)})
    ${after ? sql`and (${columns}) > (${values(after)})` : sql``}
    order by ${columns} limit ${limit}`.execute(db)
  return result.rows
}

/** The position and the last key of every table, all of one instant. */
async function edges(db: DropCopyDb): Promise<Row[]> {
  const result = await sql<Row>`
    select a.*,
      (select max(exec_id) from buttonwood.executions) as last_exec_id,
      (select max(match_number) from buttonwood.trades) as last_match_number,
      (select max(exec_id) from buttonwood.trade_corrections) as last_correction_id,
      (select max(last_exec_id) from buttonwood.position_sums) as last_fill_id,
      (select max(group_number) from buttonwood.messages) as last_message_group,
      (select max(group_number) from buttonwood.sessions) as last_session_group,
      (select max(group_number) from buttonwood.configuration) as last_configuration_group,
      (select count(*) from buttonwood.orders) as order_count,
      (select count(*) from buttonwood.bars) as bar_count
    from buttonwood.applied a where reader = 'dropcopy'`.execute(db)
  return result.rows
}

/** Orders that no report accepted: never written by the reader. */
async function strayOrders(db: DropCopyDb, limit: number): Promise<Row[]> {
  const result = await sql<Row>`
    select * from buttonwood.orders o
    where not exists (
      select from buttonwood.executions e where e.order_id = o.order_id and e.exec_type <> '8')
    order by order_id limit ${limit}`.execute(db)
  return result.rows
}

/** Few of many: each is looked up by the key. */
async function barsByKey(db: DropCopyDb, keys: readonly BarKey[]): Promise<Row[]> {
  const result = await sql<Row>`
    select b.* from buttonwood.bars b
    join json_to_recordset(${JSON.stringify(keys)}::text::json)
      as asked (symbol text, width text, start timestamptz) using (symbol, width, start)`.execute(
    db,
  )
  return result.rows
}

/** Bars whose last trade is not one of theirs: never written by the reader. */
async function strayBars(db: DropCopyDb, limit: number): Promise<Row[]> {
  const result = await sql<Row>`
    select * from buttonwood.bars b
    where not exists (
      select from buttonwood.trades t
      where t.match_number = b.last_match_number and t.symbol = b.symbol and b.start = case b.width
        when '1s' then date_trunc('second', t.time, 'UTC')
        when '1m' then date_trunc('minute', t.time, 'UTC') end)
    order by symbol, width, start limit ${limit}`.execute(db)
  return result.rows
}
