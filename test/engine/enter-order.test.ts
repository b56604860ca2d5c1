/**
 * NewOrderSingle(D) as a trader sees it: FIX 4.4 volume 4, matrices A, F and I.
 */
import { describe, expect, it } from 'vitest'
import { LIVE_ORDERS_MAX } from '../../src/book/index.ts'
import { anEngine } from '../support/engine-driver.ts'

describe('an order that meets nobody', () => {
  it('is accepted whole, rests, and is added to the feed', () => {
    const market = anEngine()

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50')).toEqual([
      'ACME 8 New B1 buy 100@182.5000 leaves 100 cum 0 | feed A #1 100',
    ])
    expect(market.bookOf('AAPL')).toEqual({ bids: ['B1 100@182.5000'], asks: [] })
  })

  it('waits while the other side asks for more than it bids', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 100 @ 182.51')

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50')).toHaveLength(1)
    expect(market.bookOf('AAPL')).toEqual({ bids: ['B1 100@182.5000'], asks: ['S1 100@182.5100'] })
  })

  it('of one instrument never trades with an order of another', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 100 AAPL @ 182.50')

    expect(market.enter('ACME', 'B1', 'buy 100 MSFT @ 190')).toHaveLength(1)
    expect(market.bookOf('MSFT').bids).toEqual(['B1 100@190.0000'])
  })
})

describe('orders that cross', () => {
  it('trade: both sides are told, at the price that was waiting, under one match number', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 100 @ 182.40')

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50')).toEqual([
      'ACME 8 New B1 buy 100@182.5000 leaves 100 cum 0',
      'GLOBEX 8 Trade S1 sell 100@182.4000 last 100@182.4000 leaves 0 cum 100 avg 182.4 | feed E #1 100 match 1',
      'ACME 8 Trade B1 buy 100@182.5000 last 100@182.4000 leaves 0 cum 100 avg 182.4',
    ])
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: [] })
  })

  it('fill the older of two orders at the same price, and the better price before both', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'OLD', 'sell 100 @ 182.50')
    market.enter('GLOBEX', 'YOUNG', 'sell 100 @ 182.50')
    market.enter('GLOBEX', 'BETTER', 'sell 100 @ 182.49')
    market.enter('ACME', 'B1', 'buy 150 @ 182.50')

    const fills = market.events.filter(({ feed }) => feed === 'E')
    expect(fills).toMatchObject([
      { clOrdId: 'BETTER', lastQty: 100, lastPx: 1_824_900 },
      { clOrdId: 'OLD', lastQty: 50, lastPx: 1_825_000 },
    ])
    expect(market.bookOf('AAPL').asks).toEqual(['OLD 50@182.5000', 'YOUNG 100@182.5000'])
  })

  it('leave what the older one could not give: the rest waits and is added to the feed', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 40 @ 182.50')

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50')).toEqual([
      'ACME 8 New B1 buy 100@182.5000 leaves 100 cum 0',
      'GLOBEX 8 Trade S1 sell 40@182.5000 last 40@182.5000 leaves 0 cum 40 avg 182.5 | feed E #1 40 match 1',
      'ACME 8 Trade B1 buy 100@182.5000 last 40@182.5000 leaves 60 cum 40 avg 182.5 | feed A #2 60',
    ])
    expect(market.bookOf('AAPL')).toEqual({ bids: ['B1 60@182.5000'], asks: [] })
  })

  it('sweep several prices, one execution each, with the average of all', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50')
    market.enter('GLOBEX', 'S2', 'sell 100 @ 182.60')
    market.enter('GLOBEX', 'S3', 'sell 100 @ 182.70')

    expect(market.enter('ACME', 'B1', 'buy 250 @ 182.70')).toEqual([
      'ACME 8 New B1 buy 250@182.7000 leaves 250 cum 0',
      'GLOBEX 8 Trade S1 sell 100@182.5000 last 100@182.5000 leaves 0 cum 100 avg 182.5 | feed E #1 100 match 1',
      'ACME 8 Trade B1 buy 250@182.7000 last 100@182.5000 leaves 150 cum 100 avg 182.5',
      'GLOBEX 8 Trade S2 sell 100@182.6000 last 100@182.6000 leaves 0 cum 100 avg 182.6 | feed E #2 100 match 2',
      'ACME 8 Trade B1 buy 250@182.7000 last 100@182.6000 leaves 50 cum 200 avg 182.55',
      'GLOBEX 8 Trade S3 sell 100@182.7000 last 50@182.7000 leaves 50 cum 50 avg 182.7 | feed E #3 50 match 3',
      'ACME 8 Trade B1 buy 250@182.7000 last 50@182.7000 leaves 0 cum 250 avg 182.58',
    ])
  })

  it('say who added liquidity and who removed it', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50')
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')

    expect(market.events.slice(1)).toMatchObject([
      { clOrdId: 'S1', lastLiquidityInd: 0x31, execType: 0x46, ordStatus: 0x32 },
      { clOrdId: 'B1', lastLiquidityInd: 0x32, execType: 0x46, ordStatus: 0x32 },
    ])
  })
})

describe('an order that may not wait', () => {
  it('IOC: New, what trades, then the rest is canceled and never shown', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 40 @ 182.50')

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50 IOC')).toEqual([
      'ACME 8 New B1 buy 100@182.5000 IOC leaves 100 cum 0',
      'GLOBEX 8 Trade S1 sell 40@182.5000 last 40@182.5000 leaves 0 cum 40 avg 182.5 | feed E #1 40 match 1',
      'ACME 8 Trade B1 buy 100@182.5000 IOC last 40@182.5000 leaves 60 cum 40 avg 182.5',
      'ACME 8 Canceled B1 buy 100@182.5000 IOC leaves 0 cum 40 avg 182.5 Canceled "Unfilled remainder canceled"',
    ])
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: [] })
  })

  it('IOC that is filled ends as any other order', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50')

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50 IOC').at(-1)).toBe(
      'ACME 8 Trade B1 buy 100@182.5000 IOC last 100@182.5000 leaves 0 cum 100 avg 182.5',
    )
  })

  it('FOK: all of it over several orders, or nothing', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 60 @ 182.50')
    market.enter('GLOBEX', 'S2', 'sell 40 @ 182.51')
    market.enter('GLOBEX', 'S3', 'sell 40 @ 182.52')

    expect(market.enter('ACME', 'B1', 'buy 101 @ 182.51 FOK')).toEqual([
      'ACME 8 New B1 buy 101@182.5100 FOK leaves 101 cum 0',
      'ACME 8 Canceled B1 buy 101@182.5100 FOK leaves 0 cum 0 Canceled "Fill or kill: not enough quantity"',
    ])
    expect(market.enter('ACME', 'B2', 'buy 100 @ 182.51 FOK').at(-1)).toBe(
      'ACME 8 Trade B2 buy 100@182.5100 FOK last 40@182.5100 leaves 0 cum 100 avg 182.504',
    )
  })

  it('market: takes any price, and what finds nobody is canceled', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 40 @ 199999.99')

    expect(market.enter('ACME', 'B1', 'buy 100 @ market')).toEqual([
      'ACME 8 New B1 buy 100@market leaves 100 cum 0',
      'GLOBEX 8 Trade S1 sell 40@199999.9900 last 40@199999.9900 leaves 0 cum 40 avg 199999.99 | feed E #1 40 match 1',
      'ACME 8 Trade B1 buy 100@market last 40@199999.9900 leaves 60 cum 40 avg 199999.99',
      'ACME 8 Canceled B1 buy 100@market leaves 0 cum 40 avg 199999.99 Canceled "No more quantity to match a market order"',
    ])
  })

  it('market into an empty book: New, then Canceled', () => {
    expect(anEngine().enter('ACME', 'B1', 'sell 100 @ market GTC')).toEqual([
      'ACME 8 New B1 sell 100@market GTC leaves 100 cum 0',
      'ACME 8 Canceled B1 sell 100@market GTC leaves 0 cum 0 Canceled "No more quantity to match a market order"',
    ])
  })

  it('market and FOK: asks for all at any price', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 60 @ 182.50')
    market.enter('GLOBEX', 'S2', 'sell 40 @ 500')

    expect(market.enter('ACME', 'B1', 'buy 101 @ market FOK')).toHaveLength(2)
    expect(market.enter('ACME', 'B2', 'buy 100 @ market FOK')).toHaveLength(5)
  })
})

describe('a ClOrdID(11) that was used before', () => {
  it('is refused with the state of the order that lives (F.1.a), which stays as it is', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')
    market.enter('GLOBEX', 'S1', 'sell 40 @ 182.50')

    expect(market.enter('ACME', 'B1', 'sell 7 MSFT @ 9')).toEqual([
      'ACME 8 Rejected B1 buy 100@182.5000 leaves 60 cum 40 avg 182.5 PartiallyFilled "Duplicate ClOrdID(11)"',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B1 60@182.5000'])
  })

  it('is answered with the order’s state when it comes with PossResend(97) (F.1.b)', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')

    const answer = market.enter('ACME', 'B1', 'buy 100 @ 182.50', { possResend: true })
    expect(answer).toEqual(['ACME 8 OrderStatus B1 buy 100@182.5000 leaves 100 cum 0 New'])
    expect(market.events).toMatchObject([{ execId: 0, msgSeqNum: 3 }])
  })

  it('tells the state of a closed order too', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ market')

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50')).toEqual([
      'ACME 8 Rejected B1 buy 100@market leaves 0 cum 0 Canceled "Duplicate ClOrdID(11)"',
    ])
  })

  it('is another one on another session', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')

    expect(market.enter('GLOBEX', 'B1', 'buy 100 @ 182.50')[0]).toMatch(/^GLOBEX 8 New B1/)
  })

  it('is used up by a rejected order as well', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 0 @ 182.50')

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50')).toEqual([
      'ACME 8 Rejected B1 buy 100@182.5000 leaves 0 cum 0 Rejected "Duplicate ClOrdID(11)"',
    ])
  })

  it('is answered with the state Rejected when PossResend(97) asks for a rejected order (F.1.b)', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 0 @ 182.50')

    expect(market.enter('ACME', 'B1', 'buy 0 @ 182.50', { possResend: true })).toEqual([
      'ACME 8 OrderStatus B1 buy 0@182.5000 leaves 0 cum 0 Rejected "The order was rejected"',
    ])
    expect(market.events).toMatchObject([{ execId: 0, orderId: 0, msgSeqNum: 3 }])
    // Also when it would do now: it was told that there is no such order.
    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50', { possResend: true })).toEqual([
      'ACME 8 OrderStatus B1 buy 100@182.5000 leaves 0 cum 0 Rejected "The order was rejected"',
    ])
    expect(market.bookOf('AAPL').bids).toEqual([])
  })

  it('is new when PossResend(97) brings it for the first time', () => {
    const answer = anEngine().enter('ACME', 'B1', 'buy 100 @ 182.50', { possResend: true })
    expect(answer[0]).toMatch(/^ACME 8 New B1/)
  })

  it.each([0, 4, 8, 12, 16])(
    'is told apart by its session and by its characters from %i on',
    (at) => {
      const market = anEngine({ record: false })
      const ids = Array.from({ length: 3000 }, (_, i) => {
        const different = String(i).padStart(4, '0')
        return `${'A'.repeat(at)}${different}${'A'.repeat(16 - at)}`
      })
      const answers = ['ACME', 'GLOBEX'].flatMap((compId) =>
        ids.map((id) => market.enter(compId, id, 'buy 1 @ 1')[0]!),
      )

      expect(answers.filter((answer) => !answer.includes(' 8 New '))).toEqual([])
      expect(market.enter('ACME', ids[7]!, 'buy 1 @ 1')[0]).toMatch('8 Rejected')
    },
  )
})

describe('an order that breaks a rule of its instrument', () => {
  const instruments = [
    { symbol: 'AAPL', tickSize: 100, lotSize: 10, maxOrderQty: 1000, priceBandPercent: 10 },
    { symbol: 'OLD', listed: false },
  ]

  it.each([
    ['buy 105 @ 182.50', 'Incorrect quantity: must be a multiple of 10'],
    ['buy -2 @ 182.50', 'Incorrect quantity: must be a multiple of 10'],
    ['buy 0 @ 182.50', 'Incorrect quantity: must be positive'],
    ['buy -1 @ 182.50', 'Incorrect quantity: must be positive'],
    ['buy 1010 @ 182.50', 'Order exceeds limit: OrderQty(38) above 1000'],
    ['buy -3 @ 182.50', 'Order exceeds limit: OrderQty(38) above 1000'],
    ['buy 100 @ 182.505', 'Price(44) not a multiple of tick 0.01'],
    ['buy 100 @ -2', 'Price(44) not a multiple of tick 0.01'],
    ['buy 100 @ 0', 'Price(44) must be positive'],
    ['buy 100 @ -1', 'Price(44) must be positive'],
    ['buy 100 @ -3', 'Price(44) above 200000'],
    ['buy 100 @ 164.24', 'Price(44) outside band [164.25,200.75]'],
    ['sell 100 @ 200.76', 'Price(44) outside band [164.25,200.75]'],
    ['buy 100 OLD @ 182.50', 'Unknown symbol'],
    ['sell 105 @ market', 'Incorrect quantity: must be a multiple of 10'],
  ])('%s: %s', (terms, text) => {
    const market = anEngine({ instruments })
    const lines = market.enter('ACME', 'B1', terms)

    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^ACME 8 Rejected B1 .* leaves 0 cum 0 Rejected "/)
    expect(lines[0]).toMatch(`"${text}"`)
    expect(market.events).toMatchObject([{ feed: '', orderId: 0, execId: 1 }])
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: [] })
  })

  it('is accepted at both ends of the price band', () => {
    const market = anEngine({ instruments })

    expect(market.enter('ACME', 'B1', 'buy 10 @ 164.25')[0]).toMatch('8 New')
    expect(market.enter('ACME', 'S1', 'sell 10 @ 200.75')[0]).toMatch('8 New')
  })

  it('keeps the band below the largest price and above zero', () => {
    const wide = { referencePrice: 1_900_000_000, tickSize: 100, priceBandPercent: 100 }
    const market = anEngine({ instruments: [{ symbol: 'BRK', ...wide }] })

    expect(market.engine.state.markets[1]).toMatchObject({
      bandLow: 100,
      bandHigh: 2_000_000_000,
    })
  })
})

describe('the limits of a day', () => {
  it('refuse new orders and replacements, and let cancels through', () => {
    const market = anEngine({ ordersPerDayMax: 2 })
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')
    market.replace('ACME', 'R1', 'B1', 'buy 90 @ 182.50')

    expect(market.enter('ACME', 'B2', 'buy 100 @ 182.50')).toEqual([
      'ACME 8 Rejected B2 buy 100@182.5000 leaves 0 cum 0 Rejected "Orders per day limit reached"',
    ])
    expect(market.replace('ACME', 'R2', 'R1', 'buy 80 @ 182.50')).toEqual([
      'ACME 9 replace R2 of R1 New "Orders per day limit reached"',
    ])
    expect(market.cancel('ACME', 'C1', 'R1')[0]).toMatch('8 Canceled C1 of R1')
  })

  it('refuse an order when the books are full', () => {
    const market = anEngine()
    market.engine.state.orderPool.liveCount = LIVE_ORDERS_MAX

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50')).toEqual([
      'ACME 8 Rejected B1 buy 100@182.5000 leaves 0 cum 0 Rejected "Live orders limit reached"',
    ])
  })
})
