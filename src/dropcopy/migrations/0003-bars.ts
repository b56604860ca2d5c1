/**
 * Bars of one second and one minute, and those of the trades that are there already. These are
 * folded a run of match numbers at a time: a statement has a time limit, and PGlite little memory.
 */
import type { Kysely, Migration } from 'kysely'
import { sql } from 'kysely'
import type { Run } from './runs.ts'
import { forEachRun } from './runs.ts'

const TRADES_A_STATEMENT = 100_000

// The key answers the query: the bars of a symbol and a width in the order of time.
const table = `create table buttonwood.bars (
  symbol            text not null,
  width             text not null,
  start             timestamptz not null,
  trading_date      date,
  open              numeric not null,
  high              numeric not null,
  low               numeric not null,
  close             numeric not null,
  volume            bigint not null,
  trades            bigint not null,
  notional          numeric not null,
  last_match_number bigint not null,
  primary key (symbol, width, start)
)`

/** @param tradesAStatement trades that are folded at once */
export const barsInRunsOf = (tradesAStatement: number): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(table).execute(db)

    const runs = { table: 'trades', key: 'match_number', limit: tradesAStatement }
    await forEachRun(db, runs, (run) => fold(db, run))
  },
})

export const bars = barsInRunsOf(TRADES_A_STATEMENT)

async function fold(db: Kysely<unknown>, { after, until }: Run): Promise<void> {
  await sql`
    insert into buttonwood.bars as earlier
    select symbol, width, date_trunc(unit, time, 'UTC'),
      (array_agg(trading_date order by match_number))[1],
      (array_agg(price order by match_number))[1], max(price), min(price),
      (array_agg(price order by match_number desc))[1],
      sum(quantity), count(*), sum(price * quantity), max(match_number)
    from buttonwood.trades, (values ('1s', 'second'), ('1m', 'minute')) as widths (width, unit)
    where match_number > ${after} and match_number <= ${until}
    group by 1, 2, 3
    on conflict (symbol, width, start) do update set
      high = greatest(earlier.high, excluded.high), low = least(earlier.low, excluded.low),
      close = excluded.close, volume = earlier.volume + excluded.volume,
      trades = earlier.trades + excluded.trades, notional = earlier.notional + excluded.notional,
      last_match_number = excluded.last_match_number`.execute(db)
}
