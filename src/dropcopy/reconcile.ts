/**
 * Journal against database, row for row: the rows are made again from the journal and compared with
 * what the database gives back, in key order, page by page. One pass; what it keeps in memory is a
 * page, a batch, the live orders and each instrument's latest bars. While the reader goes on writing,
 * rows behind the position that the comparison started with are left for the next one.
 */
import type { Bar } from './bar-row.ts'
import { barKey, barRow, extendBar } from './bar-row.ts'
import { emptyVenue } from './copy-journal.ts'
import { mergeOrder } from './order-row.ts'
import type { Ask, Row } from './queries.ts'
import type { RecordedTurn } from './row-batch.ts'
import { RowBatch } from './row-batch.ts'
import type { BarRow, OrderRow, Table } from './tables.ts'
import {
  bars,
  configuration,
  executions,
  messages,
  orderChain,
  orders,
  sessions,
  trades,
} from './tables.ts'

/** Differences that are described; all are counted. */
export const DIFFERENCES_SHOWN_MAX = 20
const PAGE_ROWS = 2_000
const ORDERS_ASKED_MAX = 1_000
const BARS_ASKED_MAX = 1_000
const INT_MAX = 2 ** 31 - 1

export interface Difference {
  readonly table: string
  /** `exec_id 42` */
  readonly row: string
  /** `missing`, `extra`, or `price: journal 182.5000, database 182.6000` */
  readonly what: string
}

export interface Reconciliation {
  /** Last group compared; 0 = nothing was applied yet. */
  readonly groupNumber: number
  /** Rows of the journal compared, by table. */
  readonly rows: Readonly<Record<string, number>>
  readonly differenceCount: number
  readonly differences: readonly Difference[]
}

export interface ReconcileOptions {
  readonly ask: Ask
  /** The journal's turns from its first group on. */
  readonly turns: Iterable<RecordedTurn>
  readonly onProgress?: (groupNumber: number, lastGroupNumber: number) => void
}

export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const { ask, turns, onProgress } = options
  const report = new Report()
  const [edges] = await ask({ ask: 'edges' })
  if (!edges) return report.result(0)

  const lastGroup = numberOf(edges, 'group_number')
  const comparison = new Comparison(ask, report, edges)
  const batch = new RowBatch()
  const venue = emptyVenue()

  for (const turn of turns) {
    batch.add(turn, venue)
    // Not one group further: behind it the journal may be in the middle of a write.
    if (turn.groupNumber >= lastGroup) break
    if (batch.rowCount < PAGE_ROWS) continue
    await comparison.compare(batch)
    batch.clear()
    onProgress?.(turn.groupNumber, lastGroup)
  }
  await comparison.compare(batch)
  await comparison.finish()
  return report.result(lastGroup)
}

class Report {
  private readonly differences: Difference[] = []
  private readonly rows: Record<string, number> = {}
  private count = 0

  compared(table: Table, rows: number): void {
    this.rows[table.name] = (this.rows[table.name] ?? 0) + rows
  }

  differs(table: Table, row: Row, what: string): void {
    this.count++
    if (this.differences.length === DIFFERENCES_SHOWN_MAX) return
    const key = table.key.map((name) => `${name} ${String(row[name])}`).join(' ')
    this.differences.push({ table: table.name, row: key, what })
  }

  result(groupNumber: number): Reconciliation {
    const { differences, rows, count: differenceCount } = this
    return { groupNumber, rows, differenceCount, differences }
  }
}

class Comparison {
  private readonly executions: TableComparison
  private readonly orderChain: TableComparison
  private readonly trades: TableComparison
  private readonly messages: TableComparison
  private readonly messagesAfter: number
  private readonly sessions: TableComparison
  private readonly configuration: TableComparison
  private readonly orders: OrderComparison
  private readonly bars: BarComparison

  constructor(ask: Ask, report: Report, edges: Row) {
    const until = (name: string): number => numberOf(edges, name)
    const compare = (table: Table, key: readonly number[]) =>
      new TableComparison(table, key, ask, report)

    this.executions = compare(executions, [until('last_exec_id')])
    this.orderChain = compare(orderChain, [until('last_exec_id')])
    this.trades = compare(trades, [until('last_match_number')])
    this.messages = compare(messages, [until('last_message_group'), INT_MAX])
    this.messagesAfter = until('messages_after')
    this.sessions = compare(sessions, [until('last_session_group'), INT_MAX])
    this.configuration = compare(configuration, [until('last_configuration_group')])
    this.orders = new OrderComparison(ask, report, edges)
    this.bars = new BarComparison(ask, report, numberOf(edges, 'bar_count'))
  }

  async compare(batch: RowBatch): Promise<void> {
    await this.executions.compare(batch.executions)
    await this.orderChain.compare(batch.orderChain)
    await this.trades.compare(batch.trades)
    await this.messages.compare(
      batch.messages.filter((message) => message.group_number > this.messagesAfter),
    )
    await this.sessions.compare(batch.sessions)
    await this.configuration.compare(batch.configurations)
    await this.orders.compare(batch.orders)
    await this.bars.compare(batch.bars.values())
  }

  async finish(): Promise<void> {
    await this.executions.finish()
    await this.orderChain.finish()
    await this.trades.finish()
    await this.messages.finish()
    await this.sessions.finish()
    await this.configuration.finish()
    await this.orders.finish()
    await this.bars.finish()
  }
}

/** Two runs in key order side by side: the journal's rows and the table's. */
class TableComparison {
  private readonly table: Table
  private readonly until: readonly number[]
  private readonly ask: Ask
  private readonly report: Report
  private page: Row[] = []
  private next = 0
  private after: readonly number[] | undefined
  private isLastPage = false

  constructor(table: Table, until: readonly number[], ask: Ask, report: Report) {
    this.table = table
    this.until = until
    this.ask = ask
    this.report = report
  }

  async compare(rows: readonly Row[]): Promise<void> {
    this.report.compared(this.table, rows.length)
    for (const row of rows) {
      const found = await this.seek(row)
      if (!found) this.report.differs(this.table, row, 'missing in the database')
      else compareColumns(this.table, row, found, this.report)
    }
  }

  async finish(): Promise<void> {
    for (let row = await this.peek(); row; row = await this.peek()) this.skip(row)
  }

  /** The database's row of the same key; rows before it are not in the journal. */
  private async seek(row: Row): Promise<Row | undefined> {
    for (let found = await this.peek(); found; found = await this.peek()) {
      const order = compareKeys(this.table, found, row)
      if (order > 0) return undefined
      if (order === 0) {
        this.next++
        return found
      }
      this.skip(found)
    }
    return undefined
  }

  private skip(row: Row): void {
    this.report.differs(this.table, row, 'not in the journal')
    this.next++
  }

  private async peek(): Promise<Row | undefined> {
    if (this.next === this.page.length && !this.isLastPage) await this.turnPage()
    return this.page[this.next]
  }

  private async turnPage(): Promise<void> {
    const { after, until } = this
    const table = this.table.name as 'executions'
    this.page = await this.ask({ ask: 'page', table, after, until, limit: PAGE_ROWS })
    this.next = 0
    this.isLastPage = this.page.length < PAGE_ROWS
    const last = this.page.at(-1)
    if (last) this.after = this.table.key.map((name) => numberOf(last, name))
  }
}

/** An order is compared once it has ended, and the live ones at the end of the pass. */
class OrderComparison {
  private readonly ask: Ask
  private readonly report: Report
  private readonly lastExecId: number
  /** Of the last group, to the microsecond. */
  private readonly lastTime: string
  private readonly orderCount: number
  private readonly live = new Map<number, OrderRow>()
  private found = 0

  constructor(ask: Ask, report: Report, edges: Row) {
    this.ask = ask
    this.report = report
    this.lastExecId = numberOf(edges, 'last_exec_id')
    this.lastTime = String(edges['time'])
    this.orderCount = numberOf(edges, 'order_count')
  }

  async compare(changed: ReadonlyMap<number, OrderRow>): Promise<void> {
    const ended: OrderRow[] = []
    for (const [id, row] of changed) {
      const order = mergeOrder(this.live.get(id), row)
      if (order.leaves_qty > 0) {
        this.live.set(id, order)
        continue
      }
      this.live.delete(id)
      ended.push(order)
    }
    await this.compareWithDatabase(ended)
  }

  async finish(): Promise<void> {
    await this.compareWithDatabase([...this.live.values()])
    if (this.orderCount <= this.found) return

    const strays = await this.ask({ ask: 'strayOrders', limit: DIFFERENCES_SHOWN_MAX })
    for (const row of strays) this.report.differs(orders, row, 'not in the journal')
  }

  private async compareWithDatabase(rows: readonly OrderRow[]): Promise<void> {
    this.report.compared(orders, rows.length)
    for (let start = 0; start < rows.length; start += ORDERS_ASKED_MAX) {
      const asked = rows.slice(start, start + ORDERS_ASKED_MAX)
      const orderIds = asked.map((row) => row.order_id)
      const answers = await this.ask({ ask: 'ordersById', orderIds })
      const byId = new Map(answers.map((row) => [numberOf(row, 'order_id'), row]))
      for (const row of asked) this.compareOne(row, byId.get(row.order_id))
    }
  }

  private compareOne(row: OrderRow, found: Row | undefined): void {
    if (!found) {
      this.report.differs(orders, { ...row }, 'missing in the database')
      return
    }
    this.found++
    // An event for the feed alone moves an order on without an ExecID.
    const movedOn =
      numberOf(found, 'last_exec_id') > this.lastExecId ||
      String(found['last_time']) > this.lastTime
    if (!movedOn) compareColumns(orders, { ...row }, found, this.report)
  }
}

/** A bar is compared once a later one of its instrument begins, and the latest ones at the end. */
class BarComparison {
  private readonly ask: Ask
  private readonly report: Report
  private readonly barCount: number
  /** By symbol and width. */
  private readonly latest = new Map<string, Bar>()
  private found = 0
  /** The journal's last one, once all of it was seen. */
  private lastMatchNumber = 0

  constructor(ask: Ask, report: Report, barCount: number) {
    this.ask = ask
    this.report = report
    this.barCount = barCount
  }

  async compare(traded: Iterable<Bar>): Promise<void> {
    const ended: Bar[] = []
    for (const bar of traded) {
      const series = `${bar.width} ${bar.symbol}`
      const latest = this.latest.get(series)
      this.lastMatchNumber = Math.max(this.lastMatchNumber, bar.lastMatchNumber)
      if (latest?.start === bar.start) {
        extendBar(latest, bar)
        continue
      }
      if (latest) ended.push(latest)
      this.latest.set(series, bar)
    }
    await this.compareWithDatabase(ended)
  }

  async finish(): Promise<void> {
    await this.compareWithDatabase([...this.latest.values()])
    if (this.barCount <= this.found) return

    const strays = await this.ask({ ask: 'strayBars', limit: DIFFERENCES_SHOWN_MAX })
    for (const row of strays) this.report.differs(bars, row, 'not in the journal')
  }

  private async compareWithDatabase(ended: readonly Bar[]): Promise<void> {
    this.report.compared(bars, ended.length)
    for (let first = 0; first < ended.length; first += BARS_ASKED_MAX) {
      const rows = ended.slice(first, first + BARS_ASKED_MAX).map(barRow)
      const keys = rows.map(({ symbol, width, start }) => ({ symbol, width, start }))
      const answers = (await this.ask({ ask: 'barsByKey', keys })) as BarRow[]
      const byKey = new Map(answers.map((row) => [barKey(row), row]))
      for (const row of rows) this.compareOne(row, byKey.get(barKey(row)))
    }
  }

  private compareOne(row: BarRow, found: BarRow | undefined): void {
    if (!found) {
      this.report.differs(bars, { ...row }, 'missing in the database')
      return
    }
    this.found++
    const movedOn = found.last_match_number > this.lastMatchNumber
    if (!movedOn) compareColumns(bars, { ...row }, { ...found }, this.report)
  }
}

function compareColumns(table: Table, journal: Row, database: Row, report: Report): void {
  const column = Object.keys(table.columns).find((name) => journal[name] !== database[name])
  if (column === undefined) return
  const [expected, found] = [journal[column], database[column]].map((value) => String(value))
  report.differs(table, journal, `${column}: journal ${expected}, database ${found}`)
}

function compareKeys(table: Table, a: Row, b: Row): number {
  for (const name of table.key) {
    const difference = numberOf(a, name) - numberOf(b, name)
    if (difference !== 0) return difference
  }
  return 0
}

/** A count or key of a row; 0 where the database has none. */
function numberOf(row: Row, column: string): number {
  const value = row[column]
  return typeof value === 'number' ? value : 0
}
