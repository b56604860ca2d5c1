/**
 * Market-data sessions: connections that name one are passed on to here, log on, and are told what they
 * subscribe to of the books. Nothing here is journaled, and nothing of it costs trading anything.
 * docs/protocols/market-data.md
 */
import type { AcceptorCounts, ByteSocket, ConnectionOrigin } from '../fix-acceptor/index.ts'
import { SessionDesk } from '../fix-acceptor/index.ts'
import type { Logger } from '../runtime/index.ts'
import type { InstrumentBook } from './instrument-book.ts'
import type { MarketDataContext, MarketDataLogin } from './market-data-context.ts'
import { MarketDataSession } from './market-data-session.ts'
import type { Subscriber, Subscription } from './subscription.ts'
import { concerns } from './subscription.ts'

export interface MarketDataOptions extends Omit<MarketDataContext, 'onSent' | 'nowMs'> {
  readonly logins: readonly MarketDataLogin[]
  readonly logger: Logger
}

export class MarketDataAcceptor {
  /** Messages sent, by MsgType(35). */
  readonly sent: Record<'W' | 'X' | 'Y', number> = { W: 0, X: 0, Y: 0 }
  private readonly options: MarketDataOptions
  private readonly desk: SessionDesk<MarketDataLogin, MarketDataSession>

  constructor(options: MarketDataOptions) {
    this.options = options
    const context: MarketDataContext = {
      ...options,
      onSent: (msgType) => this.count(msgType),
      nowMs: () => this.desk.nowMs(),
    }
    this.desk = new SessionDesk({
      ...options,
      name: 'market-data',
      open: (login, _, connection) => new MarketDataSession(login, connection, context),
    })
  }

  get counts(): AcceptorCounts {
    return this.desk.counts
  }

  /** Logged-on sessions. */
  get sessionCount(): number {
    return this.desk.sessionCount
  }

  /** Instruments that they are subscribed to. */
  get subscriptionCount(): number {
    let count = 0
    for (const session of this.desk.sessions) count += session.subscriptions.count
    return count
  }

  /** @param unread what was read of the socket, the Logon(A) first */
  accept(socket: ByteSocket, unread: Uint8Array, from: Omit<ConnectionOrigin, 'nowMs'>): void {
    this.desk.accept(socket, unread, from)
  }

  /** A round ends: what it has changed goes to those who subscribed to it. */
  publish(): void {
    const { books } = this.options
    const touched = new Set<Subscriber>()
    for (const book of books.refreshed()) {
      for (const subscription of subscriptionsOf(book)) {
        if (!concerns(subscription)) continue
        subscription.subscriber.onChanged(subscription)
        touched.add(subscription.subscriber)
      }
    }
    for (const subscriber of touched) subscriber.publish()
    books.endRound()
  }

  /** Heartbeats and timeouts. Call ten times a second. */
  tick(): void {
    this.desk.tick()
  }

  /** Starts the Logout handshake on every session. */
  logOutAll(text: string): void {
    this.desk.logOutAll(text)
  }

  private count(msgType: string): void {
    if (msgType === 'W' || msgType === 'X' || msgType === 'Y') this.sent[msgType]++
  }
}

function* subscriptionsOf(book: InstrumentBook): Generator<Subscription> {
  for (const view of book.publishedViews()) yield* view.subscriptions
}
