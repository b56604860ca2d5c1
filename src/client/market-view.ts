/**
 * All books of the feed, rebuilt from decoded ITCH messages: A F E C X D U change a book, P and Q
 * only reach the tape (applying them to a book counts twice). What must never happen on a correct
 * feed is counted while it runs.
 */
import type { ItchMessage } from '../wire/index.ts'
import { decodeItch } from '../wire/index.ts'
import type { BookSideName, TapeTrade, ViewOrder } from './book-view.ts'
import { BookView } from './book-view.ts'

type OrderAdded = Extract<ItchMessage, { type: 'A' | 'F' }>
type OrderReplaced = Extract<ItchMessage, { type: 'U' }>
type StateChanged = Extract<ItchMessage, { type: 'H' }>
type OrderTouched = Extract<ItchMessage, { type: 'E' | 'C' | 'X' | 'D' }>

/** All 0 on a feed without losses. */
export interface FeedProblems {
  /** E C X D U of an order that is not on the book. */
  unknownReference: number
  /** A F U with the number of an order that is on the book. */
  reusedReference: number
  /** E C X of more shares than are left. */
  negativeRemaining: number
  /** Best bid at or above best ask while trading. */
  crossed: number
}

export class MarketView {
  readonly problems: FeedProblems = {
    unknownReference: 0,
    reusedReference: 0,
    negativeRemaining: 0,
    crossed: 0,
  }
  /** Latest event code of System Event. */
  systemEvent = ''
  /** Highest level of the market-wide breaker that the day has reached, `1` to `3`; empty = none. */
  breachedLevel = ''
  private readonly byLocate = new Map<number, BookView>()
  private readonly orders = new Map<number, ViewOrder>()
  private stale = false
  private readonly onTrade: (book: BookView, trade: TapeTrade) => void

  /** @param onTrade called with each trade that reaches a tape */
  constructor(onTrade: (book: BookView, trade: TapeTrade) => void = () => {}) {
    this.onTrade = onTrade
  }

  /** Books in the order in which their instruments appeared. */
  get books(): readonly BookView[] {
    return [...this.byLocate.values()]
  }

  book(symbol: string): BookView | undefined {
    return this.books.find((book) => book.symbol === symbol)
  }

  /** The instrument that a message is about; undefined when it is about none that is known. */
  bookOf(message: ItchMessage): BookView | undefined {
    return this.byLocate.get(message.stockLocate)
  }

  /** A new session: every book starts empty, the counts of problems stay. */
  reset(): void {
    this.byLocate.clear()
    this.orders.clear()
    this.systemEvent = ''
    this.breachedLevel = ''
    this.stale = false
  }

  /** Forgets every book and takes those of a snapshot, whose ITCH messages these are. */
  restore(messages: readonly Uint8Array[]): void {
    this.reset()
    for (const { buffer, byteOffset, length } of messages) {
      const message = decodeItch(new DataView(buffer, byteOffset), 0, length)
      if (message !== undefined) this.apply(message)
    }
  }

  /** Messages were lost: unknown references are to be expected and not counted from here on. */
  markStale(): void {
    this.stale = true
    for (const book of this.byLocate.values()) book.stale = true
  }

  /** Applies the next message of the sequence. */
  apply(message: ItchMessage): void {
    switch (message.type) {
      case 'S':
        this.systemEvent = message.eventCode
        return
      case 'R':
        this.open(message.stockLocate, message.stock)
        return
      case 'H':
        this.changeState(message)
        return
      case 'A':
      case 'F':
        this.add(message)
        return
      case 'E':
      case 'C':
      case 'X':
      case 'D':
        this.touch(message)
        return
      case 'U':
        this.replace(message)
        return
      case 'P':
        this.record(this.open(message.stockLocate, message.stock), tradeOf(message, message.price))
        return
      case 'Q':
        this.cross(message)
        return
      case 'B':
        this.breakTrade(message.stockLocate, message.matchNumber)
        return
      case 'W':
        this.breachedLevel = message.breachedLevel
        return
      case 'h':
      case 'I':
      case 'J':
      case 'K':
      case 'L':
      case 'N':
      case 'O':
      case 'V':
      case 'Y':
        // They change neither a book nor the tape.
        return
    }
  }

  /** The book of a locate; a late joiner learns of it from whatever names its symbol first. */
  private open(locate: number, symbol: string): BookView {
    const known = this.byLocate.get(locate)
    if (known !== undefined) return known

    const book = new BookView(symbol)
    book.stale = this.stale
    this.byLocate.set(locate, book)
    return book
  }

  /** Until it trades a book may be crossed; an auction leaves none that is. */
  private changeState(message: StateChanged): void {
    const book = this.open(message.stockLocate, message.stock)
    book.tradingState = message.tradingState
    book.stateReason = message.reason
    this.checkCrossed(book)
  }

  private add(message: OrderAdded): void {
    this.enter({
      orderReferenceNumber: message.orderReferenceNumber,
      side: message.side === 'B' ? 'B' : 'S',
      price: message.price,
      shares: message.shares,
      attribution: message.type === 'F' ? message.attribution : undefined,
      book: this.open(message.stockLocate, message.stock),
    })
  }

  /** Side, instrument and attribution are those of the original. */
  private replace(message: OrderReplaced): void {
    const original = this.find(message.originalOrderReferenceNumber)
    if (original === undefined) return

    this.leave(original)
    this.enter({
      ...original,
      orderReferenceNumber: message.newOrderReferenceNumber,
      price: message.price,
      shares: message.shares,
    })
  }

  private touch(message: OrderTouched): void {
    const order = this.find(message.orderReferenceNumber)
    if (order === undefined) return

    switch (message.type) {
      case 'D':
        this.leave(order)
        return
      case 'X':
        this.reduce(order, message.canceledShares)
        return
      case 'E':
        this.record(order.book, executionOf(message, order.price, order.side))
        this.reduce(order, message.executedShares)
        return
      case 'C':
        // Not printable: a Cross Trade carries the volume of all of them.
        if (message.printable === 'Y') {
          this.record(order.book, executionOf(message, message.executionPrice, order.side))
        }
        this.reduce(order, message.executedShares)
    }
  }

  private enter(order: ViewOrder): void {
    const { orderReferenceNumber, book } = order
    const previous = this.orders.get(orderReferenceNumber)
    if (previous !== undefined) {
      this.count('reusedReference')
      this.leave(previous)
    }
    this.orders.set(orderReferenceNumber, order)
    book.add(order)
    this.checkCrossed(book)
  }

  private checkCrossed(book: BookView): void {
    if (book.tradingState === 'T' && book.crossed) this.count('crossed')
  }

  private reduce(order: ViewOrder, shares: number): void {
    if (shares > order.shares) this.count('negativeRemaining')
    if (shares >= order.shares) this.leave(order)
    else order.book.reduce(order, shares)
  }

  private leave(order: ViewOrder): void {
    this.orders.delete(order.orderReferenceNumber)
    order.book.remove(order)
  }

  private cross(message: Extract<ItchMessage, { type: 'Q' }>): void {
    const book = this.open(message.stockLocate, message.stock)
    // At price 0 too nothing has crossed.
    if (message.shares > 0 && message.crossPrice > 0)
      this.record(book, tradeOf(message, message.crossPrice))
  }

  private record(book: BookView, trade: TapeTrade): void {
    book.record(trade)
    this.onTrade(book, trade)
  }

  private breakTrade(locate: number, matchNumber: number): void {
    for (const trade of this.byLocate.get(locate)?.tape ?? []) {
      if (trade.matchNumber === matchNumber) trade.broken = true
    }
  }

  private find(orderReferenceNumber: number): ViewOrder | undefined {
    const order = this.orders.get(orderReferenceNumber)
    if (order === undefined) this.count('unknownReference')
    return order
  }

  private count(problem: keyof FeedProblems): void {
    if (!this.stale) this.problems[problem]++
  }
}

interface Printed {
  readonly timestampNs: number
  readonly shares: number
  readonly matchNumber: number
}

function tradeOf({ timestampNs, shares, matchNumber }: Printed, price: number): TapeTrade {
  return { timestampNs, price, shares, matchNumber, side: undefined, broken: false }
}

function executionOf(
  message: Extract<ItchMessage, { type: 'E' | 'C' }>,
  price: number,
  resting: BookSideName,
): TapeTrade {
  const { timestampNs, executedShares: shares, matchNumber } = message
  const side = resting === 'B' ? 'S' : 'B'
  return { timestampNs, price, shares, matchNumber, side, broken: false }
}
