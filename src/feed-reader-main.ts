/**
 * The feed reader's process: started by the server, told what to do over IPC, gone when that channel
 * closes. Signals of the terminal reach the server, which then closes the channel.
 */
import type { Socket } from 'node:net'
import { constants, setPriority } from 'node:os'
import { FeedReader } from './feed-reader.ts'
import type {
  ConnectionMessage,
  FeedReaderMessage,
  FeedReaderOpen,
  FeedReaderStart,
} from './feed-reader-process.ts'
import type { DurableMessage, ReaderLogLine } from './runtime/index.ts'
import { ErrorCode, ExchangeError, messageOf, serversLogger } from './runtime/index.ts'

/** How often the server is told how it goes. */
const STATE_MS = 1_000

type ToFeedReader = FeedReaderStart | FeedReaderOpen | DurableMessage | ConnectionMessage

let reader: FeedReader | undefined
let letOpen = (): void => {}
const mayOpen = new Promise<void>((resolve) => (letOpen = resolve))

process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', () => {
  void finish()
})
process.on('message', (message: ToFeedReader, socket?: Socket) => {
  if (message.type === 'start') void start(message)
  else if (message.type !== 'connection') reader?.announce(message.position)
  else if (socket !== undefined) accept(socket, message)
  if (message.type === 'open' || (message.type === 'start' && message.opens)) letOpen()
})

async function finish(): Promise<void> {
  try {
    await reader?.finish()
  } finally {
    process.exit(0)
  }
}

function accept(socket: Socket, { role, unread, ...from }: ConnectionMessage): void {
  // Until it is somebody's, an error of it is nobody's.
  socket.on('error', () => {})
  socket.setNoDelay(true)
  if (reader === undefined) socket.destroy()
  else reader.accept(role, socket, Buffer.from(unread, 'base64'), from)
}

async function start({ type: _type, opens: _opens, ...options }: FeedReaderStart): Promise<void> {
  try {
    reader = new FeedReader({ ...options, logger: serversLogger(tell), onFatal: fail })
    await reader.follow()
    await mayOpen
    const ports = await reader.open()
    const opened = reader
    tell({ type: 'ready', ports })
    setInterval(() => tell({ type: 'state', state: opened.state }), STATE_MS)
    // Trading goes first where cores are few.
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch (error) {
    fail(error)
  }
}

function fail(error: unknown): void {
  const code = error instanceof ExchangeError ? error.code : ErrorCode.JournalUnreadable
  const reason = messageOf(error)
  tell({ type: 'failed', code, reason }, () => process.exit(1))
}

function tell(message: FeedReaderMessage | ReaderLogLine, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, sent)
  else sent()
}
