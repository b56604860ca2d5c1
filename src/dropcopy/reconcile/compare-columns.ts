/** A row of the journal beside the database's row of the same key. */
import type { Row } from '../queries.ts'
import type { Table } from '../tables.ts'
import type { Report } from './report.ts'

export function compareColumns(table: Table, journal: Row, database: Row, report: Report): void {
  const column = Object.keys(table.columns).find((name) => journal[name] !== database[name])
  if (column === undefined) return
  const [expected, found] = [journal[column], database[column]].map((value) => String(value))
  report.differs(table, journal, `${column}: journal ${expected}, database ${found}`)
}

/** A count or key of a row; 0 where the database has none. */
export function numberOf(row: Row, column: string): number {
  const value = row[column]
  return typeof value === 'number' ? value : 0
}
