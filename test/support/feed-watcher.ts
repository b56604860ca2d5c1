/**
 * A subscriber on the exchange's real multicast lines: every message, decoded, in sequence, and the
 * books that they make.
 */
import { vi } from 'vitest'
import { FeedSubscriber, MarketView } from '../../src/client/index.ts'
import type { FeedArbiterOptions } from '../../src/client/index.ts'
import type { ExchangeConfig } from '../../src/runtime/index.ts'
import type { ItchMessage } from '../../src/wire/index.ts'
import { decodeItch } from '../../src/wire/index.ts'

const FEED_MS = 10_000

export class FeedWatcher {
  readonly market = new MarketView()
  /** Every message of the session, the first at index 0. */
  readonly messages: ItchMessage[] = []
  sessionsStarted = 0
  /** The one that runs. */
  session = ''
  private subscriber!: FeedSubscriber

  static async open(
    { itch }: ExchangeConfig,
    { channel = 0, ...options }: FeedArbiterOptions & { channel?: number } = {},
  ): Promise<FeedWatcher> {
    const watcher = new FeedWatcher()
    const { lines, retransmission } = itch.channels[channel]!
    watcher.subscriber = await FeedSubscriber.open({
      ...options,
      lines,
      interface: itch.interface,
      retransmission,
      nowMs: () => performance.now(),
      listener: {
        sessionStarted: (session) => watcher.start(session),
        message: (_, view, at, length) => watcher.take(decodeItch(view, at, length)!),
        gapOpened: () => undefined,
        messagesLost: () => undefined,
        sessionEnded: () => undefined,
      },
    })
    return watcher
  }

  /** Called with each message after it has changed the books. */
  onMessage: (sequence: number, message: ItchMessage) => void = () => undefined

  get statistics(): Readonly<Record<string, number>> {
    return this.subscriber.arbiter.statistics
  }

  /** Waits for the message with this number; nothing before it is missing then. */
  reaches(sequence: number): Promise<void> {
    return this.waitFor(() => this.messages.length >= sequence)
  }

  /** Waits until an order is added to a book. */
  adds(orderReferenceNumber: number): Promise<void> {
    return this.has('A', orderReferenceNumber)
  }

  /** Waits until an order is deleted from a book. */
  deletes(orderReferenceNumber: number): Promise<void> {
    return this.has('D', orderReferenceNumber)
  }

  /** See `bookPicture`. */
  picture(symbol: string): string {
    return bookPicture(this.market, symbol)
  }

  close(): Promise<void> {
    return this.subscriber.close()
  }

  private has(type: 'A' | 'D', orderReferenceNumber: number): Promise<void> {
    return this.waitFor(() =>
      this.messages.some(
        (message) => message.type === type && message.orderReferenceNumber === orderReferenceNumber,
      ),
    )
  }

  private waitFor(holds: () => boolean): Promise<void> {
    const check = (): void => {
      if (!holds()) throw new Error(`the feed stands at ${this.messages.length}`)
    }
    return vi.waitFor(check, { interval: 2, timeout: FEED_MS })
  }

  private start(session: string): void {
    this.session = session
    this.sessionsStarted++
    this.messages.length = 0
    this.market.reset()
  }

  private take(message: ItchMessage): void {
    this.messages.push(message)
    this.market.apply(message)
    this.onMessage(this.messages.length, message)
  }
}

/** `reference shares@price` of every order, best first, a line a side. */
export function bookPicture(market: MarketView, symbol: string): string {
  const book = market.book(symbol)
  const sides = (['B', 'S'] as const).map((side) =>
    (book?.orders(side) ?? [])
      .map((order) => ` ${order.orderReferenceNumber} ${order.shares}@${order.price}`)
      .join(''),
  )
  return `${symbol} B${sides[0]}\n${symbol} S${sides[1]}`
}
