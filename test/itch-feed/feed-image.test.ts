import { expect, it } from 'vitest'
import { MarketView } from '../../src/client/index.ts'
import { Side } from '../../src/domain/index.ts'
import { FeedImage, FeedStream, MessageRing } from '../../src/itch-feed/index.ts'
import { EventType, RecordBuffer, recordLength, SOUP_HEADER_BYTES } from '../../src/wire/index.ts'
import {
  auctionCollar,
  breakerLevels,
  breakerSignal,
  crossed,
  imbalance,
  orderEventOf,
  startOfDay,
  tradingState,
} from './feed-events.ts'

const BUY = { orderReference: 7, side: Side.Buy, price: 1_826_000 }
const SELL = { orderReference: 8, side: Side.Sell, price: 1_825_000 }

/** The market as who joins late has it, from a snapshot behind these events. */
function joinedBehind(record: (events: RecordBuffer) => void): MarketView {
  const market = new MarketView()
  market.restore(snapshotBehind(record))
  return market
}

/** Its messages. */
function snapshotBehind(record: (events: RecordBuffer) => void): Uint8Array[] {
  const events = new RecordBuffer(4096)
  startOfDay(events, '261120ab10')
  record(events)
  const image = new FeedImage()
  const sender = { room: Infinity, send: () => undefined }
  const stream = new FeedStream({ sender, maxPayload: 1400, messages: new MessageRing(64), image })
  for (let at = 0; at < events.length; at += recordLength(events.view, at)) {
    stream.take(events.view, at, at)
  }
  return messagesOf(image.snapshot(stream.running.next).bytes)
}

/** Without the last one, G. */
function messagesOf(packets: Uint8Array): Uint8Array[] {
  const view = new DataView(packets.buffer)
  const messages: Uint8Array[] = []
  for (let at = 0; at < packets.length;) {
    const end = at + 2 + view.getUint16(at)
    messages.push(packets.subarray(at + SOUP_HEADER_BYTES, end))
    at = end
  }
  return messages.slice(0, -1)
}

function collected(events: RecordBuffer): void {
  tradingState(events, 1, 'AAPL', 'H', 'T1')
  orderEventOf(events, EventType.OrderAccepted, 'A', { ...BUY, feedShares: 300 })
  orderEventOf(events, EventType.OrderAccepted, 'A', { ...SELL, feedShares: 200 })
}

const seen = (market: MarketView): unknown[] => {
  const { tradingState: state, stateReason, ...book } = market.book('AAPL')!
  const levels = (side: 'B' | 'S') => market.book('AAPL')!.levels(side)
  return [state, stateReason, levels('B'), levels('S'), book.tape, market.problems]
}
const NO_PROBLEMS = { unknownReference: 0, reusedReference: 0, negativeRemaining: 0, crossed: 0 }

it('a snapshot says that an instrument is halted and why, and has the orders that cross', () => {
  expect(seen(joinedBehind(collected))).toEqual([
    'H',
    'T1',
    [{ price: 1_826_000, shares: 300, orders: 1 }],
    [{ price: 1_825_000, shares: 200, orders: 1 }],
    [],
    NO_PROBLEMS,
  ])
})

it('a snapshot behind an auction has what it left, and the state that came after it', () => {
  const match = { lastQty: 200, feedShares: 200, lastPx: 1_825_500, matchNumber: 5 }
  const market = joinedBehind((events) => {
    collected(events)
    tradingState(events, 1, 'AAPL', 'Q')
    imbalance(events, { price: 1_825_500, pairedShares: 200 })
    orderEventOf(events, EventType.OrderExecuted, 'C', { ...BUY, ...match })
    orderEventOf(events, EventType.OrderExecuted, 'C', { ...SELL, ...match })
    crossed(events, { shares: 200, price: 1_825_500, matchNumber: 6 })
    tradingState(events, 1, 'AAPL', 'T')
  })
  const left = [{ price: 1_826_000, shares: 100, orders: 1 }]
  expect(seen(market)).toEqual(['T', '', left, [], [], NO_PROBLEMS])
})

it('a snapshot has the collar of an auction that waits, until its next state', () => {
  const collar = { referencePrice: 1_000_000, low: 900_000, high: 1_100_000, extensions: 1 }
  const extended = (events: RecordBuffer): void => {
    collected(events)
    tradingState(events, 1, 'AAPL', 'Q')
    auctionCollar(events, { ...collar, extensions: 0 })
    auctionCollar(events, collar)
  }
  const types = (record: typeof extended): string =>
    snapshotBehind(record)
      .map((message) => String.fromCharCode(message[0]!))
      .join('')
  expect(types(extended)).toBe('SRHJRHRHAA')
  const resumed = (events: RecordBuffer): void => {
    extended(events)
    tradingState(events, 1, 'AAPL', 'T')
  }
  expect(types(resumed)).toBe('SRHRHRHAA')
})

it('a snapshot has the levels of the breaker, and the last one that was reached', () => {
  const market = joinedBehind((events) => {
    breakerLevels(events, [93, 87, 80])
    breakerSignal(events, 1)
    breakerSignal(events, 0)
    breakerSignal(events, 2)
  })
  expect(market.breachedLevel).toBe('2')
})
