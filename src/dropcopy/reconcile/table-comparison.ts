/** A table whose rows never change, in the order of its key. */
import type { Ask, Row } from '../queries.ts'
import type { Table } from '../tables.ts'
import { compareColumns, numberOf } from './compare-columns.ts'
import type { Report } from './report.ts'

export const PAGE_ROWS = 2_000

/** Two runs in key order side by side: the journal's rows and the table's. */
export class TableComparison {
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
      if (!found) this.report.missing(this.table, row)
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

function compareKeys(table: Table, a: Row, b: Row): number {
  for (const name of table.key) {
    const difference = numberOf(a, name) - numberOf(b, name)
    if (difference !== 0) return difference
  }
  return 0
}
