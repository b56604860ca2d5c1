/** How far the rows of a day have come. */
import type { ShowProgress } from '../progress.ts'
import type { Row } from '../queries.ts'
import { DAY_TABLES } from './archived-tables.ts'

export class RowCounter {
  private readonly what: string
  private readonly total: number
  private readonly progress: ShowProgress
  private done = 0

  /** @param total rows; each is counted when it is written and when it is read */
  constructor(what: string, total: number, progress: ShowProgress) {
    this.what = what
    this.total = total
    this.progress = progress
  }

  add(rows: number): void {
    this.done += rows
    const { done, total, what } = this
    this.progress({ done, total, text: `${what}: ${done} of ${total} rows written and read` })
  }
}

/** Rows of a day in all tables. */
export const countOf = (facts: Row): number =>
  DAY_TABLES.reduce((sum, { table }) => sum + Number(facts[table.name]), 0)
