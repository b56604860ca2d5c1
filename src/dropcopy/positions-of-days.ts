/**
 * Positions out of the sums of each day. Those of a span of days go through the sums in the order of the
 * answer until that is full: a day that is whole in the span gives its sum as it is; of one that the span
 * cuts, index `executions_fills` has the fills that a sum is made of, from one time to another.
 */
import type { Expression, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { DropCopyDb } from './database.ts'
import type { DaysOfSpan } from './days-of-span.ts'
import type { KeySpan } from './key-bounds.ts'
import type { QueryFilter, Row } from './queries.ts'
import { all, sumConditions } from './query-conditions.ts'

export function ofAllDays(db: DropCopyDb, filter: QueryFilter): Promise<Row[]> {
  const sums = db
    .selectFrom('position_sums')
    .selectAll()
    .where((eb) => all(eb, sumConditions(eb, filter)))
  return added(db, sums, filter.limit)
}

export interface SpanOfDays extends Pick<DaysOfSpan, 'whole' | 'cut'> {
  /** Without those of a single order. */
  readonly filter: QueryFilter
  readonly span: KeySpan
}

/** @param sumsMax sums that are looked at first, 1..; all of them where these are too few */
export async function ofDaysAndFills(
  db: DropCopyDb,
  asked: SpanOfDays,
  sumsMax: number,
): Promise<Row[]> {
  const sums = sumsOf(db, asked)
  // The sums of a position are never torn apart.
  const rows = await fromSums(db, asked, inOrder(sums).fetch(sumsMax, 'with ties'))
  if (rows.length === asked.filter.limit) return rows
  const [more] = await sums.offset(sumsMax).limit(1).execute()
  return more === undefined ? rows : fromSums(db, asked, inOrder(sums))
}

type Sums = ReturnType<typeof sumsOf>

/** Those that may have fills in the span. One without a day is of reports before the first day. */
const sumsOf = (db: DropCopyDb, { filter, span, whole, cut }: SpanOfDays) =>
  db
    .selectFrom('position_sums')
    .selectAll()
    .where((eb) =>
      all(eb, [
        ...sumConditions(eb, filter),
        eb.or([eb('trading_date', '=', oneOf([...whole, ...cut])), eb('trading_date', 'is', null)]),
        eb('last_exec_id', '>=', span.from ?? 0),
      ]),
    )

const inOrder = (sums: Sums): Sums => sums.orderBy('firm').orderBy('account').orderBy('symbol')

const fromSums = (db: DropCopyDb, asked: SpanOfDays, sums: Sums): Promise<Row[]> =>
  added(
    db,
    sql`select p.firm, p.account, p.symbol, parts.*
      from (${sums}) as p cross join lateral (${partsOf(asked)}) as parts`,
    asked.filter.limit,
  )

/** @param parts of positions, in the columns of the sums */
async function added(db: DropCopyDb, parts: Expression<unknown>, limit: number): Promise<Row[]> {
  // Zero is printed without decimals.
  const value = (column: string) => {
    const name = sql.ref(column)
    return sql`coalesce(nullif(sum(${name}), 0), 0)::text as ${name}`
  }
  const { rows } = await sql<Row>`
    select firm, account, symbol, sum(bought)::bigint as bought, sum(sold)::bigint as sold,
      sum(bought - sold)::bigint as net, ${value('bought_value')}, ${value('sold_value')}
    from (${parts}) as parts
    group by firm, account, symbol order by firm, account, symbol limit ${limit}`.execute(db)
  return rows
}

const oneOf = (days: readonly string[]) => sql<string>`any (${[...days]}::date[])`

/** What sum `p` has in the span. */
function partsOf({ span, whole, cut }: SpanOfDays): RawBuilder<unknown> {
  const ofWholeDays = sql`
    select p.bought, p.sold, p.bought_value, p.sold_value where p.trading_date = ${oneOf(whole)}`
  const isOfCutDay = sql`p.trading_date = ${oneOf(cut)} and e.trading_date = p.trading_date
    and e.trading_date = ${oneOf(cut)} and e.symbol = p.symbol`
  // An index finds what is null, and what is equal, but not what is one or the other.
  return sql`${ofWholeDays}
    union all ${fillsOf(span, sql`${isOfCutDay} and e.account = p.account`)}
    union all ${fillsOf(span, sql`${isOfCutDay} and e.account is null and p.account is null`)}
    union all ${fillsOf(
      span,
      sql`(p.trading_date is null or p.symbol is null and p.trading_date = ${oneOf(cut)})
        and (e.trading_date is null or e.trading_date = ${oneOf(cut)})
        and e.trading_date is not distinct from p.trading_date
        and e.symbol is not distinct from p.symbol and e.account is not distinct from p.account`,
    )}`
}

/** What a report executes, less what it says was not. */
export const FILL_QTY = sql.raw('(coalesce(last_qty, 0) - coalesce(prior_qty, 0))')
export const FILL_VALUE = sql.raw(
  '(coalesce(last_qty * last_px, 0) - coalesce(prior_qty * prior_px, 0))',
)

const fillsOf = ({ from = 0, until = Number.MAX_SAFE_INTEGER }: KeySpan, isOfSum: unknown) => sql`
  select case when side = '1' then ${FILL_QTY} else 0 end as bought,
    case when side <> '1' then ${FILL_QTY} else 0 end as sold,
    case when side = '1' then ${FILL_VALUE} else 0 end as bought_value,
    case when side <> '1' then ${FILL_VALUE} else 0 end as sold_value
  from buttonwood.executions e
  where e.exec_type in ('F', 'G', 'H') and e.exec_id >= ${from} and e.exec_id < ${until}
    and e.session = p.session and e.firm = p.firm and ${isOfSum}`
