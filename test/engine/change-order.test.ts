/**
 * OrderCancelRequest(F) and OrderCancelReplaceRequest(G): FIX 4.4 volume 4, matrices B, C and D.
 */
import { describe, expect, it } from 'vitest'
import { Side } from '../../src/domain/index.ts'
import { anEngine } from '../support/engine-driver.ts'
import type { EngineDriver } from '../support/engine-driver.ts'

/** B1 buys 100 at 182.50 for ACME; `filled` of it is sold to it at once. */
function aMarketWithB1(filled = 0): EngineDriver {
  const market = anEngine({ instruments: [{ symbol: 'AAPL' }, { symbol: 'MSFT' }] })
  market.enter('ACME', 'B1', 'buy 100 @ 182.50')
  if (filled > 0) market.enter('GLOBEX', 'S1', `sell ${filled} @ 182.50`)
  return market
}

describe('a cancel request', () => {
  it('ends an order that nobody traded with (B.1.a)', () => {
    const market = aMarketWithB1()

    expect(market.cancel('ACME', 'C1', 'B1')).toEqual([
      'ACME 8 Canceled C1 of B1 buy 100@182.5000 leaves 0 cum 0 | feed D #1',
    ])
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: [] })
  })

  it('ends what is left of a partially filled one', () => {
    expect(aMarketWithB1(40).cancel('ACME', 'C1', 'B1')).toEqual([
      'ACME 8 Canceled C1 of B1 buy 100@182.5000 leaves 0 cum 40 avg 182.5 | feed D #1',
    ])
  })

  it('is too late for a filled order, and says that it is filled', () => {
    expect(aMarketWithB1(100).cancel('ACME', 'C1', 'B1')).toEqual([
      'ACME 9 cancel C1 of B1 Filled "Too late: the order is no longer live"',
    ])
  })

  it('is too late for a canceled order, whose last accepted ClOrdID is the cancel’s', () => {
    const market = aMarketWithB1()
    market.cancel('ACME', 'C1', 'B1')

    expect(market.cancel('ACME', 'C2', 'B1')).toEqual([
      'ACME 9 cancel C2 of C1 Canceled "Too late: the order is no longer live"',
    ])
  })

  it('of an unknown order: no OrderID, OrdStatus Rejected, and the 41 is not used up', () => {
    const market = anEngine()

    expect(market.cancel('ACME', 'C1', 'B1')).toEqual([
      'ACME 9 cancel C1 of B1 Rejected "Unknown order"',
    ])
    expect(market.events).toMatchObject([{ orderId: 0, cxlRejResponseTo: 0x31 }])
    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50')[0]).toMatch('8 New B1')
    expect(market.enter('ACME', 'C1', 'buy 100 @ 182.50')[0]).toMatch('"Duplicate ClOrdID(11)"')
  })

  it('never reaches an order of another session', () => {
    expect(aMarketWithB1().cancel('GLOBEX', 'C1', 'B1')).toEqual([
      'GLOBEX 9 cancel C1 of B1 Rejected "Unknown order"',
    ])
  })

  it('must agree with the order in side, symbol and OrderID(37)', () => {
    const market = aMarketWithB1()

    expect([
      market.cancel('ACME', 'C1', 'B1', { side: Side.Sell }),
      market.cancel('ACME', 'C2', 'B1', { locate: 2 }),
      market.cancel('ACME', 'C3', 'B1', { locate: 0 }),
      market.cancel('ACME', 'C4', 'B1', { orderId: 77 }),
    ]).toEqual([
      ['ACME 9 cancel C1 of B1 New "Side(54) does not match order"'],
      ['ACME 9 cancel C2 of B1 New "Symbol(55) does not match order"'],
      ['ACME 9 cancel C3 of B1 New "Symbol(55) does not match order"'],
      ['ACME 9 cancel C4 of B1 New "OrderID(37) does not match OrigClOrdID(41)"'],
    ])
    expect(market.cancel('ACME', 'C5', 'B1', { orderId: 1 })[0]).toMatch('8 Canceled C5 of B1')
  })

  it('needs a ClOrdID of its own: one used before is refused in the state of the order', () => {
    const market = aMarketWithB1(40)

    expect(market.cancel('ACME', 'B1', 'B1')).toEqual([
      'ACME 9 cancel B1 of B1 PartiallyFilled "Duplicate ClOrdID(11)"',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B1 60@182.5000'])
  })

  it('that comes again with PossResend(97) is answered with the order’s state (F.1.b)', () => {
    const market = aMarketWithB1(40)
    market.cancel('ACME', 'C1', 'B1')

    expect(market.cancel('ACME', 'C1', 'B1', { possResend: true })).toEqual([
      'ACME 8 OrderStatus C1 buy 100@182.5000 leaves 0 cum 40 avg 182.5 Canceled',
    ])
    expect(market.cancel('ACME', 'C1', 'B1')).toEqual([
      'ACME 9 cancel C1 of C1 Canceled "Duplicate ClOrdID(11)"',
    ])
  })
})

describe('a request for an unknown order that comes again with PossResend(97)', () => {
  it('is told once more that the order is unknown, also when there is one by now', () => {
    const market = anEngine()
    const unknown = 'of B1 Rejected "Unknown order"'
    expect(market.cancel('ACME', 'C1', 'B1')).toEqual([`ACME 9 cancel C1 ${unknown}`])
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')

    expect(market.cancel('ACME', 'C1', 'B1', { possResend: true })).toEqual([
      `ACME 9 cancel C1 ${unknown}`,
    ])
    expect(market.events).toMatchObject([{ orderId: 0, account: 0 }])
    expect(market.replace('ACME', 'C1', 'B1', 'buy 1 @ 1', { possResend: true })).toEqual([
      `ACME 9 replace C1 ${unknown}`,
    ])
    expect(market.cancel('ACME', 'C1', 'B1')).toEqual([
      'ACME 9 cancel C1 of B1 New "Duplicate ClOrdID(11)"',
    ])
  })
})

describe('a replacement', () => {
  it('with less quantity at the same price keeps its place', () => {
    const market = aMarketWithB1()
    market.enter('GLOBEX', 'B2', 'buy 100 @ 182.50')

    expect(market.replace('ACME', 'R1', 'B1', 'buy 60 @ 182.50')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 60@182.5000 leaves 60 cum 0 New | feed X #1 40',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['R1 60@182.5000', 'B2 100@182.5000'])
  })

  it('that changes nothing but its ClOrdID keeps its place and tells the feed nothing', () => {
    const market = aMarketWithB1()
    market.enter('GLOBEX', 'B2', 'buy 100 @ 182.50')

    expect(market.replace('ACME', 'R1', 'B1', 'buy 100 @ 182.50 GTC')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 100@182.5000 GTC leaves 100 cum 0 New',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['R1 100@182.5000', 'B2 100@182.5000'])
  })

  it('with more quantity goes to the end of the queue under a new reference', () => {
    const market = aMarketWithB1()
    market.enter('GLOBEX', 'B2', 'buy 100 @ 182.50')

    expect(market.replace('ACME', 'R1', 'B1', 'buy 110 @ 182.50')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 110@182.5000 leaves 110 cum 0 New | feed U #1 to #3 110',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B2 100@182.5000', 'R1 110@182.5000'])
    expect(market.events).toMatchObject([{ orderId: 1, orderReference: 3, originalReference: 1 }])
  })

  it('with another price goes to the end of that price', () => {
    const market = aMarketWithB1()
    market.enter('GLOBEX', 'B2', 'buy 100 @ 182.51')

    expect(market.replace('ACME', 'R1', 'B1', 'buy 50 @ 182.51')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 50@182.5100 leaves 50 cum 0 New | feed U #1 to #3 50',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B2 100@182.5100', 'R1 50@182.5100'])
  })

  it('at a price that crosses leaves the feed, trades, and what is left is added again', () => {
    const market = aMarketWithB1()
    market.enter('GLOBEX', 'S1', 'sell 30 @ 182.55')

    expect(market.replace('ACME', 'R1', 'B1', 'buy 100 @ 182.60')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 100@182.6000 leaves 100 cum 0 New | feed D #1',
      'GLOBEX 8 Trade S1 sell 30@182.5500 last 30@182.5500 leaves 0 cum 30 avg 182.55 | feed E #2 30 match 1',
      'ACME 8 Trade R1 buy 100@182.6000 last 30@182.5500 leaves 70 cum 30 avg 182.55 | feed A #3 70',
    ])
  })

  it('of a partially filled order asks for a total: 38 counts what was filled (C.2)', () => {
    const market = aMarketWithB1(40)

    expect(market.replace('ACME', 'R1', 'B1', 'buy 90 @ 182.50')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 90@182.5000 leaves 50 cum 40 avg 182.5 PartiallyFilled | feed X #1 10',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['R1 50@182.5000'])
  })

  it('down to what was filled fills the order (C.3.b)', () => {
    const market = aMarketWithB1(40)

    expect(market.replace('ACME', 'R1', 'B1', 'buy 40 @ 182.50')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 40@182.5000 leaves 0 cum 40 avg 182.5 Filled | feed D #1',
    ])
    expect(market.bookOf('AAPL').bids).toEqual([])
  })

  it('below what was filled stops the order there (C.3.c)', () => {
    expect(aMarketWithB1(40).replace('ACME', 'R1', 'B1', 'buy 10 @ 182.50')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 40@182.5000 leaves 0 cum 40 avg 182.5 Filled | feed D #1',
    ])
  })

  it('of a filled order is too late, up or down (C.2.a)', () => {
    const market = aMarketWithB1(100)

    expect(market.replace('ACME', 'R1', 'B1', 'buy 50 @ 182.50')).toEqual([
      'ACME 9 replace R1 of B1 Filled "Too late: the order is no longer live"',
    ])
    expect(market.replace('ACME', 'R2', 'B1', 'buy 200 @ 182.50')).toEqual([
      'ACME 9 replace R2 of B1 Filled "Too late: the order is no longer live"',
    ])
  })

  it('keeps OrderID and average; fills from then on carry the new ClOrdID', () => {
    const market = aMarketWithB1(40)
    market.replace('ACME', 'R1', 'B1', 'buy 100 @ 182.40')
    market.enter('GLOBEX', 'S2', 'sell 40 @ 182.40')

    expect(market.events[1]).toMatchObject({
      clOrdId: 'R1',
      orderId: 1,
      cumQty: 80,
      avgPx: 182_450_000,
    })
  })

  it('cannot change symbol, side, account, type, or a time in force that may not wait', () => {
    const market = aMarketWithB1()

    expect([
      market.replace('ACME', 'R1', 'B1', 'buy 100 MSFT @ 182.50'),
      market.replace('ACME', 'R2', 'B1', 'sell 100 @ 182.50'),
      market.replace('ACME', 'R3', 'B1', 'buy 100 @ 182.50', { account: 1 }),
      market.replace('ACME', 'R4', 'B1', 'buy 100 @ market'),
      market.replace('ACME', 'R5', 'B1', 'buy 100 @ 182.50 IOC'),
      market.replace('ACME', 'R6', 'B1', 'buy 100 @ 182.50', { orderId: 77 }),
    ]).toEqual([
      ['ACME 9 replace R1 of B1 New "Symbol(55) cannot be changed"'],
      ['ACME 9 replace R2 of B1 New "Side(54) cannot be changed"'],
      ['ACME 9 replace R3 of B1 New "Account(1) cannot be changed"'],
      ['ACME 9 replace R4 of B1 New "OrdType(40) cannot be changed"'],
      ['ACME 9 replace R5 of B1 New "TimeInForce(59) cannot be changed to 3"'],
      ['ACME 9 replace R6 of B1 New "OrderID(37) does not match OrigClOrdID(41)"'],
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B1 100@182.5000'])
  })

  it('is refused with values of its own, whatever was refused before', () => {
    const market = anEngine({ instruments: [{ symbol: 'AAPL', priceBandPercent: 10 }] })
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')
    market.replace('ACME', 'R1', 'B1', 'buy 100 @ 100')
    market.replace('ACME', 'R2', 'B1', 'buy 100 @ 182.50 FOK')

    expect(market.events).toMatchObject([{ reason: 42, textValueA: 4, textValueB: 0 }])
  })

  it.each([
    ['buy 105 @ 182.50', 'Incorrect quantity: must be a multiple of 10'],
    ['buy 0 @ 182.50', 'Incorrect quantity: must be positive'],
    ['buy 1010 @ 182.50', 'Order exceeds limit: OrderQty(38) above 1000'],
    ['buy 100 @ 182.505', 'Price(44) not a multiple of tick 0.01'],
    ['buy 100 @ 0', 'Price(44) must be positive'],
    ['buy 100 @ -3', 'Price(44) above 200000'],
    ['buy 100 @ 100', 'Price(44) outside band [164.25,200.75]'],
  ])('obeys the rules of the instrument. %s: %s', (terms, text) => {
    const instruments = [{ symbol: 'AAPL', lotSize: 10, maxOrderQty: 1000, priceBandPercent: 10 }]
    const market = anEngine({ instruments })
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')

    expect(market.replace('ACME', 'R1', 'B1', terms)).toEqual([
      `ACME 9 replace R1 of B1 New "${text}"`,
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B1 100@182.5000'])
  })
})

describe('a chain of requests', () => {
  it('is taken in order, each naming the one before it (D.1)', () => {
    const market = aMarketWithB1()

    expect([
      ...market.replace('ACME', 'R1', 'B1', 'buy 90 @ 182.50'),
      ...market.replace('ACME', 'R2', 'R1', 'buy 80 @ 182.50'),
      ...market.cancel('ACME', 'C1', 'R2'),
    ]).toEqual([
      'ACME 8 Replaced R1 of B1 buy 90@182.5000 leaves 90 cum 0 New | feed X #1 10',
      'ACME 8 Replaced R2 of R1 buy 80@182.5000 leaves 80 cum 0 New | feed X #1 10',
      'ACME 8 Canceled C1 of R2 buy 80@182.5000 leaves 0 cum 0 | feed D #1',
    ])
  })

  it('may name any ClOrdID of the order; the answer names the last accepted one', () => {
    const market = aMarketWithB1()
    market.replace('ACME', 'R1', 'B1', 'buy 90 @ 182.50')

    expect(market.cancel('ACME', 'C1', 'B1')).toEqual([
      'ACME 8 Canceled C1 of R1 buy 90@182.5000 leaves 0 cum 0 | feed D #1',
    ])
  })

  it('goes on over a rejected link: a request that names it is judged on the order (D.2.c)', () => {
    const market = aMarketWithB1()

    expect([
      ...market.replace('ACME', 'R1', 'B1', 'buy 0 @ 182.50'),
      ...market.replace('ACME', 'R2', 'R1', 'buy 80 @ 182.50'),
    ]).toEqual([
      'ACME 9 replace R1 of B1 New "Incorrect quantity: must be positive"',
      'ACME 8 Replaced R2 of B1 buy 80@182.5000 leaves 80 cum 0 New | feed X #1 20',
    ])
  })

  it('uses up the ClOrdID of a rejected request', () => {
    const market = aMarketWithB1()
    market.replace('ACME', 'R1', 'B1', 'buy 0 @ 182.50')

    expect(market.replace('ACME', 'R1', 'B1', 'buy 80 @ 182.50')).toEqual([
      'ACME 9 replace R1 of B1 New "Duplicate ClOrdID(11)"',
    ])
    expect(market.enter('ACME', 'R1', 'buy 5 @ 182.50')).toEqual([
      'ACME 8 Rejected R1 buy 100@182.5000 leaves 100 cum 0 New "Duplicate ClOrdID(11)"',
    ])
  })
})
