import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FeedArbiter } from '../../src/client/feed-arbiter.ts'
import { MarketView } from '../../src/client/market-view.ts'
import { Side } from '../../src/domain/index.ts'
import { FeedPublisher, answerRequest } from '../../src/itch-feed/index.ts'
import { PacketWriter, RecordBuffer, decodeItch, writeRequest } from '../../src/wire/index.ts'
import { FeedDay, PacketLog, SYMBOLS, startOfDay } from '../itch-feed/feed-events.ts'

/** What happens to a packet on a line. */
const fate = fc.constantFrom('lost', 'lost', 'arrives', 'arrives', 'twice', 'late')
const step = fc.tuple(fc.nat(), fc.nat(), fc.nat())
const turns = fc.array(fc.array(step, { minLength: 1, maxLength: 60 }), {
  minLength: 1,
  maxLength: 30,
})

/** Two lines that lose, repeat and reorder, and a request server whose answers get lost too. */
function network(publisher: FeedPublisher, log: PacketLog, next: () => string) {
  const market = new MarketView()
  const requests: Uint8Array[] = []
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
      request: (request) => requests.push(writeRequest(request)),
      sessionEnded: () => {},
    },
    { gapWaitMs: 2, retryMs: 10, attemptsMax: 1_000 },
  )
  const late: Uint8Array[] = []
  const writer = new PacketWriter(1200)

  const transmit = (packet: Uint8Array, nowMs: number): void => {
    const fate = next()
    if (fate === 'late') late.push(packet)
    if (fate === 'lost' || fate === 'late') return
    arbiter.receive(packet, nowMs)
    if (fate === 'twice') arbiter.receive(packet, nowMs)
  }
  const answer = (nowMs: number): void => {
    for (const request of requests.splice(0)) {
      if (next() === 'lost' || !answerRequest(request, writer, publisher)) continue
      arbiter.receive(writer.bytes.slice(0, writer.length), nowMs, 'retransmission')
    }
  }
  /** One millisecond: both lines carry what was sent, the server answers, late packets come. */
  const pass = (nowMs: number): void => {
    const sent = log.packets.splice(0)
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
        const log = new PacketLog()
        const publisher = new FeedPublisher({ sender: log, maxPayload: 1200 })
        const day = new FeedDay()
        const { arbiter, market, pass } = network(publisher, log, () => fates.next().value!)
        let nowMs = 0

        const start = new RecordBuffer(4096)
        startOfDay(start, '261120ab10')
        publisher.publish(start, 96, nowMs)
        for (const steps of script) {
          const events = new RecordBuffer(4096)
          for (const each of steps) day.step(events, each)
          publisher.publish(events, 1000, ++nowMs)
          pass(nowMs)
        }
        // Heartbeats tell of a lost tail; a fair network lets one through.
        for (let i = 0; i < 500 && arbiter.next < publisher.nextSequence; i++) {
          publisher.tick((nowMs += 1000))
          pass(nowMs)
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
