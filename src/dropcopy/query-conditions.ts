/** What a question's filter asks of a row. */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { KeySpan } from './key-bounds.ts'
import type { QueryFilter } from './queries.ts'
import type { DropCopySchema, TableName } from './tables.ts'

export type Condition = Expression<SqlBool> | undefined
export type Eb<T extends TableName> = ExpressionBuilder<DropCopySchema, T>

/** The conditions that are asked for, all of which must hold. */
export const all = <T extends TableName>(eb: Eb<T>, conditions: readonly Condition[]) =>
  eb.and(conditions.filter((condition) => condition !== undefined))

export const reportConditions = (
  eb: Eb<'executions'>,
  filter: QueryFilter,
  span: KeySpan,
): Condition[] => [
  filter.firm === undefined ? undefined : eb('firm', '=', filter.firm),
  filter.session === undefined ? undefined : eb('session', '=', filter.session),
  filter.symbol === undefined ? undefined : eb('symbol', '=', filter.symbol),
  filter.orderId === undefined ? undefined : eb('order_id', '=', filter.orderId),
  filter.execId === undefined ? undefined : eb('exec_id', '=', filter.execId),
  span.from === undefined ? undefined : eb('exec_id', '>=', span.from),
  span.until === undefined ? undefined : eb('exec_id', '<', span.until),
  filter.execIds && eb('exec_id', '>=', filter.execIds.first),
  filter.execIds && eb('exec_id', '<=', filter.execIds.last),
  filter.clOrdId === undefined
    ? undefined
    : eb.or([eb('cl_ord_id', '=', filter.clOrdId), eb('orig_cl_ord_id', '=', filter.clOrdId)]),
]

export const sumConditions = (
  eb: Eb<'position_sums'>,
  { firm, session, symbol }: QueryFilter,
): Condition[] => [
  firm === undefined ? undefined : eb('firm', '=', firm),
  session === undefined ? undefined : eb('session', '=', session),
  symbol === undefined ? undefined : eb('symbol', '=', symbol),
]
