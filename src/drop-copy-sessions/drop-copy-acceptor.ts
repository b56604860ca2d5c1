/**
 * Drop-copy sessions: connections that name one are passed on to here, log on, and hear every report and
 * cancel reject of the firms that they are entitled to. What they were sent under which number is kept in
 * a file for each; nothing of them is in the journal. docs/protocols/drop-copy.md
 */
import { join } from 'node:path'
import type {
  AcceptorCounts,
  AcceptorLimits,
  ByteSocket,
  Connection,
  ConnectionOrigin,
  SessionHours,
} from '../fix-acceptor/index.ts'
import { SessionDesk } from '../fix-acceptor/index.ts'
import { DirectoryLock, NodeDisk } from '../journal/index.ts'
import type { Logger, SequencedTime } from '../runtime/index.ts'
import { ErrorCode, ExchangeError, messageOf } from '../runtime/index.ts'
import type { VenueConfiguration } from '../wire/index.ts'
import type { DropCopyContext, DropCopyLogin, FollowedJournal } from './drop-copy-context.ts'
import { DropCopySession } from './drop-copy-session.ts'
import { OpenOrders } from './open-orders.ts'
import { SentNumbers } from './sent-numbers.ts'
import { VenueNow } from './venue-now.ts'

/** Who gets copies. */
export interface DropCopySettings {
  /** TargetCompID(56) of every session. */
  readonly compId: string
  readonly limits: AcceptorLimits
  readonly logins: readonly DropCopyLogin[]
  /** Where each session's numbers are kept. */
  readonly directory: string
  /** Whether numbers have to survive a power cut, as the journal does. */
  readonly isSynced: boolean
}

export interface DropCopyOptions extends DropCopySettings {
  readonly journal: FollowedJournal
  readonly clock: SequencedTime
  readonly logger: Logger
  readonly schedule: (run: () => void) => void
}

const disk = new NodeDisk()

/** Copies sent, by MsgType(35). */
export type DropCopyCounts = Record<'8' | '9', number>

export class DropCopyAcceptor {
  readonly sent: DropCopyCounts = { 8: 0, 9: 0 }
  private readonly options: DropCopyOptions
  private readonly venue = new VenueNow()
  private readonly context: DropCopyContext
  private readonly desk: SessionDesk<DropCopyLogin, DropCopySession>
  /** By CompID; of sessions that have logged on since the process began. */
  private readonly numbers = new Map<string, SentNumbers>()
  /** No other process has their files. */
  private lock: DirectoryLock | undefined
  private isPumpScheduled = false

  constructor(options: DropCopyOptions) {
    this.options = options
    const { journal } = options
    this.context = {
      ...options,
      venue: this.venue,
      openOrders: new OpenOrders(journal),
      onCopied: (msgType) => this.sent[msgType === '8' ? '8' : '9']++,
      nowMs: () => this.desk.nowMs(),
    }
    this.desk = new SessionDesk({
      ...options,
      name: 'drop-copy',
      open: (login, hours, connection) => this.open(login, hours, connection),
    })
  }

  get counts(): AcceptorCounts {
    return this.desk.counts
  }

  /** Logged-on sessions. */
  get sessionCount(): number {
    return this.desk.sessionCount
  }

  /** Durable journal bytes that the slowest of them has not looked at; 0 when there is none. */
  get backlogBytes(): number {
    let most = 0
    for (const session of this.desk.sessions) most = Math.max(most, session.backlogBytes)
    return most
  }

  /** @param configuration in force in the group that was read last */
  configure(configuration: VenueConfiguration | undefined): void {
    this.venue.configure(configuration)
  }

  /** The journal has more: every session gets a slice, soon. */
  pump(): void {
    if (this.isPumpScheduled || this.sessionCount === 0) return
    this.isPumpScheduled = true
    this.options.schedule(() => {
      this.isPumpScheduled = false
      for (const session of this.desk.sessions) session.pump()
    })
  }

  /** @param unread what was read of the socket, the Logon(A) first */
  accept(socket: ByteSocket, unread: Uint8Array, from: Omit<ConnectionOrigin, 'nowMs'>): void {
    this.desk.accept(socket, unread, from)
  }

  /** Heartbeats and timeouts. Call ten times a second. */
  tick(): void {
    this.desk.tick()
  }

  /** Starts the Logout handshake on every session. */
  logOutAll(text: string): void {
    this.desk.logOutAll(text)
  }

  close(): void {
    this.lock?.release()
    for (const numbers of this.numbers.values()) numbers.close()
    this.numbers.clear()
  }

  private open(
    login: DropCopyLogin,
    hours: SessionHours,
    connection: Connection,
  ): DropCopySession | string {
    if (this.options.journal.dayPosition === 0) return 'no trading day has begun yet'
    const { compId } = login
    try {
      const numbers = this.numbersOf(compId)
      const { context } = this
      const fail = (error: Error) => this.failed(compId, error)
      const session = new DropCopySession(login, connection, numbers, context, fail)
      session.beginPeriod(hours)
      return session
    } catch (error) {
      // Another process is about to end: it still has the numbers for a moment.
      const isLocked = error instanceof ExchangeError && error.code === ErrorCode.DirectoryLocked
      if (!isLocked) this.failed(compId, error)
      return messageOf(error)
    }
  }

  private numbersOf(compId: string): SentNumbers {
    const known = this.numbers.get(compId)
    if (known !== undefined) return known
    const { directory, isSynced, journal } = this.options
    disk.makeDirectory(directory)
    this.lock ??= DirectoryLock.acquire(join(directory, 'lock'))
    const numbers = new SentNumbers({
      path: join(directory, `${compId}.numbers`),
      journalId: journal.journalId,
      journalEnd: journal.position,
      isSynced,
      beginning: journal.dayPosition,
    })
    this.numbers.set(compId, numbers)
    return numbers
  }

  /** Its file is opened again at the next Logon. */
  private failed(compId: string, error: unknown): void {
    this.numbers.get(compId)?.close()
    this.numbers.delete(compId)
    const code = error instanceof ExchangeError ? error.code : undefined
    const about = { session: compId, code, reason: messageOf(error) }
    this.options.logger.error(about, 'a drop-copy session failed')
  }
}
