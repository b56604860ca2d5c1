/**
 * Trades that were busted or corrected, which execution a report of that is of, and the sums of fills with
 * what such a report takes out of them.
 */
import type { Kysely, Migration } from 'kysely'
import { sql } from 'kysely'
import { indexPartitions } from './index-partitions.ts'

const statements = [
  `alter table buttonwood.executions
    add column exec_ref_id bigint, add column prior_qty bigint, add column prior_px numeric,
    add column prior_match bigint`,

  `create table buttonwood.trade_corrections (
    exec_id      bigint primary key,
    match_number bigint not null,
    becomes      bigint,
    time         timestamptz not null,
    nanoseconds  integer not null,
    trading_date date,
    symbol       text,
    text         text
  )`,
  `create unique index trade_corrections_match on buttonwood.trade_corrections (match_number)`,

  `create view buttonwood.standing_trades as
    select * from buttonwood.trades t where not exists (
      select from buttonwood.trade_corrections c where c.match_number = t.match_number)`,

  `drop index buttonwood.executions_fills`,
]

const columns = `(session, symbol, account, exec_id)
  include (trading_date, firm, side, last_qty, last_px, prior_qty, prior_px)
  where exec_type in ('F', 'G', 'H')`

export const corrections: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
    await indexPartitions(db, { name: 'fills', columns })
  },
}
