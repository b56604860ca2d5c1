/**
 * Whatever happens on the feed, and however slowly a broker reads: the books that it makes of W and X
 * are those of the feed at the message that they name.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Side } from '../../src/domain/index.ts'
import type { FeedDay } from '../itch-feed/feed-events.ts'
import { SYMBOLS } from '../itch-feed/feed-events.ts'
import type { Broker, BrokerBook } from './market-data-stage.ts'
import { MarketDataStage } from './market-data-stage.ts'

const step = fc.tuple(fc.nat(), fc.nat(), fc.nat())
const round = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 40 }),
  /** What the slow broker reads of what has come. */
  slowReads: fc.constantFrom(0, 0, 100, 2_000, Infinity),
  isDayOver: fc.constantFrom(false, false, false, false, false, true),
})
const DEPTHS = [0, 1, 3]
/** So little that a snapshot of a full book does not fit. */
const SLOW_KERNEL_BYTES = 300

/** The levels of one side of the model, best first, of which `depth` are published. */
function levelsOf(day: FeedDay, locate: number, side: number, depth: number): [string, string][] {
  const levels = new Map<number, { shares: number; orders: number }>()
  for (const { price, shares } of day.expected(locate, side)) {
    const level = levels.get(price) ?? { shares: 0, orders: 0 }
    levels.set(price, { shares: level.shares + shares, orders: level.orders + 1 })
  }
  const best = [...levels].slice(0, depth === 0 ? undefined : depth)
  return best.map(([price, { shares, orders }]) => [String(price / 10_000), `${shares} x${orders}`])
}

const pictureOf = (day: FeedDay, locate: number, depth: number) => ({
  bids: new Map(levelsOf(day, locate, Side.Buy, depth)),
  offers: new Map(levelsOf(day, locate, Side.Sell, depth)),
})

const brokersPicture = ({ bids, offers }: BrokerBook) => ({
  bids: new Map(bids),
  offers: new Map(offers),
})

/** Match numbers of the day, told in updates to the full books; they count from 1. */
const tradesOf = (broker: Broker): number[] =>
  SYMBOLS.flatMap((symbol) => broker.books.get(`0-1 ${symbol}`)!.trades.map(Number)).sort(
    (a, b) => a - b,
  )

/** The feed's books after each round, by how far it had come. */
class History {
  private readonly rounds = new Map<string, ReturnType<typeof pictureOf>>()

  note({ day, position }: MarketDataStage): void {
    for (const depth of DEPTHS) {
      SYMBOLS.forEach((symbol, i) => {
        this.rounds.set(`${symbol} ${depth} ${position}`, pictureOf(day, i + 1, depth))
      })
    }
  }

  at(symbol: string, depth: number, position: string) {
    return this.rounds.get(`${symbol} ${depth} ${position}`)
  }
}

describe('the books of a broker', () => {
  it('are those of the feed, whether it reads all the time or now and then', async () => {
    const found = { conflated: 0, updates: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 3, maxLength: 12 }), async (rounds) => {
        const stage = new MarketDataStage({ logins: ['QUICK', 'SLOW'] })
        const history = new History()
        stage.openDay('261120ab10')
        const quick = stage.connect('QUICK')
        const slow = stage.connect('SLOW', SLOW_KERNEL_BYTES)
        for (const broker of [quick, slow]) {
          await broker.logOn()
          for (const depth of DEPTHS) {
            for (const updateType of [0, 1]) {
              const symbols = SYMBOLS.map((symbol) => `55=${symbol}`).join('|')
              const types = '267=3|269=0|269=1|269=2'
              broker.say(
                `35=V|262=${depth}-${updateType}|263=1|264=${depth}|265=${updateType}|${types}|146=3|${symbols}`,
              )
              history.note(stage)
              broker.hearAll()
            }
          }
        }

        for (const { steps, slowReads, isDayOver } of rounds) {
          if (isDayOver) {
            stage.closeDay()
            stage.openDay('261121cd20')
            history.note(stage)
          }
          stage.turn((events) => {
            for (const each of steps) stage.day.step(events, each)
          })
          history.note(stage)
          slow.read(slowReads)
          found.updates += quick.hearAll().filter((text) => text.startsWith('35=X')).length
          for (const [key, book] of quick.books) {
            const [id, symbol] = key.split(' ') as [string, string]
            const depth = Number(id.split('-')[0])
            expect(brokersPicture(book)).toEqual(
              pictureOf(stage.day, SYMBOLS.indexOf(symbol as 'X') + 1, depth),
            )
            expect(brokersPicture(book)).toEqual(history.at(symbol, depth, book.position))
          }
          expect(tradesOf(quick)).toEqual(tradesOf(quick).map((_, i) => i + 1))
        }

        const told = slow.hearAll()
        found.conflated += told.filter((text) => text.startsWith('35=W')).length
        expect(slow.books.size).toBe(DEPTHS.length * 2 * SYMBOLS.length)
        for (const [key, book] of slow.books) {
          expect([key, brokersPicture(book)]).toEqual([key, brokersPicture(quick.books.get(key)!)])
        }
      }),
      { numRuns: 40 },
    )
    expect(found.conflated).toBeGreaterThan(0)
    expect(found.updates).toBeGreaterThan(0)
  })
})
