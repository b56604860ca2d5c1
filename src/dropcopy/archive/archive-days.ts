/**
 * `dropcopy archive`: the rows of days that are over go to files, and only when these are on disk and
 * were read back, out of the database. A crash at any point loses nothing: a day is in the database, in
 * its files, or in both, and the next run goes on.
 */
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ErrorCode, ExchangeError } from '../../runtime/index.ts'
import type { DatabaseLocation } from '../database.ts'
import { openQuestions } from '../open-questions.ts'
import type { Watch } from '../progress.ts'
import type { Ask, Row } from '../queries.ts'
import type { ArchivedRow, Table } from '../tables.ts'
import { readArchiveFile, syncPath, writeArchiveFile } from './archive-file.ts'
import { columnsOf, DAY_TABLES } from './archived-tables.ts'
import type { ArchivedFile } from './manifest.ts'
import { readManifest, writeManifest } from './manifest.ts'
import { countOf, RowCounter } from './row-counter.ts'

const PAGE_ROWS = 2_000

/** A day that went to files, or came back from them. */
export interface DayInFiles {
  readonly tradingDate: string
  readonly rows: number
  /** Of all files. */
  readonly bytes: number
  readonly directory: string
}

export interface ArchiveOptions {
  /** A day such as 2026-11-21; it stays, and those after it. */
  readonly before: string
  /** Gets a folder for each day. */
  readonly directory: string
}

/** @throws ExchangeError Archive, DatabaseUnreachable */
export async function archiveDays(
  location: DatabaseLocation,
  { before, directory }: ArchiveOptions,
  watch: Watch,
): Promise<DayInFiles[]> {
  const { ask, close } = await openQuestions(location)
  try {
    const [applied] = await ask({ ask: 'applied' })
    const open = String(applied?.['trading_date'] ?? '')
    if (before > open) watch.note(`days from ${open} on are open: they stay`)

    const done: DayInFiles[] = []
    for (const day of await ask({ ask: 'daysBefore', before })) {
      const tradingDate = String(day['trading_date'])
      const live = Number(day['live_orders'])
      if (live > 0) watch.note(`${tradingDate} stays: ${live} orders of it are live`)
      else {
        const journalId = String(applied!['journal_id'])
        done.push(await archiveDay(ask, { tradingDate, journalId, directory }, watch))
      }
    }
    return done
  } finally {
    await close()
  }
}

interface Day {
  readonly tradingDate: string
  readonly journalId: string
  readonly directory: string
}

async function archiveDay(
  ask: Ask,
  { tradingDate, journalId, directory }: Day,
  watch: Watch,
): Promise<DayInFiles> {
  const target = join(directory, tradingDate)
  const unfinished = `${target}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })

  const [facts] = (await ask({ ask: 'factsOfDay', day: tradingDate })) as [Row]
  const counter = new RowCounter(`archiving ${tradingDate}`, 2 * countOf(facts), watch.progress)
  const files: ArchivedFile[] = []
  for (const { table } of DAY_TABLES) {
    files.push(await archiveTable(ask, { table, day: tradingDate, directory: unfinished }, counter))
  }
  const manifestSha256 = await writeManifest(unfinished, {
    journalId,
    tradingDate,
    firstExecId: facts['first_exec_id'] as number | null,
    lastExecId: facts['last_exec_id'] as number | null,
    files,
  })
  await putInPlace(unfinished, target, files)

  const records = files.map((file): ArchivedRow => {
    const { table, rows, sha256 } = file
    return {
      trading_date: tradingDate,
      table_name: table,
      row_count: rows,
      sha256,
      manifest_sha256: manifestSha256,
      directory: target,
    }
  })
  await ask({ ask: 'removeDay', day: tradingDate, records })
  return { tradingDate, ...totalOf(files), directory: target }
}

export const totalOf = (files: readonly ArchivedFile[]): { rows: number; bytes: number } => ({
  rows: files.reduce((sum, file) => sum + file.rows, 0),
  bytes: files.reduce((sum, file) => sum + file.bytes, 0),
})

interface TableOfDay {
  readonly table: Table
  readonly day: string
  readonly directory: string
}

/** Writes the file and reads it back. */
async function archiveTable(
  ask: Ask,
  { table, day, directory }: TableOfDay,
  counter: RowCounter,
): Promise<ArchivedFile> {
  const columns = columnsOf(table)
  const file = `${table.name}.csv.gz`
  const path = join(directory, file)
  async function* pages(): AsyncGenerator<Row[]> {
    let after: Row | undefined
    for (;;) {
      const name = table.name
      const page: Row[] = await ask({ ask: 'pageOfDay', table: name, day, after, limit: PAGE_ROWS })
      counter.add(page.length)
      yield page
      if (page.length < PAGE_ROWS) return
      after = page.at(-1)
    }
  }

  const written = await writeArchiveFile(path, columns, pages())
  const read = await readArchiveFile(path, columns, async (rows) => counter.add(rows.length))
  if (read.rows !== written.rows || read.sha256 !== written.sha256) {
    throw new ExchangeError(
      ErrorCode.Archive,
      `${path}: what was read back is not what was written`,
    )
  }
  return { table: table.name, file, columns, ...written }
}

/** A day's folder appears whole. One that is there already is of a run that ended before the rows went. */
async function putInPlace(
  unfinished: string,
  target: string,
  files: readonly ArchivedFile[],
): Promise<void> {
  await syncPath(unfinished)
  if (existsSync(target)) {
    const { files: earlier } = await readManifest(target)
    if (JSON.stringify(earlier) !== JSON.stringify(files)) {
      throw new ExchangeError(
        ErrorCode.Archive,
        `${target} holds another archive of that day; move it away, nothing was removed`,
      )
    }
    await rm(target, { recursive: true })
  }
  await rename(unfinished, target)
  await syncPath(dirname(target))
}
