/** Two witnesses of the same things side by side: rows against checksums, open orders in three views. */
import type { Row } from '../dropcopy/index.ts'
import { tables } from '../dropcopy/index.ts'
import type { Checksums } from './demo-checksums.ts'
import type { DemoDatabase } from './demo-database.ts'
import type { OwnOrder, ViewOrder } from '../client/index.ts'
import {
  factOfOrder,
  factOfOwnOrder,
  factOfShownOrder,
  factOfViewOrder,
  isOnBook,
} from './demo-facts.ts'
import type { Finding } from './demo-findings.ts'
import { finding } from './demo-findings.ts'
import type { DemoTrading } from './demo-trading.ts'

const PAGE_ROWS = 2_000
/** Differences that are described; the counts tell the rest. */
const DIFFERENCES_MAX = 5
const OPEN_ORDERS_MAX = 100_000

export interface RowComparison {
  readonly table: 'executions' | 'trades'
  /** What somebody else was told, by the table's key. */
  readonly told: Checksums
  readonly factOf: (row: Row) => string
  readonly database: Pick<DemoDatabase, 'ask'>
  readonly onProgress: (rows: number) => void
}

/** Every row must say what was told about its number, and no number that was told may be missing. */
export async function compareRows({
  table,
  told,
  factOf,
  database,
  onProgress,
}: RowComparison): Promise<{ rows: number; differences: string[] }> {
  const key = tables[table].key[0]
  const differences: string[] = []
  const differs = (number: number, what: string): void => {
    if (differences.length < DIFFERENCES_MAX) differences.push(`${key} ${number}: ${what}`)
  }

  let rows = 0
  let next = 1
  for await (const row of rowsOf(table, key, database)) {
    const number = Number(row[key])
    for (; next < number; next++) if (told.has(next)) differs(next, 'not in the database')
    next = number + 1
    rows++
    if (rows % PAGE_ROWS === 0) onProgress(rows)
    const fact = factOf(row)
    if (told.says(number, fact)) continue
    differs(number, `the database has ${told.has(number) ? 'other content' : 'more'}: ${fact}`)
  }
  for (; next <= told.last; next++) if (told.has(next)) differs(next, 'not in the database')
  return { rows, differences }
}

async function* rowsOf(
  table: 'executions' | 'trades',
  key: string,
  database: Pick<DemoDatabase, 'ask'>,
): AsyncGenerator<Row, void, undefined> {
  const until = [Number.MAX_SAFE_INTEGER]
  for (let after: number[] | undefined; ;) {
    const page = await database.ask({ ask: 'page', table, after, until, limit: PAGE_ROWS })
    yield* page
    if (page.length < PAGE_ROWS) return
    after = [Number(page.at(-1)![key])]
  }
}

/** The orders that are live: as their owners know them, as the feed shows them, as the database has them. */
export async function compareOpenOrders(what: string, trading: DemoTrading): Promise<Finding> {
  const books = trading.market.view.books
  const filter = { open: true, limit: OPEN_ORDERS_MAX }
  const rows = await trading.database.ask({ ask: 'list', listing: 'orders', filter })

  const own = trading.bots.flatMap((bot) => bot.orders.all())
  const shown = books.flatMap((book) => [...book.orders('B'), ...book.orders('S')])
  const onBook = rows.filter(isOnBook)
  return finding(
    what,
    {
      fix: own.filter((order) => !order.isWaiting).length,
      feed: shown.length,
      database: onBook.length,
    },
    {
      differences: differencesOf(own, shown, rows).slice(0, DIFFERENCES_MAX),
      remark: shown.length > 0 ? 'same books' : '',
    },
  )
}

/** The database against the feed, which does not see stops that wait, and against the owners. */
export function differencesOf(
  own: readonly OwnOrder[],
  shown: readonly ViewOrder[],
  rows: readonly Row[],
): string[] {
  const seen = new Map(shown.map((order) => [order.orderReferenceNumber, order.shares]))
  const onBook = rows
    .filter(isOnBook)
    .map((row) => factOfShownOrder(row, seen.get(Number(row['order_reference']))))
  return [
    ...onlyInOne({ feed: shown.map(factOfViewOrder), database: onBook }),
    ...onlyInOne({ FIX: own.map(factOfOwnOrder), database: rows.map(factOfOrder) }),
  ]
}

/** @param told by two sources, under their names */
function onlyInOne(told: Readonly<Record<string, readonly string[]>>): string[] {
  const [[one, ones], [other, others]] = Object.entries(told) as [Told, Told]
  const inOne = new Set(ones)
  const inOther = new Set(others)
  return [
    ...ones.filter((order) => !inOther.has(order)).map((order) => `${order}: ${one}, not ${other}`),
    ...others.filter((order) => !inOne.has(order)).map((order) => `${order}: ${other}, not ${one}`),
  ]
}

type Told = [source: string, orders: readonly string[]]
