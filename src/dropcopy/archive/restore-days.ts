/**
 * `dropcopy restore`: days come back from their files. All files of a day are checked before its first
 * row is written, and doing it again changes nothing.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ErrorCode, ExchangeError } from '../../runtime/index.ts'
import type { DatabaseLocation } from '../database.ts'
import { openQuestions } from '../open-questions.ts'
import type { Watch } from '../progress.ts'
import type { Ask, Row } from '../queries.ts'
import type { DayInFiles } from './archive-days.ts'
import { totalOf } from './archive-days.ts'
import { readArchiveFile } from './archive-file.ts'
import { columnsOf, dayTable } from './archived-tables.ts'
import type { ArchivedFile, Manifest } from './manifest.ts'
import { MANIFEST_FILE, readManifest } from './manifest.ts'
import { RowCounter } from './row-counter.ts'

/** What is put back by one question, about: the reader takes none that is longer than 4 MiB. */
const PIECE_CHARACTERS = 262_144

/**
 * @param directory of one day, or with a folder for each day
 * @throws ExchangeError Archive, DatabaseUnreachable
 */
export async function restoreDays(
  location: DatabaseLocation,
  directory: string,
  watch: Watch,
): Promise<DayInFiles[]> {
  const folders = foldersOfDays(directory)
  const { ask, close } = await openQuestions(location)
  try {
    const [applied] = await ask({ ask: 'applied' })
    const done: DayInFiles[] = []
    for (const folder of folders) done.push(await restoreDay(ask, { folder, applied }, watch))
    return done
  } finally {
    await close()
  }
}

function foldersOfDays(directory: string): string[] {
  const isDay = (folder: string): boolean => existsSync(join(folder, MANIFEST_FILE))
  if (isDay(directory)) return [directory]
  const names = existsSync(directory) ? readdirSync(directory).sort() : []
  const folders = names
    .filter((name) => !name.endsWith('.unfinished'))
    .map((name) => join(directory, name))
    .filter(isDay)
  if (folders.length > 0) return folders
  throw new ExchangeError(ErrorCode.Archive, `${directory} holds no archived day`)
}

async function restoreDay(
  ask: Ask,
  { folder, applied }: { folder: string; applied: Row | undefined },
  watch: Watch,
): Promise<DayInFiles> {
  const manifest = await readManifest(folder)
  checkBelongs(folder, manifest, applied)
  const { rows, bytes } = totalOf(manifest.files)
  const { tradingDate } = manifest
  const counter = new RowCounter(`restoring ${tradingDate}`, 2 * rows, watch.progress)
  for (const file of manifest.files) await checkFile(folder, file, counter)

  await ask({ ask: 'openDay', day: tradingDate })
  for (const file of manifest.files) await putBack(ask, { folder, file, tradingDate }, counter)
  return { tradingDate, rows, bytes, directory: folder }
}

function checkBelongs(folder: string, manifest: Manifest, applied: Row | undefined): void {
  if (manifest.journalId !== applied?.['journal_id']) {
    const here = String(applied?.['journal_id'] ?? 'none')
    throw refused(folder, `is of journal ${manifest.journalId}, the database of ${here}`)
  }
  const open = String(applied['trading_date'])
  if (manifest.tradingDate >= open) throw refused(folder, `is of a day that is open (${open})`)
}

/** @throws ExchangeError Archive that names the file and what is wrong with it */
async function checkFile(folder: string, file: ArchivedFile, counter: RowCounter): Promise<void> {
  const path = join(folder, file.file)
  const known = dayTable(file.table)
  const unknown = file.columns.find((name) => !known || !(name in known.table.columns))
  if (unknown !== undefined) {
    throw refused(path, `has a column ${unknown} that ${file.table} does not have`)
  }
  if (!existsSync(path)) throw refused(path, 'is missing')
  const { size } = await stat(path)
  if (size !== file.bytes) throw refused(path, `has ${size} bytes, not ${file.bytes}`)
  const sha256 = await digest(path)
  if (sha256 !== file.sha256) throw refused(path, `has SHA-256 ${sha256}, not ${file.sha256}`)

  const { rows } = await readFile(path, file, async (some) => counter.add(some.length))
  if (rows !== file.rows) throw refused(path, `has ${rows} rows, not ${file.rows}`)
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

async function readFile(
  path: string,
  { columns }: ArchivedFile,
  take: (rows: readonly Row[]) => Promise<void>,
): Promise<{ rows: number }> {
  try {
    return await readArchiveFile(path, columns, take)
  } catch (error) {
    if (error instanceof ExchangeError) throw error
    throw refused(path, `cannot be read: ${(error as Error).message}`)
  }
}

interface FileOfDay {
  readonly folder: string
  readonly file: ArchivedFile
  readonly tradingDate: string
}

async function putBack(
  ask: Ask,
  { folder, file, tradingDate }: FileOfDay,
  counter: RowCounter,
): Promise<void> {
  const { table } = file
  const path = join(folder, file.file)
  const missing = columnsOf(dayTable(table)!.table).filter((name) => !file.columns.includes(name))
  const nulls = Object.fromEntries(missing.map((name) => [name, null]))
  await readFile(path, file, async (rows) => {
    for (const piece of piecesOf(rows)) {
      await ask({ ask: 'putBack', table, rows: piece.map((row) => ({ ...nulls, ...row })) })
      counter.add(piece.length)
    }
  })

  const [facts] = await ask({ ask: 'factsOfDay', day: tradingDate })
  if (facts![table] !== file.rows) {
    throw refused(path, `has ${file.rows} rows, but the database now ${String(facts![table])}`)
  }
  await ask({ ask: 'forgetArchived', table, day: tradingDate })
}

function* piecesOf(rows: readonly Row[]): Generator<Row[]> {
  let piece: Row[] = []
  let characters = 0
  for (const row of rows) {
    piece.push(row)
    characters += JSON.stringify(row).length
    if (characters < PIECE_CHARACTERS) continue
    yield piece
    piece = []
    characters = 0
  }
  if (piece.length > 0) yield piece
}

const refused = (path: string, why: string): ExchangeError =>
  new ExchangeError(ErrorCode.Archive, `${path} ${why}`)
