/** `dropcopy orders`: the newest first, and those that something happened to behind them. */
import type { DropCopyDb } from './database.ts'
import { keySpan } from './key-bounds.ts'
import type { QueryFilter, Row } from './queries.ts'
import { all } from './query-conditions.ts'

/** An order is found by any ClOrdID of its chain and by any of its reports. */
export async function listOrders(db: DropCopyDb, filter: QueryFilter): Promise<Row[]> {
  const named = await orderIdsNamed(db, filter)
  if (named?.length === 0) return []
  const { from, until } = await keySpan(db, 'orders', filter)

  const entered = await newestOrders(db, filter, { named, from, until })
  if (filter.since === undefined || entered.length === filter.limit) return entered.reverse()
  // Fewer were entered since then: earlier ones that something happened to belong to the answer.
  const limit = filter.limit - entered.length
  const earlier = await newestOrders(
    db,
    { ...filter, limit },
    { named, until: from, changed: true },
  )
  return [...entered, ...earlier].reverse()
}

interface OrdersAsked {
  readonly named: readonly number[] | undefined
  readonly from?: number | undefined
  readonly until?: number | undefined
  /** Those only that something happened to since the time asked for. */
  readonly changed?: boolean
}

/** Newest first. */
async function newestOrders(
  db: DropCopyDb,
  filter: QueryFilter,
  { named, from, until, changed }: OrdersAsked,
): Promise<Row[]> {
  const { since } = filter
  const found = db
    .selectFrom('orders')
    .selectAll()
    .where((eb) =>
      all(eb, [
        filter.firm === undefined ? undefined : eb('firm', '=', filter.firm),
        filter.session === undefined ? undefined : eb('session', '=', filter.session),
        filter.symbol === undefined ? undefined : eb('symbol', '=', filter.symbol),
        filter.orderId === undefined ? undefined : eb('order_id', '=', filter.orderId),
        from === undefined ? undefined : eb('order_id', '>=', from),
        until === undefined ? undefined : eb('order_id', '<', until),
        changed && since !== undefined ? eb('last_time', '>=', since) : undefined,
        filter.open ? eb('leaves_qty', '>', 0) : undefined,
        named === undefined ? undefined : eb('order_id', 'in', [...named]),
      ]),
    )
  // A plan in the order of the ids would go through all that nothing happened to.
  if (!changed) return found.orderBy('order_id', 'desc').limit(filter.limit).execute()
  const outer = db.selectFrom(found.offset(0).as('changed')).selectAll()
  return outer.orderBy('order_id', 'desc').limit(filter.limit).execute()
}

/** Asked for first: of many orders few have a name, which a plan for all of them would not know. */
async function orderIdsNamed(
  db: DropCopyDb,
  { clOrdId, execId }: QueryFilter,
): Promise<number[] | undefined> {
  if (clOrdId === undefined && execId === undefined) return undefined
  const byName = db.selectFrom('order_chain').select('order_id').distinct()
  const byReport = db.selectFrom('executions').select('order_id').where('exec_type', '<>', '8')

  const names = clOrdId === undefined ? [] : await byName.where('cl_ord_id', '=', clOrdId).execute()
  if (execId === undefined) return names.map((row) => row.order_id)
  const ids = (await byReport.where('exec_id', '=', execId).execute())
    .map((row) => row.order_id)
    .filter((id) => id !== null)
  return clOrdId === undefined ? ids : ids.filter((id) => names.some((row) => row.order_id === id))
}
