import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GapRequest } from '../../src/client/feed-arbiter.ts'
import { FeedArbiter } from '../../src/client/feed-arbiter.ts'
import { MarketView } from '../../src/client/market-view.ts'
import { Side } from '../../src/domain/index.ts'
import { FeedImage } from '../../src/itch-feed/index.ts'
import type { ItchMessage } from '../../src/wire/index.ts'
import {
  RecordBuffer,
  SoupReader,
  SoupType,
  decodeItch,
  eachMessage,
  readEndOfSnapshot,
  readPacket,
  writeRequest,
} from '../../src/wire/index.ts'
import { FeedDay, SYMBOLS, startOfDay } from '../itch-feed/feed-events.ts'
import { RecordedFeed } from '../itch-feed/recorded-feed.ts'

type Snapshot = ReturnType<FeedImage['snapshot']>

/** Its ITCH messages, as a client takes them out of the packets. */
function messagesOf({ bytes, sequence }: Snapshot): ItchMessage[] {
  const messages: ItchMessage[] = []
  let end: number | undefined
  const reader = new SoupReader((type, payload) => {
    expect(type).toBe(SoupType.SequencedData)
    end = readEndOfSnapshot(payload)
    const { buffer, byteOffset, length } = payload
    if (end === undefined) messages.push(decodeItch(new DataView(buffer, byteOffset), 0, length)!)
  })
  expect(reader.push(bytes)).toBe(true)
  expect(end).toBe(sequence)
  return messages
}

/** What happens to a packet on a line. */
const fate = fc.constantFrom('lost', 'lost', 'arrives', 'arrives', 'twice', 'late')
const step = fc.tuple(fc.nat(), fc.nat(), fc.nat())
const turns = fc.array(fc.array(step, { minLength: 1, maxLength: 60 }), {
  minLength: 1,
  maxLength: 30,
})

/**
 * Two lines that lose, repeat and reorder, and a request server whose answers get lost too; with
 * snapshots, also a server of these, whose answers come late or never.
 */
function network(feed: RecordedFeed, next: () => string, { snapshots = false } = {}) {
  const market = new MarketView()
  const image = new FeedImage()
  /** Cut when they were asked for, and on their way. */
  let underWay: Snapshot[] = []
  /** Cut some time ago. */
  let kept: Snapshot | undefined
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
      snapshotNeeded() {
        market.markStale()
        // A server may lag behind the lines.
        underWay.push(kept !== undefined && next() === 'late' ? kept : image.snapshot(published))
      },
      sessionEnded: () => {},
    },
    snapshots
      ? { gapWaitMs: 2, retryMs: 10, attemptsMax: 1, snapshots, requestedMax: 20 }
      : { gapWaitMs: 2, retryMs: 10, attemptsMax: 1_000 },
  )
  /** Of the next message that the exchange sends. */
  let published = 1
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
  const follow = (packet: Uint8Array): void => {
    eachMessage(readPacket(packet)!, (sequence, view, at, length) => {
      image.take(view, at, length)
      published = sequence + 1
    })
  }
  const arrive = (nowMs: number): void => {
    const arrived = underWay
    underWay = []
    for (const snapshot of arrived) {
      const fate = next()
      if (fate === 'late') underWay.push(snapshot)
      else if (fate === 'lost') arbiter.snapshotFailed(nowMs)
      else if (arbiter.resume(feed.publisher.session, snapshot.sequence, nowMs)) {
        market.reset()
        for (const message of messagesOf(snapshot)) market.apply(message)
        order = snapshot.sequence - 1
        arbiter.proceed(nowMs)
      }
    }
  }
  /** One millisecond: both lines carry what was sent, the server answers, late packets come. */
  const pass = (nowMs: number): void => {
    feed.nowMs = nowMs
    feed.output.tick()
    feed.loopTurn()
    const sent = feed.takePackets()
    for (const packet of sent) follow(packet)
    if (snapshots && nowMs % 5 === 0) kept = image.snapshot(published)
    for (const packet of sent) transmit(packet, nowMs)
    for (const packet of sent) transmit(packet, nowMs)
    if (late.length > 3)
      for (const packet of late.splice(0).reverse()) arbiter.receive(packet, nowMs)
    arbiter.tick(nowMs)
    answer(nowMs)
    arrive(nowMs)
  }
  return { arbiter, market, pass }
}

describe('a book behind two lossy lines', () => {
  it.each([
    ['every gap is filled', { snapshots: false }],
    ['gaps are filled or a snapshot has come', { snapshots: true }],
  ])('is the book of the exchange once %s', (_, options) => {
    const found = { gaps: 0, snapshots: 0 }
    fc.assert(
      fc.property(turns, fc.infiniteStream(fate), (script, fates) => {
        const feed = new RecordedFeed({ maxPayload: 1200, ringMessages: 64, packetsPerTurn: 1 })
        const { publisher } = feed
        const day = new FeedDay()
        const { arbiter, market, pass } = network(feed, () => fates.next().value!, options)
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
        found.gaps += arbiter.statistics.gaps
        found.snapshots += arbiter.statistics.snapshots
      }),
      { numRuns: 100 },
    )
    expect(found.gaps).toBeGreaterThan(0)
    expect(found.snapshots > 0).toBe(options.snapshots)
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
