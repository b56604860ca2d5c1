/** A subscriber's books beside the engine's. */
import type { MarketView } from '../../src/client/index.ts'
import { Side } from '../../src/domain/index.ts'
import { engineOrders } from '../support/engine-orders.ts'
import type { ExchangeProcess } from './exchange-process.ts'
import type { Subscriber } from './subscriber.ts'

type Book = MarketView['books'][number]

const SIDES = [
  ['B', Side.Buy],
  ['S', Side.Sell],
] as const

/**
 * True when the subscriber stands where the lines stand, and they where the engine stands, which has
 * told everything: not while it opens a day, and carries orders over.
 */
export function isCaughtUp(process: ExchangeProcess | undefined, { arbiter }: Subscriber): boolean {
  if (process?.state !== 'running') return false
  const { publisher, exchange } = process
  if (publisher.behindFrom !== undefined || exchange.engine.hasWork) return false
  return arbiter.session === publisher.session && arbiter.next === publisher.nextSequence
}

/** @returns the first side of a book that is compared and is another one, in words */
export function differingBook(
  { exchange: { engine, configuration } }: ExchangeProcess,
  market: MarketView,
  isCompared: (book: Book | undefined) => boolean = () => true,
): string | undefined {
  for (const { locate, symbol } of configuration.instruments) {
    const book = market.book(symbol)
    if (!isCompared(book)) continue
    for (const [letter, side] of SIDES) {
      const expected = engineOrders(engine, locate, side)
      const found = shownOrders(book, letter)
      if (found !== expected) return `${symbol} ${letter} is ${found}, not ${expected}`
    }
  }
  return undefined
}

/** `reference leaves@price` of every order of a side, best first. */
const shownOrders = (book: Book | undefined, side: 'B' | 'S'): string =>
  (book?.orders(side) ?? [])
    .map((o) => `${o.orderReferenceNumber} ${o.shares}@${o.price}`)
    .join(' ')
