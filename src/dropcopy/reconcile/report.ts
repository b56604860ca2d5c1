/** What a comparison found: rows compared, rows that are archived, differences. */
import type { Row } from '../queries.ts'
import type { ArchivedRow, Table } from '../tables.ts'
import { archived as archivedTable } from '../tables.ts'

/** Differences that are described; all are counted. */
export const DIFFERENCES_SHOWN_MAX = 20

export interface Difference {
  readonly table: string
  /** `exec_id 42` */
  readonly row: string
  /** `missing in the database`, or `price: journal 182.5000, database 182.6000` */
  readonly what: string
}

export interface Reconciliation {
  /** Last group compared; 0 = nothing was applied yet. */
  readonly groupNumber: number
  /** Rows of the journal compared, by table. */
  readonly rows: Readonly<Record<string, number>>
  /** Of these the ones that are in files of `dropcopy archive`, by table. */
  readonly archived: Readonly<Record<string, number>>
  readonly differenceCount: number
  readonly differences: readonly Difference[]
}

export class Report {
  private readonly differences: Difference[] = []
  private readonly rows: Record<string, number> = {}
  private readonly archived: Record<string, number> = {}
  /** By table and day. */
  private readonly archives = new Map<string, { readonly archive: ArchivedRow; missing: number }>()
  private count = 0

  /** @param archives what the database says is in files */
  constructor(archives: readonly ArchivedRow[]) {
    for (const archive of archives) {
      const { table_name: name, trading_date: day } = archive
      this.archives.set(`${name} ${day}`, { archive, missing: 0 })
    }
  }

  compared(table: Table, rows: number): void {
    this.rows[table.name] = (this.rows[table.name] ?? 0) + rows
  }

  /** A row of the journal that the database does not have. */
  missing(table: Table, row: Row): void {
    if (!this.isInFile(table, row)) this.differs(table, row, 'missing in the database')
  }

  /** @returns whether the row went to a file; it is counted there */
  isInFile(table: Table, row: Row): boolean {
    const archive = this.archives.get(`${table.name} ${String(row['trading_date'])}`)
    if (!archive) return false
    archive.missing++
    this.archived[table.name] = (this.archived[table.name] ?? 0) + 1
    return true
  }

  differs(table: Table, row: Row, what: string): void {
    this.count++
    if (this.differences.length === DIFFERENCES_SHOWN_MAX) return
    const key = table.key.map((name) => `${name} ${String(row[name])}`).join(' ')
    this.differences.push({ table: table.name, row: key, what })
  }

  /** At the end: each file has as many rows as went to it. */
  finish(): void {
    for (const { archive, missing } of this.archives.values()) {
      if (missing === archive.row_count) continue
      const what = `row_count: journal ${missing}, database ${archive.row_count}`
      this.differs(archivedTable, { ...archive }, what)
    }
  }

  result(groupNumber: number): Reconciliation {
    const { differences, rows, archived, count: differenceCount } = this
    return { groupNumber, rows, archived, differenceCount, differences }
  }
}
