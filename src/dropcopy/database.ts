/**
 * Opens the drop copy's database: PostgreSQL by URL, or PGlite in `dataDir/pg` under its own lock.
 * Everything that differs between the two ends here. Every statement has a time limit, so a database
 * that freezes is an error after a while and never a process that waits for ever.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, sql } from 'kysely'
import { Pool } from 'pg'
import { DirectoryLock } from '../journal/index.ts'
import type { Logger } from '../runtime/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { copyingDialect } from './copying-dialect.ts'
import { migrate } from './migrations/index.ts'
import { pgliteDialect } from './pglite-dialect.ts'
import { grantRoles } from './roles.ts'
import type { DropCopySchema } from './tables.ts'
import { SCHEMA } from './tables.ts'
import { parserOf } from './type-parsers.ts'

const CONNECT_TIMEOUT_MS = 5_000
/** The server gives up a statement after this time, and the client soon after. */
const STATEMENT_TIMEOUT_MS = 30_000
const REPLY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000
const CLOSE_TIMEOUT_MS = 2_000
/**
 * A commit does not wait for the server's disk: if the server dies, rows and position of its last
 * moments are gone together, and the reader copies them again from the journal.
 */
const LOST_TAIL_IS_COPIED_AGAIN = '-c synchronous_commit=off'
/** Compiling a plan takes longer than the questions do. */
const PLANS_AS_THEY_ARE = '-c jit=off'
/** One writes; the others are for the operator's queries. */
const CONNECTIONS_MAX = 3

export type DropCopyDb = Kysely<DropCopySchema>

export interface DropCopyDatabase {
  readonly db: DropCopyDb
  /** For log lines: `embedded` or the URL without its password. */
  readonly name: string
  /** The embedded database by its wire protocol; whoever uses it holds a connection of `db` meanwhile. */
  readonly raw?: PGlite
  /** Never waits long for a server that does not answer. */
  readonly close: () => Promise<void>
}

export interface DatabaseLocation {
  /** `embedded`, or `postgres://…` */
  readonly database: string
  readonly dataDir: string
}

export const isEmbedded = (location: DatabaseLocation): boolean => location.database === 'embedded'

/**
 * Opens, and brings the schema to this version unless asked not to: queries need no more than the
 * right to read.
 * @throws ExchangeError DatabaseUnreachable, or DirectoryLocked when another process has the
 *   embedded database
 */
export async function openDatabase(
  location: DatabaseLocation,
  { migrate: shouldMigrate = true, logger }: { migrate?: boolean; logger?: Logger } = {},
): Promise<DropCopyDatabase> {
  const database = isEmbedded(location)
    ? await openEmbedded(location.dataDir)
    : openPostgres(location.database)
  try {
    if (shouldMigrate) await bringToShape(database, logger)
    else await sql`select 1`.execute(database.db)
    return database
  } catch (error) {
    await database.close()
    throw unreachable(database.name, error)
  }
}

async function bringToShape({ db }: DropCopyDatabase, logger: Logger | undefined): Promise<void> {
  await migrate(db)
  const reason = await grantRoles(db)
  if (reason !== undefined) logger?.info({ reason }, 'drop copy goes without roles of its own')
}

/**
 * Asks a PostgreSQL once, so that `serve` can refuse to start with one clear line.
 * @throws ExchangeError DatabaseUnreachable
 */
export async function checkPostgres(url: string): Promise<void> {
  const { db, name, close } = openPostgres(url)
  try {
    await sql`select 1`.execute(db)
  } catch (error) {
    throw unreachable(name, error)
  } finally {
    await close()
  }
}

/** The URL as it may be logged. */
function databaseName(database: string): string {
  try {
    const url = new URL(database)
    if (url.password) url.password = '***'
    return url.href
  } catch {
    return database === 'embedded' ? database : 'a database URL that does not parse'
  }
}

async function openEmbedded(dataDir: string): Promise<DropCopyDatabase> {
  const directory = embeddedDirectory(dataDir)
  mkdirSync(directory, { recursive: true })
  const lock = lockEmbedded(dataDir)
  try {
    const pglite = await PGlite.create(directory)
    await pglite.exec("set timezone = 'UTC'")
    const db = new Kysely<DropCopySchema>({ dialect: pgliteDialect(pglite) }).withSchema(SCHEMA)
    const close = async (): Promise<void> => {
      await db.destroy()
      lock.release()
    }
    return { db, name: 'embedded', raw: pglite, close }
  } catch (error) {
    lock.release()
    throw new ExchangeError(
      ErrorCode.DatabaseUnreachable,
      `the embedded database in ${directory} does not open (${messageOf(error)}); ` +
        'it is only a copy: stop the server and run `buttonwood dropcopy rebuild --yes`',
      { cause: error },
    )
  }
}

/** Removes the embedded database's files, under its lock. */
export function dropEmbedded(dataDir: string): void {
  const lock = lockEmbedded(dataDir)
  rmSync(embeddedDirectory(dataDir), { recursive: true, force: true })
  lock.release()
}

const lockEmbedded = (dataDir: string): DirectoryLock =>
  DirectoryLock.acquire(embeddedLock(dataDir))

export const embeddedLock = (dataDir: string): string => join(dataDir, 'pg.lock')

export const embeddedDirectory = (dataDir: string): string => join(dataDir, 'pg')

function openPostgres(url: string): DropCopyDatabase {
  const sockets = new Set<Socket>()
  const pool = new Pool({
    connectionString: url,
    application_name: 'buttonwood-dropcopy',
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: REPLY_TIMEOUT_MS,
    keepAlive: true,
    options: `-c timezone=UTC -c datestyle=ISO ${LOST_TAIL_IS_COPIED_AGAIN} ${PLANS_AS_THEY_ARE}`,
    types: { getTypeParser: (type) => parserOf(Number(type)) },
    stream: () => trackedSocket(sockets),
  })
  // A connection that dies tells its pool when it is idle and itself when it is not. The statement
  // under way fails as well, and that is where it is handled.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))

  const db = new Kysely<DropCopySchema>({ dialect: copyingDialect(pool) })
  const close = async (): Promise<void> => {
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, CLOSE_TIMEOUT_MS)
    await db.destroy().catch(() => {})
    clearTimeout(timer)
  }
  return { db: db.withSchema(SCHEMA), name: databaseName(url), close }
}

/** pg cannot drop a connection whose server is frozen: its socket can. */
function trackedSocket(sockets: Set<Socket>): Socket {
  const socket = new Socket()
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
  return socket
}

function unreachable(name: string, error: unknown): ExchangeError {
  return new ExchangeError(
    ErrorCode.DatabaseUnreachable,
    `the drop copy's database ${name} cannot be used: ${messageOf(error)}; ` +
      'start it, correct DATABASE_URL, or set dropcopy.database to embedded',
    { cause: error },
  )
}

function messageOf(error: unknown): string {
  // A refused connection on all addresses of a name has an empty message.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}
