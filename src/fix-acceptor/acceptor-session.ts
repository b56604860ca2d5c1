/**
 * One counterparty session on our side: the FIX session machine, what was sent so far, and the
 * connection while there is one. It turns the machine's decisions into commands; numbers are given
 * inside the turn, so nothing here knows an outbound MsgSeqNum before it is durable.
 */
import type { FieldWriter, FixMessage, SessionPort } from '../fix/index.ts'
import { FixSession, MessageWriter, Tag } from '../fix/index.ts'
import type { CommandQueue, VenueSession } from '../wire/index.ts'
import { CommandType, disconnect, logOn, resetSequence, sendMessage } from '../wire/index.ts'
import type { ApplicationMessages } from './application-messages.ts'
import type { Connection } from './connection.ts'
import { Outbox } from './outbox.ts'
import type { SendingTime } from './outbox.ts'
import type { ReportPrinter } from './report-printer.ts'
import type { SentMessages } from './sent-messages.ts'

/** What a session's file says beyond the configuration in force. */
export interface SessionSettings {
  /** As the file keeps it: scrypt:…, plain:… or none. */
  readonly password: string
  /** Seconds. */
  readonly heartBtInt: { readonly min: number; readonly max: number }
  readonly resetOnLogon: boolean
}

/** What all sessions of an acceptor share. */
export interface AcceptorContext {
  readonly compId: string
  readonly queue: CommandQueue
  readonly printer: ReportPrinter
  readonly applicationMessages: ApplicationMessages
  /** A command was queued: a turn is due. */
  readonly submit: () => void
  /** The session's outbox has something out of the journal to send. */
  readonly onResend: (session: AcceptorSession) => void
  readonly onRefused: (session: VenueSession, text: string) => void
}

const encoder = new TextEncoder()

export class AcceptorSession implements SessionPort {
  readonly venue: VenueSession
  readonly fix: FixSession
  readonly sent: SentMessages
  connection: Connection | undefined
  outbox: Outbox | undefined
  /** Its connection is to be closed when the Disconnect that is queued has become durable. */
  private isLeaving = false
  /** Disconnects that are queued and not durable yet, and those of them for earlier connections. */
  private endsQueued = 0
  private earlierEnds = 0
  private readonly context: AcceptorContext
  private readonly logOnRecord = logOn.flyweight()
  private readonly sendRecord = sendMessage.flyweight()
  private readonly disconnectRecord = disconnect.flyweight()
  private readonly resetRecord = resetSequence.flyweight()
  private readonly origin: { session: VenueSession; expectedMsgSeqNum: number }

  constructor(
    venue: VenueSession,
    settings: SessionSettings,
    sent: SentMessages,
    context: AcceptorContext,
  ) {
    this.venue = venue
    this.context = context
    this.sent = sent
    this.origin = { session: venue, expectedMsgSeqNum: 0 }
    this.fix = new FixSession(
      {
        role: 'acceptor',
        compId: context.compId,
        counterpartyCompId: venue.compId,
        heartBtInt: settings.heartBtInt,
        resetOnLogon: settings.resetOnLogon,
      },
      this,
    )
  }

  get isConnected(): boolean {
    return this.connection !== undefined
  }

  /** An authenticated Logon: the connection is this session's from here on. */
  acceptLogon(connection: Connection, logon: FixMessage, nowMs: number): void {
    this.connection = connection
    this.isLeaving = false
    this.earlierEnds = this.endsQueued
    connection.claim()
    this.fix.acceptLogon(logon, nowMs)
  }

  /** The socket is gone; what it was told before is in the journal. */
  connectionLost(reason: string, nowMs: number): void {
    // Whoever began a Logout closes the connection: closing after both Logouts is the graceful end.
    if (!this.isLeaving) this.disconnect(reason, this.fix.state === 'logged-out')
    this.fix.disconnected(nowMs)
    this.connection = undefined
    this.outbox = undefined
  }

  /**
   * A Disconnect is durable: goodbye, and the session is free for the next Logon.
   * @returns the connection that it ended; undefined when it was lost before
   */
  release(nowMs: number): Connection | undefined {
    this.endsQueued--
    if (this.earlierEnds > 0) {
      this.earlierEnds--
      return undefined
    }
    const { connection } = this
    connection?.close(nowMs)
    this.connection = undefined
    this.outbox = undefined
    this.fix.disconnected(nowMs)
    return connection
  }

  /** The Logon that answers is durable under this number: live messages start with it. */
  open(msgSeqNum: number): void {
    if (this.connection === undefined || this.earlierEnds > 0) return
    this.outbox ??= new Outbox(
      {
        writer: new MessageWriter(
          { senderCompId: this.context.compId, targetCompId: this.venue.compId },
          this.connection.fields,
        ),
        sent: this.sent,
        printer: this.context.printer,
        session: this.venue,
      },
      msgSeqNum,
    )
  }

  /** Sends what waits, with a slice of what is behind; when the kernel has taken it, call again. */
  flush(time: SendingTime, nowMs: number): void {
    const { outbox, connection } = this
    if (outbox === undefined || connection === undefined) return
    if (!outbox.isLive) outbox.pump(time)
    if (connection.fields.length === 0) return
    this.fix.sent(nowMs)
    connection.flush()
  }

  // SessionPort: what the session machine asks for.

  send(msgType: string, body: FieldWriter): void {
    const commands = this.context.queue.buffer
    const length = sendMessage.length + body.length
    const at = commands.append(CommandType.SendMessage, this.venue.index, length)
    const record = this.sendRecord
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = this.fix.expectedMsgSeqNum
    record.msgType = msgType.charCodeAt(0)
    record.bodyLength = body.length
    commands.bytes.set(body.bytes.subarray(0, body.length), at + sendMessage.length)
    this.context.submit()
  }

  logOn(options: { resetSeqNum: boolean }, body: FieldWriter): void {
    const commands = this.context.queue.buffer
    const at = commands.append(CommandType.LogOn, this.venue.index, logOn.length + body.length)
    const record = this.logOnRecord
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = this.fix.expectedMsgSeqNum
    record.resetSeqNum = options.resetSeqNum ? 1 : 0
    record.bodyLength = body.length
    commands.bytes.set(body.bytes.subarray(0, body.length), at + logOn.length)
    this.context.submit()
  }

  resend(begin: number, end: number): void {
    this.outbox?.resend(begin, end)
    this.context.onResend(this)
  }

  resetSequence(): void {
    const commands = this.context.queue.buffer
    const at = commands.append(CommandType.ResetSequence, this.venue.index, resetSequence.length)
    this.resetRecord.wrap(commands.view, at)
    this.resetRecord.expectedMsgSeqNum = this.fix.expectedMsgSeqNum
    this.context.submit()
  }

  deliver(message: FixMessage): void {
    this.origin.expectedMsgSeqNum = this.fix.expectedMsgSeqNum
    this.context.applicationMessages.receive(message, this.origin, this)
    this.context.submit()
  }

  refused(message: FixMessage): void {
    this.context.onRefused(this.venue, message.string(Tag.Text) ?? '')
  }

  disconnect(reason: string, graceful: boolean): void {
    if (this.isLeaving) return
    this.isLeaving = true
    this.endsQueued++
    const text = encoder.encode(reason.slice(0, REASON_CHARACTERS_MAX))
    const commands = this.context.queue.buffer
    const length = disconnect.length + text.length
    const at = commands.append(CommandType.Disconnect, this.venue.index, length)
    const record = this.disconnectRecord
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = this.fix.expectedMsgSeqNum
    record.graceful = graceful ? 1 : 0
    record.bodyLength = text.length
    commands.bytes.set(text, at + disconnect.length)
    this.context.submit()
  }

  lastSentMsgSeqNum(): number {
    return this.sent.last
  }
}

const REASON_CHARACTERS_MAX = 200
