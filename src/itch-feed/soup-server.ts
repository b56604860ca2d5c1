/**
 * A SoupBinTCP port: lets in who may, counts, and drops who does not keep the rules. What a login gets is
 * its owner's business.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { BlockList, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import type { Logger } from '../runtime/index.ts'
import { isIn, listen, networksOf } from '../runtime/index.ts'
import type { SoupLogin } from '../wire/index.ts'
import { LoginReject } from '../wire/index.ts'
import { Allowance } from './request-limits.ts'
import type { SoupSource } from './soup-connection.ts'
import { SoupConnection } from './soup-connection.ts'

/** Connections of one port; one more is closed at once. */
export const SOUP_CONNECTIONS_MAX = 256
/** Of one address. */
export const SOUP_CONNECTIONS_PER_ADDRESS_MAX = 32
/** Lines of the log about who was dropped: each crosses into the server's process, and a flood must not. */
export const SOUP_LOG_LINES_PER_SECOND = 10
const TICK_MS = 250

export interface FeedSubscriberLogin {
  readonly username: string
  readonly password: string
  /** Networks that it may come from; empty = every one. */
  readonly allow: readonly string[]
}

export interface SoupServerOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** The port as people call it, and the key that chooses another. */
  readonly name: string
  readonly setting: string
  readonly logger: Logger
  readonly subscribers: readonly FeedSubscriberLogin[]
  /** A login with the right password. @returns as SoupListener.onLogin */
  readonly onLogin: (login: SoupLogin, connection: SoupConnection) => SoupSource | string
  readonly onClosed?: (connection: SoupConnection) => void
}

export class SoupServer {
  readonly counters = { logins: 0, rejected: 0, dropped: 0, refused: 0 }
  readonly connections = new Set<SoupConnection>()
  private readonly options: SoupServerOptions
  private readonly server: Server
  private readonly allowed: ReadonlyMap<FeedSubscriberLogin, BlockList>
  private readonly ticker: NodeJS.Timeout
  private readonly logLines = new Allowance(SOUP_LOG_LINES_PER_SECOND)

  private constructor(options: SoupServerOptions) {
    this.options = options
    this.allowed = new Map(options.subscribers.map((one) => [one, networksOf(one.allow)]))
    this.server = createServer({ noDelay: true }, (socket) => this.accept(socket))
    this.ticker = setInterval(() => {
      for (const connection of this.connections) connection.tick()
    }, TICK_MS)
  }

  /** @throws ExchangeError PortInUse */
  static async open(options: SoupServerOptions): Promise<SoupServer> {
    const server = new SoupServer(options)
    try {
      await listen(server.server, options)
    } catch (error) {
      clearInterval(server.ticker)
      throw error
    }
    return server
  }

  get port(): number {
    const address = this.server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  close(): void {
    clearInterval(this.ticker)
    this.server.close()
    for (const connection of this.connections) connection.close('')
  }

  private accept(socket: Socket): void {
    if (!this.hasRoomFor(socket.remoteAddress ?? '')) {
      this.counters.refused++
      socket.destroy()
      return
    }
    const connection = new SoupConnection(
      socket,
      {
        onLogin: (login, from) => this.logIn(login, from),
        onClosed: (closed, reason) => this.closed(closed, reason),
      },
      { nowMs: () => performance.now(), schedule: setImmediate },
    )
    this.connections.add(connection)
  }

  private hasRoomFor(address: string): boolean {
    if (this.connections.size >= SOUP_CONNECTIONS_MAX) return false
    let same = 0
    for (const { remoteAddress } of this.connections) if (remoteAddress === address) same++
    return same < SOUP_CONNECTIONS_PER_ADDRESS_MAX
  }

  private logIn(login: SoupLogin, connection: SoupConnection): SoupSource | string {
    if (!this.isAllowed(login, connection.remoteAddress)) {
      this.counters.rejected++
      return LoginReject.NotAuthorized
    }
    const answer = this.options.onLogin(login, connection)
    if (typeof answer === 'string') this.counters.rejected++
    else this.counters.logins++
    return answer
  }

  private isAllowed({ username, password }: SoupLogin, address: string): boolean {
    const user = this.options.subscribers.find((one) => sameText(one.username, username))
    if (user === undefined || !sameText(user.password, password)) return false
    return user.allow.length === 0 || isIn(this.allowed.get(user)!, address)
  }

  private closed(connection: SoupConnection, reason: string): void {
    this.connections.delete(connection)
    this.options.onClosed?.(connection)
    const { name: port, logger } = this.options
    if (reason === '') return
    this.counters.dropped++
    if (!this.logLines.take(performance.now())) return
    logger.info({ port, remoteAddress: connection.remoteAddress, reason }, 'subscriber dropped')
  }
}

/** Upper and lower case are the same on this protocol. Takes as long whatever was given. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text.toLowerCase()).digest()
  return timingSafeEqual(digest(a), digest(b))
}
