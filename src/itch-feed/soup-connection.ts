/**
 * One client of a SoupBinTCP port, on our side: it logs in within a time, is sent what its source has as
 * fast as it reads, and a heartbeat in every second without it. Whoever is silent, or reads nothing of
 * what waits for it, is dropped. Times are milliseconds of a clock that never goes back.
 */
import { ExchangeError } from '../runtime/index.ts'
import type { SoupAcceptance, SoupLogin } from '../wire/index.ts'
import { loginAccepted, readLogin, soupPacket, SoupReader, SoupType } from '../wire/index.ts'

/** From connect to a login. */
export const SOUP_LOGIN_MS = 5_000
/** Silence after which a side says that it is there. */
export const SOUP_HEARTBEAT_MS = 1_000
/** Silence after which the other side is gone. */
export const SOUP_SILENCE_MS = 15_000
/** Time that a client may take nothing of what waits for it. */
export const SOUP_STUCK_MS = 10_000
/** Largest packet of a client: a login, or text for people. */
export const SOUP_CLIENT_PACKET_BYTES_MAX = 1_024
/** A packet in one write. */
const WRITE_BYTES_MAX = 64 * 1024

/** What a connection uses of a net.Socket. */
export interface SoupSocket {
  readonly remoteAddress?: string | undefined
  /** Bytes that the kernel has not taken yet. */
  readonly writableLength: number
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown
  on(event: 'error' | 'end' | 'close', listener: () => void): unknown
  /** @param onTaken the kernel has the bytes */
  write(bytes: Uint8Array, onTaken: () => void): unknown
  end(bytes: Uint8Array, onSent: () => void): unknown
  destroy(): unknown
}

/** What a client is sent after its login. */
export interface SoupSource extends SoupAcceptance {
  /** Whole packets to be sent next, at most about so many bytes; empty when there are none for now. */
  take(bytesMax: number): Uint8Array
  /** Nothing will come any more. */
  readonly isEnded: boolean
}

export interface SoupListener {
  /** @returns what the client gets, or the code of the rejection */
  onLogin(login: SoupLogin, connection: SoupConnection): SoupSource | string
  /** @param reason '' when nothing was wrong */
  onClosed(connection: SoupConnection, reason: string): void
}

export interface SoupEdges {
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number
  /** Runs a function once the callbacks of this event-loop turn are through: setImmediate. */
  readonly schedule: (run: () => void) => void
}

export class SoupConnection {
  readonly remoteAddress: string
  private readonly socket: SoupSocket
  private readonly listener: SoupListener
  private readonly reader: SoupReader
  private source: SoupSource | undefined
  private hasLoggedIn = false
  private isClosed = false
  /** The last packet is on its way: why the connection closes when the kernel has it. */
  private leavesFor: string | undefined
  private heardMs: number
  private saidMs: number
  /** When the kernel last took a write, or had nothing to take. */
  private takenMs: number
  private isPumpScheduled = false
  private readonly nowMs: () => number
  private readonly schedule: (run: () => void) => void

  constructor(socket: SoupSocket, listener: SoupListener, { nowMs, schedule }: SoupEdges) {
    this.socket = socket
    this.listener = listener
    this.nowMs = nowMs
    this.schedule = schedule
    this.remoteAddress = socket.remoteAddress ?? ''
    this.heardMs = this.saidMs = this.takenMs = nowMs()
    this.reader = new SoupReader(
      (type, payload) => this.receive(type, payload),
      SOUP_CLIENT_PACKET_BYTES_MAX,
    )
    socket.on('data', (chunk) => this.onData(chunk))
    socket.on('error', () => this.close('connection error'))
    socket.on('end', () => this.onEnd())
    socket.on('close', () => this.close(this.leavesFor ?? ''))
  }

  /** Sends a piece of what there is, if the client has read the one before; the next follows by itself. */
  pump(): void {
    const { source, socket } = this
    if (source === undefined || this.isClosed || socket.writableLength > 0) return
    let bytes: Uint8Array
    try {
      bytes = source.take(WRITE_BYTES_MAX)
    } catch (error) {
      // A file of the journal that is gone or damaged: the others go on.
      if (!(error instanceof ExchangeError)) throw error
      return this.close('journal unreadable')
    }
    if (bytes.length > 0) this.write(bytes)
    else if (source.isEnded) this.sayLast(soupPacket(SoupType.EndOfSession), '')
  }

  /** Heartbeats and timeouts. Call a few times a second. */
  tick(): void {
    if (this.isClosed) return
    const nowMs = this.nowMs()
    const { writableLength } = this.socket
    if (writableLength === 0) this.takenMs = nowMs
    if (nowMs - this.takenMs >= SOUP_STUCK_MS) return this.close('nothing read')
    if (this.leavesFor !== undefined) return
    if (nowMs - this.heardMs >= SOUP_SILENCE_MS) return this.close('nothing heard')
    if (!this.hasLoggedIn) {
      if (nowMs - this.heardMs >= SOUP_LOGIN_MS) this.close('no login')
      return
    }
    if (writableLength === 0 && nowMs - this.saidMs >= SOUP_HEARTBEAT_MS) {
      this.write(soupPacket(SoupType.ServerHeartbeat))
    }
  }

  close(reason: string): void {
    if (this.isClosed) return
    this.isClosed = true
    this.source = undefined
    this.socket.destroy()
    this.listener.onClosed(this, reason)
  }

  private onData(chunk: Uint8Array): void {
    if (this.isClosed || this.leavesFor !== undefined) return
    if (this.hasLoggedIn) this.heardMs = this.nowMs()
    if (!this.reader.push(chunk)) this.close('malformed packet')
  }

  /** Who asks for nothing more may still read what was said last. */
  private onEnd(): void {
    if (this.leavesFor === undefined) this.close('')
  }

  private receive(type: number, payload: Uint8Array): void {
    if (this.isClosed || this.leavesFor !== undefined) return
    if (type === SoupType.LogoutRequest) return this.close('')
    if (!this.hasLoggedIn) return this.logIn(type, payload)
    if (type === SoupType.LoginRequest) this.close('second login')
  }

  private logIn(type: number, payload: Uint8Array): void {
    if (type === SoupType.Debug) return
    const login = type === SoupType.LoginRequest ? readLogin(payload) : undefined
    if (login === undefined) return this.close('no login')
    this.hasLoggedIn = true
    const answer = this.listener.onLogin(login, this)
    if (typeof answer === 'string') return this.reject(answer)
    this.source = answer
    this.write(loginAccepted(answer))
    this.pump()
  }

  private reject(code: string): void {
    this.sayLast(soupPacket(SoupType.LoginRejected, code), 'login rejected')
  }

  /** Counts as a connection until the kernel has the bytes, for which it has the time of any others. */
  private sayLast(bytes: Uint8Array, reason: string): void {
    this.leavesFor = reason
    this.source = undefined
    this.socket.end(bytes, () => this.close(reason))
  }

  /** Everybody else has a turn before the next piece. */
  private readonly onTaken = (): void => {
    this.takenMs = this.nowMs()
    if (this.isPumpScheduled || this.source === undefined) return
    this.isPumpScheduled = true
    this.schedule(() => {
      this.isPumpScheduled = false
      this.pump()
    })
  }

  private write(bytes: Uint8Array): void {
    this.saidMs = this.nowMs()
    this.socket.write(bytes, this.onTaken)
  }
}
