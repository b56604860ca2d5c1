/**
 * The drop copy from outside its reader: questions, the comparison with the journal, the rebuild.
 * A reader that runs is asked; where none runs, the database is opened here.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { DirectoryLock } from '../journal/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { JournalCopier, venueAfter } from './copy-journal.ts'
import type { DatabaseLocation, DropCopyDatabase } from './database.ts'
import {
  dropEmbedded,
  embeddedDirectory,
  embeddedLock,
  isEmbedded,
  openDatabase,
} from './database.ts'
import { databaseStore } from './database-store.ts'
import { allTurns, journalIn, openTurns } from './journal-turns.ts'
import type { Ask } from './queries.ts'
import { answer } from './queries.ts'
import type { QuestionSocket } from './query-socket.ts'
import { connectToReader } from './query-socket.ts'
import type { Reconciliation } from './reconcile.ts'
import { reconcile } from './reconcile.ts'
import { readTradingDays } from './trading-days.ts'
import { readApplied } from './write-batch.ts'

const STATUS_INTERVAL_MS = 200
/** The server runs and its reader, with the lowest priority, does not have the database yet. */
const READER_STARTS_MS = 5_000
/** Somebody has the embedded database: a new one takes seconds, many where others work too. */
const READER_OPENS_MS = 60_000
const PROGRESS_INTERVAL_MS = 2_000

/** One line for the operator. */
type Note = (line: string) => void

export interface Questions {
  readonly ask: Ask
  readonly close: () => Promise<void>
}

/** @throws ExchangeError DatabaseUnreachable, DirectoryLocked */
export async function openQuestions(location: DatabaseLocation): Promise<Questions> {
  if (isEmbedded(location)) {
    const reader = await reachReader(location.dataDir)
    if (reader) return { ask: reader.ask, close: async () => reader.close() }
    checkEmbeddedExists(location.dataDir)
  }
  const { db, close } = await openDatabase(location, { migrate: isEmbedded(location) })
  return { ask: (question) => answer(db, question), close }
}

/**
 * The reader of the server that runs here, undefined when none does. Right after a start it is still
 * opening its database and answers nobody: it is waited for.
 */
async function reachReader(dataDir: string): Promise<QuestionSocket | undefined> {
  const startedMs = performance.now()
  for (;;) {
    const reader = await connectToReader(dataDir)
    if (reader || performance.now() - startedMs > patienceMs(dataDir)) return reader
    await delay(STATUS_INTERVAL_MS)
  }
}

function patienceMs(dataDir: string): number {
  if (DirectoryLock.isHeld(embeddedLock(dataDir))) return READER_OPENS_MS
  return DirectoryLock.isHeld(join(dataDir, 'lock')) ? READER_STARTS_MS : 0
}

function checkEmbeddedExists(dataDir: string): void {
  if (existsSync(embeddedDirectory(dataDir))) return
  throw new ExchangeError(
    ErrorCode.DatabaseUnreachable,
    `${dataDir} holds no embedded database yet; start the server, or run \`buttonwood dropcopy reconcile\``,
  )
}

/**
 * Brings the database up to date, then compares it with the journal. While the server runs its
 * reader is waited for; otherwise the missing part is applied here.
 */
export async function reconcileWithJournal(
  location: DatabaseLocation,
  note: Note,
): Promise<Reconciliation> {
  const reader = await reachReader(location.dataDir)
  if (reader) {
    try {
      await waitForReader(reader, note)
      return await compareWhileRunning(location, reader, note)
    } finally {
      reader.close()
    }
  }

  const database = await openDatabase(location)
  try {
    await catchUp(location, database, note)
    return await compare(location, (question) => answer(database.db, question), note)
  } finally {
    await database.close()
  }
}

async function waitForReader(reader: QuestionSocket, note: Note): Promise<void> {
  const say = everySoOften(note)
  for (;;) {
    const [status] = await reader.ask({ ask: 'status' })
    const backlogBytes = Number(status?.['backlogBytes'] ?? 0)
    if (backlogBytes === 0) return
    say(`the database is ${backlogBytes} bytes of journal behind; waiting for the reader`)
    await delay(STATUS_INTERVAL_MS)
  }
}

async function compareWhileRunning(
  location: DatabaseLocation,
  reader: QuestionSocket,
  note: Note,
): Promise<Reconciliation> {
  if (isEmbedded(location)) return compare(location, reader.ask, note)

  const { db, close } = await openDatabase(location, { migrate: false })
  try {
    return await compare(location, (question) => answer(db, question), note)
  } finally {
    await close()
  }
}

function compare({ dataDir }: DatabaseLocation, ask: Ask, note: Note): Promise<Reconciliation> {
  const say = everySoOften(note)
  const turns = allTurns(dataDir)
  return reconcile({
    ask,
    turns,
    onProgress: (group, last) => say(`compared group ${group} of ${last}`),
  })
}

/** @returns the last group applied */
async function catchUp(
  { dataDir }: DatabaseLocation,
  { db }: DropCopyDatabase,
  note: Note,
): Promise<number> {
  const say = everySoOften(note)
  const applied = await readApplied(db)
  const turns = openTurns(journalIn(dataDir), applied)
  try {
    const venue = venueAfter(applied, turns.configuration, await readTradingDays(db))
    const copier = new JournalCopier(databaseStore(db), turns, { applied, venue })
    let rows = 0
    for (let copied = await copier.copyBatch(); copied !== undefined;) {
      rows += copied
      say(`applied the journal up to group ${copier.applied?.group_number ?? 0}`)
      copied = await copier.copyBatch()
    }
    if (rows > 0) note(`the database was behind: ${rows} rows applied from the journal`)
    return copier.applied?.group_number ?? 0
  } finally {
    turns.close()
  }
}

/**
 * Drops the copy and makes it again from the journal.
 * @returns the last group applied
 * @throws ExchangeError DirectoryLocked while a server runs
 */
export async function rebuild(location: DatabaseLocation, note: Note): Promise<number> {
  const reader = await connectToReader(location.dataDir)
  if (reader) {
    reader.close()
    throw new ExchangeError(
      ErrorCode.DirectoryLocked,
      `the server of ${location.dataDir} is running; stop it, then rebuild`,
    )
  }

  await dropCopy(location)
  const database = await openDatabase(location)
  try {
    return await catchUp(location, database, note)
  } finally {
    await database.close()
  }
}

async function dropCopy(location: DatabaseLocation): Promise<void> {
  if (isEmbedded(location)) {
    dropEmbedded(location.dataDir)
    return
  }
  const { db, close } = await openDatabase(location, { migrate: false })
  try {
    await sql`drop schema if exists buttonwood cascade`.execute(db)
  } finally {
    await close()
  }
}

function everySoOften(note: Note): Note {
  let saidMs = performance.now()
  return (line) => {
    if (performance.now() - saidMs < PROGRESS_INTERVAL_MS) return
    saidMs = performance.now()
    note(line)
  }
}
