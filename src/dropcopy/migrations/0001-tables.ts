/** The first shape of schema `buttonwood`. A migration that has shipped is never edited. */
import type { Kysely, Migration } from 'kysely'
import { sql } from 'kysely'

// prettier-ignore
const statements = [
  `create table buttonwood.executions (
    exec_id                 bigint primary key,
    time                    timestamptz not null,
    nanoseconds             integer not null,
    trading_date            date,
    session                 text not null,
    firm                    text not null,
    account                 text,
    msg_seq_num             bigint not null,
    order_id                bigint,
    order_reference         bigint,
    symbol                  text,
    side                    text,
    ord_type                text,
    time_in_force           text,
    exec_type               text not null,
    ord_status              text not null,
    order_qty               numeric,
    price                   numeric,
    last_qty                bigint,
    last_px                 numeric,
    cum_qty                 bigint not null,
    leaves_qty              bigint not null,
    avg_px                  numeric not null,
    cl_ord_id               text,
    orig_cl_ord_id          text,
    match_number            bigint,
    last_liquidity_ind      text,
    reason                  integer,
    ord_rej_reason          integer,
    exec_restatement_reason integer,
    text                    text
  )`,
  // ExecID and time rise together: a block range index costs nothing at insert.
  `create index executions_time on buttonwood.executions using brin (time)`,
  `create index executions_order_id on buttonwood.executions (order_id)`,
  `create index executions_cl_ord_id on buttonwood.executions (cl_ord_id)`,

  `create table buttonwood.orders (
    order_id          bigint primary key,
    order_reference   bigint not null,
    trading_date      date,
    session           text not null,
    firm              text not null,
    account           text,
    symbol            text,
    side              text,
    ord_type          text,
    time_in_force     text,
    ord_status        text not null,
    order_qty         numeric,
    price             numeric,
    cum_qty           bigint not null,
    leaves_qty        bigint not null,
    avg_px            numeric not null,
    cl_ord_id         text,
    first_time        timestamptz not null,
    first_nanoseconds integer not null,
    last_time         timestamptz not null,
    last_nanoseconds  integer not null,
    last_exec_id      bigint not null
  )`,

  `create table buttonwood.trades (
    match_number   bigint primary key,
    time           timestamptz not null,
    nanoseconds    integer not null,
    trading_date   date,
    symbol         text,
    price          numeric not null,
    quantity       bigint not null,
    aggressor_side text,
    buy_order_id   bigint not null,
    buy_exec_id    bigint not null,
    buy_session    text not null,
    buy_firm       text not null,
    buy_account    text,
    buy_cl_ord_id  text,
    sell_order_id  bigint not null,
    sell_exec_id   bigint not null,
    sell_session   text not null,
    sell_firm      text not null,
    sell_account   text,
    sell_cl_ord_id text
  )`,
  `create index trades_time on buttonwood.trades using brin (time)`,

  `create table buttonwood.sessions (
    group_number         bigint not null,
    event_index          integer not null,
    time                 timestamptz not null,
    nanoseconds          integer not null,
    session              text not null,
    firm                 text not null,
    event                text not null,
    sequence_reset       boolean not null,
    graceful             boolean,
    msg_seq_num          bigint,
    expected_msg_seq_num bigint not null,
    reason               text,
    primary key (group_number, event_index)
  )`,

  `create table buttonwood.configuration (
    group_number  bigint primary key,
    time          timestamptz not null,
    nanoseconds   integer not null,
    configuration json not null
  )`,

  `create table buttonwood.applied (
    reader       text primary key,
    journal_id   text not null,
    group_number bigint not null,
    crc          bigint not null,
    position     bigint not null,
    time         timestamptz not null,
    trading_date date
  )`,
]

export const tables: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
