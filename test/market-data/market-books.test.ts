import { expect, it } from 'vitest'
import { Side } from '../../src/domain/index.ts'
import { FeedImage, FeedStream, MessageRing } from '../../src/itch-feed/index.ts'
import { MarketBooks } from '../../src/market-data/index.ts'
import { EventType, RecordBuffer, recordLength } from '../../src/wire/index.ts'
import {
  MIDNIGHT_SECONDS,
  crossed,
  dayOpened,
  endOfDay,
  listed,
  orderEventOf,
  startOfDay,
  systemEvent,
  tradingState,
} from '../itch-feed/feed-events.ts'

/** Channels of the feed that all of the books are made of. */
function booksOf(channels: number) {
  const books = new MarketBooks()
  const streams = Array.from({ length: channels }, (_, channel): FeedStream => {
    const image = new FeedImage(
      books.follow(() => {
        const { name: session, next: sequence, midnightSeconds } = stream.running
        return { session, sequence, midnightSeconds }
      }),
    )
    const sender = { room: Infinity, send: () => undefined }
    const messages = new MessageRing(64)
    const stream = new FeedStream({ sender, maxPayload: 1400, messages, channel, image })
    return stream
  })
  const take = (events: RecordBuffer): void => {
    for (let at = 0; at < events.length; at += recordLength(events.view, at)) {
      for (const stream of streams) stream.take(events.view, at, at)
    }
  }
  return { books, take }
}

it('a book stands at the message of the channel that its instrument is on that day', () => {
  const { books, take } = booksOf(2)
  const found: unknown[] = []
  for (const [session, channel] of [
    ['261120ab10', 0],
    ['261121ab10', 1],
  ] as const) {
    const events = new RecordBuffer(4096)
    dayOpened(events, session)
    systemEvent(events, 'O')
    listed(events, 1, 'AAPL', channel)
    listed(events, 2, 'X', 1 - channel)
    const order = {
      locate: 1,
      orderReference: 1,
      side: Side.Buy,
      price: 1_000_000,
      feedShares: 300,
    }
    orderEventOf(events, EventType.OrderAccepted, 'A', order)
    take(events)
    const { position, bids } = books.find('AAPL')!
    found.push([position.session, position.sequence, bids.best(5)])
    const closing = new RecordBuffer(4096)
    orderEventOf(closing, EventType.OrderExpired, 'D', order)
    endOfDay(closing)
    take(closing)
  }

  const level = [{ price: 1_000_000, shares: 300, orders: 1 }]
  expect(found).toEqual([
    ['261120ab10', 4, level],
    ['261121ab11', 4, level],
  ])
})

it('an auction is one trade of all its shares at its price, and takes them off the books', () => {
  const { books, take } = booksOf(1)
  const match = { lastQty: 200, feedShares: 200, lastPx: 1_000_050, matchNumber: 5 }
  const buy = { orderReference: 1, side: Side.Buy, price: 1_000_100 }
  const sell = { orderReference: 2, side: Side.Sell, price: 1_000_000 }
  const events = new RecordBuffer(4096)
  startOfDay(events, '261120ab10')
  tradingState(events, 1, 'AAPL', 'Q')
  orderEventOf(events, EventType.OrderAccepted, 'A', { ...buy, feedShares: 300 })
  orderEventOf(events, EventType.OrderAccepted, 'A', { ...sell, feedShares: 200 })
  orderEventOf(events, EventType.OrderExecuted, 'C', { ...buy, ...match })
  orderEventOf(events, EventType.OrderExecuted, 'C', { ...sell, ...match })
  crossed(events, { shares: 200, price: 1_000_050, matchNumber: 6 })
  crossed(events, { shares: 0, price: 0, matchNumber: 7 })
  take(events)

  const { bids, asks, trades, lastTrade } = books.find('AAPL')!
  expect([bids.best(5), asks.best(5)]).toEqual([[{ price: 1_000_100, shares: 100, orders: 1 }], []])
  expect(trades).toEqual([
    {
      price: 1_000_050,
      shares: 200,
      matchNumber: 6,
      epochSeconds: MIDNIGHT_SECONDS + 34_200,
      nanoseconds: 1,
    },
  ])
  expect(lastTrade).toEqual(trades[0])
})
