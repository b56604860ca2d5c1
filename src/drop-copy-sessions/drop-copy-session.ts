/**
 * A drop-copy session while it is connected: a FIX session that hears what its firms' sessions were told,
 * from where it stopped the last time on, under numbers of its own. It only listens; what it may ask is
 * how the open orders stand.
 */
import type { Connection, DeskSession, SessionHours } from '../fix-acceptor/index.ts'
import { DELIVER_TO, msgTypeOf, ResendQueue } from '../fix-acceptor/index.ts'
import type { BusinessReject, FieldWriter, FixMessage, SessionPort } from '../fix/index.ts'
import { FixSession, MsgType, Tag } from '../fix/index.ts'
import type { EventWalk } from '../journal/index.ts'
import { RECORD_HEADER_BYTES, recordSession } from '../wire/index.ts'
import type { VenueSession } from '../wire/index.ts'
import { CopySource } from './copy-source.ts'
import type { DropCopyContext, DropCopyLogin } from './drop-copy-context.ts'
import { entitledSessions } from './entitlement.ts'
import { MassStatus } from './mass-status.ts'
import type { OutboundListener } from './outbound.ts'
import { Outbound } from './outbound.ts'
import type { SentNumber, SentNumbers } from './sent-numbers.ts'

/** Steps of one session in a turn of the event loop: a message each, or a piece of journal. */
const SLICE_STEPS_MAX = 128
/** Journal that it looks at in a turn, about. */
const SLICE_BYTES_MAX = 256 * 1024
/** Copies that wait for their numbers to be on disk; then it copies no further. */
const COPIES_UNSYNCED_MAX = 1_024

/** Something was done, or there is more to do in another turn, or nothing. */
type Outcome = 'again' | 'later' | 'idle'

const NOT_AUTHORIZED: BusinessReject = {
  reason: 6,
  text: 'Not authorized: a drop-copy session only listens',
}
const ONE_AT_A_TIME: BusinessReject = {
  reason: 0,
  text: 'The OrderMassStatusRequest(AF) before is still being answered',
}

export class DropCopySession implements DeskSession, SessionPort, OutboundListener {
  readonly compId: string
  readonly fix: FixSession
  readonly connection: Connection
  private readonly login: DropCopyLogin
  private readonly numbers: SentNumbers
  private readonly context: DropCopyContext
  private readonly fail: (error: Error) => void
  private readonly source: CopySource
  /** For what is sent again, and for the orders whose status is asked. */
  private readonly walk: EventWalk
  private readonly resends: ResendQueue
  private readonly outbound: Outbound
  private question: MassStatus | undefined
  /** Nothing more is said: the connection closes behind what was. */
  private isClosing = false
  private isPumpScheduled = false

  /**
   * @param connection authenticated, held until the Logon is answered
   * @param fail its numbers cannot be kept, or the journal cannot be read: it is over
   */
  constructor(
    login: DropCopyLogin,
    connection: Connection,
    numbers: SentNumbers,
    context: DropCopyContext,
    fail: (error: Error) => void,
  ) {
    const { journal, compId } = context
    this.compId = login.compId
    this.login = login
    this.connection = connection
    this.numbers = numbers
    this.context = context
    this.fail = fail
    this.walk = journal.walkEvents()
    const from = behind(numbers.newest)
    this.source = new CopySource(journal.readFrom(from), login.dropCopyOf, from)
    this.resends = new ResendQueue((msgSeqNum) => numbers.of(msgSeqNum).isCopy)
    this.outbound = new Outbound(login, connection, numbers, context, this)
    this.fix = new FixSession(
      {
        role: 'acceptor',
        compId,
        counterpartyCompId: login.compId,
        heartBtInt: login.heartBtInt,
        resetOnLogon: login.resetOnLogon,
        sendingTimeToleranceSeconds: login.checkLatency,
        strictUserTags: login.validateUserTags,
      },
      this,
    )
    this.fix.expectedMsgSeqNum = numbers.expectedMsgSeqNum
  }

  /** Numbers that began in an earlier period of its hours begin again. Before its Logon is answered. */
  beginPeriod(hours: SessionHours): void {
    if (!hours.isOver(this.beganSeconds, Math.floor(this.context.nowMs() / 1000))) return
    this.fix.expectedMsgSeqNum = 1
    this.startAgain()
  }

  /** Durable journal bytes that it has not looked at. */
  get backlogBytes(): number {
    return Math.max(0, this.context.journal.position - this.source.position)
  }

  // DeskSession

  get beganSeconds(): number {
    return this.numbers.beganSeconds
  }

  get isReading(): boolean {
    return this.connection.isDrained && this.numbers.unsynced < COPIES_UNSYNCED_MAX
  }

  settle(): void {
    this.pump()
  }

  drained(): void {
    this.flush()
    this.pump()
  }

  ended(nowMs: number): void {
    this.fix.disconnected(nowMs)
    this.source.close()
    this.numbers.expectedMsgSeqNum = this.fix.expectedMsgSeqNum
    try {
      this.numbers.connectionEnded()
    } catch (error) {
      this.fail(error as Error)
    }
  }

  /** Says what there is to say, a slice of it. */
  pump(): void {
    if (this.connection.isClosed) return
    if (this.isClosing) return this.outbound.release()
    try {
      if (this.work()) this.pumpSoon()
      this.outbound.release()
    } catch (error) {
      this.onFailed(error as Error)
    }
  }

  // OutboundListener

  onReleased(): void {
    if (!this.isClosing) {
      this.flush()
      if (this.isReading) this.connection.release('queue')
      this.pump()
    } else if (this.outbound.isReleased) this.connection.close(this.context.nowMs())
    else this.outbound.release()
  }

  onFailed(error: Error): void {
    this.fail(error)
    this.connection.destroy(`drop copy failed: ${error.message}`)
  }

  // SessionPort

  send(msgType: string, body: FieldWriter): void {
    this.say(msgType, undefined, (fields) => fields.raw(body.bytes, 0, body.length))
  }

  logOn({ resetSeqNum }: { resetSeqNum: boolean }, body: FieldWriter): void {
    if (resetSeqNum) this.startAgain()
    this.send(MsgType.Logon, body)
  }

  resend(begin: number, end: number): void {
    const { last } = this.numbers
    this.resends.add({ begin, end: end === 0 ? last : Math.min(end, last) })
  }

  resetSequence(): void {
    this.startAgain()
  }

  lastSentMsgSeqNum(): number {
    return this.numbers.last
  }

  disconnect(): void {
    if (this.isClosing) return
    this.isClosing = true
    if (this.outbound.isReleased) this.connection.close(this.context.nowMs())
    else this.outbound.release()
  }

  deliver(message: FixMessage): void {
    if (message.msgType === MsgType.BusinessMessageReject || this.fix.state !== 'logged-on') return
    const reject = this.take(message)
    if (reject !== undefined) this.fix.businessReject(message, reject)
  }

  private take(message: FixMessage): BusinessReject | undefined {
    if (message.msgType !== MsgType.OrderMassStatusRequest) return NOT_AUTHORIZED
    if (message.has(Tag.DeliverToCompID)) return DELIVER_TO
    if (this.question !== undefined) return ONE_AT_A_TIME
    const question = MassStatus.read(message, this.context.venue.symbols, this.accounts())
    if (!(question instanceof MassStatus)) return question
    this.question = question
    return undefined
  }

  /** Of all sessions that it hears of. */
  private accounts(): Set<string> {
    const configuration = this.context.venue.configuration!
    const entitled = entitledSessions(configuration, this.login.dropCopyOf)
    const sessions = configuration.sessions.filter(({ index }) => entitled[index] === 1)
    return new Set(sessions.flatMap(({ accounts }) => accounts))
  }

  /** @returns whether there is more to do, and room for it */
  private work(): boolean {
    this.numbers.expectedMsgSeqNum = this.fix.expectedMsgSeqNum
    const limit = this.source.reached + SLICE_BYTES_MAX
    for (let steps = SLICE_STEPS_MAX; this.hasRoom; steps--) {
      if (steps === 0) return true
      const outcome = this.step(limit)
      if (outcome !== 'again') return outcome === 'later'
    }
    return false
  }

  /** What was asked again first, then answers, then what is new. @param limit of journal in this turn */
  private step(limit: number): Outcome {
    if (!this.resends.isEmpty) return this.resendOne()
    if (this.fix.state !== 'logged-on') return 'idle'
    if (this.question?.isBegun === true) return this.answer(this.question)
    switch (this.source.next(this.context.journal.position, limit)) {
      case 'copy':
        return this.copy()
      case 'more':
        return 'later'
      case 'end':
        return this.question === undefined ? 'idle' : this.beginAnswer(this.question)
    }
  }

  private copy(): Outcome {
    const { source } = this
    const { view, at } = source
    const msgType = msgTypeOf(view, at)
    const session = this.sessionOf(view, at)
    const sent = { isCopy: true, place: source.eventPosition }
    this.outbound.say(msgType, sent, session.compId, (fields) =>
      this.printCopy(msgType, view, at, session, fields),
    )
    this.context.onCopied(msgType)
    return 'again'
  }

  private resendOne(): Outcome {
    const step = this.resends.next()
    if (step?.kind === 'gap-fill') this.outbound.fillGap(step.msgSeqNum, step.newSeqNo)
    if (step?.kind !== 'message') return 'again'
    const { view, at } = eventAt(this.walk, this.numbers.of(step.msgSeqNum).place)
    const msgType = msgTypeOf(view, at)
    const session = this.sessionOf(view, at)
    this.outbound.sayAgain(msgType, step.msgSeqNum, session.compId, (fields) =>
      this.printCopy(msgType, view, at, session, fields),
    )
    return 'again'
  }

  /** Everything up to here has been copied: now the orders are followed up to here too. */
  private beginAnswer(question: MassStatus): Outcome {
    const { openOrders, venue } = this.context
    if (!openOrders.follow(SLICE_BYTES_MAX)) return 'later'
    const { login, walk } = this
    question.begin({
      configuration: venue.configuration!,
      firms: login.dropCopyOf,
      openOrders,
      walk,
    })
    return 'again'
  }

  private answer(question: MassStatus): Outcome {
    if (question.look()) return 'again'
    const { clock, venue } = this.context
    clock.now()
    const { epochSeconds, nanoseconds } = clock
    const status = question.next({ epochSeconds, nanoseconds }, this.login.dialect)
    if (status === undefined) {
      this.question = undefined
      return 'again'
    }
    const { view, session } = status
    this.say(MsgType.ExecutionReport, session?.compId, (fields) => {
      venue.printer.print(view, 0, session ?? NO_SESSION, fields)
    })
    return 'again'
  }

  /** Under the next number, something that is no copy. */
  private say(msgType: string, of: string | undefined, write: (fields: FieldWriter) => void): void {
    this.numbers.expectedMsgSeqNum = this.fix.expectedMsgSeqNum
    this.outbound.say(msgType, { isCopy: false, place: this.source.position }, of, write)
  }

  private printCopy(
    msgType: string,
    view: DataView,
    at: number,
    session: VenueSession,
    fields: FieldWriter,
  ): void {
    this.context.venue.printer.print(view, at, session, fields)
    if (msgType === MsgType.ExecutionReport) fields.boolean(Tag.CopyMsgIndicator, true)
  }

  private sessionOf(view: DataView, at: number): VenueSession {
    return this.context.venue.configuration!.sessions[recordSession(view, at) - 1]!
  }

  private startAgain(): void {
    this.resends.clear()
    this.numbers.expectedMsgSeqNum = this.fix.expectedMsgSeqNum
    if (this.numbers.last > 0) this.numbers.startAgain(this.source.position)
  }

  private get hasRoom(): boolean {
    return this.isReading && this.outbound.bytes < this.context.limits.outboundBytesMax
  }

  private flush(): void {
    const nowMs = this.context.nowMs()
    this.fix.sent(nowMs)
    this.connection.flush(nowMs)
  }

  private pumpSoon(): void {
    if (this.isPumpScheduled) return
    this.isPumpScheduled = true
    this.context.schedule(() => {
      this.isPumpScheduled = false
      this.pump()
    })
  }
}

/** Who a status that names no order is printed for. */
const NO_SESSION = { accounts: [] as readonly string[] } as VenueSession

function eventAt(walk: EventWalk, position: number): EventWalk {
  walk.seek(position)
  walk.next()
  return walk
}

/** Where the copies go on. */
const behind = ({ isCopy, place }: SentNumber): number =>
  isCopy ? place + RECORD_HEADER_BYTES : place
