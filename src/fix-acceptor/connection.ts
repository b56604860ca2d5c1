/**
 * One TCP connection: bytes in through a FixReader, bytes out of two buffers of which one is being
 * filled while the other is with the kernel. Until an authenticated Logon it belongs to nobody and
 * is answered with nothing.
 */
import type { FixMessage } from '../fix/index.ts'
import { FieldWriter, FixReader } from '../fix/index.ts'

/** Largest message before Logon: a Logon with room to spare. */
const LOGON_BYTES_MAX = 1024
/** Largest message of a logged-on session. */
export const MESSAGE_BYTES_MAX = 64 * 1024
/** Bytes without a well-framed message after which a connection is closed. */
const GARBAGE_BYTES_MAX = 4096
/** Time for the counterparty to close after we did. */
const CLOSE_MS = 2000

/** What a connection uses of a net.Socket; the simulation puts a line in memory in its place. */
export interface ByteSocket {
  readonly remoteAddress?: string | undefined
  /** Bytes that the kernel has not taken yet. */
  readonly writableLength: number
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end' | 'close', listener: () => void): unknown
  write(bytes: Uint8Array, onWritten: () => void): unknown
  end(bytes: Uint8Array): unknown
  destroy(): unknown
  pause(): unknown
  resume(): unknown
}

export interface ConnectionListener {
  onMessage(connection: Connection, message: FixMessage): void
  onGarbled(connection: Connection, reason: string, text: string): void
  /** All bytes of a socket read have been handled. */
  onChunkHandled(connection: Connection): void
  /** The kernel took what was written: there is room again. */
  onDrained(connection: Connection): void
  onClosed(connection: Connection, reason: string): void
}

export class Connection {
  readonly remoteAddress: string
  /** When a connection without Logon is closed, monotonic milliseconds. */
  readonly logonDeadlineMs: number
  /** Messages of this connection are written here; `flush` sends them. */
  fields = new FieldWriter(8192)
  isClosed = false
  /** When a connection that said goodbye is closed for good. */
  private closeDeadlineMs = Infinity
  private spare: Uint8Array<ArrayBuffer> = new Uint8Array(0)
  private isClosing = false
  private readonly socket: ByteSocket
  private readonly reader: FixReader
  private readonly listener: ConnectionListener

  constructor(socket: ByteSocket, listener: ConnectionListener, logonDeadlineMs: number) {
    this.socket = socket
    this.listener = listener
    this.logonDeadlineMs = logonDeadlineMs
    this.remoteAddress = socket.remoteAddress ?? 'unknown'
    this.reader = new FixReader(
      {
        onMessage: (message) => listener.onMessage(this, message),
        onGarbled: (reason, text) => listener.onGarbled(this, reason, text),
        onGarbageLimit: () => this.destroy(`more than ${GARBAGE_BYTES_MAX} bytes that are not FIX`),
      },
      { messageBytesMax: LOGON_BYTES_MAX, garbageBytesMax: GARBAGE_BYTES_MAX },
    )
    socket.on('data', (chunk: Uint8Array) => this.onData(chunk))
    socket.on('end', () => this.destroy('closed by the counterparty'))
    // The close event follows and carries on; the error only says why.
    socket.on('error', (error) => this.destroy(error.message))
    socket.on('close', () => this.destroy('connection closed'))
  }

  /** A session owns the connection now: its messages may be large. */
  claim(): void {
    this.reader.messageBytesMax = MESSAGE_BYTES_MAX
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    if (!this.isClosing) this.socket.resume()
  }

  /**
   * Hands what was written to the kernel, in one write; keeps it when the kernel still holds the
   * last one. The buffer is free again as soon as nothing of it waits in the socket.
   */
  flush(): void {
    const { fields, socket } = this
    if (fields.length === 0 || socket.writableLength > 0 || this.isClosed) return
    socket.write(fields.bytes.subarray(0, fields.length), this.onWritten)
    if (socket.writableLength === 0) {
      fields.clear()
      return
    }
    const free = this.spare.length > 0 ? this.spare : new Uint8Array(fields.bytes.length)
    this.spare = fields.exchange(free)
  }

  /**
   * Sends what is written and says goodbye; the counterparty closes, or CLOSE_MS pass. Reading goes
   * on and is ignored, so that unread bytes do not turn the goodbye into a reset.
   */
  close(nowMs: number): void {
    if (this.isClosing || this.isClosed) return
    this.isClosing = true
    this.closeDeadlineMs = nowMs + CLOSE_MS
    this.reader.stop()
    this.socket.end(this.fields.bytes.slice(0, this.fields.length))
    this.socket.resume()
  }

  /** Closes what the counterparty did not close in time. */
  tick(nowMs: number): void {
    if (nowMs >= this.closeDeadlineMs) this.destroy('closed')
  }

  /** Closes at once; nothing more is sent. */
  destroy(reason: string): void {
    if (this.isClosed) return
    this.isClosed = true
    this.reader.stop()
    this.socket.destroy()
    this.listener.onClosed(this, reason)
  }

  private onData(chunk: Uint8Array): void {
    this.reader.push(chunk)
    if (!this.isClosed) this.listener.onChunkHandled(this)
  }

  private readonly onWritten = (): void => {
    if (this.isClosing || this.isClosed) return
    this.flush()
    this.listener.onDrained(this)
  }
}
