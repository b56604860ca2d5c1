/**
 * A drop copy of five trading days, made in SQL: of each order its acceptance, a pending and a replaced
 * report, and a fill against the order before or after it. One order in fifty stays open.
 */
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'

type Db = Kysely<unknown>

const DAYS = 5
const FIRST_DAY = '2026-11-16'
/** 14:30:00 to 21:00:00 UTC */
const OPEN_MS = 52_200_000
const DAY_MS = 23_400_000
const SESSIONS = 50
const FIRMS = 25
const SYMBOLS = 500
const REPORTS_AN_ORDER = 4

export const SYNTHETIC = {
  days: DAYS,
  sessions: SESSIONS,
  firms: FIRMS,
  symbols: SYMBOLS,
  dayMs: DAY_MS,
  dayStart: (day: number): number => Date.parse(FIRST_DAY) + day * 86_400_000 + OPEN_MS,
}

/** @param url of a PostgreSQL with the drop copy's schema; its own connections have time limits */
export async function fill(url: string, executions: number): Promise<void> {
  const db: Db = new Kysely({
    dialect: new PostgresDialect({
      pool: new Pool({
        connectionString: url,
        max: 1,
        options: '-c maintenance_work_mem=1GB',
      }),
    }),
  })
  const definitions = await dropIndexes(db)
  await fillDays(db, executions)
  await fillTheRest(db)
  for (const definition of definitions) await sql.raw(definition).execute(db)
  await sql`vacuum analyze`.execute(db)
  await db.destroy()
}

/** Made again behind the rows, which takes a fraction of the time. @returns how */
async function dropIndexes(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string; definition: string }>`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index join pg_class on pg_class.oid = indrelid
    where relnamespace = 'buttonwood'::regnamespace and relkind = 'p'`.execute(db)
  for (const { name } of rows) await sql.raw(`drop index ${name}`).execute(db)
  return rows.map(({ definition }) => definition.replace(' ON ONLY ', ' ON '))
}

async function fillDays(db: Db, executions: number): Promise<void> {
  const perDay = executions / DAYS
  for (let day = 0; day < DAYS; day++) {
    const date = new Date(Date.parse(FIRST_DAY) + day * 86_400_000).toISOString().slice(0, 10)
    const after = (day * perDay) / REPORTS_AN_ORDER
    await sql`insert into buttonwood.trading_days values (${date}::date, ${after}::bigint)`.execute(
      db,
    )
    await sql`select buttonwood.open_trading_day(${date}::date)`.execute(db)
    await fillDay(db, { date, day, perDay, first: day * perDay + 1, last: (day + 1) * perDay })
  }
}

interface Day {
  readonly date: string
  readonly day: number
  readonly perDay: number
  readonly first: number
  readonly last: number
}

async function fillDay(db: Db, { date, day, perDay, first, last }: Day): Promise<void> {
  // Prime factors spread orders over sessions and symbols; both sides of a trade have one symbol.
  await sql`
    insert into buttonwood.executions (exec_id, time, nanoseconds, trading_date, session, firm, account,
      msg_seq_num, order_id, order_reference, symbol, side, ord_type, time_in_force, exec_type, ord_status,
      order_qty, price, last_qty, last_px, cum_qty, leaves_qty, avg_px, cl_ord_id, orig_cl_ord_id,
      match_number, last_liquidity_ind)
    select id, at, extract(microseconds from at)::int % 1000000 * 1000, ${date}::date,
      'S' || session, 'F' || session % ${FIRMS}::int, 'A' || session, id, "order", "order",
      case when id <= 8 then 'QUIET' else 'SYM' || ("order" / 2 * 7919) % ${SYMBOLS}::int end,
      case "order" % 2 when 0 then '1' else '2' end, '2', '0',
      (array['0', 'E', '5', 'F'])[step + 1], case step when 3 then '2' else '0' end,
      100, 100 + "order" % 1000 * 0.01, case step when 3 then 100 end,
      case step when 3 then 100 + "order" / 2 % 1000 * 0.01 end,
      case step when 3 then 100 else 0 end, case step when 3 then 0 else 100 end, 0,
      case step when 0 then 'C' else 'R' end || "order",
      case when step in (1, 2) then 'C' || "order" end,
      case step when 3 then "order" / 2 end, case step when 3 then 1 + "order" % 2 end
    from (
      select id, (id - 1) % ${REPORTS_AN_ORDER}::int as step, (id + 3) / ${REPORTS_AN_ORDER}::int as "order",
        ((id + 3) / ${REPORTS_AN_ORDER}::int * 104729 % 1000003) % ${SESSIONS}::int as session,
        timestamptz ${sql.lit(`${FIRST_DAY}T14:30:00Z`)} + ${day}::int * interval '1 day'
          + (id - 1 - ${day}::bigint * ${perDay}::bigint) * ${DAY_MS}::float8 / ${perDay}::float8 * interval '1 ms' as at
      from generate_series(${first}::bigint, ${last}::bigint) as id) as reports`.execute(db)

  await sql`
    insert into buttonwood.orders (order_id, order_reference, trading_date, session, firm, account, symbol,
      side, ord_type, time_in_force, ord_status, order_qty, price, cum_qty, leaves_qty, avg_px, cl_ord_id,
      first_time, first_nanoseconds, last_time, last_nanoseconds, last_exec_id)
    select order_id, order_id, trading_date, session, firm, account, symbol, side, ord_type, time_in_force,
      case when order_id % 50 = 0 then '0' else '2' end, order_qty, price, cum_qty,
      case when order_id % 50 = 0 then 100 else 0 end, avg_px, cl_ord_id,
      time, nanoseconds, time, nanoseconds, exec_id
    from buttonwood.executions where exec_id between ${first}::bigint and ${last}::bigint and exec_type = 'F'`.execute(
    db,
  )
  await sql`
    insert into buttonwood.order_chain
    select exec_id, order_id, cl_ord_id, orig_cl_ord_id, session, time, nanoseconds, trading_date
    from buttonwood.executions
    where exec_id between ${first}::bigint and ${last}::bigint and exec_type in ('0', '5')`.execute(
    db,
  )
  await sql`
    insert into buttonwood.trades
    select buy.match_number, buy.time, buy.nanoseconds, buy.trading_date, buy.symbol, buy.last_px, buy.last_qty, '1',
      buy.order_id, buy.exec_id, buy.session, buy.firm, buy.account, buy.cl_ord_id,
      sell.order_id, sell.exec_id, sell.session, sell.firm, sell.account, sell.cl_ord_id
    from buttonwood.executions buy join buttonwood.executions sell on sell.exec_id = buy.exec_id + 4
    where buy.exec_id between ${first}::bigint and ${last}::bigint
      and buy.exec_type = 'F' and buy.side = '1'`.execute(db)
}

async function fillTheRest(db: Db): Promise<void> {
  const { rows: days } = await sql<{ date: string }>`
    select trading_date::text as date from buttonwood.trading_days`.execute(db)
  for (const { date } of days) {
    await sql`
      insert into buttonwood.position_sums
      select trading_date, session, firm, account, symbol,
        coalesce(sum(last_qty) filter (where side = '1'), 0),
        coalesce(sum(last_qty) filter (where side <> '1'), 0),
        coalesce(sum(last_qty * last_px) filter (where side = '1'), 0),
        coalesce(sum(last_qty * last_px) filter (where side <> '1'), 0), max(exec_id)
      from buttonwood.executions where trading_date = ${date}::date and exec_type = 'F'
      group by 1, 2, 3, 4, 5`.execute(db)
    await sql`
      insert into buttonwood.bars
      select symbol, '1m', date_trunc('minute', time, 'UTC'), trading_date, min(price), max(price), min(price),
        max(price), sum(quantity), count(*), sum(price * quantity), max(match_number)
      from buttonwood.trades where trading_date = ${date}::date group by 1, 2, 3, 4`.execute(db)
    await sql`
      insert into buttonwood.messages (group_number, event_index, time, nanoseconds, trading_date, session, firm,
        msg_seq_num, msg_type)
      select exec_id, 1, time, nanoseconds, trading_date, session, firm, msg_seq_num, '0'
      from buttonwood.executions where trading_date = ${date}::date and exec_id % 50 = 0`.execute(
      db,
    )
    await sql`
      insert into buttonwood.sessions
      select exec_id, 1, time, nanoseconds, session, firm, 'logon', false, null, 1, 1, null
      from buttonwood.executions where trading_date = ${date}::date and exec_id % 2000 = 0`.execute(
      db,
    )
  }
}
