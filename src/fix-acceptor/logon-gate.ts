/**
 * What stands between a connection and a session: the first message must be a Logon that names a
 * session and proves it. Whoever fails is disconnected and told nothing, after the same work for
 * names that do not exist. FIX 4.4 volume 2, case 1S; docs/protocols/fix-session.md.
 */
import { FixMessage, Tag } from '../fix/index.ts'
import { verifyPassword } from '../runtime/index.ts'
import type { VenueConfiguration, VenueSession } from '../wire/index.ts'
import type { Connection } from './connection.ts'

/** Connections without a Logon: in all, and from one address. */
const PENDING_MAX = 128
const PENDING_PER_ADDRESS_MAX = 8
/** Messages that may follow a Logon while its password is checked. */
const HELD_MESSAGES_MAX = 1000
const LOGON = 'A'

export interface LogonGateListener {
  /** An authenticated Logon. @returns false when the session is not free */
  admit(connection: Connection, venue: VenueSession, logon: FixMessage): boolean
  /** A message that came behind the Logon. */
  onMessage(connection: Connection, message: FixMessage): void
  onLogonRefused(connection: Connection, why: string): void
}

export class LogonGate {
  private compId = ''
  private readonly sessions = new Map<string, VenueSession>()
  private passwords: ReadonlyMap<string, string> = new Map()
  /** Connections without a session; what they sent once their Logon is being checked. */
  private readonly pending = new Map<Connection, Uint8Array[]>()
  private readonly message = new FixMessage()
  private readonly listener: LogonGateListener

  constructor(listener: LogonGateListener) {
    this.listener = listener
  }

  /** @param passwords by CompID, as the session files keep them */
  configure(configuration: VenueConfiguration, passwords: ReadonlyMap<string, string>): void {
    this.compId = configuration.compId
    this.passwords = passwords
    this.sessions.clear()
    for (const session of configuration.sessions) {
      if (session.active) this.sessions.set(session.compId, session)
    }
  }

  /** Room for one more connection from this address? */
  hasRoomFor(remoteAddress: string): boolean {
    if (this.pending.size >= PENDING_MAX) return false
    let sameAddress = 0
    for (const connection of this.pending.keys()) {
      if (connection.remoteAddress === remoteAddress) sameAddress++
    }
    return sameAddress < PENDING_PER_ADDRESS_MAX
  }

  enter(connection: Connection): void {
    this.pending.set(connection, [])
  }

  forget(connection: Connection): void {
    this.pending.delete(connection)
  }

  /** Closes connections that have not logged on in time. */
  tick(nowMs: number): void {
    for (const connection of this.pending.keys()) {
      if (nowMs >= connection.logonDeadlineMs) connection.destroy('no Logon in time')
    }
  }

  /** A message on a connection without a session: the Logon, or what follows it too early. */
  receive(connection: Connection, message: FixMessage): void {
    const held = this.pending.get(connection)
    if (held === undefined) return
    if (held.length === 0 && message.msgType !== LOGON) {
      this.refuse(connection, 'the first message is not a Logon')
      return
    }
    if (held.length >= HELD_MESSAGES_MAX) {
      this.refuse(connection, 'too many messages behind the Logon')
      return
    }

    held.push(message.bytes.slice(message.start, message.end))
    if (held.length > 1) return
    connection.pause()
    // `check` answers every failure itself; what is left would be a defect and ends the process.
    void this.check(connection, message)
  }

  private async check(connection: Connection, logon: FixMessage): Promise<void> {
    const compId = logon.string(Tag.SenderCompID) ?? ''
    const venue = this.sessions.get(compId)
    const isForUs = logon.string(Tag.TargetCompID) === this.compId
    const stored = venue === undefined || !isForUs ? undefined : this.passwords.get(compId)
    const isRight = await verifyPassword(logon.string(Tag.Password) ?? '', stored)

    const held = this.pending.get(connection)
    if (held === undefined) return
    if (!isRight || venue === undefined) {
      this.refuse(connection, 'unknown CompID or wrong password')
      return
    }
    this.pending.delete(connection)
    if (!this.listener.admit(connection, venue, this.scan(held[0]!))) {
      this.refuse(connection, 'the session is connected already')
      return
    }
    for (const bytes of held.slice(1)) this.listener.onMessage(connection, this.scan(bytes))
    connection.resume()
  }

  private scan(bytes: Uint8Array): FixMessage {
    this.message.scan(bytes, 0, bytes.length)
    return this.message
  }

  private refuse(connection: Connection, why: string): void {
    this.listener.onLogonRefused(connection, why)
    connection.destroy(why)
  }
}
