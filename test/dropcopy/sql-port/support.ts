/** A port over an embedded database that a copier goes on writing, and clients of it. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { createConnection } from 'node:net'
import pg from 'pg'
import {
  databaseStore,
  JournalCopier,
  TradingDays,
  venueAfter,
} from '../../../src/dropcopy/index.ts'
import type { BatchLimits } from '../../../src/dropcopy/sql-port/read-only-batch.ts'
import { BATCH_LIMITS } from '../../../src/dropcopy/sql-port/read-only-batch.ts'
import { SqlPort } from '../../../src/dropcopy/sql-port/sql-port.ts'
import { silentLogger } from '../../../src/runtime/index.ts'
import type { ScratchDatabase } from '../support/scratch.ts'
import { scratchDatabase } from '../support/scratch.ts'
import { aHistory, turnsFrom } from '../support/turns.ts'

/** Each gives four executions. */
export const PAIRS = 3_000

export class PortStage {
  readonly database: ScratchDatabase
  readonly copier: JournalCopier
  private readonly ports: SqlPort[] = []

  static async make(): Promise<PortStage> {
    return new PortStage(await scratchDatabase())
  }

  private constructor(database: ScratchDatabase) {
    this.database = database
    const start = { applied: undefined, venue: venueAfter(undefined, undefined, new TradingDays()) }
    this.copier = new JournalCopier(databaseStore(database.db), turnsFrom(aHistory(PAIRS)), start)
  }

  async open(limits: Partial<BatchLimits> = {}): Promise<number> {
    const { db, raw } = this.database
    const port = await SqlPort.open({
      host: '127.0.0.1',
      port: 0,
      allow: [],
      db,
      raw: raw!,
      logger: silentLogger,
      // However many others work on this machine.
      limits: { ...BATCH_LIMITS, batchMs: 60_000, ...limits },
    })
    this.ports.push(port)
    return port.port
  }

  async remove(): Promise<void> {
    for (const port of this.ports) await port.close()
    await this.database.remove()
  }
}

export async function connect(port: number, options: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'ops',
    database: 'drop',
    ...options,
  })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Says bytes as they are, and hears what comes back until the other end closes. */
export async function sayBytes(port: number, bytes: Uint8Array): Promise<Buffer> {
  const socket: Socket = createConnection(port, '127.0.0.1')
  const heard: Buffer[] = []
  socket.on('data', (chunk: Buffer) => heard.push(chunk)).on('error', () => {})
  socket.end(bytes)
  await once(socket, 'close')
  return Buffer.concat(heard)
}
