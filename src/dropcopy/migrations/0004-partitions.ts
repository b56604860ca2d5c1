/**
 * Executions, orders and trades in a partition for each trading day, so that a day can be detached
 * and archived; what belongs to no known day goes to a default partition. The rows that are there
 * are moved a run of keys at a time: a statement has a time limit, and PGlite little memory.
 */
import type { Kysely, Migration } from 'kysely'
import { sql } from 'kysely'
import { isServer } from '../copying-dialect.ts'
import { forEachRun } from './runs.ts'

const ROWS_A_STATEMENT = 100_000

// Unique keys of a partitioned table hold its partition's column; the ids alone are unique, too,
// because they rise over the exchange's whole life.
const partitioned = [
  { table: 'executions', key: 'exec_id', time: 'time' },
  { table: 'orders', key: 'order_id', time: 'first_time' },
  { table: 'trades', key: 'match_number', time: 'time' },
] as const

const indexesBefore = [
  'executions_time',
  'executions_order_id',
  'executions_cl_ord_id',
  'trades_time',
]

// The owner's rights: whoever writes rows may open a day and needs nothing more. Rows of the day that
// are in the default partition would forbid another one for it: they move.
const openTradingDay = `
  create function buttonwood.open_trading_day(day date) returns void
  language plpgsql security definer set search_path = '' as $$
  declare
    parent text;
    partition text;
  begin
    foreach parent in array array['executions', 'orders', 'trades'] loop
      partition := parent || to_char(day, '_YYYYMMDD');
      continue when to_regclass(format('buttonwood.%I', partition)) is not null;
      execute format('create table buttonwood.%I (like buttonwood.%I)', partition, parent);
      execute format('with moved as (delete from buttonwood.%I where trading_date = %L returning *)
        insert into buttonwood.%I select * from moved', parent || '_default', day, partition);
      execute format('alter table buttonwood.%I attach partition buttonwood.%I for values in (%L)',
        parent, partition, day);
    end loop;
  end $$`

const tradingDays = `create table buttonwood.trading_days (
  trading_date   date primary key,
  after_order_id bigint not null
)`

const daysOfRows = `
  insert into buttonwood.trading_days
  select days.trading_date, coalesce(
    (select max(order_id) from buttonwood.orders_before o where o.trading_date < days.trading_date), 0)
  from (
    select trading_date from buttonwood.executions_before
    union select trading_date from buttonwood.orders_before
    union select trading_date from buttonwood.trades_before
    union select trading_date from buttonwood.applied) as days
  where days.trading_date is not null`

// Before the rows move, so that no statement has to go through a whole table.
// prettier-ignore
const indexes = [
  `create unique index executions_key on buttonwood.executions (exec_id, trading_date) nulls not distinct`,
  // ExecID and time rise together: a block range index costs nothing at insert.
  `create index executions_time on buttonwood.executions using brin (time)`,
  `create index executions_order_id on buttonwood.executions (order_id)`,
  `create index executions_cl_ord_id on buttonwood.executions (cl_ord_id)`,
  `create index executions_orig_cl_ord_id on buttonwood.executions (orig_cl_ord_id)
    where orig_cl_ord_id is not null`,
  `create unique index orders_key on buttonwood.orders (order_id, trading_date) nulls not distinct`,
  `create unique index trades_key on buttonwood.trades (match_number, trading_date) nulls not distinct`,
  `create index trades_time on buttonwood.trades using brin (time)`,
]

// For days of millions of reports. The embedded database goes without them: they would double what a
// row costs there, and its days are smaller.
// prettier-ignore
const indexesOfLargeDays = [
  // Session and firm behind the key: an index scan looks at them without the rows.
  `create index executions_symbol on buttonwood.executions (symbol, exec_id, session, firm)`,
  `create index executions_session on buttonwood.executions (session, exec_id)`,
  `create index executions_firm on buttonwood.executions (firm, exec_id)`,
  `create index orders_symbol on buttonwood.orders (symbol, order_id, session, firm)`,
  `create index orders_session on buttonwood.orders (session, order_id)`,
  `create index orders_firm on buttonwood.orders (firm, order_id)`,
  `create index orders_open on buttonwood.orders (order_id) where leaves_qty > 0`,
  `create index orders_last_time on buttonwood.orders (last_time)`,
  `create index trades_symbol on buttonwood.trades
    (symbol, match_number, buy_session, sell_session, buy_firm, sell_firm)`,
  `create index trades_buy_session on buttonwood.trades (buy_session, match_number)`,
  `create index trades_sell_session on buttonwood.trades (sell_session, match_number)`,
  `create index trades_buy_firm on buttonwood.trades (buy_firm, match_number)`,
  `create index trades_sell_firm on buttonwood.trades (sell_firm, match_number)`,
]

/**
 * The first key at or after a time, by halving: keys rise with time, so that no index on it is needed.
 * @param time its column
 */
const keyFrom = (table: string, key: string, time: string): string => `
  create function buttonwood.${table}_from(since timestamptz) returns bigint
  language plpgsql stable strict as $$
  declare
    low bigint;
    high bigint;
    middle bigint;
    found record;
  begin
    select coalesce(min(${key}), 0), coalesce(max(${key}) + 1, 0) into low, high from buttonwood.${table};
    while low < high loop
      middle := (low + high) / 2;
      select ${key} as key, ${time} as at into found
        from buttonwood.${table} where ${key} >= middle order by ${key} limit 1;
      if found.at >= since then high := middle; else low := found.key + 1; end if;
    end loop;
    return low;
  end $$`

/** @param rowsAStatement rows that are moved at once */
export const partitionsInRunsOf = (rowsAStatement: number): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const run = (statement: string) => sql.raw(statement).execute(db)
    for (const index of indexesBefore) await run(`drop index buttonwood.${index}`)
    for (const { table } of partitioned) {
      const before = `buttonwood.${table}_before`
      await run(`alter table buttonwood.${table} rename to ${table}_before`)
      await run(`alter index buttonwood.${table}_pkey rename to ${table}_before_pkey`)
      await run(
        `create table buttonwood.${table} (like ${before}) partition by list (trading_date)`,
      )
      await run(`create table buttonwood.${table}_default partition of buttonwood.${table} default`)
    }
    await run(tradingDays)
    await run(daysOfRows)
    await run(openTradingDay)
    await run(`select buttonwood.open_trading_day(trading_date) from buttonwood.trading_days`)
    for (const index of indexes) await run(index)
    if (isServer(db)) for (const index of indexesOfLargeDays) await run(index)
    for (const { table, key, time } of partitioned) {
      await run(keyFrom(table, key, time))
      await moveRows(db, { table, key, rowsAStatement })
    }
  },
})

export const partitions = partitionsInRunsOf(ROWS_A_STATEMENT)

interface Move {
  readonly table: string
  readonly key: string
  readonly rowsAStatement: number
}

async function moveRows(db: Kysely<unknown>, { table, key, rowsAStatement }: Move): Promise<void> {
  const before = sql.id('buttonwood', `${table}_before`)
  const column = sql.id(key)
  const runs = { table: `${table}_before`, key, limit: rowsAStatement }
  await forEachRun(db, runs, ({ after, until }) =>
    sql`insert into ${sql.id('buttonwood', table)}
      select * from ${before} where ${column} > ${after} and ${column} <= ${until}`.execute(db),
  )
  await sql`drop table ${before}`.execute(db)
}
