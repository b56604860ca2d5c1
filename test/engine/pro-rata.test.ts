/** Quantity shared at one price: docs/protocols/order-entry.md, "How quantity is shared at one price". */
import { OrderPool } from '../../src/book/index.ts'
import { LastLiquidityInd } from '../../src/domain/index.ts'
import type { Instrument } from '../../src/domain/index.ts'
import type { VenueSession } from '../../src/wire/index.ts'
import { describe, expect, it, vi } from 'vitest'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import { isOrder } from '../support/engine-events.ts'

interface Offers {
  readonly sells?: readonly string[]
  readonly session?: Partial<VenueSession>
  readonly ordersPerCommandMax?: number
}

/** GLOBEX offers S1, S2 and so on; ACME, which the options are about, buys. */
function aMarket(instrument: Partial<Instrument>, { sells = [], ...more }: Offers = {}) {
  const { session = {}, ordersPerCommandMax = 1_000_000 } = more
  const market = anEngine({
    instruments: [{ symbol: 'AAPL', matching: 'pro-rata', ...instrument }],
    sessions: [{ compId: 'ACME', ...session }, { compId: 'GLOBEX' }],
    ordersPerCommandMax,
  })
  sells.forEach((terms, i) => market.enter('GLOBEX', `S${i + 1}`, `sell ${terms}`))
  return market
}

/** `S1 40` of each execution, in the order in which they are told. */
function tradesOf(market: EngineDriver, terms: string): string[] {
  market.enter('ACME', 'B1', `buy ${terms}`)
  return market.events.flatMap((event) =>
    isOrder(event) && event.lastLiquidityInd === LastLiquidityInd.Added
      ? [`${event.clOrdId} ${event.lastQty}`]
      : [],
  )
}

const AT = '@ 182.50'
const SHOWN = [`100 ${AT}`, `200 ${AT}`, `700 ${AT}`]
const PRO_RATA = { matching: 'pro-rata' } as const
const BY_SIZE = { matching: 'size-pro-rata' } as const

describe('pro rata', () => {
  it('tells each order its share, the one that has waited longest first', () => {
    const market = aMarket(PRO_RATA, { sells: [`100 ${AT}`, `300 ${AT}`] })

    expect(market.enter('ACME', 'B1', `buy 200 ${AT}`)).toEqual([
      'ACME 8 New B1 buy 200@182.5000 leaves 200 cum 0',
      'GLOBEX 8 Trade S1 sell 100@182.5000 last 50@182.5000 leaves 50 cum 50 avg 182.5 | feed E #1 50 match 1',
      'ACME 8 Trade B1 buy 200@182.5000 last 50@182.5000 leaves 150 cum 50 avg 182.5',
      'GLOBEX 8 Trade S2 sell 300@182.5000 last 150@182.5000 leaves 150 cum 150 avg 182.5 | feed E #2 150 match 2',
      'ACME 8 Trade B1 buy 200@182.5000 last 150@182.5000 leaves 0 cum 200 avg 182.5',
    ])
    expect(market.bookOf('AAPL')).toEqual({
      bids: [],
      asks: ['S1 50@182.5000', 'S2 150@182.5000'],
    })
  })

  it.each([PRO_RATA, BY_SIZE])('$matching: shares in proportion to what is shown', (instrument) => {
    const market = aMarket(instrument, { sells: SHOWN })
    expect(tradesOf(market, `500 ${AT}`)).toEqual(['S1 50', 'S2 100', 'S3 350'])
  })

  it('is price-time that gives all to the one that has waited longest, and shares nothing', () => {
    const market = aMarket({ matching: 'price-time' }, { sells: SHOWN })
    expect(tradesOf(market, `150 ${AT}`)).toEqual(['S1 100', 'S2 50'])
  })

  it.each([1000, 1200])('trades every order whole when %i come in for 1000', (quantity) => {
    const market = aMarket(PRO_RATA, { sells: SHOWN })
    expect(tradesOf(market, `${quantity} ${AT}`)).toEqual(['S1 100', 'S2 200', 'S3 700'])
    const left = quantity === 1000 ? [] : ['B1 200@182.5000']
    expect(market.bookOf('AAPL')).toEqual({ bids: left, asks: [] })
  })

  it('shares the next price when the better one is empty', () => {
    const sells = [`100 @ 182.60`, `40 ${AT}`, `300 @ 182.60`, `10 ${AT}`]
    const market = aMarket(PRO_RATA, { sells })
    expect(tradesOf(market, '250 @ 182.60')).toEqual(['S2 40', 'S4 10', 'S1 50', 'S3 150'])
  })

  it('shares among buyers as among sellers', () => {
    const market = aMarket(PRO_RATA)
    market.enter('ACME', 'B1', `buy 30 ${AT}`)
    market.enter('ACME', 'B2', `buy 70 ${AT}`)
    market.enter('GLOBEX', 'S1', `sell 10 ${AT}`)
    expect(market.bookOf('AAPL').bids).toEqual(['B1 27@182.5000', 'B2 63@182.5000'])
  })

  it('calculates with whole numbers, however large', () => {
    // 170418814.9999…, of which a floating point number makes 170418815.
    const sells = [`713066178 ${AT}`, `471872655 ${AT}`]
    const market = aMarket({ ...PRO_RATA, maxOrderQty: 1_000_000_000 }, { sells })
    expect(tradesOf(market, `427945696 ${AT}`)).toEqual(['S1 257526882', 'S2 170418814'])
  })

  it('is shared in another way from the change of its configuration on', () => {
    const market = aMarket({ matching: 'price-time' }, { sells: SHOWN })
    const instruments = market.configuration.instruments.map((one) => ({ ...one, ...PRO_RATA }))
    market.configure({ instruments })
    expect(tradesOf(market, `100 ${AT}`)).toEqual(['S1 10', 'S2 20', 'S3 70'])
  })
})

describe('what rounding leaves', () => {
  const sells = [`10 ${AT}`, `30 ${AT}`, `30 ${AT}`]

  it('goes to the one that has waited longest', () => {
    expect(tradesOf(aMarket(PRO_RATA, { sells }), `10 ${AT}`)).toEqual(['S1 2', 'S2 4', 'S3 4'])
  })

  it('goes by size to the one that shows most, of equal ones the one that has waited longer', () => {
    expect(tradesOf(aMarket(BY_SIZE, { sells }), `10 ${AT}`)).toEqual(['S1 1', 'S2 5', 'S3 4'])
  })

  it('is told in the order of time, by size too', () => {
    const market = aMarket(BY_SIZE, { sells: [`10 ${AT}`, `20 ${AT}`, `50 ${AT}`] })
    expect(tradesOf(market, `1 ${AT}`)).toEqual(['S3 1'])
    const again = aMarket(BY_SIZE, { sells: [`10 ${AT}`, `20 ${AT}`, `50 ${AT}`] })
    expect(tradesOf(again, `15 ${AT}`)).toEqual(['S1 1', 'S2 3', 'S3 11'])
  })

  it('is whole lots', () => {
    const lots = { lotSize: 100, proRataMinimum: 100 }
    const sells = [`300 ${AT}`, `500 ${AT}`]
    expect(tradesOf(aMarket({ ...PRO_RATA, ...lots }, { sells }), `400 ${AT}`)).toEqual([
      'S1 200',
      'S2 200',
    ])
    expect(tradesOf(aMarket({ ...BY_SIZE, ...lots }, { sells }), `400 ${AT}`)).toEqual([
      'S1 100',
      'S2 300',
    ])
  })
})

describe('a share below the minimum', () => {
  const sells = [`10 ${AT}`, `90 ${AT}`, `100 ${AT}`]
  const minimum = { proRataMinimum: 20 }

  it('is nothing; by time its order has a part of what is left', () => {
    const market = aMarket({ ...PRO_RATA, ...minimum }, { sells })
    expect(tradesOf(market, `50 ${AT}`)).toEqual(['S1 3', 'S2 22', 'S3 25'])
  })

  it('is nothing; by size its order does not trade', () => {
    const market = aMarket({ ...BY_SIZE, ...minimum }, { sells })
    expect(tradesOf(market, `50 ${AT}`)).toEqual(['S2 22', 'S3 28'])
  })

  it('that is just as large counts', () => {
    const market = aMarket({ ...BY_SIZE, proRataMinimum: 22 }, { sells })
    expect(tradesOf(market, `50 ${AT}`)).toEqual(['S2 22', 'S3 28'])
  })

  it('is that of all: they trade by time, or by size, each up to what it shows', () => {
    const large = { proRataMinimum: 1000 }
    const byTime = aMarket({ ...PRO_RATA, ...large }, { sells })
    expect(tradesOf(byTime, `120 ${AT}`)).toEqual(['S1 10', 'S2 90', 'S3 20'])
    const bySize = aMarket({ ...BY_SIZE, ...large }, { sells })
    expect(tradesOf(bySize, `120 ${AT}`)).toEqual(['S2 20', 'S3 100'])
  })
})

describe('an iceberg', () => {
  it('shares by what it shows', () => {
    const market = aMarket(PRO_RATA, { sells: [`100 ${AT} show 20`, `20 ${AT}`] })
    expect(tradesOf(market, `30 ${AT}`)).toEqual(['S1 15', 'S2 15'])
    expect(market.bookOf('AAPL').asks).toEqual(['S1 5@182.5000', 'S2 5@182.5000'])
  })

  it('trades what it hides when nothing is shown any more', () => {
    const market = aMarket(PRO_RATA, { sells: [`100 ${AT} show 20`, `20 ${AT}`] })
    expect(tradesOf(market, `60 ${AT}`)).toEqual(['S1 20', 'S2 20', 'S1 20'])
    expect(market.bookOf('AAPL').asks).toEqual(['S1 20@182.5000'])
  })

  it('has a share of what is left by what it shows next', () => {
    const market = aMarket(PRO_RATA, { sells: [`100 ${AT} show 20`, `100 ${AT} show 60`] })
    expect(tradesOf(market, `90 ${AT}`)).toEqual(['S1 20', 'S2 60', 'S1 4', 'S2 6'])
  })

  it('whose part trades as one of several shares is behind the others then', () => {
    const sells = [`100 ${AT} show 10`, `1 ${AT}`, `89 ${AT}`]
    const market = aMarket({ ...PRO_RATA, proRataMinimum: 1000 }, { sells })
    expect(tradesOf(market, `30 ${AT}`)).toEqual(['S1 10', 'S2 1', 'S3 19'])
    expect(market.bookOf('AAPL').asks).toEqual(['S3 70@182.5000', 'S1 10@182.5000'])
  })
})

describe('a change of an order', () => {
  const sells = [`10 ${AT}`, `10 ${AT}`, `10 ${AT}`]

  it('keeps its place in time with less, and has what rounding leaves', () => {
    const market = aMarket(PRO_RATA, { sells })
    market.replace('GLOBEX', 'R1', 'S1', `sell 9 ${AT}`)
    expect(tradesOf(market, `10 ${AT}`)).toEqual(['R1 4', 'S2 3', 'S3 3'])
  })

  it('takes it behind the others with more', () => {
    const market = aMarket(PRO_RATA, { sells })
    market.replace('GLOBEX', 'R1', 'S1', `sell 11 ${AT}`)
    expect(tradesOf(market, `10 ${AT}`)).toEqual(['S2 4', 'S3 3', 'R1 3'])
  })
})

describe('orders of its own group at a price', () => {
  /** Others offer 60 and 30, and between them ACME 10, which buys. */
  function withOwn(prevention: VenueSession['selfTrade']['prevention']): EngineDriver {
    const session = { selfTrade: { prevention, group: 'ACME' } }
    const market = aMarket(PRO_RATA, { session, sells: [`60 ${AT}`] })
    market.enter('ACME', 'A1', `sell 10 ${AT}`)
    market.enter('GLOBEX', 'S2', `sell 30 ${AT}`)
    return market
  }
  const CANCELED = '"Self-match prevention"'

  it('off: share with all others', () => {
    expect(tradesOf(withOwn('off'), `50 ${AT}`)).toEqual(['S1 30', 'A1 5', 'S2 15'])
  })

  it('oldest: are canceled before the price is shared', () => {
    const market = withOwn('oldest')
    expect(tradesOf(market, `45 ${AT}`)).toEqual(['S1 30', 'S2 15'])
    expect(market.bookOf('AAPL').asks).toEqual(['S1 30@182.5000', 'S2 15@182.5000'])
  })

  it('newest: end the incoming order before anybody has a share', () => {
    const market = withOwn('newest')
    expect(market.enter('ACME', 'B1', `buy 50 ${AT}`)).toEqual([
      'ACME 8 New B1 buy 50@182.5000 leaves 50 cum 0',
      `ACME 8 Canceled B1 buy 50@182.5000 leaves 0 cum 0 Canceled ${CANCELED}`,
    ])
  })

  it('both: go with the incoming one', () => {
    const market = withOwn('both')
    expect(tradesOf(market, `50 ${AT}`)).toEqual([])
    expect(market.bookOf('AAPL')).toEqual({
      bids: [],
      asks: ['S1 60@182.5000', 'S2 30@182.5000'],
    })
  })

  it('decrement: lessen the incoming one, and the rest of it is shared', () => {
    const market = withOwn('decrement')
    expect(tradesOf(market, `40 ${AT}`)).toEqual(['S1 20', 'S2 10'])
    expect(market.bookOf('AAPL').bids).toEqual([])
  })

  it('touch nobody at a better price, who trades', () => {
    const market = withOwn('newest')
    market.enter('GLOBEX', 'S3', 'sell 5 @ 182.40')
    expect(tradesOf(market, `50 ${AT}`)).toEqual(['S3 5'])
  })

  it.each(['newest', 'both', 'decrement'] as const)(
    '%s: keep a fill-or-kill order from all that is offered at the price',
    (prevention) => {
      const market = withOwn(prevention)
      expect(market.enter('ACME', 'B1', `buy 50 ${AT} FOK`)).toEqual([
        'ACME 8 New B1 buy 50@182.5000 FOK leaves 50 cum 0',
        'ACME 8 Canceled B1 buy 50@182.5000 FOK leaves 0 cum 0 Canceled "Fill or kill: not enough quantity"',
      ])
    },
  )

  it('oldest: do not count for a fill-or-kill order, the others do', () => {
    expect(tradesOf(withOwn('oldest'), `91 ${AT} FOK`)).toEqual([])
    expect(tradesOf(withOwn('oldest'), `90 ${AT} FOK`)).toEqual(['S1 60', 'S2 30'])
  })

  it('are found without looking at the others for each of them', () => {
    const session = { selfTrade: { prevention: 'oldest', group: 'ACME' } } as const
    const orders = 500
    const sells = Array.from({ length: orders }, () => `10 ${AT}`)
    const market = aMarket(PRO_RATA, { session, sells })
    for (let i = 0; i < orders; i++) market.enter('ACME', `A${i}`, `sell 10 ${AT}`)

    const looks = vi.spyOn(OrderPool.prototype, 'next')
    const lines = market.enter('ACME', 'B1', `buy ${10 * orders} ${AT}`)
    expect(looks.mock.calls.length).toBeLessThan(10 * orders)
    looks.mockRestore()
    expect(lines.filter((line) => line.includes(CANCELED))).toHaveLength(orders)
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: [] })
  })

  it('newest: leave a fill-or-kill order what is offered at a better price', () => {
    const market = withOwn('newest')
    market.enter('GLOBEX', 'S3', 'sell 5 @ 182.40')
    expect(tradesOf(market, `5 ${AT} FOK`)).toEqual(['S3 5'])
  })
})

describe('a command that leaves work', () => {
  /** Shares of ten orders and icebergs, own orders between them, and a stop that is set off. */
  function played(matching: Instrument['matching'], ordersPerCommandMax: number) {
    const session = { selfTrade: { prevention: 'oldest', group: 'ACME' } } as const
    const market = aMarket({ matching, proRataMinimum: 3 }, { session, ordersPerCommandMax })
    for (let i = 1; i <= 10; i++) {
      const show = i % 3 === 0 ? 'show 5' : ''
      market.enter('GLOBEX', `S${i}`, `sell ${i * 7} ${AT} ${show}`.trim())
      if (i % 4 === 0) market.enter('ACME', `A${i}`, `sell ${i} ${AT}`)
    }
    market.enter('GLOBEX', 'STOP', 'buy 20 @ stop 182.50')
    const trades = [
      ...tradesOf(market, `101 ${AT}`),
      ...market.enter('ACME', 'B2', `buy 230 @ 182.60`),
    ]
    return { trades, book: market.bookOf('AAPL') }
  }

  it.each(['pro-rata', 'size-pro-rata'] as const)('%s: comes to the same', (matching) => {
    const atOnce = played(matching, 1_000_000)
    expect(atOnce.trades.length).toBeGreaterThan(30)
    for (const most of [1, 2, 3, 4, 7]) {
      const { trades, book } = played(matching, most)
      expect(book).toEqual(atOnce.book)
      expect(trades).toEqual(atOnce.trades)
    }
  })
})
