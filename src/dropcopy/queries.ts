/**
 * The questions of operations, one function each. `answer` is the single door: the command asks it
 * directly where it can open the database, and through `dataDir/dropcopy.sock` where the reader has
 * it open (PGlite admits one process).
 */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import { sql } from 'kysely'
import type { BarWidth } from '../domain/index.ts'
import type { ArchiveQuestion } from './archive/archive-queries.ts'
import { answerArchive } from './archive/archive-queries.ts'
import type { DropCopyDb } from './database.ts'
import type { KeySpan } from './key-bounds.ts'
import { keySpan } from './key-bounds.ts'
import type { BarRow, DropCopySchema, TableName } from './tables.ts'
import { tables } from './tables.ts'
import { readApplied } from './write-batch.ts'

export type Listing = 'executions' | 'orders' | 'trades' | 'bars' | 'sessions' | 'positions'

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
    case 'sessions':
      return listSessions(db, filter)
    case 'positions':
      return listPositions(db, filter)
  }
}

type Condition = Expression<SqlBool> | undefined
type Eb<T extends TableName> = ExpressionBuilder<DropCopySchema, T>

/** The conditions that are asked for, all of which must hold. */
const all = <T extends TableName>(eb: Eb<T>, conditions: readonly Condition[]) =>
  eb.and(conditions.filter((condition) => condition !== undefined))

const reportConditions = (
  eb: Eb<'executions'>,
  filter: QueryFilter,
  span: KeySpan,
): Condition[] => [
  filter.firm === undefined ? undefined : eb('firm', '=', filter.firm),
  filter.session === undefined ? undefined : eb('session', '=', filter.session),
  filter.symbol === undefined ? undefined : eb('symbol', '=', filter.symbol),
  filter.orderId === undefined ? undefined : eb('order_id', '=', filter.orderId),
  filter.execId === undefined ? undefined : eb('exec_id', '=', filter.execId),
  span.from === undefined ? undefined : eb('exec_id', '>=', span.from),
  span.until === undefined ? undefined : eb('exec_id', '<', span.until),
  filter.execIds && eb('exec_id', '>=', filter.execIds.first),
  filter.execIds && eb('exec_id', '<=', filter.execIds.last),
  filter.clOrdId === undefined
    ? undefined
    : eb.or([eb('cl_ord_id', '=', filter.clOrdId), eb('orig_cl_ord_id', '=', filter.clOrdId)]),
]

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

/** An order is found by any ClOrdID of its chain and by any of its reports. */
async function listOrders(db: DropCopyDb, filter: QueryFilter): Promise<Row[]> {
  const named = await orderIdsNamed(db, filter)
  if (named?.length === 0) return []
  const { from, until } = await keySpan(db, 'orders', filter)

  const entered = await newestOrders(db, filter, { named, from, until })
  if (filter.since === undefined || entered.length === filter.limit) return entered.reverse()
  // Fewer were entered since then: earlier ones that something happened to belong to the answer.
  const limit = filter.limit - entered.length
  const earlier = await newestOrders(
    db,
    { ...filter, limit },
    { named, until: from, changed: true },
  )
  return [...entered, ...earlier].reverse()
}

interface OrdersAsked {
  readonly named: readonly number[] | undefined
  readonly from?: number | undefined
  readonly until?: number | undefined
  /** Those only that something happened to since the time asked for. */
  readonly changed?: boolean
}

/** Newest first. */
async function newestOrders(
  db: DropCopyDb,
  filter: QueryFilter,
  { named, from, until, changed }: OrdersAsked,
): Promise<Row[]> {
  const { since } = filter
  const found = db
    .selectFrom('orders')
    .selectAll()
    .where((eb) =>
      all(eb, [
        filter.firm === undefined ? undefined : eb('firm', '=', filter.firm),
        filter.session === undefined ? undefined : eb('session', '=', filter.session),
        filter.symbol === undefined ? undefined : eb('symbol', '=', filter.symbol),
        filter.orderId === undefined ? undefined : eb('order_id', '=', filter.orderId),
        from === undefined ? undefined : eb('order_id', '>=', from),
        until === undefined ? undefined : eb('order_id', '<', until),
        changed && since !== undefined ? eb('last_time', '>=', since) : undefined,
        filter.open ? eb('leaves_qty', '>', 0) : undefined,
        named === undefined ? undefined : eb('order_id', 'in', [...named]),
      ]),
    )
  // A plan in the order of the ids would go through all that nothing happened to.
  if (!changed) return found.orderBy('order_id', 'desc').limit(filter.limit).execute()
  const outer = db.selectFrom(found.offset(0).as('changed')).selectAll()
  return outer.orderBy('order_id', 'desc').limit(filter.limit).execute()
}

/** Asked for first: of many orders few have a name, which a plan for all of them would not know. */
async function orderIdsNamed(
  db: DropCopyDb,
  { clOrdId, execId }: QueryFilter,
): Promise<number[] | undefined> {
  if (clOrdId === undefined && execId === undefined) return undefined
  const byName = db.selectFrom('order_chain').select('order_id').distinct()
  const byReport = db.selectFrom('executions').select('order_id').where('exec_type', '<>', '8')

  const names = clOrdId === undefined ? [] : await byName.where('cl_ord_id', '=', clOrdId).execute()
  if (execId === undefined) return names.map((row) => row.order_id)
  const ids = (await byReport.where('exec_id', '=', execId).execute())
    .map((row) => row.order_id)
    .filter((id) => id !== null)
  return clOrdId === undefined ? ids : ids.filter((id) => names.some((row) => row.order_id === id))
}

type Side = 'buy' | 'sell'
const SIDES: readonly Side[] = ['buy', 'sell']

/**
 * A firm or session has two indexes, one for each side: each is asked for its newest trades, and the
 * newest of both are the answer.
 */
async function listTrades(db: DropCopyDb, filter: QueryFilter): Promise<Row[]> {
  const { firm, session } = filter
  const numbers = await matchNumbersNamed(db, filter)
  if (numbers?.length === 0) return []
  const span = await keySpan(db, 'trades', filter)
  const hasSides = firm !== undefined || session !== undefined

  const found = new Map<number, Row>()
  for (const side of hasSides && numbers === undefined ? SIDES : [undefined]) {
    const newest = await db
      .selectFrom('trades')
      .selectAll()
      .where((eb) =>
        all(eb, [
          firm === undefined ? undefined : ofSide(eb, 'firm', firm, session ? undefined : side),
          session === undefined ? undefined : ofSide(eb, 'session', session, side),
          numbers === undefined ? undefined : eb('match_number', 'in', numbers),
          filter.symbol === undefined ? undefined : eb('symbol', '=', filter.symbol),
          span.from === undefined ? undefined : eb('match_number', '>=', span.from),
          span.until === undefined ? undefined : eb('match_number', '<', span.until),
        ]),
      )
      .orderBy('match_number', 'desc')
      .limit(filter.limit)
      .execute()
    for (const trade of newest) found.set(trade.match_number, { ...trade })
  }
  return [...found]
    .toSorted(([a], [b]) => a - b)
    .slice(-filter.limit)
    .map(([, trade]) => trade)
}

/** @param side undefined = either of the two */
const ofSide = (
  eb: Eb<'trades'>,
  column: 'firm' | 'session',
  value: string,
  side: Side | undefined,
): Condition =>
  side === undefined
    ? eb.or(SIDES.map((one) => eb(`${one}_${column}`, '=', value)))
    : eb(`${side}_${column}`, '=', value)

/** Of the fills with a ClOrdID, an order or an ExecID: executions have an index on each. */
async function matchNumbersNamed(
  db: DropCopyDb,
  { clOrdId, orderId, execId }: QueryFilter,
): Promise<number[] | undefined> {
  const named = Object.entries({ cl_ord_id: clOrdId, order_id: orderId, exec_id: execId }).filter(
    ([, value]) => value !== undefined,
  )
  let numbers: number[] | undefined
  for (const [column, value] of named) {
    const rows = await db
      .selectFrom('executions')
      .select('match_number')
      .distinct()
      .where(sql.ref(column), '=', value)
      .where('match_number', 'is not', null)
      .execute()
    const found = new Set(rows.map((row) => row.match_number!))
    numbers = numbers === undefined ? [...found] : numbers.filter((number) => found.has(number))
  }
  return numbers
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

/** Bought, sold and net per firm, account and symbol. */
function listPositions(db: DropCopyDb, filter: QueryFilter): Promise<Row[]> {
  const { clOrdId, orderId, execId, since, until } = filter
  const isOfWholeDays = [clOrdId, orderId, execId, since, until].every((one) => one === undefined)
  return isOfWholeDays ? positionsOfDays(db, filter) : positionsOfFills(db, filter)
}

/** From the sums of each day. */
async function positionsOfDays(db: DropCopyDb, filter: QueryFilter): Promise<Row[]> {
  const { firm, session, symbol, limit } = filter
  // Zero is printed without decimals.
  const value = (column: string) =>
    sql<string>`coalesce(nullif(sum(${sql.ref(column)}), 0), 0)::text`
  return db
    .selectFrom('position_sums')
    .select(['firm', 'account', 'symbol'])
    .select([
      sql<number>`sum(bought)::bigint`.as('bought'),
      sql<number>`sum(sold)::bigint`.as('sold'),
      sql<number>`sum(bought - sold)::bigint`.as('net'),
      value('bought_value').as('bought_value'),
      value('sold_value').as('sold_value'),
    ])
    .where((eb) =>
      all(eb, [
        firm === undefined ? undefined : eb('firm', '=', firm),
        session === undefined ? undefined : eb('session', '=', session),
        symbol === undefined ? undefined : eb('symbol', '=', symbol),
      ]),
    )
    .groupBy(['firm', 'account', 'symbol'])
    .orderBy('firm')
    .orderBy('account')
    .orderBy('symbol')
    .limit(limit)
    .execute()
}

/** From the fills alone: the longer the span of time, the longer it takes. */
async function positionsOfFills(db: DropCopyDb, filter: QueryFilter): Promise<Row[]> {
  const span = await keySpan(db, 'executions', filter)
  const bought = sql<number>`coalesce(sum(last_qty) filter (where side = '1'), 0)::bigint`
  const sold = sql<number>`coalesce(sum(last_qty) filter (where side <> '1'), 0)::bigint`
  const sums = db
    .selectFrom('executions')
    .select(['firm', 'account', 'symbol'])
    .select([
      bought.as('bought'),
      sold.as('sold'),
      sql<number>`${bought} - ${sold}`.as('net'),
      sql<string>`coalesce(sum(last_qty * last_px) filter (where side = '1'), 0)::text`.as(
        'bought_value',
      ),
      sql<string>`coalesce(sum(last_qty * last_px) filter (where side <> '1'), 0)::text`.as(
        'sold_value',
      ),
    ])
    .where('exec_type', '=', 'F')
    .where((eb) => all(eb, reportConditions(eb, filter, span)))
    .groupBy(['firm', 'account', 'symbol'])
  // A plan in the order of the firms would go through all days.
  return db
    .selectFrom(sums.offset(0).as('sums'))
    .selectAll()
    .orderBy('firm')
    .orderBy('account')
    .orderBy('symbol')
    .limit(filter.limit)
    .execute()
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
