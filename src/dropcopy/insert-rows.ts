/**
 * Bulk inserts: one statement, one array parameter per column, `unnest`. A tenth of the time of one
 * statement per row, and the same text for PostgreSQL and PGlite, on which COPY FROM STDIN would
 * hang for good. Values travel as parameters only, whatever a client wrote into its ClOrdID.
 */
import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Cell, Row } from './queries.ts'
import type { RowOf, Table } from './tables.ts'
import { SCHEMA } from './tables.ts'

/** What becomes of a column of a row whose key exists; the later value where it is not named. */
export type Merge = 'keep' | 'greatest' | 'least' | 'add'

/** What happens to a row whose key exists. */
export type Conflict = 'do nothing' | Readonly<Record<string, Merge>>

/**
 * @param conflict what happens to a row whose key exists: nothing, or an update of all columns but
 *   the key and those to keep
 */
export function insertRows<T extends Table>(
  table: T,
  rows: readonly RowOf<T>[],
  conflict: Conflict,
): RawBuilder<unknown> {
  const names = Object.keys(table.columns)
  const arrays = names.map((name) => {
    const type = table.columns[name]!.replace('?', '')
    // Through text, so that both drivers send the literal as it is.
    return sql`${columnLiteral(rows, name)}::text::${sql.raw(type)}[]`
  })

  return sql`
    insert into ${sql.id(SCHEMA, table.name)} (${sql.join(names.map((name) => sql.id(name)))})
    select * from unnest(${sql.join(arrays)})
    on conflict (${sql.join(table.key.map((name) => sql.id(name)))})
    ${conflict === 'do nothing' ? sql`do nothing` : updateColumns(table, conflict)}`
}

function updateColumns(table: Table, merges: Exclude<Conflict, string>): RawBuilder<unknown> {
  const changes = Object.keys(table.columns)
    .filter((name) => !table.key.includes(name) && merges[name] !== 'keep')
    .map((name) => sql`${sql.id(name)} = ${mergedValue(table, name, merges[name])}`)
  return sql`do update set ${sql.join(changes)}`
}

function mergedValue(table: Table, name: string, merge: Merge | undefined): RawBuilder<unknown> {
  const earlier = sql.id(table.name, name)
  const later = sql.id('excluded', name)
  switch (merge) {
    case 'greatest':
      return sql`greatest(${earlier}, ${later})`
    case 'least':
      return sql`least(${earlier}, ${later})`
    case 'add':
      return sql`${earlier} + ${later}`
    default:
      return sql`${later}`
  }
}

/** `{1,NULL,"a\"b"}`: a column as PostgreSQL reads an array. */
function columnLiteral<T extends Table>(rows: readonly RowOf<T>[], name: string): string {
  let literal = '{'
  for (const [index, row] of rows.entries()) {
    if (index > 0) literal += ','
    literal += element((row as Row)[name] ?? null)
  }
  return `${literal}}`
}

function element(value: Cell): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `"${value.replace(/[\\"]/g, '\\$&')}"`
  return String(value)
}
