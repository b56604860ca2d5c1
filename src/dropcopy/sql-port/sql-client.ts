/** One connection: how it begins, what it asks, and its end, whatever comes over the wire. */
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { SharedDatabase } from './batch-opener.ts'
import { settingsAtStart } from './client-settings.ts'
import { FrontendReader } from './frontend-reader.ts'
import type { WireMessage } from './protocol.ts'
import * as wire from './protocol.ts'
import { BodyReader, Refusal, SqlState } from './protocol.ts'
import { DatabaseRefusal } from './read-only-batch.ts'
import { SqlSession } from './sql-session.ts'

const STARTUP_MS_MAX = 10_000
/** A client that takes nothing of its answer for this long is gone. */
const DRAIN_MS_MAX = 60_000

const SSL_REQUEST = 80_877_103
const GSS_ENCRYPTION_REQUEST = 80_877_104
const PROTOCOL_MAJOR = 3
/** Sent before the session's own; what drivers want to know. */
const PARAMETERS: Readonly<Record<string, string>> = {
  server_encoding: 'UTF8',
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  integer_datetimes: 'on',
  standard_conforming_strings: 'on',
  is_superuser: 'off',
  in_hot_standby: 'off',
  default_transaction_read_only: 'on',
}

export class SqlClient {
  private readonly id: number
  private readonly socket: Socket
  private readonly database: SharedDatabase
  private readonly reader = new FrontendReader()
  private session: SqlSession | undefined
  private isEnding = false

  constructor(id: number, socket: Socket, database: SharedDatabase) {
    this.id = id
    this.socket = socket
    this.database = database
  }

  /** Serves it to its end. @throws what is not the client's fault */
  async serve(): Promise<void> {
    const { socket } = this
    const deadline = setTimeout(() => {
      if (!this.session) socket.destroy()
    }, STARTUP_MS_MAX)
    socket.on('error', () => socket.destroy())
    try {
      // One piece at a time: what comes meanwhile waits in the kernel.
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        this.reader.push(chunk as Buffer)
        await this.handleAll()
        if (this.isEnding) break
      }
    } catch (error) {
      if (!isOfSocket(error)) await this.refuse(error)
    } finally {
      clearTimeout(deadline)
      socket.destroySoon()
      await this.session?.end()
    }
  }

  private async handleAll(): Promise<void> {
    for (;;) {
      const message = this.reader.next()
      if (!message || this.isEnding) return
      if (message.type === '') await this.begin(message)
      else await this.handle(message)
    }
  }

  private async begin({ body }: WireMessage): Promise<void> {
    const fields = new BodyReader(body)
    const code = fields.int32()
    if (code === SSL_REQUEST || code === GSS_ENCRYPTION_REQUEST) {
      await this.write([Buffer.from('N')])
      return
    }
    if (code >>> 16 !== PROTOCOL_MAJOR) {
      // A CancelRequest too: a statement cannot be interrupted, and ends by itself.
      this.isEnding = true
      return
    }

    const parameters = parametersOf(fields)
    const session = new SqlSession(this.id, this.database, settingsAtStart(parameters))
    const version = await session.start()
    this.reader.started()
    this.session = session
    const told = { ...PARAMETERS, server_version: version }
    await this.write([
      ...negotiation(code & 0xffff, parameters),
      wire.authenticationOk,
      ...Object.entries(told).map(([name, value]) => wire.parameterStatus(name, value)),
      wire.readyForQuery('I'),
    ])
  }

  private async handle(message: WireMessage): Promise<void> {
    const session = this.session!
    switch (message.type) {
      case 'Q':
        return this.write(await session.query(new BodyReader(message.body).text()))
      case 'P':
      case 'B':
      case 'D':
      case 'E':
      case 'C':
        return session.enqueue(message)
      case 'S':
      case 'H':
        return this.write(await session.flush(message.type === 'S'))
      case 'X':
        this.isEnding = true
        return
      default:
        throw wire.malformed()
    }
  }

  /** The last thing it hears. */
  private async refuse(error: unknown): Promise<void> {
    if (error instanceof Refusal) await this.write([wire.errorResponse(error, 'FATAL')])
    else if (error instanceof DatabaseRefusal) await this.write([error.response])
    else throw error
  }

  private async write(messages: readonly Buffer[]): Promise<void> {
    const { socket } = this
    if (messages.length === 0 || socket.destroyed) return
    if (socket.write(Buffer.concat(messages))) return
    const patience = new AbortController()
    const drained = new Promise<void>((resolve) => {
      socket.once('drain', resolve).once('close', resolve)
    })
    const silence = delay(DRAIN_MS_MAX, undefined, { signal: patience.signal, ref: false })
      .then(() => void socket.destroy())
      .catch(() => {})
    await Promise.race([drained, silence])
    patience.abort()
  }
}

function parametersOf(fields: BodyReader): Map<string, string> {
  const parameters = new Map<string, string>()
  for (let name = fields.text(); name !== ''; name = fields.text()) {
    parameters.set(name, fields.text())
  }
  return parameters
}

/** A client of a later minor version is told that this one is 3.0. */
function negotiation(minor: number, parameters: ReadonlyMap<string, string>): Buffer[] {
  const unknown = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'))
  if (minor === 0 && unknown.length === 0) return []
  return [wire.message('v', wire.int32(0), wire.int32(unknown.length), ...unknown)]
}

/** It went away. */
const isOfSocket = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(E[A-Z]+|ERR_STREAM_\w+)$/.test(String(error.code))

export const tooManyClients = (max: number): Buffer =>
  wire.errorResponse(
    new Refusal(
      SqlState.TooManyConnections,
      `sorry, too many clients already: dropcopy.listen takes ${max}`,
    ),
    'FATAL',
  )

export const notAllowed = (address: string): Buffer =>
  wire.errorResponse(
    new Refusal(SqlState.InvalidAuthorization, `${address} is in no network of dropcopy.allow`),
    'FATAL',
  )
