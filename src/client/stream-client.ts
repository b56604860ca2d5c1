/**
 * A subscriber to the stream over TCP, for who has no multicast: logs in, delivers, says that it is there,
 * and after a lost connection logs in again behind the last message that it has.
 * docs/protocols/itch-feed.md#the-stream
 */
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { Backoff } from '../runtime/index.ts'
import { loginRequest, soupPacket, SoupReader, SoupType } from '../wire/index.ts'
import type { FeedState } from './recording-player.ts'
import type { SnapshotServer } from './snapshot-client.ts'
import { SERVER_SILENCE_MS } from './snapshot-client.ts'
import type { HangUp, StreamListener } from './stream-sequence.ts'
import { StreamSequence } from './stream-sequence.ts'

/** It says that it is there this often, and looks whether the server does. */
const HEARTBEAT_MS = 1_000

export interface StreamClientOptions {
  readonly server: SnapshotServer
  readonly listener: StreamListener
  /** One line that says why there is no stream for now; it is tried again. Each once in a row. */
  readonly failed: (reason: string) => void
}

export class StreamClient {
  private readonly options: StreamClientOptions
  private readonly sequence: StreamSequence
  private readonly backoff = new Backoff()
  private socket: Socket | undefined
  private ticker: NodeJS.Timeout | undefined
  private retry: NodeJS.Timeout | undefined
  /** Since the server was heard. */
  private silentMs = 0
  private lastFailure = ''
  private isClosed = false

  /** Connects, again and again if need be, until `close`. */
  constructor(options: StreamClientOptions) {
    this.options = options
    this.sequence = new StreamSequence(options.listener)
    this.connect()
  }

  get feed(): FeedState {
    return this.sequence
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.retry)
    this.disconnect()
  }

  private connect(): void {
    const { host, port, username, password } = this.options.server
    const socket = connect({ host, port, noDelay: true })
    const ifOpen = (act: () => void): void => {
      if (socket === this.socket) act()
    }
    const reader = new SoupReader((type, payload) => ifOpen(() => this.receive(type, payload)))
    this.socket = socket
    this.silentMs = 0
    this.ticker = setInterval(() => this.tick(socket), HEARTBEAT_MS)
    socket.on('connect', () =>
      socket.write(loginRequest({ username, password, ...this.sequence.login() })),
    )
    socket.on('data', (chunk: Uint8Array) => {
      this.silentMs = 0
      if (!reader.push(chunk)) ifOpen(() => this.fail('sent what is no packet'))
    })
    socket.on('error', ({ message }) => ifOpen(() => this.fail(`failed: ${message}`)))
    socket.on('close', () => ifOpen(() => this.fail('closed the connection')))
  }

  private receive(type: number, payload: Uint8Array): void {
    const isFollowing = this.sequence.isFollowing
    const hangUp = this.sequence.receive(type, payload)
    if (hangUp !== undefined) return this.hangUp(hangUp)
    if (!isFollowing) return
    this.backoff.reset()
    this.lastFailure = ''
  }

  private tick(socket: Socket): void {
    this.silentMs += HEARTBEAT_MS
    if (this.silentMs >= SERVER_SILENCE_MS) return this.fail(`said nothing for ${this.silentMs} ms`)
    if (!socket.connecting) socket.write(soupPacket(SoupType.ClientHeartbeat))
  }

  private fail(reason: string): void {
    this.hangUp({ again: 'later', reason })
  }

  private hangUp({ again, reason }: HangUp): void {
    this.disconnect()
    if (reason !== undefined) this.report(reason)
    if (this.isClosed) return
    if (again === 'at once') this.connect()
    else this.retry = setTimeout(() => this.connect(), this.backoff.nextMs())
  }

  private report(reason: string): void {
    const { server, failed } = this.options
    if (reason !== this.lastFailure) failed(`stream ${server.host}:${server.port} ${reason}`)
    this.lastFailure = reason
  }

  private disconnect(): void {
    clearInterval(this.ticker)
    const { socket } = this
    this.socket = undefined
    socket?.destroy()
  }
}
