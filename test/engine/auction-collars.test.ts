/** Collars of auctions: a price too far from the reference price puts the auction off, and then has no say. */
import { describe, expect, it } from 'vitest'
import type { AuctionCollar } from '../../src/domain/index.ts'
import { Engine } from '../../src/engine/index.ts'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import { reload } from '../support/snapshots.ts'

/** 10 % around the reference price, twice two minutes. */
const COLLAR = { collarPercent: 1_000, extensionSeconds: 120, extensionsMax: 2 }

const DAY = {
  'pre-open': 10,
  continuous: 20,
  'closing-auction': 1_000,
  'post-close': 1_100,
  closed: 2_000,
} as const

/** Reference price 100, so that the collar is from 90 to 110. */
function collared(change: Partial<AuctionCollar> = {}): EngineDriver {
  const auction = { ...COLLAR, ...change }
  const market = anEngine({ instruments: [{ symbol: 'AAPL', referencePrice: 1_000_000, auction }] })
  market.closeDay()
  market.openPhasedDay(20261124, DAY)
  return market
}

/** Seconds since the day was opened, at most. */
function waitUntil(market: EngineDriver, seconds: number): string[] {
  const opened = market.engine.state.day.plan.at(-1)!.seconds - DAY.closed
  return quiet(market.wait(opened + seconds - market.now))
}

const quiet = (lines: readonly string[]): string[] =>
  lines.filter((line) => !line.includes('feed I'))
const fed = (lines: readonly string[]): string[] =>
  quiet(lines).filter((line) => line.startsWith('| feed'))

/** Reference price 100, 10 %. @param times so far */
const putOff = (times: number): string[] => [
  '| feed H AAPL Q EXT',
  `| feed J 90.0000 to 110.0000 of 100.0000, extended ${times}`,
]

describe('an auction with its price outside of the collar', () => {
  it('is extended as often as it may be, and then executes inside', () => {
    const market = collared()
    waitUntil(market, 10)
    market.enter('GLOBEX', 'S1', 'sell 10 @ 105')
    market.enter('ACME', 'B1', 'buy 30 @ 112')

    expect(waitUntil(market, 20)).toEqual(['| feed S Q', ...putOff(1)])
    expect(waitUntil(market, 139)).toEqual([])
    expect(waitUntil(market, 140)).toEqual(putOff(2))
    expect(waitUntil(market, 260)).toEqual([
      'ACME 8 Trade B1 buy 30@112.0000 last 10@110.0000 leaves 20 cum 10 avg 110 | feed C #2 10 match 1',
      'GLOBEX 8 Trade S1 sell 10@105.0000 last 10@110.0000 leaves 0 cum 10 avg 110 | feed C #1 10 match 1',
      '| feed Q 10@110.0000 match 2',
      '| feed H AAPL T',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B1 20@112.0000'])
  })

  it('is over as soon as an extension has brought it inside, at the price that it has then', () => {
    const market = collared()
    waitUntil(market, 10)
    market.enter('GLOBEX', 'S1', 'sell 10 @ 105')
    market.enter('ACME', 'B1', 'buy 30 @ 112')
    waitUntil(market, 20)
    market.enter('GLOBEX', 'S2', 'sell 30 @ 108')
    expect(fed(waitUntil(market, 140)).slice(-2)).toEqual([
      '| feed Q 30@108.0000 match 3',
      '| feed H AAPL T',
    ])
  })

  it('executes inside at once where it may not be extended', () => {
    const market = collared({ extensionsMax: 0 })
    waitUntil(market, 10)
    market.enter('GLOBEX', 'S1', 'sell 10 @ 80')
    market.enter('ACME', 'B1', 'buy 5 @ 95')
    expect(fed(waitUntil(market, 20)).slice(-2)).toEqual([
      '| feed Q 5@90.0000 match 2',
      '| feed H AAPL T',
    ])
  })

  it.each([
    [
      'above it buys',
      ['sell 10 @ 115', 'buy 10 @ 114', 'buy 10 @ 120', 'buy 5 @ 115'],
      [
        'ACME 8 Canceled O3 buy 10@120.0000 leaves 0 cum 0 Canceled "No more quantity inside the price collar" | feed D #3',
        'ACME 8 Canceled O4 buy 5@115.0000 leaves 0 cum 0 Canceled "No more quantity inside the price collar" | feed D #4',
      ],
      { bids: ['O2 10@114.0000'], asks: ['O1 10@115.0000'] },
    ],
    [
      'below it sells',
      ['buy 10 @ 85', 'sell 10 @ 86', 'sell 10 @ 80'],
      [
        'ACME 8 Canceled O3 sell 10@80.0000 leaves 0 cum 0 Canceled "No more quantity inside the price collar" | feed D #3',
      ],
      { bids: ['O1 10@85.0000'], asks: ['O2 10@86.0000'] },
    ],
  ])('leaves nothing that crosses: %s are canceled', (_, orders, canceled, left) => {
    const market = collared({ extensionsMax: 0 })
    waitUntil(market, 10)
    for (const [index, terms] of orders.entries()) market.enter('ACME', `O${index + 1}`, terms)
    expect(waitUntil(market, 20)).toEqual([
      '| feed S Q',
      '| feed Q 0@0.0000 match 1',
      ...canceled,
      '| feed H AAPL T',
    ])
    expect(market.bookOf('AAPL')).toEqual(left)
  })

  it('is held against the last price, once there is one', () => {
    const market = collared({ extensionsMax: 0 })
    waitUntil(market, 20)
    market.enter('GLOBEX', 'S1', 'sell 1 @ 109')
    market.enter('ACME', 'B1', 'buy 1 @ 109')
    waitUntil(market, 1_000)
    market.enter('GLOBEX', 'S2', 'sell 1 @ 119')
    market.enter('ACME', 'B2', 'buy 2 @ 130')
    expect(fed(waitUntil(market, 1_100)).slice(-3)).toEqual([
      '| feed Q 1@119.9000 match 4',
      '| feed H AAPL H',
      '| feed S M',
    ])
  })
})

describe('an extension', () => {
  /** The closing auction is due, and extended. */
  function extended(): EngineDriver {
    const market = collared()
    waitUntil(market, 1_000)
    market.enter('GLOBEX', 'S1', 'sell 10 @ 105')
    market.enter('ACME', 'B1', 'buy 30 @ 112 CLOSE')
    waitUntil(market, 1_100)
    return market
  }

  it('of the closing auction takes orders as before, those at the close too, and market hours go on', () => {
    const market = extended()
    expect(market.enter('GLOBEX', 'S2', 'sell 20 @ 109 CLOSE')).toEqual([
      'GLOBEX 8 New S2 sell 20@109.0000 CLOSE leaves 20 cum 0 | feed A #3 20',
    ])
    expect(fed(waitUntil(market, 1_220)).slice(-3)).toEqual([
      '| feed Q 30@109.0000 match 4',
      '| feed H AAPL H',
      '| feed S M',
    ])
    expect(market.enter('ACME', 'B2', 'buy 1 @ 100').at(-1)).toContain('Exchange closed')
  })

  it('of the opening auction takes orders at the opening', () => {
    const market = collared()
    waitUntil(market, 10)
    market.enter('GLOBEX', 'S1', 'sell 10 @ 105')
    market.enter('ACME', 'B1', 'buy 30 @ 112')
    waitUntil(market, 20)
    expect(market.enter('GLOBEX', 'S2', 'sell 20 @ market OPEN').at(-1)).toContain('8 New S2')
    expect(market.enter('GLOBEX', 'S3', 'sell 20 @ 100 IOC').at(-1)).toContain('8 Rejected S3')
    waitUntil(market, 140)
    waitUntil(market, 260)
    expect(market.enter('GLOBEX', 'S4', 'sell 1 @ market OPEN').at(-1)).toContain('Too late')
  })

  it('tells each second what the auction would give without the collar, as the auction that it is', () => {
    const market = collared()
    waitUntil(market, 10)
    market.enter('GLOBEX', 'S1', 'sell 10 @ 105')
    market.enter('ACME', 'B1', 'buy 30 @ 112')
    waitUntil(market, 20)
    market.wait(1)
    expect(market.events).toEqual([
      expect.objectContaining({ event: 'ImbalanceTold', price: 1_120_000, crossType: 79 }),
    ])
    market.halt()
    waitUntil(market, 30)
    market.resume()
    market.wait(1)
    expect(market.events).toEqual([
      expect.objectContaining({ event: 'ImbalanceTold', price: 1_120_000, crossType: 72 }),
    ])
  })

  it('ends by the hand of operations, inside the collar', () => {
    const market = extended()
    expect(fed(market.resume())).toEqual([
      '| feed Q 10@110.0000 match 3',
      '| feed H AAPL H',
      '| feed S M',
    ])
    expect(waitUntil(market, 1_300)).toEqual([])
    expect(market.resume()).toEqual(['operator resume refused: it is not halted'])
  })

  it('follows a resume too, and gives way to a halt', () => {
    const market = collared()
    waitUntil(market, 20)
    market.collect()
    market.enter('GLOBEX', 'S1', 'sell 10 @ 105')
    market.enter('ACME', 'B1', 'buy 30 @ 112')
    expect(fed(market.resume())).toEqual(putOff(1))
    expect(fed(market.halt())).toEqual(['| feed H AAPL H T1'])
    expect(fed(waitUntil(market, 300))).toEqual([])
    // Another auction, with extensions of its own.
    expect(fed(market.resume())).toEqual(putOff(1))
    expect(fed(waitUntil(market, 421))).toEqual(putOff(2))
    expect(fed(waitUntil(market, 542)).slice(-1)).toEqual(['| feed H AAPL T'])
  })

  it('gives way to the closing auction, and is over before the instrument closes', () => {
    const market = collared({ extensionSeconds: 5_000 })
    waitUntil(market, 10)
    market.enter('GLOBEX', 'S1', 'sell 10 @ 105 GTC')
    market.enter('ACME', 'B1', 'buy 10 @ 112')
    market.enter('ACME', 'B2', 'buy 10 @ 112 OPEN')
    waitUntil(market, 20)
    expect(waitUntil(market, 1_000)).toEqual([
      '| feed H AAPL Q',
      'ACME 8 Canceled B2 buy 10@112.0000 OPEN leaves 0 cum 0 Canceled "No opening auction took place" | feed D #3',
    ])
    market.enter('ACME', 'B3', 'buy 1 @ 112')
    expect(fed(waitUntil(market, 1_100))).toEqual(putOff(1))
    expect(fed(waitUntil(market, 2_000))).toEqual([
      '| feed Q 10@110.0000 match 2',
      '| feed H AAPL H',
      '| feed S M',
    ])
  })

  it('is over before the day is', () => {
    const market = extended()
    expect(fed(market.closeDay()).slice(0, 4)).toEqual([
      '| feed Q 10@110.0000 match 3',
      '| feed H AAPL H',
      '| feed S M',
      '| feed S E',
    ])
  })

  it('goes on behind a snapshot', () => {
    const market = extended()
    const loaded = reload(market.engine, new Engine())
    expect(loaded.stateHash()).toBe(market.engine.stateHash())
    expect(loaded.state.markets[1]!.extension).toEqual(market.engine.state.markets[1]!.extension)
    const ends = market.engine.state.markets[1]!.extension!.endsSeconds
    expect([loaded.isDue(ends - 1, 999_999_999), loaded.isDue(ends, 0)]).toEqual([true, true])
    const again = loaded.state.markets[1]!
    again.extension = { ...again.extension!, count: 2 }
    expect(loaded.stateHash()).not.toBe(market.engine.stateHash())

    loaded.state.day.indicativeSeconds = 0
    expect([loaded.isDue(ends - 1, 999_999_999), loaded.isDue(ends, 0)]).toEqual([false, true])
  })
})
