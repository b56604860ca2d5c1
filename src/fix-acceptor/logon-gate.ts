/**
 * What stands between a connection and a session: the first message must be a Logon that names a
 * session and proves it. Whoever fails is disconnected and told nothing, after the same work for
 * names that do not exist. FIX 4.4 volume 2, case 1S; docs/protocols/fix-session.md.
 */
import { FixMessage, MsgType, Tag } from '../fix/index.ts'
import { verifyPassword } from '../runtime/index.ts'
import type { VenueConfiguration, VenueSession } from '../wire/index.ts'
import type { Connection } from './connection.ts'
import type { AcceptorLimits } from './limits.ts'

export interface LogonGateListener {
  /** An authenticated Logon on a suspended connection. @returns false when the session is not free */
  admit(connection: Connection, venue: VenueSession, logon: FixMessage): boolean
  onLogonRefused(connection: Connection, why: string): void
}

export class LogonGate {
  private compId = ''
  private readonly sessions = new Map<string, VenueSession>()
  private passwords: ReadonlyMap<string, string> = new Map()
  /** Connections without a session. */
  private readonly pending = new Set<Connection>()
  /** The check that is last in the row of an address: a password costs 60 ms of a core. */
  private readonly checks = new Map<string, Promise<void>>()
  private readonly listener: LogonGateListener
  private readonly limits: AcceptorLimits

  constructor(listener: LogonGateListener, limits: AcceptorLimits) {
    this.listener = listener
    this.limits = limits
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
    if (this.pending.size >= this.limits.pendingLogonsMax) return false
    let sameAddress = 0
    for (const connection of this.pending) {
      if (connection.remoteAddress === remoteAddress) sameAddress++
    }
    return sameAddress < this.limits.pendingLogonsPerAddressMax
  }

  enter(connection: Connection): void {
    this.pending.add(connection)
  }

  forget(connection: Connection): void {
    this.pending.delete(connection)
  }

  /** Closes connections that have not logged on in time. */
  tick(nowMs: number): void {
    for (const connection of this.pending) {
      if (nowMs >= connection.logonDeadlineMs) connection.destroy('no Logon in time')
    }
  }

  /** The first message of a connection. What comes behind it waits for the answer. */
  receive(connection: Connection, message: FixMessage): void {
    if (!this.pending.has(connection)) return
    if (message.msgType !== MsgType.Logon) {
      this.refuse(connection, 'the first message is not a Logon')
      return
    }
    connection.suspend()
    const logon = message.bytes.slice(message.start, message.end)
    const { remoteAddress } = connection
    const before = this.checks.get(remoteAddress) ?? Promise.resolve()
    // `check` answers every failure itself; what is left would be a defect and ends the process.
    const check = before.then(() => this.check(connection, logon))
    this.checks.set(remoteAddress, check)
    void check.then(() => {
      if (this.checks.get(remoteAddress) === check) this.checks.delete(remoteAddress)
    })
  }

  private async check(connection: Connection, bytes: Uint8Array): Promise<void> {
    if (!this.pending.has(connection)) return
    const logon = new FixMessage()
    logon.scan(bytes, 0, bytes.length)
    const venue = this.sessions.get(logon.string(Tag.SenderCompID) ?? '')
    const isRight = await verifyPassword(
      logon.string(Tag.Password) ?? '',
      venue !== undefined && this.isFor(venue, logon)
        ? this.passwords.get(venue.compId)
        : undefined,
    )

    if (!this.pending.has(connection)) return
    if (!isRight || venue === undefined) {
      this.refuse(connection, 'unknown CompID or wrong password')
      return
    }
    if (!this.listener.admit(connection, venue, logon)) {
      this.refuse(connection, 'the session is connected already')
      return
    }
    this.pending.delete(connection)
  }

  /** Username(553), where it is sent, is the session's name. */
  private isFor(venue: VenueSession, logon: FixMessage): boolean {
    const username = logon.string(Tag.Username) ?? venue.compId
    return logon.string(Tag.TargetCompID) === this.compId && username === venue.compId
  }

  private refuse(connection: Connection, why: string): void {
    this.listener.onLogonRefused(connection, why)
    connection.destroy(why)
  }
}
