/**
 * What stands between a connection and a session: the first message must be a Logon that names a
 * session, comes from where it may, and proves it. Whoever fails is disconnected and told nothing,
 * after the same work for names that do not exist. FIX 4.4 volume 2, case 1S;
 * docs/protocols/fix-session.md.
 */
import type { BlockList } from 'node:net'
import { FixMessage, MsgType, Tag } from '../fix/index.ts'
import { isIn, networksOf, verifyPassword } from '../runtime/index.ts'
import type { Connection } from './connection.ts'
import type { AcceptorLimits } from './limits.ts'
import { LogonAttempts } from './logon-attempts.ts'

/** How a session proves itself, as its file says. */
export interface Credentials {
  /** scrypt:…, plain:… or none. */
  readonly password: string
  /** Networks that it may come from; empty = every one. */
  readonly allow: readonly string[]
  /** SHA-256 fingerprint of its TLS certificate; undefined = none is needed. */
  readonly clientCertificate?: string | undefined
}

/** A session that may log on here, while it is active. */
export interface GatedSession {
  readonly compId: string
  readonly active: boolean
}

export interface LogonGateListener<Session extends GatedSession> {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** An authenticated Logon on a held connection. @returns why not, if so */
  admit(connection: Connection, session: Session, logon: FixMessage): string | undefined
  /** A Logon, not authenticated. @returns true when somebody else has the connection from now on */
  forward?(connection: Connection, session: Session, logon: FixMessage): boolean
  onLogonRefused(connection: Connection, message: FixMessage, why: string): void
  onLimit(limit: keyof AcceptorLimits): void
}

interface KnownSession<Session> {
  readonly session: Session
  readonly credentials: Credentials
  readonly allowed: BlockList | undefined
}

export class LogonGate<Session extends GatedSession> {
  private compId = ''
  private readonly sessions = new Map<string, KnownSession<Session>>()
  /** Connections without a session. */
  private readonly pending = new Set<Connection>()
  /** Logons that wait for their check, in the order of coming. */
  private readonly waiting = new Map<Connection, FixMessage>()
  /** Addresses with a check under way: a password costs 60 ms of a core. */
  private readonly checking = new Set<string>()
  private readonly attempts = new LogonAttempts()
  /** Connections that were no FIX: who closes and throws garbage again must wait in between. */
  private readonly garbage = new LogonAttempts()
  private readonly listener: LogonGateListener<Session>
  private readonly limits: AcceptorLimits

  constructor(listener: LogonGateListener<Session>, limits: AcceptorLimits) {
    this.listener = listener
    this.limits = limits
  }

  /** @param credentials by CompID */
  configure(
    { compId, sessions }: { readonly compId: string; readonly sessions: readonly Session[] },
    credentials: ReadonlyMap<string, Credentials>,
  ): void {
    this.compId = compId
    this.sessions.clear()
    for (const session of sessions) {
      const known = credentials.get(session.compId)
      if (!session.active || known === undefined) continue
      const allowed = known.allow.length === 0 ? undefined : networksOf(known.allow)
      this.sessions.set(session.compId, { session, credentials: known, allowed })
    }
  }

  /** Passwords that are being checked. */
  get checkCount(): number {
    return this.checking.size
  }

  /** Room for one more connection from this address? */
  hasRoomFor(remoteAddress: string): boolean {
    if (this.pending.size >= this.limits.pendingLogonsMax) {
      this.listener.onLimit('pendingLogonsMax')
      return false
    }
    let sameAddress = 0
    for (const connection of this.pending) {
      if (connection.remoteAddress === remoteAddress) sameAddress++
    }
    if (sameAddress < this.limits.pendingLogonsPerAddressMax) return true
    this.listener.onLimit('pendingLogonsPerAddressMax')
    return false
  }

  enter(connection: Connection): void {
    this.pending.add(connection)
  }

  forget(connection: Connection): void {
    this.pending.delete(connection)
    this.waiting.delete(connection)
  }

  /** A connection was no FIX. @returns whether its address has done so too often to be let go at once */
  noteGarbage({ remoteAddress }: Connection): boolean {
    const nowMs = this.listener.nowMs()
    this.garbage.failed(remoteAddress, nowMs)
    return this.garbage.isSuspect(remoteAddress, nowMs)
  }

  /** Closes connections that have not logged on in time; starts checks that had to wait. */
  tick(nowMs: number): void {
    for (const connection of this.pending) {
      if (nowMs < connection.logonDeadlineMs) continue
      this.listener.onLimit('logonMs')
      connection.destroy('no Logon in time')
    }
    this.startChecks()
  }

  /** The first message of a connection. What comes behind it waits for the answer. */
  receive(connection: Connection, message: FixMessage): void {
    if (!this.pending.has(connection)) return
    if (message.msgType !== MsgType.Logon) {
      this.refuse(connection, message, 'the first message is not a Logon')
      return
    }
    connection.hold('logon')
    const logon = copyOf(message)
    const known = this.knownOf(logon)
    if (known !== undefined && this.listener.forward?.(connection, known.session, logon) === true) {
      this.pending.delete(connection)
      return
    }
    this.waiting.set(connection, logon)
    this.startChecks()
  }

  /** One check of an address at a time, and the later the more have failed. */
  private startChecks(): void {
    const nowMs = this.listener.nowMs()
    for (const [connection, logon] of this.waiting) {
      const { remoteAddress } = connection
      if (this.checking.has(remoteAddress)) continue
      if (this.attempts.delayMs(remoteAddress, nowMs) > 0) continue
      this.waiting.delete(connection)
      this.checking.add(remoteAddress)
      // `check` answers every failure itself; what is left would be a defect and ends the process.
      void this.check(connection, logon)
    }
  }

  private async check(connection: Connection, logon: FixMessage): Promise<void> {
    const { remoteAddress } = connection
    const known = this.knownOf(logon)
    const isNamed = known !== undefined && this.fits(known, connection, logon)
    const stored = isNamed ? known.credentials.password : undefined
    const isRight = await verifyPassword(logon.string(Tag.Password) ?? '', stored)

    this.checking.delete(remoteAddress)
    if (isNamed && isRight) this.attempts.succeeded(remoteAddress)
    else this.attempts.failed(remoteAddress, this.listener.nowMs())
    if (this.pending.has(connection)) {
      if (isNamed && isRight) this.admit(connection, known.session, logon)
      else this.refuse(connection, logon, 'unknown CompID, wrong address or wrong password')
    }
    this.startChecks()
  }

  /** Everything but the password: names, address, certificate. Username(553) is the session's name. */
  private fits(known: KnownSession<Session>, connection: Connection, logon: FixMessage): boolean {
    const { session, credentials, allowed } = known
    const { remoteAddress, clientCertificate } = connection
    return (
      logon.string(Tag.TargetCompID) === this.compId &&
      (logon.string(Tag.Username) ?? session.compId) === session.compId &&
      (allowed === undefined || isIn(allowed, remoteAddress)) &&
      (credentials.clientCertificate ?? clientCertificate) === clientCertificate
    )
  }

  private knownOf(logon: FixMessage): KnownSession<Session> | undefined {
    return this.sessions.get(logon.string(Tag.SenderCompID) ?? '')
  }

  private admit(connection: Connection, session: Session, logon: FixMessage): void {
    const why = this.listener.admit(connection, session, logon)
    if (why === undefined) this.pending.delete(connection)
    else this.refuse(connection, logon, why)
  }

  private refuse(connection: Connection, message: FixMessage, why: string): void {
    this.listener.onLogonRefused(connection, message, why)
    connection.destroy(why)
  }
}

function copyOf(message: FixMessage): FixMessage {
  const bytes = message.bytes.slice(message.start, message.end)
  const copy = new FixMessage()
  copy.scan(bytes, 0, bytes.length)
  return copy
}
