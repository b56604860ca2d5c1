/**
 * Market-data sessions: connections that name one are passed on to here, log on, and are told what they
 * subscribe to of the books. Nothing here is journaled, and nothing of it costs trading anything.
 * docs/protocols/market-data.md
 */
import type {
  AcceptorLimits,
  ByteSocket,
  ConnectionListener,
  ConnectionOrigin,
  GatedSession,
  LogonGateListener,
} from '../fix-acceptor/index.ts'
import { AcceptorCounts, Connection, LogonGate, SessionHours } from '../fix-acceptor/index.ts'
import type { FixMessage } from '../fix/index.ts'
import type { Logger } from '../runtime/index.ts'
import { sequencedMs, SessionCalendar } from '../runtime/index.ts'
import type { InstrumentBook } from './instrument-book.ts'
import type { MarketDataContext, MarketDataLogin } from './market-data-context.ts'
import { MarketDataSession } from './market-data-session.ts'
import type { Subscriber, Subscription } from './subscription.ts'
import { concerns } from './subscription.ts'

export interface MarketDataOptions extends Omit<MarketDataContext, 'onSent' | 'nowMs'> {
  readonly logins: readonly MarketDataLogin[]
  readonly logger: Logger
}

interface MarketDataVenue extends GatedSession {
  readonly login: MarketDataLogin
  readonly hours: SessionHours
}

export class MarketDataAcceptor implements ConnectionListener, LogonGateListener<MarketDataVenue> {
  readonly counts = new AcceptorCounts()
  /** Messages sent, by MsgType(35). */
  readonly sent: Record<'W' | 'X' | 'Y', number> = { W: 0, X: 0, Y: 0 }
  private readonly options: MarketDataOptions
  private readonly context: MarketDataContext
  private readonly gate: LogonGate<MarketDataVenue>
  private readonly connections = new Set<Connection>()
  private readonly byConnection = new Map<Connection, MarketDataSession>()
  /** By CompID. */
  private readonly sessions = new Map<string, MarketDataSession>()

  constructor(options: MarketDataOptions) {
    const { compId, limits, logins } = options
    this.options = options
    this.context = {
      ...options,
      onSent: (msgType) => this.count(msgType),
      nowMs: () => this.nowMs(),
    }
    this.gate = new LogonGate(this, limits)
    const venues = logins.map((login) => ({
      compId: login.compId,
      active: true,
      login,
      hours: new SessionHours(login.schedule && new SessionCalendar(login.schedule)),
    }))
    const credentials = new Map(logins.map((login) => [login.compId, login]))
    this.gate.configure({ compId, sessions: venues }, credentials)
  }

  /** Logged-on sessions. */
  get sessionCount(): number {
    return this.sessions.size
  }

  /** Instruments that they are subscribed to. */
  get subscriptionCount(): number {
    let count = 0
    for (const session of this.sessions.values()) count += session.subscriptions.count
    return count
  }

  /** @param unread what was read of the socket, the Logon(A) first */
  accept(socket: ByteSocket, unread: Uint8Array, from: Omit<ConnectionOrigin, 'nowMs'>): void {
    const { connectionsMax } = this.options.limits
    const isFull = this.connections.size >= connectionsMax
    if (isFull) this.onLimit('connectionsMax')
    if (isFull || !this.gate.hasRoomFor(from.remoteAddress ?? '')) {
      socket.destroy()
      return
    }
    const connection = new Connection(socket, this, this.options.limits, {
      ...from,
      nowMs: this.nowMs(),
    })
    this.connections.add(connection)
    this.gate.enter(connection)
    connection.hear(unread)
  }

  /** A round ends: what it has changed goes to those who subscribed to it. */
  publish(): void {
    const { books } = this.options
    const touched = new Set<Subscriber>()
    for (const book of books.refreshed()) {
      for (const subscription of subscriptionsOf(book)) {
        if (!concerns(subscription)) continue
        subscription.subscriber.onChanged(subscription)
        touched.add(subscription.subscriber)
      }
    }
    for (const subscriber of touched) subscriber.publish()
    books.endRound()
  }

  /** Heartbeats and timeouts. Call ten times a second. */
  tick(): void {
    const nowMs = this.nowMs()
    for (const session of this.sessions.values()) session.tick(nowMs)
    this.gate.tick(nowMs)
    for (const connection of this.connections) connection.tick(nowMs)
  }

  /** Starts the Logout handshake on every session. */
  logOutAll(text: string): void {
    for (const session of this.sessions.values()) session.logOut(this.nowMs(), text)
  }

  // ConnectionListener

  onMessage(connection: Connection, message: FixMessage): void {
    const session = this.byConnection.get(connection)
    if (session === undefined) return this.gate.receive(connection, message)
    const nowMs = this.nowMs()
    session.receive(message, nowMs)
    if (connection.countMessage(nowMs)) this.onLimit('messagesPerSecondMax')
  }

  onGarbled(connection: Connection, reason: string, text: string): void {
    this.counts.garbled++
    this.byConnection.get(connection)?.fix.garbled(reason, text, this.nowMs())
  }

  onLimit(limit: keyof AcceptorLimits): void {
    this.counts.reached[limit]++
  }

  mustWait(connection: Connection): boolean {
    return this.gate.noteGarbage(connection)
  }

  /** Who does not read what it is told is not heard either. */
  onChunkHandled(connection: Connection): void {
    const session = this.byConnection.get(connection)
    session?.flush()
    if (session?.isReading === false) connection.hold('queue')
  }

  onDrained(connection: Connection): void {
    const session = this.byConnection.get(connection)
    connection.release('queue')
    session?.subscriptions.pump()
  }

  onClosed(connection: Connection, reason: string): void {
    this.connections.delete(connection)
    this.gate.forget(connection)
    const session = this.byConnection.get(connection)
    if (session === undefined) return
    this.byConnection.delete(connection)
    this.sessions.delete(session.compId)
    session.ended(this.nowMs())
    this.options.logger.info({ session: session.compId, reason }, 'market-data session ended')
  }

  // LogonGateListener

  admit(
    connection: Connection,
    { login, hours }: MarketDataVenue,
    logon: FixMessage,
  ): string | undefined {
    const nowMs = this.nowMs()
    if (!hours.isOpen(Math.floor(nowMs / 1000))) return 'outside the hours of the session'
    if (!this.makeRoom(login)) return 'the session is connected already'
    const session = new MarketDataSession(login, hours, connection, this.context)
    this.sessions.set(login.compId, session)
    this.byConnection.set(connection, session)
    connection.claim()
    session.fix.acceptLogon(logon, nowMs)
    session.flush()
    connection.release('logon')
    return undefined
  }

  onLogonRefused({ remoteAddress }: Connection, _: FixMessage, why: string): void {
    this.counts.logonsRefused++
    this.options.logger.warn({ remoteAddress, why }, 'connection closed before Logon')
  }

  /** Milliseconds since 1970. */
  nowMs(): number {
    return sequencedMs(this.options.clock)
  }

  private count(msgType: string): void {
    if (msgType === 'W' || msgType === 'X' || msgType === 'Y') this.sent[msgType]++
  }

  /** A half-open connection that no longer answers may be taken over, if the session says so. */
  private makeRoom({ compId, duplicateLogon }: MarketDataLogin): boolean {
    const session = this.sessions.get(compId)
    if (session === undefined) return true
    if (duplicateLogon === 'reject' || !session.fix.isCounterpartySilent) return false
    session.connection.destroy('taken over by a new connection')
    return true
  }
}

function* subscriptionsOf(book: InstrumentBook): Generator<Subscription> {
  for (const view of book.publishedViews()) yield* view.subscriptions
}
