/**
 * Every ClOrdID of an order, every message of a session, and what each bought and sold in a day. Chains and
 * sums are made of the executions that are there; messages are kept from here on, and `messages_after`
 * says so: the database has nothing that they could be made of.
 */
import type { Kysely, Migration } from 'kysely'
import { sql } from 'kysely'
import type { Run } from './runs.ts'
import { forEachRun } from './runs.ts'

const EXECUTIONS_A_STATEMENT = 100_000

// prettier-ignore
const statements = [
  `create table buttonwood.order_chain (
    exec_id        bigint primary key,
    order_id       bigint not null,
    cl_ord_id      text not null,
    orig_cl_ord_id text,
    session        text not null,
    time           timestamptz not null,
    nanoseconds    integer not null,
    trading_date   date
  )`,
  `create index order_chain_order_id on buttonwood.order_chain (order_id)`,
  `create index order_chain_cl_ord_id on buttonwood.order_chain (cl_ord_id)`,

  `create table buttonwood.position_sums (
    trading_date date,
    session      text not null,
    firm         text not null,
    account      text,
    symbol       text,
    bought       bigint not null,
    sold         bigint not null,
    bought_value numeric not null,
    sold_value   numeric not null,
    last_exec_id bigint not null
  )`,
  `create unique index position_sums_key on buttonwood.position_sums
    (firm, account, symbol, session, trading_date) nulls not distinct`,
  `create index position_sums_symbol on buttonwood.position_sums (symbol)`,
  `create index position_sums_session on buttonwood.position_sums (session)`,

  `create table buttonwood.messages (
    group_number   bigint not null,
    event_index    integer not null,
    time           timestamptz not null,
    nanoseconds    integer not null,
    trading_date   date,
    session        text not null,
    firm           text not null,
    msg_seq_num    bigint not null,
    msg_type       text not null,
    order_id       bigint,
    cl_ord_id      text,
    orig_cl_ord_id text,
    ref_seq_num    bigint,
    ref_msg_type   text,
    request_id     text,
    reason         integer,
    text           text,
    primary key (group_number, event_index)
  )`,
  `create index messages_session on buttonwood.messages (session, group_number, event_index)`,
  `create index messages_cl_ord_id on buttonwood.messages (cl_ord_id) where cl_ord_id is not null`,

  `alter table buttonwood.applied add column messages_after bigint not null default 0`,
  `update buttonwood.applied set messages_after = group_number`,
  `alter table buttonwood.applied alter column messages_after drop default`,
]

/** @param executionsAStatement executions that are read at once */
export const sequencesInRunsOf = (executionsAStatement: number): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)

    const runs = { table: 'executions', key: 'exec_id', limit: executionsAStatement }
    await forEachRun(db, runs, async (run) => {
      await chain(db, run)
      await sum(db, run)
    })
  },
})

export const sequences = sequencesInRunsOf(EXECUTIONS_A_STATEMENT)

async function chain(db: Kysely<unknown>, { after, until }: Run): Promise<void> {
  await sql`insert into buttonwood.order_chain
    select exec_id, order_id, cl_ord_id, orig_cl_ord_id, session, time, nanoseconds, trading_date
    from buttonwood.executions
    where exec_id > ${after} and exec_id <= ${until} and order_id is not null and cl_ord_id is not null
      and (exec_type = '0' or exec_type in ('4', '5') and orig_cl_ord_id is not null)`.execute(db)
}

async function sum(db: Kysely<unknown>, { after, until }: Run): Promise<void> {
  await sql`insert into buttonwood.position_sums as earlier
    select trading_date, session, firm, account, symbol,
      coalesce(sum(last_qty) filter (where side = '1'), 0),
      coalesce(sum(last_qty) filter (where side <> '1'), 0),
      coalesce(sum(last_qty * last_px) filter (where side = '1'), 0.0000),
      coalesce(sum(last_qty * last_px) filter (where side <> '1'), 0.0000),
      max(exec_id)
    from buttonwood.executions
    where exec_id > ${after} and exec_id <= ${until} and exec_type = 'F'
    group by 1, 2, 3, 4, 5
    on conflict (trading_date, session, firm, account, symbol) do update set
      bought = earlier.bought + excluded.bought, sold = earlier.sold + excluded.sold,
      bought_value = earlier.bought_value + excluded.bought_value,
      sold_value = earlier.sold_value + excluded.sold_value,
      last_exec_id = excluded.last_exec_id`.execute(db)
}
