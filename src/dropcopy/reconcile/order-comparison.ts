/** Orders change until they have ended: the rows are folded from the journal as they are in the database. */
import { mergeOrder, ORDER_BEGINNING } from '../order-row.ts'
import type { Ask, Row } from '../queries.ts'
import type { OrderRow } from '../tables.ts'
import { orders } from '../tables.ts'
import { compareColumns, numberOf } from './compare-columns.ts'
import type { Report } from './report.ts'
import { DIFFERENCES_SHOWN_MAX } from './report.ts'

const ORDERS_ASKED_MAX = 1_000

/** An order is compared once it has ended, and the live ones at the end of the pass. */
export class OrderComparison {
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
      this.report.missing(orders, { ...row })
      return
    }
    this.found++
    // Told of while its day is archived: the file has its beginning.
    const beginning = this.report.isInFile(orders, { ...row }) ? beginningOf(found) : {}
    // An event for the feed alone moves an order on without an ExecID.
    const movedOn =
      numberOf(found, 'last_exec_id') > this.lastExecId ||
      String(found['last_time']) > this.lastTime
    if (!movedOn) compareColumns(orders, { ...row, ...beginning }, found, this.report)
  }
}

const beginningOf = (row: Row): Row =>
  Object.fromEntries(ORDER_BEGINNING.map((name) => [name, row[name]!]))
