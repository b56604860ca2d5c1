/**
 * Two FIX clients send ten thousand random orders, cancels and replacements over real sockets, and a
 * subscriber rebuilds the books from real multicast. Afterwards the journal says what the engine's
 * books were after each of these messages: the subscriber's are the same, order by order.
 */
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MarketView } from '../src/client/index.ts'
import { Engine } from '../src/engine/index.ts'
import { JournalReader, NodeDisk } from '../src/journal/index.ts'
import type { RunningExchange } from '../src/main.ts'
import { recordLength } from '../src/wire/index.ts'
import { Dice } from './support/dice.ts'
import { enginePicture } from './support/engine-picture.ts'
import { bookPicture, FeedWatcher } from './support/feed-watcher.ts'
import { RandomTrader } from './support/random-trader.ts'
import { ExchangeFolder } from './support/running-exchange.ts'

const MESSAGES = 10_000
/** Messages that one trader sends at once, so that turns hold many commands or one. */
const BURST_MAX = 30
const SEED = 20_261_121
const NO_PROBLEMS = { unknownReference: 0, reusedReference: 0, negativeRemaining: 0, crossed: 0 }

let folder: ExchangeFolder
let exchange: RunningExchange
let feed: FeedWatcher
let traders: RandomTrader[]

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  exchange = await folder.start()
  feed = await FeedWatcher.open(folder.config())
  const dice = new Dice(SEED)
  traders = ['ACME', 'GLOBEX'].map((name) => new RandomTrader(exchange.ports.fix, name, dice))
  for (const { client } of traders) await client.connect()

  for (let sent = 0; sent < MESSAGES;) {
    const trader = dice.pick(traders)!
    const burst = Math.min(dice.between(1, BURST_MAX), MESSAGES - sent)
    for (let i = 0; i < burst; i++) trader.act()
    sent += burst
    if (dice.chance(0.5)) await nextTurn()
  }
  for (const trader of traders) await feed.adds(await trader.settled())
  for (const { client } of traders) await client.logout()
  await exchange.stop()
})

afterAll(async () => {
  await feed.close()
  folder.remove()
})

/** Executes the journal, and calls after each command. */
function replay(after: (engine: Engine) => void): Engine {
  const directory = join(folder.dataDir, 'journal')
  const reader = JournalReader.open({ disk: new NodeDisk(), directory })
  const engine = new Engine()
  for (const group of reader.read()) {
    engine.beginTurn(group)
    const { view, commandsStart, commandsEnd } = group
    for (let at = commandsStart; at < commandsEnd; at += recordLength(view, at)) {
      engine.execute(view, at)
      after(engine)
    }
  }
  reader.close()
  return engine
}

describe(`${MESSAGES} random messages of two traders`, () => {
  it('are of every kind, and answered in every way', () => {
    for (const { heard } of traders) {
      expect(Object.keys(heard).toSorted()).toEqual(['8 0', '8 4', '8 5', '8 8', '8 F', '9'])
      for (const count of Object.values(heard)) expect(count).toBeGreaterThan(10)
    }
  })

  it('reach the subscriber whole and in order', () => {
    expect(feed.statistics).toMatchObject({ lost: 0, malformed: 0, messages: feed.messages.length })
  })

  it('leave books that are valid after every message of the feed', () => {
    const market = new MarketView()
    for (const message of feed.messages) {
      market.apply(message)
      expect(market.problems).toEqual(NO_PROBLEMS)
    }
  })

  it("give the subscriber the engine's books after every command", () => {
    const market = new MarketView()
    let applied = 0
    let compared = 0
    const engine = replay((engine) => {
      while (applied < engine.feedCount) market.apply(feed.messages[applied++]!)
      for (const { locate, symbol } of engine.configuration!.instruments) {
        const expected = enginePicture(engine, locate, symbol)
        const rebuilt = bookPicture(market, symbol)
        // Far cheaper than expect(): it runs 50,000 times.
        if (rebuilt !== expected)
          throw new Error(`command ${compared}: ${rebuilt}, not ${expected}`)
      }
      compared++
    })

    expect(compared).toBeGreaterThan(MESSAGES)
    expect(applied).toBe(feed.messages.length)
    expect(engine.stateHash()).toBe(exchange.stateHash())
  })

  it('leave both traders with the orders that are on the feed, and no others', () => {
    const byReference = (a: { reference: number }, b: { reference: number }): number =>
      a.reference - b.reference
    const fromReports = traders
      .flatMap(({ live }) => [...live.values()])
      .map(({ reference, symbol, side, leavesQty, price }) => ({
        reference,
        terms: `${symbol} ${side === '1' ? 'B' : 'S'} ${leavesQty}@${price}`,
      }))
    const fromFeed = ['AAPL', 'MSFT'].flatMap((symbol) =>
      (['B', 'S'] as const).flatMap((side) =>
        feed.market
          .book(symbol)!
          .orders(side)
          .map((order) => ({
            reference: order.orderReferenceNumber,
            terms: `${symbol} ${side} ${order.shares}@${order.price}`,
          })),
      ),
    )

    expect(fromReports.length).toBeGreaterThan(10)
    expect(fromReports.toSorted(byReference)).toEqual(fromFeed.toSorted(byReference))
  })
})
