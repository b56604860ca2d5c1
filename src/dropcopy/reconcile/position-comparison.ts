/** What was bought and sold on a day is summed up from the journal's fills, and compared when the next day begins. */
import { isFill, positionKey, PositionSum } from '../position-sum.ts'
import type { Ask } from '../queries.ts'
import type { ExecutionRow, PositionSumRow } from '../tables.ts'
import { positionSums } from '../tables.ts'
import { compareColumns } from './compare-columns.ts'
import type { Report } from './report.ts'

export class PositionComparison {
  private readonly ask: Ask
  private readonly report: Report
  private readonly lastExecId: number
  private day: string | null = null
  /** Of the day. */
  private sums = new Map<string, PositionSum>()
  private readonly asked = new Set<string | null>()

  constructor(ask: Ask, report: Report, lastExecId: number) {
    this.ask = ask
    this.report = report
    this.lastExecId = lastExecId
  }

  async compare(executions: readonly ExecutionRow[]): Promise<void> {
    for (const fill of executions) {
      if (!isFill(fill)) continue
      if (fill.trading_date !== this.day) await this.finishDay()
      this.day = fill.trading_date
      this.sumOf(fill).add(fill)
    }
  }

  /** @param days that opened: one without a fill has no sums */
  async finish(days: readonly string[]): Promise<void> {
    await this.finishDay()
    for (const day of [null, ...days]) {
      this.day = day
      if (!this.asked.has(day)) await this.finishDay()
    }
  }

  private async finishDay(): Promise<void> {
    this.asked.add(this.day)
    const expected = [...this.sums.values()].map((sum) => sum.row())
    this.sums = new Map()
    this.report.compared(positionSums, expected.length)
    const question = { ask: 'positionSums', day: this.day } as const
    const found = new Map(
      ((await this.ask(question)) as PositionSumRow[]).map((row) => [keyOf(row), row]),
    )
    for (const row of expected) {
      this.compareOne(row, found.get(keyOf(row)))
      found.delete(keyOf(row))
    }
    for (const row of found.values()) {
      if (row.last_exec_id <= this.lastExecId) {
        this.report.differs(positionSums, { ...row }, 'not in the journal')
      }
    }
  }

  private compareOne(row: PositionSumRow, found: PositionSumRow | undefined): void {
    if (!found) return this.report.missing(positionSums, { ...row })
    const movedOn = found.last_exec_id > this.lastExecId
    if (!movedOn) compareColumns(positionSums, { ...row }, { ...found }, this.report)
  }

  private sumOf(fill: ExecutionRow): PositionSum {
    const key = positionKey(fill)
    const sum = this.sums.get(key) ?? new PositionSum(fill)
    this.sums.set(key, sum)
    return sum
  }
}

const keyOf = ({ session, firm, account, symbol }: PositionSumRow): string =>
  JSON.stringify([session, firm, account, symbol])
