/**
 * A market-data session while it is connected. It is volatile: each Logon begins both counts at 1, and
 * nothing of it is journaled. What changes is told as it changes while the client reads; a client that does
 * not is told, once it does again, what everything has come to: a snapshot for each instrument that
 * has changed, however often it did.
 */
import type { Connection, SessionHours } from '../fix-acceptor/index.ts'
import { refusalOfId } from '../fix-acceptor/index.ts'
import type { BusinessReject, FixMessage, SessionPort } from '../fix/index.ts'
import { FieldWriter, FixSession, MsgType, Tag } from '../fix/index.ts'
import type { InstrumentBook } from './instrument-book.ts'
import type { MarketBooks } from './market-books.ts'
import type { MarketDataContext, MarketDataLogin } from './market-data-context.ts'
import { Outbound } from './outbound.ts'
import { printRefusal, printSnapshot, printUpdates, updatesOf } from './print-market-data.ts'
import type { RequestedData, RequestRefusal } from './read-request.ts'
import { readRequest, RejectReason, SubscriptionType } from './read-request.ts'
import type { MarketDataRequest, Subscriber, Subscription } from './subscription.ts'

/** Instruments that one session is subscribed to, counted for each request. */
export const SUBSCRIPTIONS_MAX = 20_000
/** Entries of an X; what is more follows in another. */
export const ENTRIES_MAX = 200

const HOURS_ARE_OVER = 'The session hours are over'
const DELIVER_TO: BusinessReject = {
  reason: 7,
  text: 'DeliverTo firm not available at this time',
}

export class MarketDataSession implements SessionPort, Subscriber {
  readonly compId: string
  readonly fix: FixSession
  readonly connection: Connection
  private readonly hours: SessionHours
  /** When its Logon came, in seconds since 1970. */
  private readonly beganSeconds: number
  private readonly context: MarketDataContext
  private readonly outbound: Outbound
  private readonly body = new FieldWriter(4096)
  private readonly requests = new Map<string, Subscription[]>()
  /** Instruments of all requests, those of snapshots that wait included. */
  private count = 0
  /** Those that are to get a snapshot, the longest waiting first. */
  private readonly behind = new Set<Subscription>()
  /** Those that the round has something for, by request. */
  private readonly changed = new Map<MarketDataRequest, Subscription[]>()
  private isPumpScheduled = false

  /** @param connection authenticated, held until the Logon is answered */
  constructor(
    login: MarketDataLogin,
    hours: SessionHours,
    connection: Connection,
    context: MarketDataContext,
  ) {
    this.compId = login.compId
    this.connection = connection
    this.hours = hours
    this.beganSeconds = Math.floor(context.nowMs() / 1000)
    this.context = context
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

  /** Instruments of all requests. */
  get subscriptionCount(): number {
    return this.count
  }

  /** The kernel has taken all that was said. */
  get isReading(): boolean {
    return this.connection.isDrained
  }

  /** Heartbeats and timeouts, and the end of the session's hours. */
  tick(nowMs: number): void {
    const nowSeconds = Math.floor(nowMs / 1000)
    const { hours } = this
    if (!hours.isOpen(nowSeconds) || hours.isOver(this.beganSeconds, nowSeconds)) {
      this.fix.logout(nowMs, HOURS_ARE_OVER)
    }
    if (this.connection.isHeld) this.fix.notListened(nowMs)
    this.fix.tick(nowMs)
    this.flush()
  }

  /** The connection is gone. */
  ended(nowMs: number): void {
    this.fix.disconnected(nowMs)
    for (const id of this.requests.keys()) this.unsubscribe(id)
    for (const subscription of this.behind) this.forget(subscription)
  }

  // Subscriber

  onChanged(subscription: Subscription): void {
    const { request, view } = subscription
    const isBehind = !request.isIncremental || view.book.isNew || !this.isReading
    if (isBehind) this.behind.add(subscription)
    if (this.behind.has(subscription)) return
    const changed = this.changed.get(request)
    if (changed === undefined) this.changed.set(request, [subscription])
    else changed.push(subscription)
  }

  /** The round ends: its changes go out. */
  publish(): void {
    for (const [{ id }, subscriptions] of this.changed) {
      const updates = subscriptions.flatMap(updatesOf)
      for (let at = 0; at < updates.length; at += ENTRIES_MAX) {
        this.body.clear()
        printUpdates(this.body, id, updates.slice(at, at + ENTRIES_MAX))
        this.outbound.send(MsgType.MarketDataIncrementalRefresh, this.body)
        this.context.counts.incrementals++
      }
    }
    this.changed.clear()
    this.pump()
  }

  /** Sends snapshots to those that are behind, as many as the client reads, a piece in a turn of the event loop. */
  pump(): void {
    const { fields } = this.connection
    const { outboundBytesMax } = this.context.limits
    for (const subscription of this.behind) {
      if (!this.isReading || fields.length >= outboundBytesMax) break
      this.body.clear()
      printSnapshot(this.body, subscription)
      this.outbound.send(MsgType.MarketDataSnapshotFullRefresh, this.body)
      this.context.counts.snapshots++
      this.behind.delete(subscription)
      if (!subscription.request.isSubscription) this.forget(subscription)
    }
    this.flush()
    if (this.behind.size > 0 && this.isReading) this.pumpSoon()
  }

  flush(): void {
    if (this.connection.fields.length === 0) return
    const nowMs = this.context.nowMs()
    this.fix.sent(nowMs)
    this.connection.flush(nowMs)
  }

  // SessionPort

  send(msgType: string, body: FieldWriter): void {
    this.outbound.send(msgType, body)
  }

  logOn(_: { resetSeqNum: boolean }, body: FieldWriter): void {
    this.outbound.send(MsgType.Logon, body)
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
    if (message.msgType === MsgType.BusinessMessageReject) return
    const reject = message.has(Tag.DeliverToCompID) ? DELIVER_TO : refusalOfId(message, Tag.MDReqID)
    if (reject !== undefined) return this.fix.businessReject(message, reject)
    const id = message.string(Tag.MDReqID)!
    const refusal = this.request(id, message)
    if (refusal === undefined) return
    this.body.clear()
    printRefusal(this.body, id, refusal)
    this.outbound.send(MsgType.MarketDataRequestReject, this.body)
    this.context.counts.rejects++
  }

  private request(id: string, message: FixMessage): RequestRefusal | undefined {
    const isKnown = this.requests.has(id)
    if (message.string(Tag.SubscriptionRequestType) === SubscriptionType.Unsubscribe) {
      if (isKnown) this.unsubscribe(id)
      return isKnown ? undefined : { text: 'Unknown MDReqID(262)' }
    }
    if (isKnown) return { reason: RejectReason.DuplicateId, text: 'Duplicate MDReqID(262)' }
    const asked = readRequest(message)
    if ('text' in asked) return asked
    const books = this.find(asked, this.context.books)
    if ('text' in books) return books
    this.subscribe(id, asked, books)
    return undefined
  }

  private find(
    { symbols }: RequestedData,
    books: MarketBooks,
  ): readonly InstrumentBook[] | RequestRefusal {
    const found: InstrumentBook[] = []
    for (const symbol of symbols) {
      const book = books.find(symbol)
      if (book === undefined) {
        return { reason: RejectReason.UnknownSymbol, text: 'Unknown symbol' }
      }
      found.push(book)
    }
    if (this.count + found.length <= SUBSCRIPTIONS_MAX) return found
    const text = `More than ${SUBSCRIPTIONS_MAX} instruments in all requests`
    return { reason: RejectReason.InsufficientBandwidth, text }
  }

  private subscribe(id: string, asked: RequestedData, books: readonly InstrumentBook[]): void {
    const { isSubscription, isIncremental, entryTypes, depth } = asked
    const request = { id, isSubscription, isIncremental, entryTypes }
    const subscriptions = books.map((book) => {
      const subscription = { request, view: book.view(depth), subscriber: this }
      subscription.view.add(subscription)
      this.behind.add(subscription)
      return subscription
    })
    this.count += subscriptions.length
    if (isSubscription) this.requests.set(id, subscriptions)
    this.pumpSoon()
  }

  private unsubscribe(id: string): void {
    const subscriptions = this.requests.get(id) ?? []
    this.requests.delete(id)
    for (const subscription of subscriptions) this.forget(subscription)
  }

  private forget(subscription: Subscription): void {
    this.count--
    this.behind.delete(subscription)
    subscription.view.remove(subscription)
  }

  private pumpSoon(): void {
    if (this.isPumpScheduled) return
    this.isPumpScheduled = true
    this.context.schedule(() => {
      this.isPumpScheduled = false
      if (!this.connection.isClosed) this.pump()
    })
  }
}
