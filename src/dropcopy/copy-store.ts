/** What the copying needs of a database, so that a test can put one underneath that fails as it likes. */
import type { Merges } from './insert-rows.ts'
import type { AppliedRow, RowOf, Table, TradingDayRow } from './tables.ts'

/** A batch moves the position from one group to another. */
export interface Step {
  /** The position that the batch continues; undefined for the first one. */
  readonly from: AppliedRow | undefined
  readonly to: AppliedRow
}

export interface CopyStore {
  /** Does all of it or nothing, the work again if need be. After an error only the database knows which. */
  transaction(work: (transaction: CopyTransaction) => Promise<void>): Promise<void>
}

export interface CopyTransaction {
  /**
   * Moves the position, and holds off every other transaction that wants to.
   * @returns false when it is not where the step begins
   */
  movePosition(step: Step): Promise<boolean>
  /** Makes room for the rows of these days. */
  openDays(days: readonly TradingDayRow[]): Promise<void>
  /** Rows that the database does not have; one that it has stays as it is. */
  add<T extends Table>(table: T, rows: readonly RowOf<T>[]): Promise<void>
  /** Rows that it may have: they become one. */
  merge<T extends Table>(table: T, rows: readonly RowOf<T>[], merges: Merges): Promise<void>
}
