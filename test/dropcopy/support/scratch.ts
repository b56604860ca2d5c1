/** Databases and directories that live as long as a test file. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '../../../src/dropcopy/index.ts'
import type { DropCopyDatabase } from '../../../src/dropcopy/index.ts'
import { provideDatabase } from '../../support/made-once.ts'

export const scratchDirectory = (): string => mkdtempSync(join(tmpdir(), 'buttonwood-'))

/** With an embedded database that only has to be opened. */
export function scratchDataDir(): string {
  const dataDir = scratchDirectory()
  provideDatabase(dataDir)
  return dataDir
}

export interface ScratchDatabase extends DropCopyDatabase {
  readonly dataDir: string
  /** Empties every table: starting PGlite takes seconds, so a file shares one. */
  empty(): Promise<void>
  remove(): Promise<void>
}

/** @param url of a PostgreSQL whose schema is ours alone; embedded unless given */
export async function scratchDatabase(url = 'embedded'): Promise<ScratchDatabase> {
  const dataDir = url === 'embedded' ? scratchDataDir() : scratchDirectory()
  const database = await openDatabase({ dataDir, database: url })
  return {
    ...database,
    dataDir,
    async empty() {
      const { rows } = await sql<{ tables: string }>`
        select string_agg(oid::regclass::text, ', ') as tables from pg_class
        where relnamespace = 'buttonwood'::regnamespace and relkind in ('r', 'p')
          and relname not like 'kysely%'`.execute(database.db)
      await sql`truncate ${sql.raw(rows[0]!.tables)}`.execute(database.db)
    },
    async remove() {
      await database.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
