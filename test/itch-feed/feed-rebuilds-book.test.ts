/**
 * Random traders into the real engine, its events through the publisher, the packets into a
 * subscriber: the book that an outsider sees is the engine's own, order by order, after every turn.
 */
import { describe, expect, it } from 'vitest'
import { FeedArbiter, MarketView } from '../../src/client/index.ts'
import { Side } from '../../src/domain/index.ts'
import type { VenueConfiguration } from '../../src/wire/index.ts'
import { decodeItch } from '../../src/wire/index.ts'
import { EngineDriver, FIRST_DAY, aConfiguration } from '../support/engine-driver.ts'
import { Desk, randomIntent, seeded } from '../support/engine-intents.ts'
import { engineOrders } from '../support/engine-orders.ts'
import { RecordedFeed } from './recorded-feed.ts'

const COMMANDS = 20_000
const VENUE: VenueConfiguration = aConfiguration({
  sessions: [{ compId: 'ACME', cancelOnDisconnect: 'disconnect' }, { compId: 'GLOBEX' }],
  instruments: [{ symbol: 'AAPL' }, { symbol: 'MSFT', lotSize: 100, tickSize: 200 }],
})

const ignore = (): void => {}

/** An engine whose feed a subscriber follows. */
function venue() {
  const market = new MarketView()
  const seen = { types: new Set<string>(), sessions: 0, sessionsEnded: 0 }
  const arbiter = new FeedArbiter({
    sessionStarted() {
      seen.sessions++
      market.reset()
    },
    message(_, view, at, length) {
      const message = decodeItch(view, at, length)!
      seen.types.add(message.type)
      market.apply(message)
    },
    gapOpened: ignore,
    messagesLost: ignore,
    request: ignore,
    sessionEnded: () => seen.sessionsEnded++,
  })
  const feed = new RecordedFeed({ packetsPerTurn: 1 })
  const driver = new EngineDriver(VENUE, false, ({ events }) => {
    feed.turn(events)
    feed.settle()
    for (const packet of feed.takePackets()) arbiter.receive(packet, 0)
  })
  return { driver, engine: driver.engine, market, arbiter, publisher: feed.publisher, seen }
}

type Venue = ReturnType<typeof venue>

function seenOrders({ market }: Venue, symbol: string, side: 'B' | 'S'): string {
  const orders = market.book(symbol)?.orders(side) ?? []
  return orders.map((o) => `${o.orderReferenceNumber} ${o.shares}@${o.price}`).join(' ')
}

function compareBooks(at: Venue): void {
  for (const { locate, symbol } of VENUE.instruments) {
    const sides = [
      ['B', Side.Buy],
      ['S', Side.Sell],
    ] as const
    for (const [letter, side] of sides) {
      const expected = engineOrders(at.engine, locate, side)
      const seen = seenOrders(at, symbol, letter)
      // Far cheaper than expect(): it runs 80,000 times.
      if (seen !== expected) throw new Error(`${symbol} ${letter}: ${seen}, not ${expected}`)
    }
  }
}

describe('a subscriber to the feed of the real engine', () => {
  it(`sees the engine's own books after each of ${COMMANDS} random commands`, () => {
    const at = venue()
    const random = seeded(7)
    const desk = new Desk(VENUE, FIRST_DAY)
    at.driver.run({ kind: 'configure', configuration: VENUE })
    at.driver.run({ kind: 'openDay', tradingDate: FIRST_DAY })

    for (let i = 0; i < COMMANDS; i++) {
      for (const command of desk.say(randomIntent(VENUE, random), at.driver.now))
        at.driver.run(command)
      if (at.engine.state.day.isOpen) compareBooks(at)
    }

    expect(at.market.problems).toEqual({
      unknownReference: 0,
      reusedReference: 0,
      negativeRemaining: 0,
      crossed: 0,
    })
    expect(at.arbiter.statistics).toMatchObject({ gaps: 0, lost: 0, malformed: 0 })
    expect(at.publisher.nextSequence).toBe(at.engine.feedCount + 1)
    expect([...at.seen.types].toSorted().join('')).toBe('ACDEHIQRSUX')
    expect(at.seen.sessions).toBeGreaterThan(2)
    expect(at.seen.sessionsEnded).toBeGreaterThan(1)
  }, 60_000)
})
