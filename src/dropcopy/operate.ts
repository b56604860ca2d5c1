/**
 * What operations does with the whole copy: the comparison with the journal, the rebuild. A reader
 * that runs is asked; where none runs, the database is opened here.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { JournalCopier, venueAfter } from './copy-journal.ts'
import type { DatabaseLocation, DropCopyDatabase } from './database.ts'
import { databaseStore } from './database-store.ts'
import { dropEmbedded, isEmbedded, openDatabase } from './database.ts'
import { allTurns, endOfJournal, journalIn, openTurns } from './journal-turns.ts'
import { reachReader, STATUS_INTERVAL_MS } from './open-questions.ts'
import type { Ask } from './queries.ts'
import { answer } from './queries.ts'
import type { QuestionSocket } from './query-socket.ts'
import type { Note, ShowProgress, Watch } from './progress.ts'
import { askStatus, connectToReader } from './query-socket.ts'
import { reconcile } from './reconcile/reconcile.ts'
import type { Reconciliation } from './reconcile/report.ts'
import { readTradingDays } from './trading-days.ts'
import { readApplied } from './write-batch.ts'

/**
 * Brings the database up to date, then compares it with the journal. While the server runs its
 * reader is waited for; otherwise the missing part is applied here.
 */
export async function reconcileWithJournal(
  location: DatabaseLocation,
  note: Note,
  progress: ShowProgress = () => {},
): Promise<Reconciliation> {
  const watch = { note, progress }
  const reader = await reachReader(location.dataDir)
  if (reader) {
    try {
      await waitForReader(reader, watch)
      return await compareWhileRunning(location, reader, watch)
    } finally {
      reader.close()
    }
  }

  const database = await openDatabase(location)
  try {
    await catchUp(location, database, watch)
    return await compare(location, (question) => answer(database.db, question), watch)
  } finally {
    await database.close()
  }
}

/** Until what is durable by now is in the database: what comes meanwhile is of the next comparison. */
async function waitForReader(reader: QuestionSocket, watch: Watch): Promise<void> {
  const durable = (await askStatus(reader)).durablePosition
  for (;;) {
    const { appliedPosition } = await askStatus(reader)
    if (appliedPosition >= durable) return
    watch.progress({
      done: appliedPosition,
      total: durable,
      text: `waiting for the reader, which is ${durable - appliedPosition} bytes of journal behind`,
    })
    await delay(STATUS_INTERVAL_MS)
  }
}

async function compareWhileRunning(
  location: DatabaseLocation,
  reader: QuestionSocket,
  watch: Watch,
): Promise<Reconciliation> {
  if (isEmbedded(location)) return compare(location, reader.ask, watch)

  const { db, close } = await openDatabase(location, { migrate: false })
  try {
    return await compare(location, (question) => answer(db, question), watch)
  } finally {
    await close()
  }
}

function compare({ dataDir }: DatabaseLocation, ask: Ask, watch: Watch): Promise<Reconciliation> {
  const turns = allTurns(dataDir)
  return reconcile({
    ask,
    turns,
    onProgress: (group, last) =>
      watch.progress({ done: group, total: last, text: `compared group ${group} of ${last}` }),
  })
}

/** @returns the last group applied */
async function catchUp(
  { dataDir }: DatabaseLocation,
  { db }: DropCopyDatabase,
  watch: Watch,
): Promise<number> {
  const end = endOfJournal(dataDir)
  const applied = await readApplied(db)
  const turns = openTurns(journalIn(dataDir), applied)
  try {
    const venue = venueAfter(applied, turns.configuration, await readTradingDays(db))
    const copier = new JournalCopier(databaseStore(db), turns, { applied, venue })
    let rows = 0
    for (let copied = await copier.copyBatch(); copied !== undefined;) {
      rows += copied
      const { group_number: done = 0 } = copier.applied ?? {}
      watch.progress({ done, total: end, text: `applied group ${done} of ${end}` })
      copied = await copier.copyBatch()
    }
    if (rows > 0) watch.note(`the database was behind: ${rows} rows applied from the journal`)
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
export async function rebuild(
  location: DatabaseLocation,
  note: Note,
  progress: ShowProgress = () => {},
): Promise<number> {
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
    return await catchUp(location, database, { note, progress })
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
