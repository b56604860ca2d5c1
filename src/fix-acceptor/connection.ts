/**
 * One TCP connection: bytes in through a FixReader, bytes out of one buffer in pieces as the kernel
 * takes them. Until an authenticated Logon it belongs to nobody and is answered with nothing.
 */
import type { FixMessage } from '../fix/index.ts'
import { FieldWriter, FixReader } from '../fix/index.ts'
import type { AcceptorLimits } from './limits.ts'

/** Time for the counterparty to close after we did. */
const CLOSE_MS = 2000
/** One write: a counterparty that takes less than this in `slowReaderMs` does not read. */
const WRITE_BYTES_MAX = 64 * 1024

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
  /** The kernel took what it had to be waited for: there is room again. */
  onDrained(connection: Connection): void
  onClosed(connection: Connection, reason: string): void
}

export class Connection {
  readonly remoteAddress: string
  /** When a connection without Logon is closed; milliseconds since 1970, as every time here. */
  readonly logonDeadlineMs: number
  /** Messages of this connection are written here; `flush` sends them. */
  readonly fields = new FieldWriter(8192)
  isClosed = false
  /** Bytes of `fields` that the socket was given. */
  private given = 0
  /** When the socket began to wait for the kernel; Infinity when it does not. */
  private blockedSinceMs = Infinity
  /** When a connection that said goodbye is closed for good. */
  private closeDeadlineMs = Infinity
  private isClosing = false
  private isSuspended = false
  private isPaused = false
  private readonly socket: ByteSocket
  private readonly reader: FixReader
  private readonly listener: ConnectionListener
  private readonly limits: AcceptorLimits

  constructor(
    socket: ByteSocket,
    listener: ConnectionListener,
    limits: AcceptorLimits,
    nowMs: number,
  ) {
    this.socket = socket
    this.listener = listener
    this.limits = limits
    this.logonDeadlineMs = nowMs + limits.logonMs
    this.remoteAddress = socket.remoteAddress ?? 'unknown'
    const { logonBytesMax, garbageBytesMax } = limits
    this.reader = new FixReader(
      {
        onMessage: (message) => listener.onMessage(this, message),
        onGarbled: (reason, text) => listener.onGarbled(this, reason, text),
        onGarbageLimit: () => this.destroy(`more than ${garbageBytesMax} bytes that are not FIX`),
      },
      { messageBytesMax: logonBytesMax, garbageBytesMax },
    )
    socket.on('data', (chunk: Uint8Array) => this.onData(chunk))
    socket.on('end', () => this.destroy('closed by the counterparty'))
    // The close event follows and carries on; the error only says why.
    socket.on('error', (error) => this.destroy(error.message))
    socket.on('close', () => this.destroy('connection closed'))
  }

  /** A session owns the connection now: its messages may be large. */
  claim(): void {
    this.reader.messageBytesMax = this.limits.messageBytesMax
  }

  /** What has arrived behind the message in hand waits for `proceed`. */
  suspend(): void {
    this.isSuspended = true
    this.reader.suspend()
    this.socket.pause()
  }

  proceed(): void {
    if (!this.isSuspended || this.isClosed) return
    this.isSuspended = false
    this.reader.resume()
    if (!this.isClosed) this.listener.onChunkHandled(this)
    this.readOn()
  }

  /** Reads no more for now: too many commands are waiting. */
  pause(): void {
    if (this.isOver) return
    this.isPaused = true
    this.socket.pause()
  }

  resume(): void {
    this.isPaused = false
    this.readOn()
  }

  /** Hands what was written to the kernel, as far as it takes it; then the buffer is free again. */
  flush(nowMs: number): void {
    const { fields, socket } = this
    while (this.given < fields.length && socket.writableLength === 0 && !this.isOver) {
      const end = Math.min(fields.length, this.given + WRITE_BYTES_MAX)
      const piece = fields.bytes.subarray(this.given, end)
      this.given = end
      socket.write(piece, this.onWritten)
    }
    if (socket.writableLength > 0) {
      if (this.blockedSinceMs === Infinity) this.blockedSinceMs = nowMs
    } else if (this.given === fields.length) {
      fields.clear()
      this.given = 0
    }
  }

  /** Nothing waits for the kernel. */
  get isDrained(): boolean {
    return this.blockedSinceMs === Infinity
  }

  /**
   * Sends what is written and says goodbye; the counterparty closes, or CLOSE_MS pass. Reading goes
   * on and is ignored, so that unread bytes do not turn the goodbye into a reset.
   */
  close(nowMs: number): void {
    if (this.isOver) return
    this.isClosing = true
    this.closeDeadlineMs = nowMs + CLOSE_MS
    this.reader.stop()
    this.socket.end(this.fields.bytes.slice(this.given, this.fields.length))
    this.socket.resume()
  }

  /** Closes what the counterparty did not close, or does not read, in time. */
  tick(nowMs: number): void {
    if (nowMs >= this.closeDeadlineMs) this.destroy('closed')
    else if (nowMs - this.blockedSinceMs >= this.limits.slowReaderMs) {
      this.destroy(`nothing read for ${this.limits.slowReaderMs} ms`)
    }
  }

  /** Closes at once; nothing more is sent. */
  destroy(reason: string): void {
    if (this.isClosed) return
    this.isClosed = true
    this.reader.stop()
    this.socket.destroy()
    this.listener.onClosed(this, reason)
  }

  private get isOver(): boolean {
    return this.isClosing || this.isClosed
  }

  private readOn(): void {
    if (!this.isSuspended && !this.isPaused && !this.isOver) this.socket.resume()
  }

  private onData(chunk: Uint8Array): void {
    this.reader.push(chunk)
    if (!this.isClosed) this.listener.onChunkHandled(this)
  }

  /** A piece that had to wait is gone. Those that the kernel took at once changed nothing. */
  private readonly onWritten = (): void => {
    if (this.blockedSinceMs === Infinity || this.isOver) return
    if (this.socket.writableLength > 0) return
    this.blockedSinceMs = Infinity
    this.listener.onDrained(this)
  }
}
