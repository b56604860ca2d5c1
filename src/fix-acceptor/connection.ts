/**
 * One TCP connection: bytes in through a FixReader, bytes out of one buffer in pieces as the kernel
 * takes them. Until an authenticated Logon it belongs to nobody and is answered with nothing.
 */
import type { FixMessage, GarbledReason } from '../fix/index.ts'
import { FieldWriter, FixReader } from '../fix/index.ts'
import type { AcceptorLimits } from './limits.ts'

/** Time for the counterparty to close after we did. */
const CLOSE_MS = 2000
const SECOND_MS = 1000
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

/**
 * Why a connection is not read on: Logon not answered, share of the turn used up, all that it may
 * send in a second, everybody too fast, no FIX.
 */
export type Hold = 'logon' | 'share' | 'rate' | 'queue' | 'garbage'

/** Garbled messages of one connection that are told one by one; beyond it only counted. */
const GARBLED_TOLD_MAX = 10

export interface ConnectionListener {
  onMessage(connection: Connection, message: FixMessage): void
  /** @param isTold worth a line in the log */
  onGarbled(connection: Connection, reason: string, text: string, isTold: boolean): void
  onLimit(limit: keyof AcceptorLimits): void
  /** Whether a connection that is no FIX is to wait, unread, for the end of its time to log on. */
  mustWait(connection: Connection): boolean
  /** All bytes of a socket read have been handled. */
  onChunkHandled(connection: Connection): void
  /** The kernel took what it had to be waited for: there is room again. */
  onDrained(connection: Connection): void
  onClosed(connection: Connection, reason: string): void
}

/** Where a connection comes from. */
export interface ConnectionOrigin {
  readonly nowMs: number
  /** SHA-256 fingerprint of the certificate that the client proved, if any. */
  readonly clientCertificate?: string | undefined
  /** Where the socket's own is somebody's who passes it on. */
  readonly remoteAddress?: string | undefined
}

export class Connection {
  readonly remoteAddress: string
  /** When a connection without Logon is closed; milliseconds since 1970, as every time here. */
  readonly logonDeadlineMs: number
  /** Messages of this connection are written here; `flush` sends them. */
  readonly fields = new FieldWriter(8192)
  isClosed = false
  /** SHA-256 fingerprint of the certificate that the client proved, if any. */
  readonly clientCertificate: string | undefined
  /** Messages heard in the turn of the event loop that has this number. */
  readonly share = { turn: 0, messages: 0 }
  /** A second that began with a message, and how many came in it. */
  private secondEndsMs = 0
  private messagesInSecond = 0
  /** Bytes of `fields` that the socket was given. */
  private given = 0
  /** When the socket began to wait for the kernel; Infinity when it does not. */
  private blockedSinceMs = Infinity
  /** When a connection that said goodbye is closed for good. */
  private closeDeadlineMs = Infinity
  private isClosing = false
  private isClaimed = false
  private readonly holds = new Set<Hold>()
  private garbled = 0
  private readonly socket: ByteSocket
  private readonly reader: FixReader
  private readonly listener: ConnectionListener
  private readonly limits: AcceptorLimits

  constructor(
    socket: ByteSocket,
    listener: ConnectionListener,
    limits: AcceptorLimits,
    { nowMs, clientCertificate, remoteAddress }: ConnectionOrigin,
  ) {
    this.socket = socket
    this.listener = listener
    this.limits = limits
    this.clientCertificate = clientCertificate
    this.logonDeadlineMs = nowMs + limits.logonMs
    this.remoteAddress = remoteAddress ?? socket.remoteAddress ?? 'unknown'
    const { logonBytesMax, garbageBytesMax } = limits
    this.reader = new FixReader(
      {
        onMessage: (message) => listener.onMessage(this, message),
        onGarbled: (reason, text) => this.onGarbled(reason, text),
        onGarbageLimit: () => this.onGarbageLimit(),
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
    this.isClaimed = true
    this.reader.messageBytesMax = this.limits.messageBytesMax
  }

  /** Counts a message. @returns whether it was the last for this second: the rest waits unread */
  countMessage(nowMs: number): boolean {
    if (nowMs >= this.secondEndsMs) {
      this.secondEndsMs = nowMs + SECOND_MS
      this.messagesInSecond = 0
    }
    if (++this.messagesInSecond < this.limits.messagesPerSecondMax) return false
    this.hold('rate')
    return true
  }

  /** Bytes of the counterparty may be waiting unread. */
  get isHeld(): boolean {
    return this.holds.size > 0
  }

  /** What has arrived behind the message in hand waits, and no more is read. */
  hold(why: Hold): void {
    if (this.isOver) return
    this.holds.add(why)
    this.reader.suspend()
    this.socket.pause()
  }

  /** Goes on behind what was heard last, when nothing else holds it. */
  release(why: Hold): void {
    if (!this.holds.delete(why) || this.holds.size > 0 || this.isOver) return
    this.reader.resume()
    if (this.isClosed) return
    this.listener.onChunkHandled(this)
    if (this.holds.size === 0 && !this.isOver) this.socket.resume()
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

  /** Bytes that were written here and that the kernel has not taken. */
  get waitingBytes(): number {
    return this.fields.length - this.given + this.socket.writableLength
  }

  /** Bytes of the connection that somebody else has read. */
  hear(bytes: Uint8Array): void {
    this.onData(bytes)
  }

  /**
   * Lets go of a held connection, whose socket is somebody else's from now on.
   * @returns the socket, and what was read of it behind the message at which it was held
   */
  surrender(): { readonly socket: ByteSocket; readonly unread: Uint8Array } {
    const unread = this.reader.takeUnread()
    this.isClosed = true
    this.reader.stop()
    return { socket: this.socket, unread }
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

  /** Closes what the counterparty did not close, or does not read, in time; a new second begins. */
  tick(nowMs: number): void {
    if (nowMs >= this.secondEndsMs) this.release('rate')
    if (nowMs >= this.closeDeadlineMs) this.destroy('closed')
    else if (nowMs - this.blockedSinceMs >= this.limits.slowReaderMs) {
      this.listener.onLimit('slowReaderMs')
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

  private onGarbled(reason: GarbledReason, text: string): void {
    if (reason === 'BodyLength(9) too large') {
      this.listener.onLimit(this.isClaimed ? 'messageBytesMax' : 'logonBytesMax')
    }
    this.garbled++
    this.listener.onGarbled(this, reason, text, this.garbled <= GARBLED_TOLD_MAX)
  }

  private onGarbageLimit(): void {
    this.listener.onLimit('garbageBytesMax')
    if (this.isClaimed || !this.listener.mustWait(this)) {
      return this.destroy(`more than ${this.limits.garbageBytesMax} bytes that are not FIX`)
    }
    this.hold('garbage')
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
