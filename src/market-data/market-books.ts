/**
 * The books by price of every instrument, as the feed's messages make them, and which of them have changed
 * since the last round. It keeps no orders: whoever follows the feed order by order tells it.
 */
import { assert } from '../domain/index.ts'
import type { FeedImageListener } from '../itch-feed/index.ts'
import type { FeedPosition } from './instrument-book.ts'
import { InstrumentBook } from './instrument-book.ts'

const NANOSECONDS = 1_000_000_000

export class MarketBooks {
  private readonly bySymbol = new Map<string, InstrumentBook>()
  /** By stock locate, which has one symbol for the life of the journal. */
  private readonly byLocate: (InstrumentBook | undefined)[] = []
  private readonly changed = new Set<InstrumentBook>()

  /** The book of a symbol that is in the directory of the running session. */
  find(symbol: string): InstrumentBook | undefined {
    const book = this.bySymbol.get(symbol)
    return book?.isListed === true ? book : undefined
  }

  /** What one channel of the feed says goes here. @param positionOf how far it has come, at any time */
  follow(positionOf: () => FeedPosition): FeedImageListener {
    const own = new Set<InstrumentBook>()
    return {
      cleared: () => {
        for (const book of own) {
          book.clear()
          this.changed.add(book)
        }
      },
      listed: (locate, symbol) => {
        const book = (this.byLocate[locate] ??= this.open(symbol, positionOf))
        book.list(positionOf)
        own.add(book)
      },
      levelChanged: ({ locate, side, price, shares, orders }) => {
        const book = this.bookOf(locate)
        const levels = side === 'B' ? book.bids : book.asks
        levels.change(price, shares, orders)
        this.changed.add(book)
      },
      traded: ({ locate, price, shares, matchNumber, timestampNs }) => {
        const book = this.bookOf(locate)
        const { midnightSeconds } = positionOf()
        book.lastTrade = {
          price,
          shares,
          matchNumber,
          epochSeconds: midnightSeconds + Math.floor(timestampNs / NANOSECONDS),
          nanoseconds: timestampNs % NANOSECONDS,
        }
        book.trades.push(book.lastTrade)
        this.changed.add(book)
      },
    }
  }

  /** The books that the round has changed, with what is published of them brought up to date. */
  refreshed(): Iterable<InstrumentBook> {
    for (const book of this.changed) for (const view of book.publishedViews()) view.refresh()
    return this.changed
  }

  /** What has changed is told. */
  endRound(): void {
    for (const book of this.changed) book.endRound()
    this.changed.clear()
  }

  private open(symbol: string, positionOf: () => FeedPosition): InstrumentBook {
    const book = new InstrumentBook(symbol, positionOf)
    this.bySymbol.set(symbol, book)
    return book
  }

  private bookOf(locate: number): InstrumentBook {
    const book = this.byLocate[locate]
    assert(book !== undefined, 'the instrument is listed')
    return book
  }
}
