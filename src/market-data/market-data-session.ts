/**
 * A market-data session while it is connected: a FIX session whose counts begin at 1 with each Logon, and of
 * which nothing is kept. What it subscribes to ends with it, and with the first Logout of either side.
 */
import type { Connection, DeskSession } from '../fix-acceptor/index.ts'
import { DELIVER_TO, refusalOfId } from '../fix-acceptor/index.ts'
import type { FixMessage, SessionPort } from '../fix/index.ts'
import { FieldWriter, FixSession, MsgType, Tag } from '../fix/index.ts'
import type { InstrumentBook } from './instrument-book.ts'
import type { MarketDataContext, MarketDataLogin } from './market-data-context.ts'
import { Outbound } from './outbound.ts'
import { printRefusal } from './print-market-data.ts'
import type { RequestRefusal } from './read-request.ts'
import { readRequest, RejectReason, SubscriptionType } from './read-request.ts'
import type { SubscriptionsPort } from './subscriptions.ts'
import { Subscriptions } from './subscriptions.ts'

export class MarketDataSession implements DeskSession, SessionPort, SubscriptionsPort {
  readonly compId: string
  readonly fix: FixSession
  readonly connection: Connection
  readonly subscriptions: Subscriptions
  /** When its Logon came, in seconds since 1970. */
  readonly beganSeconds: number
  private readonly context: MarketDataContext
  private readonly outbound: Outbound
  private readonly refusal = new FieldWriter()
  private isPumpScheduled = false

  /** @param connection authenticated, held until the Logon is answered */
  constructor(login: MarketDataLogin, connection: Connection, context: MarketDataContext) {
    this.compId = login.compId
    this.connection = connection
    this.beganSeconds = Math.floor(context.nowMs() / 1000)
    this.context = context
    this.subscriptions = new Subscriptions(this)
    const { compId, clock } = context
    const { timestampDecimals } = login
    const parties = { senderCompId: compId, targetCompId: login.compId, timestampDecimals }
    this.outbound = new Outbound(parties, connection.fields, clock)
    this.fix = new FixSession(
      {
        role: 'acceptor',
        compId,
        counterpartyCompId: login.compId,
        heartBtInt: login.heartBtInt,
        resetOnLogon: true,
        sendingTimeToleranceSeconds: login.checkLatency,
        strictUserTags: login.validateUserTags,
        offers: (msgType) =>
          msgType === MsgType.MarketDataRequest || msgType === MsgType.BusinessMessageReject,
      },
      this,
    )
  }

  /** The kernel has taken all that was said. */
  get isReading(): boolean {
    return this.connection.isDrained
  }

  /** Once a Logout is said nothing of the market follows it. */
  settle(): void {
    if (this.fix.state !== 'logged-on') this.subscriptions.clear()
    this.flush()
  }

  drained(): void {
    this.subscriptions.pump()
  }

  /** The connection is gone. */
  ended(nowMs: number): void {
    this.fix.disconnected(nowMs)
    this.subscriptions.clear()
  }

  // SubscriptionsPort

  get hasRoom(): boolean {
    return this.isReading && this.connection.fields.length < this.context.limits.outboundBytesMax
  }

  flush(): void {
    if (this.connection.fields.length === 0) return
    const nowMs = this.context.nowMs()
    this.fix.sent(nowMs)
    this.connection.flush(nowMs)
  }

  pumpSoon(): void {
    if (this.isPumpScheduled) return
    this.isPumpScheduled = true
    this.context.schedule(() => {
      this.isPumpScheduled = false
      if (!this.connection.isClosed) this.subscriptions.pump()
    })
  }

  // SessionPort; `send` is for both.

  send(msgType: string, body: FieldWriter): void {
    this.outbound.send(msgType, body)
    this.context.onSent(msgType)
  }

  logOn(_: { resetSeqNum: boolean }, body: FieldWriter): void {
    this.send(MsgType.Logon, body)
  }

  resend(begin: number, end: number): void {
    const { last } = this.outbound
    this.outbound.fillGap(begin, end === 0 ? last : end)
  }

  resetSequence(next: 1 | 2): void {
    this.outbound.last = next - 1
  }

  lastSentMsgSeqNum(): number {
    return this.outbound.last
  }

  disconnect(): void {
    this.connection.close(this.context.nowMs())
  }

  deliver(message: FixMessage): void {
    if (message.msgType === MsgType.BusinessMessageReject || this.fix.state !== 'logged-on') return
    const isForOthers = message.has(Tag.DeliverToCompID)
    const reject = isForOthers ? DELIVER_TO : refusalOfId(message, Tag.MDReqID)
    if (reject !== undefined) return this.fix.businessReject(message, reject)
    const id = message.string(Tag.MDReqID)!
    const refusal = this.request(id, message)
    if (refusal === undefined) return
    this.refusal.clear()
    printRefusal(this.refusal, id, refusal)
    this.send(MsgType.MarketDataRequestReject, this.refusal)
  }

  private request(id: string, message: FixMessage): RequestRefusal | undefined {
    const { subscriptions } = this
    const isKnown = subscriptions.has(id)
    if (message.string(Tag.SubscriptionRequestType) === SubscriptionType.Unsubscribe) {
      subscriptions.remove(id)
      return isKnown ? undefined : { text: 'Unknown MDReqID(262)' }
    }
    if (isKnown) return { reason: RejectReason.DuplicateId, text: 'Duplicate MDReqID(262)' }
    const asked = readRequest(message)
    if ('text' in asked) return asked
    const books = this.find(asked.symbols)
    if (books === undefined) return { reason: RejectReason.UnknownSymbol, text: 'Unknown symbol' }
    return subscriptions.add(id, asked, books)
  }

  private find(symbols: Iterable<string>): readonly InstrumentBook[] | undefined {
    const found: InstrumentBook[] = []
    for (const symbol of symbols) {
      const book = this.context.books.find(symbol)
      if (book === undefined) return undefined
      found.push(book)
    }
    return found
  }
}
