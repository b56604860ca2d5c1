/** Orders of which the market sees a part at a time: MaxFloor(111). */
import { describe, expect, it } from 'vitest'
import { anEngine } from '../support/engine-driver.ts'

/** `S1 20@182.5000` of the offers of AAPL. */
const asks = (market: ReturnType<typeof anEngine>): string[] => market.bookOf('AAPL').asks

function withIceberg(terms = 'sell 100 @ 182.50 show 20') {
  const market = anEngine()
  market.enter('GLOBEX', 'S1', terms)
  return market
}

describe('an iceberg', () => {
  it('is told in full to its owner, and the feed is shown a part', () => {
    const market = anEngine()

    expect(market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50 show 20')).toEqual([
      'GLOBEX 8 New S1 sell 100@182.5000 show 20 leaves 100 cum 0 | feed A #1 20',
    ])
    expect(asks(market)).toEqual(['S1 20@182.5000'])
  })

  it('shows its next part when the one before is executed, under a new number and without a report', () => {
    const market = withIceberg()

    expect(market.enter('ACME', 'B1', 'buy 20 @ 182.50')).toEqual([
      'ACME 8 New B1 buy 20@182.5000 leaves 20 cum 0',
      'GLOBEX 8 Trade S1 sell 100@182.5000 show 20 last 20@182.5000 leaves 80 cum 20 avg 182.5 | feed E #1 20 match 1',
      'ACME 8 Trade B1 buy 20@182.5000 last 20@182.5000 leaves 0 cum 20 avg 182.5',
      'GLOBEX displayed S1 sell 100@182.5000 show 20 leaves 80 cum 20 avg 182.5 | feed A #3 20',
    ])
    expect(market.events.at(-1)).toMatchObject({ event: 'OrderDisplayed', msgSeqNum: 0, execId: 0 })
  })

  it('keeps its part in its place while some of it is left', () => {
    const market = withIceberg()
    market.enter('GLOBEX', 'S2', 'sell 50 @ 182.50')
    market.enter('ACME', 'B1', 'buy 5 @ 182.50')

    expect(asks(market)).toEqual(['S1 15@182.5000', 'S2 50@182.5000'])
  })

  it('goes behind everybody at its price with each part', () => {
    const market = withIceberg()
    market.enter('GLOBEX', 'S2', 'sell 50 @ 182.50')
    market.enter('ACME', 'B1', 'buy 20 @ 182.50')

    expect(asks(market)).toEqual(['S2 50@182.5000', 'S1 20@182.5000'])
  })

  it('is executed part by part by a large order, after what others show at the price', () => {
    const market = withIceberg('sell 50 @ 182.50 show 20')
    market.enter('GLOBEX', 'S2', 'sell 30 @ 182.50')
    market.enter('GLOBEX', 'S3', 'sell 10 @ 182.51')

    market.enter('ACME', 'B1', 'buy 85 @ 182.51')
    const feed = market.events.flatMap((event) =>
      event.feed !== '' && 'feedShares' in event
        ? [`${event.feed} ${event.clOrdId} #${event.orderReference} ${event.feedShares}`]
        : [],
    )
    expect(feed).toEqual([
      'E S1 #1 20',
      'A S1 #5 20',
      'E S2 #2 30',
      'E S1 #5 20',
      'A S1 #6 10',
      'E S1 #6 10',
      'E S3 #3 5',
    ])
    expect(asks(market)).toEqual(['S3 5@182.5100'])
  })

  it('shows at the end what is left, when that is less', () => {
    const market = withIceberg('sell 50 @ 182.50 show 20')
    market.enter('ACME', 'B1', 'buy 40 @ 182.50')

    expect(asks(market)).toEqual(['S1 10@182.5000'])
  })

  it('may trade in full when it comes in, and shows a part of what is left', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 70 @ 182.50')

    expect(market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50 show 20').at(-1)).toBe(
      'GLOBEX 8 Trade S1 sell 100@182.5000 show 20 last 70@182.5000 leaves 30 cum 70 avg 182.5 | feed A #2 20',
    )
  })

  it('counts in full for fill or kill, and not a share more', () => {
    expect(withIceberg().enter('ACME', 'B1', 'buy 100 @ 182.50 FOK').at(-1)).toBe(
      'ACME 8 Trade B1 buy 100@182.5000 FOK last 20@182.5000 leaves 0 cum 100 avg 182.5',
    )
    expect(withIceberg().enter('ACME', 'B1', 'buy 101 @ 182.50 FOK')).toEqual([
      'ACME 8 New B1 buy 101@182.5000 FOK leaves 101 cum 0',
      'ACME 8 Canceled B1 buy 101@182.5000 FOK leaves 0 cum 0 Canceled "Fill or kill: not enough quantity"',
    ])
  })

  it('leaves the feed with the part that is shown', () => {
    const market = withIceberg()

    expect(market.cancel('GLOBEX', 'C1', 'S1')).toEqual([
      'GLOBEX 8 Canceled C1 of S1 sell 100@182.5000 show 20 leaves 0 cum 0 | feed D #1',
    ])
    expect(market.events).toMatchObject([{ feedShares: 20 }])
  })

  it('is carried over with the part that it shows', () => {
    const market = withIceberg('sell 100 @ 182.50 GTC show 20')
    market.enter('ACME', 'B1', 'buy 5 @ 182.50')
    market.closeDay()

    expect(market.openDay(20261124).at(-1)).toBe(
      'GLOBEX carried S1 sell 100@182.5000 GTC show 20 leaves 95 cum 5 avg 182.5 day 0 of 95 | feed A #1 15',
    )
  })

  it('keeps its turn among its session’s orders, however often it was shown', () => {
    const market = anEngine({
      sessions: [{ compId: 'ACME' }, { compId: 'GLOBEX', cancelOnDisconnect: 'disconnect' }],
    })
    market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50 show 20')
    market.enter('GLOBEX', 'S2', 'sell 100 @ 182.51')
    market.enter('ACME', 'B1', 'buy 20 @ 182.50')
    market.disconnect('GLOBEX')

    expect(market.events.map((event) => 'clOrdId' in event && event.clOrdId)).toEqual([
      false,
      'S1',
      'S2',
    ])
  })
})

describe('a replacement of an iceberg', () => {
  it('takes from what is hidden first: what is shown stays, and nobody sees it', () => {
    const market = withIceberg()
    market.enter('GLOBEX', 'S2', 'sell 50 @ 182.50')

    expect(market.replace('GLOBEX', 'R1', 'S1', 'sell 30 @ 182.50 show 20')).toEqual([
      'GLOBEX 8 Replaced R1 of S1 sell 30@182.5000 show 20 leaves 30 cum 0 New',
    ])
    expect(asks(market)).toEqual(['R1 20@182.5000', 'S2 50@182.5000'])
  })

  it('takes from what is shown when no more than that is left', () => {
    const market = withIceberg()
    market.enter('ACME', 'B1', 'buy 25 @ 182.50')

    expect(market.replace('GLOBEX', 'R1', 'S1', 'sell 35 @ 182.50 show 20')).toEqual([
      'GLOBEX 8 Replaced R1 of S1 sell 35@182.5000 show 20 leaves 10 cum 25 avg 182.5 PartiallyFilled | feed X #3 5',
    ])
    expect(asks(market)).toEqual(['R1 10@182.5000'])
  })

  it('with another MaxFloor(111) keeps its place; its next part has the new size', () => {
    const market = withIceberg()
    market.enter('GLOBEX', 'S2', 'sell 50 @ 182.50')

    expect(market.replace('GLOBEX', 'R1', 'S1', 'sell 100 @ 182.50 show 30')).toEqual([
      'GLOBEX 8 Replaced R1 of S1 sell 100@182.5000 show 30 leaves 100 cum 0 New',
    ])
    market.enter('ACME', 'B1', 'buy 20 @ 182.50')
    expect(asks(market)).toEqual(['S2 50@182.5000', 'R1 30@182.5000'])
  })

  it.each([
    ['goes', 'sell 100 @ 182.50 show 20', 'sell 100 @ 182.50', 100],
    ['comes', 'sell 100 @ 182.50', 'sell 100 @ 182.50 show 20', 20],
  ])('whose MaxFloor(111) %s loses its place', (_, before, after, shown) => {
    const market = withIceberg(before)
    market.enter('GLOBEX', 'S2', 'sell 50 @ 182.50')

    expect(market.replace('GLOBEX', 'R1', 'S1', after).at(-1)).toContain(
      `| feed U #1 to #3 ${shown}`,
    )
    expect(asks(market)).toEqual(['S2 50@182.5000', `R1 ${shown}@182.5000`])
  })

  it('with a price that crosses leaves the feed, trades, and shows a part of what is left', () => {
    const market = withIceberg()
    market.enter('ACME', 'B1', 'buy 70 @ 182.40')

    expect(market.replace('GLOBEX', 'R1', 'S1', 'sell 100 @ 182.40 show 20')).toEqual([
      'GLOBEX 8 Replaced R1 of S1 sell 100@182.4000 show 20 leaves 100 cum 0 New | feed D #1',
      'ACME 8 Trade B1 buy 70@182.4000 last 70@182.4000 leaves 0 cum 70 avg 182.4 | feed E #2 70 match 1',
      'GLOBEX 8 Trade R1 sell 100@182.4000 show 20 last 70@182.4000 leaves 30 cum 70 avg 182.4 | feed A #3 20',
    ])
  })

  it('to what was executed ends it: what was shown leaves the feed', () => {
    const market = withIceberg()
    market.enter('ACME', 'B1', 'buy 25 @ 182.50')

    expect(market.replace('GLOBEX', 'R1', 'S1', 'sell 25 @ 182.50 show 20')).toEqual([
      'GLOBEX 8 Replaced R1 of S1 sell 25@182.5000 show 20 leaves 0 cum 25 avg 182.5 Filled | feed D #3',
    ])
    expect(market.events).toMatchObject([{ feedShares: 15 }])
  })
})

describe('a MaxFloor(111) that cannot be', () => {
  it.each([
    ['show -1', '', 'Incorrect quantity: MaxFloor(111) must be positive'],
    ['show 25', 'show 25 ', 'Incorrect quantity: MaxFloor(111) must be a multiple of 10'],
    ['show -2', '', 'Incorrect quantity: MaxFloor(111) must be a multiple of 10'],
    ['show 100', 'show 100 ', 'Incorrect quantity: MaxFloor(111) must be below OrderQty(38)'],
    ['show -3', '', 'Incorrect quantity: MaxFloor(111) must be below OrderQty(38)'],
  ])('%s of 100 is refused', (terms, told, text) => {
    const market = anEngine({ instruments: [{ symbol: 'AAPL', lotSize: 10 }] })

    expect(market.enter('ACME', 'B1', `buy 100 @ 182.50 ${terms}`)).toEqual([
      `ACME 8 Rejected B1 buy 100@182.5000 ${told}leaves 0 cum 0 Rejected "${text}"`,
    ])
  })
})
