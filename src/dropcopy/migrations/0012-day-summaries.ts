/**
 * What each instrument came to on a trading day. They are kept for the days that open from here on, and
 * `summaries_after` says so: of earlier ones the database does not have all that they are made of.
 */
import type { Kysely, Migration } from 'kysely'
import { sql } from 'kysely'

// prettier-ignore
const statements = [
  `create table buttonwood.day_summaries (
    trading_date      date not null,
    symbol            text not null,
    open              numeric,
    high              numeric,
    low               numeric,
    close             numeric,
    opening_price     numeric,
    opening_volume    bigint,
    closing_price     numeric,
    closing_volume    bigint,
    volume            bigint not null,
    trades            bigint not null,
    turnover          numeric not null,
    orders_carried    bigint not null,
    orders_entered    bigint not null,
    orders_canceled   bigint not null,
    orders_expired    bigint not null,
    closed            boolean not null,
    last_group_number bigint not null,
    primary key (trading_date, symbol)
  )`,
  `create index day_summaries_symbol on buttonwood.day_summaries (symbol, trading_date)`,

  `alter table buttonwood.applied add column summaries_after date`,
  `update buttonwood.applied set summaries_after = trading_date`,

  `create view buttonwood.todays_summary as
    select *, case when volume > 0 then
      div(turnover * 2000000 + volume, volume * 2::numeric) * 0.000001 end as vwap
    from buttonwood.day_summaries
    where trading_date = (select trading_date from buttonwood.applied where reader = 'dropcopy')`,
]

export const daySummaries: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
