import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GapRequest } from '../../src/client/feed-arbiter.ts'
import { FeedArbiter } from '../../src/client/feed-arbiter.ts'
import { MarketView } from '../../src/client/market-view.ts'
import { Side } from '../../src/domain/index.ts'
import { RecordBuffer, decodeItch, writeRequest } from '../../src/wire/index.ts'
import { FeedDay, SYMBOLS, startOfDay } from '../itch-feed/feed-events.ts'
import { RecordedFeed } from '../itch-feed/recorded-feed.ts'

/** What happens to a packet on a line. */
const fate = fc.constantFrom('lost', 'lost', 'arrives', 'arrives', 'twice', 'late')
const step = fc.tuple(fc.nat(), fc.nat(), fc.nat())
const turns = fc.array(fc.array(step, { minLength: 1, maxLength: 60 }), {
  minLength: 1,
  maxLength: 30,
})

/** Two lines that lose, repeat and reorder, and a request server whose answers get lost too. */
function network(feed: RecordedFeed, next: () => string) {
  const market = new MarketView()
  const requests: GapRequest[] = []
  let order = 0
  const arbiter = new FeedArbiter(
    {
      sessionStarted: () => market.reset(),
      message(sequence, view, at, length) {
        expect(sequence).toBe(++order)
        market.apply(decodeItch(view, at, length)!)
      },
      gapOpened: () => {},
      messagesLost: () => market.markStale(),
      request: (request) => requests.push(request),
      sessionEnded: () => {},
    },
    { gapWaitMs: 2, retryMs: 10, attemptsMax: 1_000 },
  )
  const late: Uint8Array[] = []

  const transmit = (packet: Uint8Array, nowMs: number): void => {
    const fate = next()
    if (fate === 'late') late.push(packet)
    if (fate === 'lost' || fate === 'late') return
    arbiter.receive(packet, nowMs)
    if (fate === 'twice') arbiter.receive(packet, nowMs)
  }
  const answer = (nowMs: number): void => {
    for (const { session, sequenceNumber, messageCount } of requests.splice(0)) {
      if (next() !== 'lost') feed.request(sequenceNumber, messageCount, { session })
    }
    for (const { packet } of feed.answers.splice(0)) {
      arbiter.receive(packet, nowMs, 'retransmission')
    }
  }
  /** One millisecond: both lines carry what was sent, the server answers, late packets come. */
  const pass = (nowMs: number): void => {
    feed.nowMs = nowMs
    feed.output.tick()
    feed.loopTurn()
    const sent = feed.takePackets()
    for (const packet of sent) transmit(packet, nowMs)
    for (const packet of sent) transmit(packet, nowMs)
    if (late.length > 3)
      for (const packet of late.splice(0).reverse()) arbiter.receive(packet, nowMs)
    arbiter.tick(nowMs)
    answer(nowMs)
  }
  return { arbiter, market, pass }
}

describe('a book behind two lossy lines', () => {
  it('is the book of the exchange once every gap is filled', () => {
    let gaps = 0
    fc.assert(
      fc.property(turns, fc.infiniteStream(fate), (script, fates) => {
        const feed = new RecordedFeed({ maxPayload: 1200, ringMessages: 64, packetsPerTurn: 1 })
        const { publisher } = feed
        const day = new FeedDay()
        const { arbiter, market, pass } = network(feed, () => fates.next().value!)
        let nowMs = 0

        const start = new RecordBuffer(4096)
        startOfDay(start, '261120ab10')
        feed.turn(start)
        for (const steps of script) {
          const events = new RecordBuffer(4096)
          for (const each of steps) day.step(events, each)
          feed.turn(events)
          pass(++nowMs)
        }
        while (publisher.behindFrom !== undefined) pass(++nowMs)
        // Heartbeats tell of a lost tail; a fair network lets one through.
        for (let i = 0; i < 500 && arbiter.next < publisher.nextSequence; i++) {
          pass((nowMs += 1000))
          pass((nowMs += 2))
          for (let wait = 0; wait < 50; wait++) pass((nowMs += 10))
        }

        expect(arbiter.next).toBe(publisher.nextSequence)
        expect(arbiter.statistics.lost).toBe(0)
        expect(market.problems).toEqual({
          unknownReference: 0,
          reusedReference: 0,
          negativeRemaining: 0,
          crossed: 0,
        })
        SYMBOLS.forEach((symbol, i) => {
          expect(ordersOf(market, symbol, 'B')).toEqual(day.expected(i + 1, Side.Buy))
          expect(ordersOf(market, symbol, 'S')).toEqual(day.expected(i + 1, Side.Sell))
        })
        gaps += arbiter.statistics.gaps
      }),
      { numRuns: 100 },
    )
    expect(gaps).toBeGreaterThan(0)
  })

  it('made of garbage and shuffled packets never makes the arbiter throw', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 18, maxLength: 64 })), (datagrams) => {
        const ignore = (): void => {}
        const arbiter = new FeedArbiter({
          sessionStarted: ignore,
          message: (_, view, at, length) => void decodeItch(view, at, length),
          gapOpened: ignore,
          messagesLost: ignore,
          request: (request) => void writeRequest(request),
          sessionEnded: ignore,
        })
        datagrams.forEach((datagram, i) => {
          arbiter.receive(datagram, i * 100)
          arbiter.tick(i * 100 + 50)
        })
        expect(arbiter.statistics.packets).toBe(datagrams.length)
      }),
      { numRuns: 300 },
    )
  })
})

function ordersOf(market: MarketView, symbol: string, side: 'B' | 'S') {
  return market
    .book(symbol)!
    .orders(side)
    .map(({ orderReferenceNumber: reference, price, shares }) => ({ reference, price, shares }))
}
