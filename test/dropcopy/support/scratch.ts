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

export async function scratchDatabase(): Promise<ScratchDatabase> {
  const dataDir = scratchDataDir()
  const database = await openDatabase({ dataDir, database: 'embedded' })
  return {
    ...database,
    dataDir,
    async empty() {
      await sql`truncate buttonwood.executions, buttonwood.orders, buttonwood.trades,
        buttonwood.sessions, buttonwood.configuration, buttonwood.applied`.execute(database.db)
    },
    async remove() {
      await database.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
