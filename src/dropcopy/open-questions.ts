/**
 * The way to the drop copy from outside its reader. A reader that runs is asked; where none runs, the
 * database is opened here. Either way the answer says how far the database is behind the journal.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { JournalEnd } from '../journal/index.ts'
import { DirectoryLock, NodeDisk, readJournalEnd } from '../journal/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import type { DatabaseLocation } from './database.ts'
import { embeddedDirectory, embeddedLock, isEmbedded, openDatabase } from './database.ts'
import type { Standing } from './lag.ts'
import { standingOf } from './lag.ts'
import type { Ask } from './queries.ts'
import { answer } from './queries.ts'
import type { QuestionSocket } from './query-socket.ts'
import { askStatus, connectToReader } from './query-socket.ts'

export const STATUS_INTERVAL_MS = 200
/** The server runs and its reader, with the lowest priority, does not have the database yet. */
const READER_STARTS_MS = 5_000
/** Somebody has the embedded database: a new one takes seconds, many where others work too. */
const READER_OPENS_MS = 60_000
/** A reader beside a PostgreSQL is asked what is durable; one that is frozen must not hold us up. */
const STATUS_PATIENCE_MS = 1_000
/** What was durable when the question came is in the answer if the reader writes it this soon. */
const CATCH_UP_MS = 500
const CATCH_UP_LOOK_MS = 10

export interface Questions {
  readonly ask: Ask
  /**
   * Lets a reader that is about to write what is durable by now do so, for half a second at most.
   * @returns how far what is asked next is behind, at most; undefined when no journal is here
   */
  readonly standing: () => Promise<Standing | undefined>
  readonly close: () => Promise<void>
}

/** @throws ExchangeError DatabaseUnreachable, DirectoryLocked */
export async function openQuestions(location: DatabaseLocation): Promise<Questions> {
  const { dataDir } = location
  if (isEmbedded(location)) {
    const reader = await reachReader(dataDir)
    if (reader) {
      const end = async () => journalEnd(dataDir, (await askStatus(reader)).durablePosition)
      const close = async () => reader.close()
      return { ask: reader.ask, standing: () => standing(dataDir, reader.ask, end), close }
    }
    checkEmbeddedExists(dataDir)
  }
  const { db, close } = await openDatabase(location, { migrate: isEmbedded(location) })
  const ask: Ask = (question) => answer(db, question)
  const end = async () => journalEnd(dataDir, await durableBeside(dataDir))
  return { ask, standing: () => standing(dataDir, ask, end), close }
}

/**
 * The reader of the server that runs here, undefined when none does. Right after a start it is still
 * opening its database and answers nobody: it is waited for.
 */
export async function reachReader(dataDir: string): Promise<QuestionSocket | undefined> {
  const startedMs = performance.now()
  for (;;) {
    const reader = await connectToReader(dataDir)
    if (reader || performance.now() - startedMs > patienceMs(dataDir)) return reader
    await delay(STATUS_INTERVAL_MS)
  }
}

function patienceMs(dataDir: string): number {
  if (DirectoryLock.isHeld(embeddedLock(dataDir))) return READER_OPENS_MS
  return isServing(dataDir) ? READER_STARTS_MS : 0
}

const isServing = (dataDir: string): boolean => DirectoryLock.isHeld(join(dataDir, 'lock'))

function checkEmbeddedExists(dataDir: string): void {
  if (existsSync(embeddedDirectory(dataDir))) return
  throw new ExchangeError(
    ErrorCode.DatabaseUnreachable,
    `${dataDir} holds no embedded database yet; start the server, or run \`buttonwood dropcopy reconcile\``,
  )
}

async function standing(
  dataDir: string,
  ask: Ask,
  readEnd: () => Promise<JournalEnd | undefined>,
): Promise<Standing | undefined> {
  const end = await readEnd()
  if (!end) return undefined
  const deadlineMs = performance.now() + (isServing(dataDir) ? CATCH_UP_MS : 0)
  for (;;) {
    const [applied] = await ask({ ask: 'applied' })
    const now = standingOf(applied, end)
    if (now.is !== 'behind' || performance.now() >= deadlineMs) return now
    await delay(CATCH_UP_LOOK_MS)
  }
}

/** @returns undefined where there is no journal, as on another machine than the exchange's */
function journalEnd(dataDir: string, until: number | undefined): JournalEnd | undefined {
  try {
    return readJournalEnd({ disk: new NodeDisk(), directory: join(dataDir, 'journal') }, until)
  } catch (error) {
    const isMissing = error instanceof ExchangeError && error.code === ErrorCode.JournalUnreadable
    if (isMissing) return undefined
    throw error
  }
}

/** Of the server that runs here: undefined when none does, or when its reader does not say. */
async function durableBeside(dataDir: string): Promise<number | undefined> {
  const reader = await connectToReader(dataDir)
  if (!reader) return undefined
  const silence = delay(STATUS_PATIENCE_MS, undefined, { ref: false })
  const said = askStatus(reader).catch(() => undefined)
  const status = await Promise.race([said, silence])
  reader.close()
  return status?.durablePosition
}
