/**
 * The front desk of sessions that another process than the exchange's serves: connections that were passed
 * on to it, their gate, and who is logged on. What a session is told is the session's own business.
 */
import type { FixMessage, FixSession } from '../fix/index.ts'
import type { Logger, SequencedTime } from '../runtime/index.ts'
import { sequencedMs, SessionCalendar } from '../runtime/index.ts'
import { AcceptorCounts } from './acceptor-counts.ts'
import type { SessionSettings } from './acceptor-session.ts'
import type { ByteSocket, ConnectionListener, ConnectionOrigin } from './connection.ts'
import { Connection } from './connection.ts'
import type { AcceptorLimits } from './limits.ts'
import type { GatedSession, LogonGateListener } from './logon-gate.ts'
import { LogonGate } from './logon-gate.ts'
import { HOURS_ARE_OVER, SessionHours } from './session-hours.ts'

/** A session as its file describes it. */
export interface DeskLogin extends SessionSettings {
  readonly compId: string
}

/** A session that is logged on, or is about to be. */
export interface DeskSession {
  readonly compId: string
  readonly fix: FixSession
  readonly connection: Connection
  /** When its numbers began, in seconds since 1970. */
  readonly beganSeconds: number
  /** Its counterparty takes what it is told; otherwise it is not heard either. */
  readonly isReading: boolean
  /** Something was heard or time has passed: says what there is to say. */
  settle(): void
  /** The kernel has taken what it had to be waited for. */
  drained(): void
  /** The connection is gone. */
  ended(nowMs: number): void
}

export interface SessionDeskOptions<Login extends DeskLogin, Session extends DeskSession> {
  /** What its sessions are, for the log. */
  readonly name: string
  /** TargetCompID(56) of every session. */
  readonly compId: string
  readonly limits: AcceptorLimits
  readonly logins: readonly Login[]
  readonly clock: SequencedTime
  readonly logger: Logger
  /** An authenticated Logon has come on a held connection. @returns its session, or why there is none */
  readonly open: (login: Login, hours: SessionHours, connection: Connection) => Session | string
}

interface DeskVenue<Login> extends GatedSession {
  readonly login: Login
  readonly hours: SessionHours
}

interface Seat<Session> {
  readonly session: Session
  readonly hours: SessionHours
}

export class SessionDesk<Login extends DeskLogin, Session extends DeskSession>
  implements ConnectionListener, LogonGateListener<DeskVenue<Login>>
{
  readonly counts = new AcceptorCounts()
  private readonly options: SessionDeskOptions<Login, Session>
  private readonly gate: LogonGate<DeskVenue<Login>>
  private readonly connections = new Set<Connection>()
  private readonly byConnection = new Map<Connection, Seat<Session>>()
  /** By CompID. */
  private readonly byCompId = new Map<string, Session>()

  constructor(options: SessionDeskOptions<Login, Session>) {
    const { compId, limits, logins } = options
    this.options = options
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

  /** Those that are logged on, or whose Logon is being answered. */
  get sessions(): Iterable<Session> {
    return this.byCompId.values()
  }

  get sessionCount(): number {
    return this.byCompId.size
  }

  /** @param unread what was read of the socket, the Logon(A) first */
  accept(socket: ByteSocket, unread: Uint8Array, from: Omit<ConnectionOrigin, 'nowMs'>): void {
    const { limits } = this.options
    const isFull = this.connections.size >= limits.connectionsMax
    if (isFull) this.onLimit('connectionsMax')
    if (isFull || !this.gate.hasRoomFor(from.remoteAddress ?? '')) {
      socket.destroy()
      return
    }
    const connection = new Connection(socket, this, limits, { ...from, nowMs: this.nowMs() })
    this.connections.add(connection)
    this.gate.enter(connection)
    connection.hear(unread)
  }

  /** Heartbeats and timeouts, and the end of the sessions' hours. Call ten times a second. */
  tick(): void {
    const nowMs = this.nowMs()
    const nowSeconds = Math.floor(nowMs / 1000)
    for (const { session, hours } of this.byConnection.values()) {
      const { fix, connection, beganSeconds } = session
      const isOver = !hours.isOpen(nowSeconds) || hours.isOver(beganSeconds, nowSeconds)
      if (isOver) fix.logout(nowMs, HOURS_ARE_OVER)
      if (connection.isHeld) fix.notListened(nowMs)
      fix.tick(nowMs)
      session.settle()
    }
    this.gate.tick(nowMs)
    for (const connection of this.connections) connection.tick(nowMs)
  }

  /** Starts the Logout handshake on every session. */
  logOutAll(text: string): void {
    for (const session of this.sessions) {
      session.fix.logout(this.nowMs(), text)
      session.settle()
    }
  }

  /** Milliseconds since 1970. */
  nowMs(): number {
    return sequencedMs(this.options.clock)
  }

  // ConnectionListener

  onMessage(connection: Connection, message: FixMessage): void {
    const seat = this.byConnection.get(connection)
    if (seat === undefined) return this.gate.receive(connection, message)
    const nowMs = this.nowMs()
    seat.session.fix.receive(message, nowMs)
    if (connection.countMessage(nowMs)) this.onLimit('messagesPerSecondMax')
  }

  onGarbled(connection: Connection, reason: string, text: string): void {
    this.counts.garbled++
    this.byConnection.get(connection)?.session.fix.garbled(reason, text, this.nowMs())
  }

  onLimit(limit: keyof AcceptorLimits): void {
    this.counts.reached[limit]++
  }

  mustWait(connection: Connection): boolean {
    return this.gate.noteGarbage(connection)
  }

  /** Who does not read what it is told is not heard either. */
  onChunkHandled(connection: Connection): void {
    const session = this.byConnection.get(connection)?.session
    session?.settle()
    if (session?.isReading === false) connection.hold('queue')
  }

  onDrained(connection: Connection): void {
    const session = this.byConnection.get(connection)?.session
    connection.release('queue')
    session?.drained()
  }

  onClosed(connection: Connection, reason: string): void {
    this.connections.delete(connection)
    this.gate.forget(connection)
    const session = this.byConnection.get(connection)?.session
    if (session === undefined) return
    this.byConnection.delete(connection)
    this.byCompId.delete(session.compId)
    session.ended(this.nowMs())
    const { logger, name } = this.options
    logger.info({ session: session.compId, reason }, `${name} session ended`)
  }

  // LogonGateListener

  admit(
    connection: Connection,
    { login, hours }: DeskVenue<Login>,
    logon: FixMessage,
  ): string | undefined {
    const nowMs = this.nowMs()
    if (!hours.isOpen(Math.floor(nowMs / 1000))) return 'outside the hours of the session'
    if (!this.makeRoom(login)) return 'the session is connected already'
    const session = this.options.open(login, hours, connection)
    if (typeof session === 'string') return session
    this.byCompId.set(login.compId, session)
    this.byConnection.set(connection, { session, hours })
    connection.claim()
    session.fix.acceptLogon(logon, nowMs)
    session.settle()
    connection.release('logon')
    return undefined
  }

  onLogonRefused({ remoteAddress }: Connection, _: FixMessage, why: string): void {
    this.counts.logonsRefused++
    this.options.logger.warn({ remoteAddress, why }, 'connection closed before Logon')
  }

  /** A half-open connection that no longer answers may be taken over, if the session says so. */
  private makeRoom({ compId, duplicateLogon }: Login): boolean {
    const session = this.byCompId.get(compId)
    if (session === undefined) return true
    if (duplicateLogon === 'reject' || !session.fix.isCounterpartySilent) return false
    session.connection.destroy('taken over by a new connection')
    return true
  }
}
