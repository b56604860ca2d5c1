/** The days that opened: few, compared at the end. */
import type { Ask } from '../queries.ts'
import type { TradingDayRow } from '../tables.ts'
import { tradingDays } from '../tables.ts'
import { compareColumns } from './compare-columns.ts'
import type { Report } from './report.ts'

export class DayComparison {
  private readonly ask: Ask
  private readonly report: Report
  private readonly days: TradingDayRow[] = []

  constructor(ask: Ask, report: Report) {
    this.ask = ask
    this.report = report
  }

  get dates(): string[] {
    return this.days.map((day) => day.trading_date)
  }

  add(days: readonly TradingDayRow[]): void {
    this.days.push(...days)
  }

  async finish(): Promise<void> {
    this.report.compared(tradingDays, this.days.length)
    const rows = (await this.ask({ ask: 'tradingDays' })) as TradingDayRow[]
    const found = new Map(rows.map((row) => [row.trading_date, row]))
    for (const day of this.days) {
      const row = found.get(day.trading_date)
      if (row) compareColumns(tradingDays, { ...day }, { ...row }, this.report)
      else this.report.missing(tradingDays, { ...day })
      found.delete(day.trading_date)
    }
    const last = this.days.at(-1)?.trading_date ?? ''
    for (const row of found.values()) {
      // A later one opened while the comparison ran.
      if (row.trading_date <= last)
        this.report.differs(tradingDays, { ...row }, 'not in the journal')
    }
  }
}
