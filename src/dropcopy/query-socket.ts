/**
 * `dataDir/dropcopy.sock`: while the reader has the embedded database open, the `dropcopy` command
 * asks its questions here. One JSON line a question; rows come back in lines of at most ROWS_A_LINE,
 * then a line that says done or what went wrong. Only the owner of the data directory may connect.
 */
import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import type { Server, Socket } from 'node:net'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ErrorCode as Code } from '../runtime/index.ts'
import { ErrorCode, ExchangeError, messageOf } from '../runtime/index.ts'
import type { Question, Row } from './queries.ts'

const ROWS_A_LINE = 1_000
/** Some hundred rows that come back from an archive. */
const QUESTION_CHARACTERS_MAX = 4_194_304
const CONNECTIONS_MAX = 8
/** No line from the reader for this long: it is frozen, or was killed without closing. */
const SILENCE_MS = 60_000

/** What the reader tells about itself. */
export interface ReaderStatus {
  /** Journal bytes that are durable, as the server said last. */
  readonly durablePosition: number
  /** Journal bytes in the database. */
  readonly appliedPosition: number
}

export type SocketQuestion = Question | { readonly ask: 'status' }

type Reply =
  | { readonly rows: readonly Row[] }
  | { readonly done: true }
  | { readonly error: string; readonly code: Code | undefined }

export const socketPath = (dataDir: string): string => join(dataDir, 'dropcopy.sock')

/** Answers until the server is closed. */
export async function listenForQuestions(
  dataDir: string,
  answer: (question: SocketQuestion) => Promise<readonly Row[]>,
): Promise<Server> {
  const path = socketPath(dataDir)
  const server = createServer((socket) => {
    // Who asked is gone, maybe in the middle of an answer: that is its own affair.
    serve(socket, answer).catch(() => socket.destroy())
  })
  server.maxConnections = CONNECTIONS_MAX
  // The caller holds the reader's lock: what is left here is of a process that is gone.
  rmSync(path, { force: true })
  server.listen(path)
  await once(server, 'listening')
  // A question that cannot be taken is lost to who asked; the copy goes on.
  server.on('error', () => {})
  chmodSync(path, 0o600)
  return server
}

async function serve(
  socket: Socket,
  answer: (question: SocketQuestion) => Promise<readonly Row[]>,
): Promise<void> {
  socket.on('error', () => socket.destroy())
  socket.setTimeout(SILENCE_MS, () => socket.destroy())
  const lines = createInterface({ input: socket })
  let pending = 0
  socket.on('data', (chunk: Buffer) => {
    pending = chunk.includes(0x0a) ? 0 : pending + chunk.length
    if (pending > QUESTION_CHARACTERS_MAX) socket.destroy()
  })

  for await (const line of lines) {
    try {
      const rows = await answer(JSON.parse(line) as SocketQuestion)
      for (let start = 0; start < rows.length; start += ROWS_A_LINE) {
        await send(socket, { rows: rows.slice(start, start + ROWS_A_LINE) })
      }
      await send(socket, { done: true })
    } catch (error) {
      const code = error instanceof ExchangeError ? error.code : undefined
      await send(socket, { error: messageOf(error), code })
    }
  }
}

async function send(socket: Socket, reply: Reply): Promise<void> {
  if (socket.destroyed) return
  if (socket.write(`${JSON.stringify(reply)}\n`)) return
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      socket.off('drain', goOn).off('close', goOn)
      resolve()
    }
    socket.on('drain', goOn).on('close', goOn)
  })
}

export interface QuestionSocket {
  readonly ask: (question: SocketQuestion) => Promise<Row[]>
  close(): void
}

/** @returns undefined when no reader listens */
export async function connectToReader(dataDir: string): Promise<QuestionSocket | undefined> {
  const socket = createConnection(socketPath(dataDir))
  try {
    await once(socket, 'connect')
  } catch {
    return undefined
  }

  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('the reader does not answer')))
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  let failure: Error | undefined
  socket.on('error', (error) => (failure = error))

  const ask = async (question: SocketQuestion): Promise<Row[]> => {
    socket.write(`${JSON.stringify(question)}\n`)
    const rows: Row[] = []
    for (;;) {
      const line = await lines.next()
      if (line.done) throw gone(failure)
      const reply = JSON.parse(line.value) as Reply
      if ('done' in reply) return rows
      if ('error' in reply) {
        throw new ExchangeError(reply.code ?? ErrorCode.DatabaseUnreachable, reply.error)
      }
      rows.push(...reply.rows)
    }
  }
  return { ask, close: () => socket.destroy() }
}

export async function askStatus(reader: QuestionSocket): Promise<ReaderStatus> {
  const [status] = await reader.ask({ ask: 'status' })
  return status as unknown as ReaderStatus
}

const gone = (cause: Error | undefined): ExchangeError =>
  new ExchangeError(
    ErrorCode.DatabaseUnreachable,
    `the server stopped while it answered (${cause?.message ?? 'connection closed'}); try again`,
    { cause },
  )
