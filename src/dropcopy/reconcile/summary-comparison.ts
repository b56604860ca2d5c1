/** Summaries grow for a day: they are folded from the journal, and compared when the next day begins. */
import type { DaySummary } from '../day-summary.ts'
import { isAfter, summaryKey } from '../day-summary.ts'
import type { Ask, Row } from '../queries.ts'
import type { DaySummaryRow } from '../tables.ts'
import { daySummaries } from '../tables.ts'
import { compareColumns, numberOf } from './compare-columns.ts'
import type { Report } from './report.ts'

export class SummaryComparison {
  private readonly ask: Ask
  private readonly report: Report
  private readonly lastGroup: number
  /** Day up to which the database has none. */
  private readonly after: string | null
  private readonly compared = new Set<string>()
  /** Of the days that are not compared yet, by their date and then by key. */
  private readonly days = new Map<string, Map<string, DaySummary>>()

  constructor(ask: Ask, report: Report, edges: Row) {
    this.ask = ask
    this.report = report
    this.lastGroup = numberOf(edges, 'group_number')
    const after = edges['summaries_after']
    this.after = typeof after === 'string' ? after : null
  }

  async compare(summaries: Iterable<DaySummary>): Promise<void> {
    for (const summary of summaries) this.extend(summary)
    const newest = [...this.days.keys()].toSorted().at(-1)
    for (const day of this.days.keys()) if (day !== newest) await this.compareDay(day)
  }

  async finish(): Promise<void> {
    for (const day of this.days.keys()) await this.compareDay(day)
    for (const row of await this.ask({ ask: 'summaryDays' })) {
      const day = String(row['trading_date'])
      if (!this.compared.has(day)) await this.compareDay(day)
    }
  }

  private extend(summary: DaySummary): void {
    const { tradingDate } = summary
    const day = this.days.get(tradingDate) ?? new Map<string, DaySummary>()
    this.days.set(tradingDate, day)
    const earlier = day.get(summary.symbol)
    if (earlier) earlier.extend(summary)
    else day.set(summary.symbol, summary)
  }

  private async compareDay(day: string): Promise<void> {
    const summaries = [...(this.days.get(day)?.values() ?? [])]
    this.days.delete(day)
    this.compared.add(day)
    const expected = summaries
      .map((summary) => summary.row())
      .filter((row) => isAfter(row, this.after))
    this.report.compared(daySummaries, expected.length)

    const rows = (await this.ask({ ask: 'daySummaries', day })) as DaySummaryRow[]
    const found = new Map(rows.map((row) => [summaryKey(row), row]))
    for (const row of expected) {
      this.compareOne(row, found.get(summaryKey(row)))
      found.delete(summaryKey(row))
    }
    for (const row of found.values()) {
      if (!this.hasMovedOn(row)) this.report.differs(daySummaries, { ...row }, 'not in the journal')
    }
  }

  private compareOne(row: DaySummaryRow, found: DaySummaryRow | undefined): void {
    if (!found) return this.report.missing(daySummaries, { ...row })
    if (!this.hasMovedOn(found)) compareColumns(daySummaries, { ...row }, { ...found }, this.report)
  }

  /** The reader wrote to it while the comparison ran. */
  private hasMovedOn(row: DaySummaryRow): boolean {
    return row.last_group_number > this.lastGroup
  }
}
