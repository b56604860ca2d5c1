/**
 * kysely on PGlite: PostgreSQL inside this process, one connection, one transaction at a time.
 * kysely brings everything of the PostgreSQL dialect but this driver.
 */
import type { PGlite } from '@electric-sql/pglite'
import type {
  CompiledQuery,
  DatabaseConnection,
  Dialect,
  Driver,
  QueryResult,
  TransactionSettings,
} from 'kysely'
import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { CopyData } from './copy-rows.ts'
import { parserOf, PARSED_TYPES } from './type-parsers.ts'

export const pgliteDialect = (database: PGlite): Dialect => ({
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => new PGliteDriver(database),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
})

class PGliteDriver implements Driver {
  private readonly connection: PGliteConnection
  private readonly database: PGlite
  /** Settles when the connection is free; who asks next waits for it. */
  private free: Promise<void> = Promise.resolve()
  private release: () => void = () => {}

  constructor(database: PGlite) {
    this.database = database
    this.connection = new PGliteConnection(database)
  }

  async init(): Promise<void> {
    await this.database.waitReady
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.free
    let release = (): void => {}
    this.free = new Promise((resolve) => (release = resolve))
    await before
    this.release = release
    return this.connection
  }

  async beginTransaction(_connection: DatabaseConnection, _settings: TransactionSettings) {
    await this.database.exec('begin')
  }

  async commitTransaction(): Promise<void> {
    await this.database.exec('commit')
  }

  async rollbackTransaction(): Promise<void> {
    await this.database.exec('rollback')
  }

  async releaseConnection(): Promise<void> {
    this.release()
  }

  async destroy(): Promise<void> {
    if (!this.database.closed) await this.database.close()
  }
}

class PGliteConnection implements DatabaseConnection {
  private readonly database: PGlite

  constructor(database: PGlite) {
    this.database = database
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const [data] = query.parameters
    if (data instanceof CopyData) {
      const blob = new Blob([...data.chunks])
      await this.database.query(`${query.sql} from '/dev/blob'`, [], { blob })
      return { rows: [] }
    }
    const parsers = Object.fromEntries(PARSED_TYPES.map((type) => [type, parserOf(type)]))
    const result = await this.database.query<Row>(query.sql, [...query.parameters], { parsers })
    return { rows: result.rows, numAffectedRows: BigInt(result.affectedRows ?? 0) }
  }

  // eslint-disable-next-line require-yield -- PGlite has no cursors over the wire; pages serve
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('PGlite does not stream rows: read them in pages')
  }
}
