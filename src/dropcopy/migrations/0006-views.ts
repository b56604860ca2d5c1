/** What operations looks at, ready to select from. "Today" is the trading day that the copy has come to. */
import type { Kysely, Migration } from 'kysely'
import { sql } from 'kysely'

const TODAY = `(select trading_date from buttonwood.applied where reader = 'dropcopy')`

// prettier-ignore
const views = [
  `create view buttonwood.open_orders as
    select * from buttonwood.orders where leaves_qty > 0`,

  `create view buttonwood.todays_executions as
    select * from buttonwood.executions where trading_date = ${TODAY}`,

  `create view buttonwood.todays_trades as
    select * from buttonwood.trades where trading_date = ${TODAY}`,

  `create view buttonwood.positions as
    select firm, account, symbol,
      sum(bought)::bigint as bought, sum(sold)::bigint as sold, sum(bought - sold)::bigint as net,
      sum(bought_value) as bought_value, sum(sold_value) as sold_value
    from buttonwood.position_sums group by firm, account, symbol`,

  `create view buttonwood.session_messages as
    select session, msg_seq_num, time, nanoseconds, trading_date, '8' as msg_type, exec_id, exec_type,
      order_id, cl_ord_id, orig_cl_ord_id, null::text as request_id, ord_rej_reason as reason, text
    from buttonwood.executions
    union all
    select session, msg_seq_num, time, nanoseconds, trading_date, msg_type, null, null,
      order_id, cl_ord_id, orig_cl_ord_id, request_id, reason, text
    from buttonwood.messages`,

  `create view buttonwood.lag as
    select reader, group_number, position, trading_date, time, now() - time as age
    from buttonwood.applied`,
]

export const operationsViews: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const view of views) await sql.raw(view).execute(db)
  },
}
