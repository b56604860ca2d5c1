/**
 * The FIX port: connections become sessions by an authenticated Logon, messages become commands, and
 * durable events become messages. It decides nothing about orders and sends nothing that is not in
 * the journal.
 */
import type { FixMessage } from '../fix/index.ts'
import type { Logger, SequencedTime } from '../runtime/index.ts'
import { sequencedMs } from '../runtime/index.ts'
import type {
  CommandQueue,
  RecordBuffer,
  SessionRole,
  VenueConfiguration,
  VenueSession,
} from '../wire/index.ts'
import {
  EventType,
  isReferenceAction,
  operationOf,
  QUEUE_COMMANDS_MAX,
  recordLength,
  recordSession,
  recordType,
} from '../wire/index.ts'
import { AcceptorCounts } from './acceptor-counts.ts'
import type { AcceptorContext, SessionSettings } from './acceptor-session.ts'
import { AcceptorSession } from './acceptor-session.ts'
import { ApplicationMessages } from './application-messages.ts'
import { CatchUp } from './catch-up.ts'
import type { ByteSocket, ConnectionListener } from './connection.ts'
import { Connection } from './connection.ts'
import { DontKnowTradeIntake } from './dont-know-trade-intake.ts'
import type { DoubtedTrade } from './doubted-trade.ts'
import { doubtedTrade } from './doubted-trade.ts'
import { EventCounts } from './event-counts.ts'
import { FairShare } from './fair-share.ts'
import type { TlsPort } from './fix-listeners.ts'
import { FixListeners } from './fix-listeners.ts'
import type { InstrumentState } from './instrument-status.ts'
import type { AcceptorLimits } from './limits.ts'
import type { LogonGateListener } from './logon-gate.ts'
import { LogonGate } from './logon-gate.ts'
import { MassCancelIntake } from './mass-cancel-intake.ts'
import { LongAnswers } from './long-answers.ts'
import type { MessageLog } from './message-log.ts'
import type { SessionLog } from './message-log-session.ts'
import { carryOut } from './operator-orders.ts'
import { OrderIntake } from './order-intake.ts'
import type { TradingDayState } from './reference-data.ts'
import { ReferenceData } from './reference-data.ts'
import { ReportPrinter } from './report-printer.ts'
import type { SentLedger } from './sent-ledger.ts'
import { StatusIntake } from './status-intake.ts'
import { SymbolIndex } from './symbol-index.ts'

export interface FixAcceptorOptions {
  readonly host: string
  readonly port: number
  readonly tls?: TlsPort | undefined
  readonly queue: CommandQueue
  /** What the journal says was sent; recovered before. */
  readonly sent: SentLedger
  /** As the last turn left it. */
  readonly day: TradingDayState
  /** An instrument by its stock locate, as the last turn left it; undefined = there is none. */
  readonly stateOf: (locate: number) => InstrumentState | undefined
  /** In force, as the last turn left it. */
  readonly configuration: () => VenueConfiguration
  readonly clock: SequencedTime
  readonly logger: Logger
  /** A command was queued: run a turn soon. */
  readonly submit: () => void
  /** Runs a function once the callbacks of this event-loop turn are through: setImmediate. */
  readonly schedule: (run: () => void) => void
  /** The same, behind what everybody waits for. */
  readonly defer: (run: () => void) => void
  readonly limits: AcceptorLimits
  /** Where every message is logged; undefined = nowhere. */
  readonly messageLog?: MessageLog | undefined
  /** Who serves market-data and drop-copy sessions; left out: nobody, and here they may ask for nothing. */
  readonly pass?: ((connection: ForwardedConnection) => void) | undefined
}

/** Sessions that somebody else serves. */
export type ForwardedRole = Exclude<SessionRole, 'order-entry'>

/** A connection that names such a session, for who serves these: nothing of it is checked. */
export interface ForwardedConnection {
  readonly role: ForwardedRole
  readonly socket: ByteSocket
  /** What was read of it, its Logon(A) first. */
  readonly unread: Uint8Array
  readonly remoteAddress: string
  readonly clientCertificate: string | undefined
}

export class FixAcceptor implements ConnectionListener, LogonGateListener<VenueSession> {
  private readonly options: FixAcceptorOptions
  private readonly printer = new ReportPrinter()
  private readonly symbols = new SymbolIndex()
  private readonly reference: ReferenceData
  private readonly context: AcceptorContext
  private readonly catchUp: CatchUp
  private readonly fairShare: FairShare
  private readonly listeners: FixListeners
  /** By session index. */
  private readonly sessions: (AcceptorSession | undefined)[] = []
  private readonly byConnection = new Map<Connection, AcceptorSession>()
  private readonly gate: LogonGate<VenueSession>
  private readonly connections = new Set<Connection>()
  /** Sessions with something to send at the end of the turn. */
  private readonly touched = new Set<AcceptorSession>()
  readonly counts = new AcceptorCounts()
  readonly events = new EventCounts()
  private isPaused = false
  private isClosing = false

  constructor(options: FixAcceptorOptions) {
    this.options = options
    const { limits, queue, submit, schedule, defer, logger, messageLog } = options
    this.reference = new ReferenceData(options.day, options.stateOf)
    this.gate = new LogonGate(this, limits)
    this.fairShare = new FairShare(limits.messagesPerTurnMax, schedule)
    this.listeners = new FixListeners({
      ...options,
      connectionsMax: limits.connectionsMax,
      handshakeMs: limits.logonMs,
      onSocket: (socket, clientCertificate) => this.accept(socket, clientCertificate),
      onDropped: () => this.onLimit('connectionsMax'),
    })
    this.catchUp = new CatchUp(defer, (session) => this.flushSession(session))
    this.context = {
      compId: '',
      limits,
      queue,
      printer: this.printer,
      applicationMessages: this.openIntakes(queue),
      submit,
      schedule,
      onBehind: (session) => this.catchUp.add(session),
      onLimit: (limit) => this.onLimit(limit),
      counts: this.counts,
      messageLog,
      onRefused: (session, text) =>
        logger.warn({ session: session.compId, text }, 'counterparty rejected a message of ours'),
    }
  }

  /** Ports in use, once listening; 0 = none. */
  get port(): number {
    return this.listeners.port
  }

  get tlsPort(): number {
    return this.listeners.tlsPort
  }

  /** Connections with and without a Logon. */
  get connectionCount(): number {
    return this.connections.size
  }

  /** Passwords that are being checked. */
  get passwordCheckCount(): number {
    return this.gate.checkCount
  }

  /** Logged-on sessions. */
  get sessionCount(): number {
    return this.byConnection.size
  }

  /** Bytes for all connections that the kernel has not taken. */
  get waitingBytes(): number {
    let bytes = 0
    for (const connection of this.connections) bytes += connection.waitingBytes
    return bytes
  }

  /** Messages for all sessions that have a number and were not written yet. */
  get waitingMessages(): number {
    return this.sessions.reduce((sum, session) => sum + (session?.waitingMessages ?? 0), 0)
  }

  /**
   * Start-up: the configuration in force, what the session files say beyond it, and the inbound
   * number that each session expects, by index.
   */
  configure(
    configuration: VenueConfiguration,
    settings: ReadonlyMap<string, SessionSettings>,
    expectedMsgSeqNum: ArrayLike<number>,
  ): void {
    const context = { ...this.context, compId: configuration.compId }
    this.list(configuration)
    this.gate.configure(configuration, settings)
    for (const venue of configuration.sessions) {
      const setting = settings.get(venue.compId)
      if (setting === undefined) continue
      const session = new AcceptorSession(
        venue,
        setting,
        this.options.sent.of(venue.index),
        context,
      )
      session.fix.expectedMsgSeqNum = expectedMsgSeqNum[venue.index]!
      this.sessions[venue.index] = session
    }
  }

  /** What is listed, and how it is printed: of every configuration that comes into force. */
  private list(configuration: VenueConfiguration): void {
    this.printer.configure(configuration)
    this.reference.configure(configuration)
    this.symbols.list(configuration.instruments.filter((instrument) => instrument.listed))
  }

  /** @throws ExchangeError PortInUse */
  listen(): Promise<void> {
    return this.listeners.listen()
  }

  /** A new connection: nobody's until its Logon. */
  accept(socket: ByteSocket, clientCertificate?: string): void {
    if (!this.hasRoomFor(socket)) {
      socket.destroy()
      return
    }
    const { limits } = this.options
    const nowMs = this.nowMs()
    const connection = new Connection(socket, this, limits, { nowMs, clientCertificate })
    this.connections.add(connection)
    this.gate.enter(connection)
  }

  /** Prints the durable events of a turn and sends them: one write per connection. */
  publish(events: RecordBuffer, position: number): void {
    const { view } = events
    const { sent, messageLog, clock } = this.options
    // The turn's own time is of before the sync.
    if (messageLog !== undefined) clock.now()
    for (let at = 0; at < events.length; at += recordLength(view, at)) {
      const msgSeqNum = sent.note(view, at, position + at)
      this.events.note(view, at)
      const session = this.sessions[recordSession(view, at)]
      if (session === undefined) {
        this.follow(view, at)
        continue
      }
      if (msgSeqNum > 0) {
        if (session.publish(view, at, msgSeqNum)) this.touched.add(session)
      } else if (recordType(view, at) === EventType.SessionDisconnected) {
        this.release(session)
      } else if (recordType(view, at) === EventType.DontKnowTradeReceived) {
        this.raise(session, doubtedTrade(view, at))
      }
    }
    this.flush()
    if (this.isPaused && this.options.queue.count < QUEUE_COMMANDS_MAX / 2) this.resumeAll()
  }

  /** Notes the durable events of a turn, whose sessions are behind with them from now on. */
  postpone(events: RecordBuffer, position: number): void {
    const { view } = events
    for (let at = 0; at < events.length; at += recordLength(view, at)) {
      const msgSeqNum = this.options.sent.note(view, at, position + at)
      this.events.note(view, at)
      const session = this.sessions[recordSession(view, at)]
      if (session === undefined) this.follow(view, at)
      else if (msgSeqNum > 0) this.catchUp.add(session)
    }
  }

  /** Heartbeats, timeouts, connections that never log on or never close. Call ten times a second. */
  tick(): void {
    const nowMs = this.nowMs()
    for (const session of this.sessions) session?.tick(nowMs)
    this.gate.tick(nowMs)
    for (const connection of this.connections) connection.tick(nowMs)
    this.options.messageLog?.flush()
  }

  /** Starts the Logout handshake on every session and lets nobody in any more. */
  logOutAll(text: string): void {
    this.isClosing = true
    this.listeners.close()
    const nowMs = this.nowMs()
    for (const connection of this.connections) {
      const session = this.byConnection.get(connection)
      if (session === undefined) connection.destroy('the exchange is closing')
      else session.fix.logout(nowMs, text)
    }
  }

  /** Closes everything at once, saying nothing: after a journal error, or at the very end. */
  destroy(): void {
    this.isClosing = true
    this.listeners.close()
    for (const connection of this.connections) connection.destroy('the exchange stopped')
  }

  // ConnectionListener

  onMessage(connection: Connection, message: FixMessage): void {
    const session = this.byConnection.get(connection)
    const nowMs = this.nowMs()
    if (session === undefined) return this.gate.receive(connection, message)
    session.log?.received(message)
    session.fix.receive(message, nowMs)
    if (this.fairShare.count(connection, nowMs)) this.onLimit('messagesPerTurnMax')
    if (connection.countMessage(nowMs)) this.onLimit('messagesPerSecondMax')
  }

  onGarbled(connection: Connection, reason: string, text: string, isTold: boolean): void {
    const session = this.byConnection.get(connection)
    this.counts.garbled++
    if (isTold) {
      const { remoteAddress } = connection
      const about = { session: session?.venue.compId, remoteAddress, reason, text }
      this.options.logger.warn(about, 'garbled message ignored')
    }
    const nowMs = this.nowMs()
    if (session !== undefined) session.log?.garbled(reason, text)
    else if (isTold) this.logBeforeLogon(connection)?.garbled(reason, text)
    session?.fix.garbled(reason, text, nowMs)
  }

  onChunkHandled(connection: Connection): void {
    if (this.options.queue.count < QUEUE_COMMANDS_MAX) return
    connection.hold('queue')
    this.isPaused = true
  }

  onDrained(connection: Connection): void {
    const session = this.byConnection.get(connection)
    if (session !== undefined) this.catchUp.add(session)
  }

  mustWait(connection: Connection): boolean {
    return this.gate.noteGarbage(connection)
  }

  onClosed(connection: Connection, reason: string): void {
    this.connections.delete(connection)
    this.gate.forget(connection)
    const session = this.byConnection.get(connection)
    if (session === undefined) return
    this.byConnection.delete(connection)
    session.connectionLost(reason, this.nowMs())
  }

  // LogonGateListener

  admit(connection: Connection, venue: VenueSession, logon: FixMessage): string | undefined {
    const session = this.sessions[venue.index]
    if (session === undefined || this.isClosing) return 'the exchange is closing'
    if (!session.isOpen(this.nowMs())) return 'outside the hours of the session'
    if (!session.makeRoom()) return 'the session is connected already'
    this.byConnection.set(connection, session)
    session.acceptLogon(connection, logon, this.nowMs())
    return undefined
  }

  /** At the end of this turn of the event loop, when what was read with the Logon is put by. */
  forward(connection: Connection, { role }: VenueSession, { bytes }: FixMessage): boolean {
    const { pass, schedule } = this.options
    if (role === 'order-entry' || pass === undefined) return false
    schedule(() => {
      if (connection.isClosed) return
      this.connections.delete(connection)
      const { remoteAddress, clientCertificate } = connection
      const { socket, unread } = connection.surrender()
      const read = Buffer.concat([bytes, unread])
      pass({ role, socket, unread: read, remoteAddress, clientCertificate })
    })
    return true
  }

  onLogonRefused(connection: Connection, message: FixMessage, why: string): void {
    const { remoteAddress } = connection
    const log = this.logBeforeLogon(connection)
    this.counts.logonsRefused++
    log?.received(message)
    log?.note(`refused: ${why}`)
    this.options.logger.warn({ remoteAddress, why }, 'connection closed before Logon')
  }

  // Both

  onLimit(limit: keyof AcceptorLimits): void {
    this.counts.reached[limit]++
  }

  /** Sequenced time in milliseconds since 1970. */
  nowMs(): number {
    return sequencedMs(this.options.clock)
  }

  /** Where a message goes that belongs to no session, behind where it came from. */
  private logBeforeLogon({ remoteAddress }: Connection): SessionLog | undefined {
    const log = this.options.messageLog?.beforeLogon
    log?.connected(remoteAddress)
    return log
  }

  private hasRoomFor({ remoteAddress }: ByteSocket): boolean {
    if (this.isClosing) return false
    // Each port counts its own: together they may be more.
    if (this.connections.size < this.options.limits.connectionsMax) {
      return this.gate.hasRoomFor(remoteAddress ?? '')
    }
    this.onLimit('connectionsMax')
    return false
  }

  private openIntakes(queue: CommandQueue): ApplicationMessages {
    const { symbols } = this
    const intakes = {
      orders: new OrderIntake(symbols),
      massCancels: new MassCancelIntake(symbols, queue),
      status: new StatusIntake(symbols, queue),
      doubts: new DontKnowTradeIntake(queue),
      reference: this.reference,
      longAnswers: new LongAnswers(() => this.nowMs()),
    }
    return new ApplicationMessages(intakes, queue)
  }

  /** An event of no session: the market's, or what operations did. */
  private follow(view: DataView, at: number): void {
    if (recordType(view, at) !== EventType.OperatorActed) return this.reference.follow(view, at)
    const operation = operationOf(view, at)
    if (isReferenceAction(operation)) this.list(this.options.configuration())
    carryOut(operation, this.sessions, this.nowMs())
  }

  /** Operations are to look into it: what was executed stands until they decide otherwise. */
  private raise({ venue }: AcceptorSession, trade: DoubtedTrade): void {
    this.counts.doubtedTrades++
    const about = { session: venue.compId, ...trade }
    this.options.logger.warn(about, 'counterparty does not know a trade')
  }

  private release(session: AcceptorSession): void {
    this.reference.forget(session.venue.index)
    const connection = session.release(this.nowMs())
    if (connection !== undefined) this.byConnection.delete(connection)
  }

  private flush(): void {
    for (const session of this.touched) {
      if (this.flushSession(session)) this.catchUp.add(session)
    }
    this.touched.clear()
  }

  private flushSession(session: AcceptorSession): boolean {
    return session.flush(this.options.clock, this.nowMs())
  }

  private resumeAll(): void {
    this.isPaused = false
    for (const connection of this.connections) connection.release('queue')
  }
}
