/**
 * A database in memory with transactions, for the drop copy's reader. Whatever is asked of it waits
 * until it is told to answer; instead it may drop its connections, and then nobody but itself knows
 * whether a commit that was under way was done, or will be.
 */
import type { AppliedRow, TradingDayRow } from '../../src/dropcopy/tables.ts'
import { executions, orders, tradingDays } from '../../src/dropcopy/tables.ts'
import type { Conflict } from '../../src/dropcopy/insert-rows.ts'
import { TradingDays } from '../../src/dropcopy/index.ts'
import type { CopyStore, CopyTransaction, Step } from '../../src/dropcopy/index.ts'
import type { Dice } from '../support/dice.ts'
import type { MemoryRow } from './memory-table.ts'
import { MemoryTable } from './memory-table.ts'

/** Everything that a transaction is to change, once it is committed. */
type Change = () => void
type Add = CopyTransaction['add']

interface Question {
  readonly transaction: MemoryTransaction | undefined
  readonly isCommit: boolean
  readonly answer: () => void
  readonly fail: (error: Error) => void
}

export class MemoryDatabase implements CopyStore {
  applied: AppliedRow | undefined
  readonly tables = new Map<string, MemoryTable>()
  /** Rises with every commit. */
  commits = 0
  /** Rows of `executions` in the order in which they were committed, again where one came again. */
  readonly executions: MemoryRow[] = []
  private questions: Question[] = []
  /** The transaction that holds the position. */
  private holder: MemoryTransaction | undefined

  readApplied(): Promise<AppliedRow | undefined> {
    return this.ask(() => this.applied)
  }

  readTradingDays(): Promise<TradingDays> {
    return this.ask(() => {
      const days = this.rowsOf(tradingDays.name) as unknown as TradingDayRow[]
      const ids = this.rowsOf(orders.name).map((row) => Number(row['order_id']))
      return new TradingDays(
        days,
        ids.reduce((most, id) => Math.max(most, id), 0),
      )
    })
  }

  async transaction(work: (transaction: CopyTransaction) => Promise<void>): Promise<void> {
    const transaction = new MemoryTransaction(this)
    await work(transaction)
    await this.ask(() => this.commit(transaction), transaction, true)
  }

  /** Somebody waits for an answer that can be given. */
  get isAsked(): boolean {
    return this.questions.some((question) => this.isFree(question))
  }

  /** Answers the first question that waits for nobody else. */
  answer(): string {
    const at = this.questions.findIndex((question) => this.isFree(question))
    const [question] = this.questions.splice(at, 1)
    question!.answer()
    return question!.isCommit ? `commits ${this.applied?.group_number}` : 'answers'
  }

  /**
   * Every connection is lost. What was not being committed is rolled back; a commit under way was
   * done, was not, or is done when somebody else may have looked already.
   */
  lose(dice: Dice): string {
    const told: string[] = []
    for (const question of this.questions.splice(0)) {
      const fate = question.isCommit ? dice.pick(['done', 'not done', 'late'])! : 'not done'
      if (fate === 'done') question.answer()
      if (fate === 'late') this.questions.push({ ...question, fail: () => {} })
      if (fate === 'not done') this.release(question.transaction)
      question.fail(new Error('the connection was lost: injected'))
      if (question.isCommit) told.push(`a commit is ${fate}`)
    }
    return told.join(', ') || 'nothing was being committed'
  }

  ask<Answer>(
    run: () => Answer,
    transaction?: MemoryTransaction,
    isCommit = false,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const answer = (): void => {
        try {
          resolve(run())
        } catch (error) {
          reject(error as Error)
        }
      }
      this.questions.push({ transaction, isCommit, answer, fail: reject })
    })
  }

  /** Whoever moves the position waits for the one who has moved it already. */
  hold(transaction: MemoryTransaction, { from }: Step): boolean {
    const { applied } = this
    if (applied?.group_number !== from?.group_number) return false
    this.holder = transaction
    return true
  }

  tableOf(name: string, key: readonly string[]): MemoryTable {
    const table = this.tables.get(name) ?? new MemoryTable(key)
    this.tables.set(name, table)
    return table
  }

  private rowsOf(name: string): MemoryRow[] {
    return [...(this.tables.get(name)?.rows.values() ?? [])]
  }

  private isFree({ transaction }: Question): boolean {
    return transaction === undefined || this.holder === undefined || this.holder === transaction
  }

  private commit(transaction: MemoryTransaction): void {
    for (const change of transaction.changes) change()
    this.commits++
    this.release(transaction)
  }

  private release(transaction: MemoryTransaction | undefined): void {
    if (transaction !== undefined && this.holder === transaction) this.holder = undefined
  }
}

class MemoryTransaction implements CopyTransaction {
  readonly changes: Change[] = []
  private readonly database: MemoryDatabase

  constructor(database: MemoryDatabase) {
    this.database = database
  }

  movePosition(step: Step): Promise<boolean> {
    const { database } = this
    this.changes.push(() => (database.applied = step.to))
    return database.ask(() => database.hold(this, step), this)
  }

  openDays: CopyTransaction['openDays'] = (days) => this.put(tradingDays, days, 'do nothing')

  add: Add = (table, rows) => this.put(table, rows, 'do nothing')

  merge: CopyTransaction['merge'] = (table, rows, merges) => this.put(table, rows, merges)

  private put(
    { name, key }: Parameters<Add>[0],
    rows: Parameters<Add>[1],
    conflict: Conflict,
  ): Promise<void> {
    const { database } = this
    const copies = rows.map((row): MemoryRow => ({ ...row }))
    this.changes.push(() => {
      const table = database.tableOf(name, key)
      for (const row of copies) table.put(row, conflict)
      if (name === executions.name) database.executions.push(...copies)
    })
    return database.ask(() => undefined, this)
  }
}
