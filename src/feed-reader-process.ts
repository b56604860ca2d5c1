/** The feed reader as the server sees it: its process, and the ports that it has opened. */
import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { assert } from './domain/index.ts'
import type { OfPorts } from './feed-reader-channel.ts'
import type { FeedReaderOptions, FeedReaderState } from './feed-reader.ts'
import { NOTHING_SERVED } from './feed-reader.ts'
import type { ForwardedConnection, ForwardedRole } from './fix-acceptor/index.ts'
import type { Logger } from './runtime/index.ts'
import {
  ErrorCode,
  ExchangeError,
  messageOf,
  ReaderProcess,
  SocketRelays,
} from './runtime/index.ts'

/** So many may die before one has opened its ports; then the start has failed. */
const DEATHS_MAX = 3

/** By channel. */
type Ports = readonly OfPorts[]

export interface FeedReaderStart extends Omit<FeedReaderOptions, 'logger' | 'onFatal'> {
  readonly type: 'start'
  /** The ports open once the journal is read; otherwise they wait for `open`. */
  readonly opens: boolean
}

export interface FeedReaderOpen {
  readonly type: 'open'
  /** The journal is durable, and has been on the lines, up to here. */
  readonly position: number
}

/** A connection of a market-data or drop-copy session; its socket comes with the message. */
export interface ConnectionMessage {
  readonly type: 'connection'
  readonly role: ForwardedRole
  /** What was read of it, in base64. */
  readonly unread: string
  readonly remoteAddress: string
  readonly clientCertificate: string | undefined
}

export type FeedReaderMessage =
  | { readonly type: 'ready'; readonly ports: Ports }
  | { readonly type: 'state'; readonly state: FeedReaderState }
  /** The process ends. */
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly reason: string }

type Settings = Omit<FeedReaderStart, 'type' | 'opens' | 'durablePosition'>

export class FeedReaderProcess {
  /** As it was a second ago at most. */
  state = NOTHING_SERVED
  /** Connections of market-data and drop-copy sessions that it could not be given. */
  lostConnections = 0
  /** Those of them that came over TLS. */
  readonly relays: SocketRelays
  private readonly process: ReaderProcess<FeedReaderMessage>
  private settings: Settings
  private ports: Ports | undefined
  private isOpening = false
  /** Processes that ended before one had opened its ports. */
  private deaths = 0
  private onFirst: ((outcome: Ports | ExchangeError) => void) | undefined
  /** How the first process fared: its ports, or why it ended. */
  private readonly first = new Promise<Ports | ExchangeError>((resolve) => (this.onFirst = resolve))
  private readonly logger: Logger

  constructor(settings: Settings, logger: Logger, programs?: URL) {
    this.settings = settings
    this.relays = new SocketRelays(settings.marketData.limits.slowReaderMs)
    this.logger = logger.child({ part: 'feed' })
    this.process = new ReaderProcess({
      name: 'feed reader',
      program: 'feed-reader-main',
      programs,
      logger: this.logger,
      start: (durablePosition): FeedReaderStart => ({
        type: 'start',
        opens: this.isOpening,
        ...this.settings,
        durablePosition,
      }),
      onMessage: (message) => this.receive(message),
      onEnded: () => this.ended(),
    })
  }

  /** Durable journal bytes that it has not followed yet. */
  get backlogBytes(): number {
    return Math.max(0, this.process.durablePosition - this.state.position)
  }

  get restarts(): number {
    return this.process.restarts
  }

  /** Undefined between two of them. */
  get processId(): number | undefined {
    return this.process.processId
  }

  /** Starts it: it reads the journal up to here and waits. How it fares is said by `open`. */
  start(durablePosition: number): void {
    this.process.start(durablePosition)
  }

  /**
   * It reads on up to here and opens its ports; later processes do by themselves, on the same ports.
   * @returns the ports by channel
   * @throws ExchangeError PortInUse, JournalUnreadable: why it cannot; or that it has died again and again
   */
  async open(durablePosition: number): Promise<Ports> {
    this.isOpening = true
    // One that dies before it has heard this is followed by one that begins with it.
    this.announce(Math.max(durablePosition, this.process.durablePosition))
    this.process.tell({ type: 'open', position: durablePosition } satisfies FeedReaderOpen)
    const outcome = await this.first
    if (outcome instanceof ExchangeError) throw outcome
    this.ports = outcome
    const channels = this.settings.channels.map((channel, i) => ({
      ...channel,
      snapshot: { ...channel.snapshot, port: outcome[i]!.snapshot },
      stream: { ...channel.stream, port: outcome[i]!.stream },
    }))
    this.settings = { ...this.settings, channels }
    return outcome
  }

  /** The lines have said what the journal has up to here. */
  announce(position: number): void {
    this.process.announce(position)
  }

  /** Such a connection is the reader's from here on; one over TLS by a relay. */
  take(connection: ForwardedConnection): void {
    const { socket } = connection
    assert(socket instanceof Socket, 'connections come from the network')
    if (!(socket instanceof TLSSocket)) return this.pass(connection, socket)
    this.relays.open(socket).then(
      (plain) => this.pass(connection, plain),
      (error: unknown) => {
        this.lostConnections++
        const reason = messageOf(error)
        this.logger.warn({ reason }, 'no relay for a session over TLS')
        socket.destroy()
      },
    )
  }

  async stop(): Promise<void> {
    await this.process.stop()
    this.relays.close()
  }

  private pass(
    { role, unread, remoteAddress, clientCertificate }: ForwardedConnection,
    socket: Socket,
  ): void {
    const message: ConnectionMessage = {
      type: 'connection',
      role,
      unread: Buffer.from(unread).toString('base64'),
      remoteAddress,
      clientCertificate,
    }
    const { logonMs } = this.settings.marketData.limits
    if (!this.process.sendSocket(message, socket, logonMs)) this.lostConnections++
  }

  /** Another begins in its place, unless none ever could open its ports. */
  private ended(): boolean {
    if (this.onFirst === undefined) return this.ports !== undefined
    if (++this.deaths < DEATHS_MAX) return true
    const why = `the feed reader ended ${DEATHS_MAX} times before it had opened its ports`
    this.onFirst(new ExchangeError(ErrorCode.JournalUnreadable, why))
    return false
  }

  private receive(message: FeedReaderMessage): void {
    if (message.type === 'state') {
      this.state = message.state
      return
    }
    if (message.type === 'ready') {
      this.process.succeeded()
      this.onFirst?.(message.ports)
    } else {
      this.logger.error({ reason: message.reason }, 'feed reader failed')
      this.onFirst?.(new ExchangeError(message.code, message.reason))
    }
    this.onFirst = undefined
  }
}
