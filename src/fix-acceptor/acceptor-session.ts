/**
 * One counterparty session on our side: the FIX session machine, what was sent so far, and the
 * connection while there is one. It turns the machine's decisions into commands; numbers are given
 * inside the turn, so nothing here knows an outbound MsgSeqNum before it is durable.
 */
import { assert } from '../domain/index.ts'
import type {
  BusinessReject,
  FieldWriter,
  FixMessage,
  ResendRange,
  SessionPort,
} from '../fix/index.ts'
import { FixSession, MessageWriter, Tag } from '../fix/index.ts'
import type { SessionSchedule } from '../runtime/index.ts'
import { SessionCalendar } from '../runtime/index.ts'
import type { CommandQueue, VenueSession } from '../wire/index.ts'
import {
  BODY_BYTES_MAX,
  CommandType,
  decimalsOf,
  dialectOf,
  disconnect,
  EventType,
  logOn,
  messageSent,
  recordType,
  resetSequence,
  sendMessage,
} from '../wire/index.ts'
import type { AcceptorCounts } from './acceptor-counts.ts'
import type { ApplicationMessages } from './application-messages.ts'
import type { Connection } from './connection.ts'
import type { AcceptorLimits } from './limits.ts'
import type { Credentials } from './logon-gate.ts'
import type { MessageLog } from './message-log.ts'
import type { SessionLog } from './message-log-session.ts'
import type { SendingTime } from './outbox.ts'
import { Outbox } from './outbox.ts'
import type { ReportPrinter } from './report-printer.ts'
import type { Origin } from './order-intake.ts'
import { STP_TAGS } from './order-conditions.ts'
import { isReset } from './sent-ledger.ts'
import type { SentMessages } from './sent-messages.ts'
import { HOURS_ARE_OVER, SessionHours } from './session-hours.ts'

/** What a session's file says beyond the configuration in force. */
export interface SessionSettings extends Credentials {
  /** Seconds. */
  readonly heartBtInt: { readonly min: number; readonly max: number }
  readonly resetOnLogon: boolean
  /** Seconds. */
  readonly checkLatency: number
  readonly validateUserTags: boolean
  /** How an order without a field that it needs is refused. */
  readonly conditionalRequired: 'report' | 'bmr'
  /** Its hours; undefined = always. */
  readonly schedule?: SessionSchedule | undefined
  /** A second connection takes the session over when the first has been silent for too long. */
  readonly duplicateLogon: 'reject' | 'takeover'
}

/** What all sessions of an acceptor share. */
export interface AcceptorContext {
  readonly compId: string
  readonly limits: AcceptorLimits
  readonly queue: CommandQueue
  readonly printer: ReportPrinter
  readonly applicationMessages: ApplicationMessages
  /** A command was queued: a turn is due. */
  readonly submit: () => void
  /** Runs a function once the callbacks of this event-loop turn are through. */
  readonly schedule: (run: () => void) => void
  /** The session has something out of the journal to send. */
  readonly onBehind: (session: AcceptorSession) => void
  readonly onRefused: (session: VenueSession, text: string) => void
  readonly onLimit: (limit: keyof AcceptorLimits) => void
  readonly counts: AcceptorCounts
  readonly messageLog: MessageLog | undefined
}

/** A command record with text or FIX fields behind it. */
interface RecordWithBody {
  wrap(view: DataView, at: number): void
  expectedMsgSeqNum: number
  bodyLength: number
}

/** Tags from 5000 on that mean something here. */
const OWN_TAGS: ReadonlySet<number> = new Set(STP_TAGS)
const REASON_CHARACTERS_MAX = 200
const LOGON = 'A'.charCodeAt(0)
/** Logon(A), and Reject(3) and Logout(5) for one that cannot be: what a connection may hear first. */
const FIRST_ANSWERS: readonly number[] = Array.from('A35', (msgType) => msgType.charCodeAt(0))
const encoder = new TextEncoder()

export class AcceptorSession implements SessionPort {
  readonly venue: VenueSession
  readonly fix: FixSession
  readonly log: SessionLog | undefined
  private connection: Connection | undefined
  private outbox: Outbox | undefined
  /** Connections whose Disconnect is queued and not durable yet, the oldest first. */
  private readonly leaving: Connection[] = []
  /** To be sent again as soon as the Logon that answers has left. */
  private wantedAtLogon: ResendRange | undefined
  private readonly hours: SessionHours
  /** Its numbers are about to start again: the command is queued. */
  private isResetting = false
  private readonly duplicateLogon: SessionSettings['duplicateLogon']
  private readonly sent: SentMessages
  private readonly context: AcceptorContext
  private readonly logOnRecord = logOn.flyweight()
  private readonly sendRecord = sendMessage.flyweight()
  private readonly disconnectRecord = disconnect.flyweight()
  private readonly resetRecord = resetSequence.flyweight()
  private readonly origin: Origin & { expectedMsgSeqNum: number }

  constructor(
    venue: VenueSession,
    settings: SessionSettings,
    sent: SentMessages,
    context: AcceptorContext,
  ) {
    this.venue = venue
    this.context = context
    this.sent = sent
    this.log = context.messageLog?.of(venue.compId)
    this.duplicateLogon = settings.duplicateLogon
    const { schedule } = settings
    this.hours = new SessionHours(schedule && new SessionCalendar(schedule))
    const { conditionalRequired } = settings
    this.origin = { session: venue, expectedMsgSeqNum: 0, conditionalRequired }
    this.fix = new FixSession(
      {
        role: 'acceptor',
        compId: context.compId,
        counterpartyCompId: venue.compId,
        heartBtInt: settings.heartBtInt,
        resetOnLogon: settings.resetOnLogon,
        sendingTimeToleranceSeconds: settings.checkLatency,
        strictUserTags: settings.validateUserTags,
        ownTags: OWN_TAGS,
        offers: (msgType) => context.applicationMessages.offers(msgType, venue.role),
      },
      this,
    )
  }

  get isLoggedOn(): boolean {
    return this.fix.state === 'logged-on'
  }

  /** Messages that have a number and were not written yet, while somebody is connected. */
  get waitingMessages(): number {
    return this.outbox?.waiting ?? 0
  }

  /** Heartbeats and timeouts; the end of the session's hours, and the new numbers of the next. */
  tick(nowMs: number): void {
    const nowSeconds = Math.floor(nowMs / 1000)
    const { beganSeconds } = this.sent
    if (beganSeconds === 0) this.isResetting = false
    const isOver = this.hours.isOver(beganSeconds, nowSeconds)
    if (this.connection !== undefined) {
      if (isOver || !this.hours.isOpen(nowSeconds)) this.fix.logout(nowMs, HOURS_ARE_OVER)
      if (this.connection.isHeld) this.fix.notListened(nowMs)
      this.fix.tick(nowMs)
    } else if (isOver && !this.isResetting) {
      this.isResetting = true
      this.fix.expectedMsgSeqNum = 1
      this.resetSequence()
    }
  }

  /**
   * Operations has begun its numbers again, in both directions. A Logon that came meanwhile was
   * judged by the old ones: its connection goes, and the next one begins at 1.
   */
  beginAgain(): void {
    this.fix.expectedMsgSeqNum = 1
    this.connection?.destroy('the numbers of the session begin again')
  }

  /** Nobody logs on outside the hours, nor while the numbers are about to start again. */
  isOpen(nowMs: number): boolean {
    const nowSeconds = Math.floor(nowMs / 1000)
    return this.hours.isOpen(nowSeconds) && !this.hours.isOver(this.sent.beganSeconds, nowSeconds)
  }

  /**
   * Makes room for a new connection: a half-open one that no longer answers may be taken over, if the
   * session says so. Its Disconnect, and what that cancels, comes before the new Logon.
   */
  makeRoom(): boolean {
    const { connection } = this
    if (connection === undefined) return true
    if (this.duplicateLogon === 'reject' || !this.fix.isCounterpartySilent) return false
    connection.destroy('taken over by a new connection')
    return true
  }

  /** An authenticated Logon on a held connection, which is this session's from here on. */
  acceptLogon(connection: Connection, logon: FixMessage, nowMs: number): void {
    this.connection = connection
    this.wantedAtLogon = undefined
    connection.claim()
    this.log?.connected(connection.remoteAddress)
    this.log?.received(logon)
    this.fix.acceptLogon(logon, nowMs)
  }

  /** The socket is gone; what it was told before is in the journal. */
  connectionLost(reason: string, nowMs: number): void {
    // Whoever began a Logout closes the connection: closing after both Logouts is the graceful end.
    this.disconnect(reason, this.fix.state === 'logged-out')
    this.leave(nowMs, reason)
  }

  /**
   * A Disconnect is durable: goodbye, and the session is free for the next Logon.
   * @returns the connection that it ended; undefined when it was lost before
   */
  release(nowMs: number): Connection | undefined {
    const ended = this.leaving.shift()
    if (ended === undefined || ended !== this.connection) return undefined
    ended.close(nowMs)
    this.leave(nowMs, 'closed by the exchange')
    return ended
  }

  /**
   * A message of this session is durable. The first on a connection is the answer to its Logon:
   * reports that were caused before are not for it to begin with.
   * @returns whether there is something to flush
   */
  publish(view: DataView, at: number, msgSeqNum: number): boolean {
    const opens = this.outbox === undefined && this.mayOpen && isFirstAnswer(view, at)
    if (opens) this.outbox = this.openOutbox(msgSeqNum)
    const { outbox } = this
    if (outbox === undefined) return false

    if (isReset(view, at)) outbox.reset()
    outbox.publish(view, at, msgSeqNum)
    if (opens || isLogon(view, at)) this.goOn()
    return true
  }

  /**
   * Sends what waits, with a slice of what is behind.
   * @returns whether the next slice may follow at once; if not, the connection tells when it is
   *   drained
   */
  flush(time: SendingTime, nowMs: number): boolean {
    const { outbox, connection } = this
    if (outbox === undefined || connection === undefined) return false
    if (!outbox.isLive) outbox.pump(time)
    if (outbox.isFull) this.context.onLimit('outboundBytesMax')
    if (connection.fields.length > 0) {
      this.fix.sent(nowMs)
      connection.flush(nowMs)
    }
    return !outbox.isLive && connection.isDrained
  }

  // SessionPort: what the session machine asks for.

  send(msgType: string, body: FieldWriter): void {
    const record = this.sendRecord
    this.append(CommandType.SendMessage, sendMessage.length, record, body)
    record.msgType = msgType.charCodeAt(0)
  }

  /** Until the answer is durable nothing behind the Logon is heard: it may ask for what has a number. */
  logOn(options: { resetSeqNum: boolean }, body: FieldWriter): void {
    const record = this.logOnRecord
    this.append(CommandType.LogOn, logOn.length, record, body)
    record.resetSeqNum = options.resetSeqNum ? 1 : 0
    this.connection?.hold('logon')
  }

  resend(begin: number, end: number): void {
    this.context.counts.resendsAsked++
    if (this.outbox === undefined) {
      this.wantedAtLogon = { begin, end }
      return
    }
    this.serve({ begin, end })
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

  /** Refuses an application message that was delivered. */
  businessReject(message: FixMessage, reject: BusinessReject): void {
    this.fix.businessReject(message, reject)
  }

  refused(message: FixMessage): void {
    this.context.onRefused(this.venue, message.string(Tag.Text) ?? '')
  }

  disconnect(reason: string, graceful: boolean): void {
    const { connection } = this
    if (connection === undefined || this.leaving.includes(connection)) return
    this.leaving.push(connection)
    const bytes = encoder.encode(reason.slice(0, REASON_CHARACTERS_MAX))
    const record = this.disconnectRecord
    this.append(CommandType.Disconnect, disconnect.length, record, { bytes, length: bytes.length })
    record.graceful = graceful ? 1 : 0
  }

  lastSentMsgSeqNum(): number {
    return this.sent.last
  }

  private append(
    type: number,
    length: number,
    record: RecordWithBody,
    body: { readonly bytes: Uint8Array; readonly length: number },
  ): void {
    assert(body.length <= BODY_BYTES_MAX, 'the body fits its record')
    const commands = this.context.queue.buffer
    const at = commands.append(type, this.venue.index, length + body.length)
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = this.fix.expectedMsgSeqNum
    record.bodyLength = body.length
    commands.bytes.set(body.bytes.subarray(0, body.length), at + length)
    this.context.submit()
  }

  /** What is published now was caused on this connection, not on an earlier one. */
  private get mayOpen(): boolean {
    const { connection, leaving } = this
    return connection !== undefined && leaving.every((one) => one === connection)
  }

  private openOutbox(msgSeqNum: number): Outbox {
    const { context, venue, sent, log } = this
    const timestampDecimals = decimalsOf(dialectOf(venue.reports))
    const parties = {
      senderCompId: context.compId,
      targetCompId: venue.compId,
      timestampDecimals,
    }
    const writer = new MessageWriter(parties, this.connection!.fields)
    const { printer, limits } = context
    const bytesMax = limits.outboundBytesMax
    return new Outbox({ writer, sent, printer, session: venue, bytesMax, log }, msgSeqNum)
  }

  /** The answer to a Logon is on its way: now what was wanted with it, and what came behind it. */
  private goOn(): void {
    const { connection, wantedAtLogon } = this
    this.wantedAtLogon = undefined
    if (wantedAtLogon !== undefined) this.serve(wantedAtLogon)
    this.context.schedule(() => connection?.release('logon'))
  }

  private serve({ begin, end }: ResendRange): void {
    this.outbox?.resend(begin, end)
    this.context.onBehind(this)
  }

  private leave(nowMs: number, why: string): void {
    this.log?.disconnected(why)
    this.fix.disconnected(nowMs)
    this.connection = undefined
    this.outbox = undefined
  }
}

const isFirstAnswer = (view: DataView, at: number): boolean =>
  recordType(view, at) === EventType.MessageSent &&
  FIRST_ANSWERS.includes(view.getUint8(at + messageSent.offsets.msgType))

const isLogon = (view: DataView, at: number): boolean =>
  recordType(view, at) === EventType.MessageSent &&
  view.getUint8(at + messageSent.offsets.msgType) === LOGON
