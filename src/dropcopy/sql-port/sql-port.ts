/**
 * `dropcopy.listen`: SQL clients such as psql read the embedded database, while its reader writes. Why
 * this is our own and what it costs: docs/decisions/0009-sql-port.md.
 */
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { sql } from 'kysely'
import type { Logger } from '../../runtime/index.ts'
import { isIn, listen, messageOf, networksOf } from '../../runtime/index.ts'
import type { DropCopyDb } from '../database.ts'
import type { SharedDatabase } from './batch-opener.ts'
import { DatabaseTurns } from './database-turns.ts'
import type { BatchLimits, RawDatabase } from './read-only-batch.ts'
import { BATCH_LIMITS } from './read-only-batch.ts'
import { notAllowed, SqlClient, tooManyClients } from './sql-client.ts'
import { StatementWatchdog } from './statement-watchdog.ts'

export const SQL_CLIENTS_MAX = 8
/** With those who are being told that they are too many. */
const CONNECTIONS_MAX = 64
/** For them to read it. */
const TURN_AWAY_MS = 2_000

export interface SqlPortAddress {
  readonly host: string
  readonly port: number
  /** Networks that clients may come from; empty = every one that reaches the address. */
  readonly allow: readonly string[]
}

export interface SqlPortOptions extends SqlPortAddress {
  readonly db: DropCopyDb
  /** The same database, by its wire protocol. */
  readonly raw: RawDatabase
  readonly logger: Logger
  readonly limits?: BatchLimits
}

export class SqlPort {
  private readonly options: SqlPortOptions
  private readonly server: Server
  private readonly shared: SharedDatabase
  /** With the end of each. */
  private readonly sockets = new Map<Socket, Promise<void>>()
  private clients = 0

  /** @throws ExchangeError PortInUse, or the database's error */
  static async open(options: SqlPortOptions): Promise<SqlPort> {
    await keepFromClients(options.db)
    const port = new SqlPort(options, await StatementWatchdog.start())
    const { host, port: number, logger } = options
    const setting = 'dropcopy.listen'
    try {
      await listen(port.server, { host, port: number, name: 'SQL', setting, logger })
      return port
    } catch (error) {
      await port.close()
      throw error
    }
  }

  private constructor(options: SqlPortOptions, watchdog: StatementWatchdog) {
    this.options = options
    this.shared = {
      raw: options.raw,
      turns: new DatabaseTurns(options.db),
      watchdog,
      limits: options.limits ?? BATCH_LIMITS,
    }
    this.server = createServer({ allowHalfOpen: true }, (socket) => this.accept(socket))
    this.server.maxConnections = CONNECTIONS_MAX
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  /** Ends every connection, each after the statement that runs. */
  async close(): Promise<void> {
    this.server.close()
    for (const socket of this.sockets.keys()) socket.destroy()
    await Promise.all(this.sockets.values())
    await this.shared.watchdog.close()
  }

  private accept(socket: Socket): void {
    const { allow, logger } = this.options
    const address = socket.remoteAddress ?? ''
    socket.on('error', () => socket.destroy())
    if (allow.length > 0 && !isIn(networksOf(allow), address)) {
      turnAway(socket, notAllowed(address))
      return
    }
    if (this.sockets.size >= SQL_CLIENTS_MAX) {
      turnAway(socket, tooManyClients(SQL_CLIENTS_MAX))
      return
    }

    this.clients++
    socket.setKeepAlive(true)
    const served = new SqlClient(this.clients, socket, this.shared)
      .serve()
      .catch((error: unknown) => {
        const reason = messageOf(error)
        logger.warn({ reason }, 'a SQL client was dropped')
      })
      .then(() => void this.sockets.delete(socket))
    this.sockets.set(socket, served)
  }
}

function turnAway(socket: Socket, why: Buffer): void {
  socket.end(why)
  socket.resume()
  setTimeout(() => socket.destroy(), TURN_AWAY_MS).unref()
}

/** What would give a client more than reading, or time that nobody can take back, is not for it. */
const NOT_FOR_CLIENTS = [
  'set_config(text, text, boolean)',
  'pg_sleep(double precision)',
  'pg_cancel_backend(integer)',
  'pg_terminate_backend(integer, bigint)',
]

async function keepFromClients(db: DropCopyDb): Promise<void> {
  for (const name of NOT_FOR_CLIENTS) {
    await sql`revoke execute on function ${sql.raw(`pg_catalog.${name}`)} from public`.execute(db)
  }
}
