/**
 * I7 in the database: at every commit the rows are those of the journal up to the position that is
 * committed with them, each ExecID(17) once, whatever became of reader and database before.
 */
import { barRow } from '../../../src/dropcopy/index.ts'
import type { Checker } from '../checker.ts'
import type { MemoryRow } from '../memory-table.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'drop-copy-equals-journal'

export function dropCopyEqualsJournal({ dropCopy, history }: World): Checker {
  const { database } = dropCopy
  /** Commits and executions that have been compared. */
  let commits = 0
  let compared = 0

  function checkExecutions(): void {
    const group = database.applied?.group_number ?? 0
    const due = history.executionsAt(group)
    const { length } = database.executions
    if (length !== due) {
      const what = `${length} executions are committed with group ${group}, the journal has ${due}`
      throw new Violation(NAME, `${what}: ${String(database.executions[due]?.exec_id ?? '')}`)
    }
    for (; compared < due; compared++) {
      compare('executions', history.rows.executions[compared]!, database.executions[compared])
    }
  }

  function checkTable(name: string, rows: readonly object[]): void {
    const found = [...(database.tables.get(name)?.rows.values() ?? [])]
    for (const [i, row] of rows.entries()) compare(name, row, found[i])
    if (found.length > rows.length) throw new Violation(NAME, `${name} has rows of nothing`)
  }

  return {
    afterStep() {
      if (dropCopy.failure !== undefined) throw dropCopy.failure
      if (database.commits === commits) return
      commits = database.commits
      checkExecutions()
    },
    whenQuiet() {
      const { rows } = history
      checkTable('orders', [...rows.orders.values()])
      checkTable('trades', rows.trades)
      checkTable('trade_corrections', rows.corrections)
      checkTable(
        'position_sums',
        [...rows.positions.values()].map((sum) => sum.row()),
      )
      checkTable('bars', [...rows.bars.values()].map(barRow))
      checkTable(
        'day_summaries',
        [...rows.summaries.values()].map((summary) => summary.row()),
      )
      checkTable('sessions', rows.sessions)
    },
  }
}

function compare(table: string, expected: object, found: MemoryRow | undefined): void {
  for (const [column, value] of Object.entries(expected)) {
    if (found?.[column] === value) continue
    const what = `${table}.${column} is ${found?.[column]}, not ${value}`
    throw new Violation(NAME, `${what}: ${JSON.stringify(expected)}`)
  }
}
