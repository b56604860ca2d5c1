/** Bars grow while their second or minute lasts: they are folded from the journal's trades. */
import type { Bar } from '../bar-row.ts'
import { barKey, barRow, extendBar } from '../bar-row.ts'
import type { Ask } from '../queries.ts'
import type { BarRow } from '../tables.ts'
import { bars } from '../tables.ts'
import { compareColumns } from './compare-columns.ts'
import type { Report } from './report.ts'
import { DIFFERENCES_SHOWN_MAX } from './report.ts'

const BARS_ASKED_MAX = 1_000

/** A bar is compared once a later one of its instrument begins, and the latest ones at the end. */
export class BarComparison {
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
      this.report.missing(bars, { ...row })
      return
    }
    this.found++
    const movedOn = found.last_match_number > this.lastMatchNumber
    if (!movedOn) compareColumns(bars, { ...row }, { ...found }, this.report)
  }
}
