/** `dropcopy trades`: by either side, or by the reports of them. */
import { sql } from 'kysely'
import type { DropCopyDb } from './database.ts'
import { keySpan } from './key-bounds.ts'
import type { QueryFilter, Row } from './queries.ts'
import type { Condition, Eb } from './query-conditions.ts'
import { all } from './query-conditions.ts'

/** What operations did with it. */
const STATE = sql<string>`coalesce((select case when becomes is null then 'busted' else 'corrected' end
  from buttonwood.trade_corrections c where c.match_number = trades.match_number), 'standing')`
const BECOMES = sql<number | null>`(select becomes
  from buttonwood.trade_corrections c where c.match_number = trades.match_number)`

type Side = 'buy' | 'sell'
const SIDES: readonly Side[] = ['buy', 'sell']

/**
 * A firm or session has two indexes, one for each side: each is asked for its newest trades, and the
 * newest of both are the answer.
 */
export async function listTrades(db: DropCopyDb, filter: QueryFilter): Promise<Row[]> {
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
      .select([STATE.as('state'), BECOMES.as('becomes')])
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

/**
 * Of the fills with a ClOrdID, an order or an ExecID: executions have an index on each. A report of a correction
 * names the trade as it was and as it is.
 */
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
      .select(['match_number', 'prior_match'])
      .distinct()
      .where(sql.ref(column), '=', value)
      .where('match_number', 'is not', null)
      .execute()
    const both = rows.flatMap(({ match_number, prior_match }) => [match_number, prior_match])
    const found = new Set(both.filter((number) => number !== null))
    numbers = numbers === undefined ? [...found] : numbers.filter((number) => found.has(number))
  }
  return numbers
}
