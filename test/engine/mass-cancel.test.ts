/** OrderMassCancelRequest(q): FIX 4.4 volume 4. */
import { describe, expect, it } from 'vitest'
import { MassCancelRejectReason, Side } from '../../src/domain/index.ts'
import { anEngine } from '../support/engine-driver.ts'
import type { EngineDriver } from '../support/engine-driver.ts'

/** Four orders of ACME, of two instruments and sides, one of them filled in part; one of GLOBEX. */
function aMarket(): EngineDriver {
  const market = anEngine()
  market.enter('ACME', 'A1', 'buy 10 @ 100')
  market.enter('ACME', 'A2', 'sell 20 @ 110')
  market.enter('ACME', 'A3', 'buy 30 MSFT @ 100 GTC')
  market.enter('GLOBEX', 'G1', 'sell 4 @ 100')
  market.enter('GLOBEX', 'G2', 'buy 5 @ 99')
  market.enter('ACME', 'A4', 'sell 40 MSFT @ 110')
  return market
}

const canceled = (order: string, feed: string): string =>
  `ACME 8 Canceled C1 of ${order} | feed D ${feed}`
const A1 = canceled('A1 buy 10@100.0000 leaves 0 cum 4 avg 100', '#1')
const A2 = canceled('A2 sell 20@110.0000 leaves 0 cum 0', '#2')
const A3 = canceled('A3 buy 30@100.0000 GTC leaves 0 cum 0', '#3')
const A4 = canceled('A4 sell 40@110.0000 leaves 0 cum 0', '#6')

describe('a mass cancel', () => {
  it('says how many orders it ends, and ends each with a report of its own', () => {
    const market = aMarket()

    expect(market.massCancel('ACME', 'C1', { body: '54=1\x01' })).toEqual([
      'ACME r C1 of 4 orders | 54=1|',
      A1,
      A2,
      A3,
      A4,
    ])
    expect(market.bookOf('AAPL')).toEqual({ bids: ['G2 5@99.0000'], asks: [] })
    expect(market.bookOf('MSFT')).toEqual({ bids: [], asks: [] })
  })

  it.each([
    ['an instrument', { locate: 2 }, [A3, A4]],
    ['a side', { side: Side.Sell }, [A2, A4]],
    ['both', { locate: 1, side: Side.Buy }, [A1]],
    ['a side that nobody has', { side: 0x35 }, []],
  ])('may be of %s', (_, selection, expected) => {
    expect(aMarket().massCancel('ACME', 'C1', selection)).toEqual([
      `ACME r C1 of ${expected.length} orders`,
      ...expected,
    ])
  })

  it('has an OrderID of its own, as new as that of the next order', () => {
    const market = aMarket()
    market.massCancel('ACME', 'C1', { locate: 2 })
    expect(market.events[0]).toMatchObject({ orderId: 7, msgSeqNum: 7 })
    market.enter('ACME', 'A5', 'buy 1 @ 1')
    expect(market.events[0]).toMatchObject({ orderId: 8 })
  })

  it('of a session without orders ends none', () => {
    expect(anEngine().massCancel('ACME', 'C1')).toEqual(['ACME r C1 of 0 orders'])
  })

  it('works between two trading days, where nothing is on the feed', () => {
    const market = aMarket()
    market.closeDay()

    expect(market.massCancel('ACME', 'C1')).toEqual([
      'ACME r C1 of 1 orders',
      A3.replace(/ \| feed.*/, ''),
    ])
  })

  it('leaves the orders their own ClOrdIDs', () => {
    const market = aMarket()
    market.massCancel('ACME', 'C1')

    expect(market.cancel('ACME', 'C2', 'A1')).toEqual([
      'ACME 9 cancel C2 of A1 Canceled "Too late: the order is no longer live"',
    ])
    expect(market.status('ACME', 'A2')[0]).toMatch('OrderStatus A2 sell 20')
    expect(market.cancel('ACME', 'C3', 'C1')).toEqual([
      'ACME 9 cancel C3 of C1 Rejected "Unknown order"',
    ])
  })
})

describe('the ClOrdID of a mass cancel', () => {
  const duplicate = ['ACME r C1 "Duplicate ClOrdID(11)"']

  it('is one of those of orders, cancels and mass cancels', () => {
    const market = aMarket()
    market.cancel('ACME', 'C1', 'A1')
    expect(market.massCancel('ACME', 'C1')).toEqual(duplicate)
    expect(market.events).toMatchObject([{ orderId: 0 }])
    expect(market.bookOf('MSFT')).toEqual({ bids: ['A3 30@100.0000'], asks: ['A4 40@110.0000'] })
  })

  it('is used up, also when it ends nothing or is refused', () => {
    const market = aMarket()
    const reason = MassCancelRejectReason.UnknownSymbol.code
    market.massCancel('ACME', 'C0', { reason })
    market.massCancel('ACME', 'C1', { side: 0x35 })

    expect(market.massCancel('ACME', 'C1')).toEqual(duplicate)
    expect(market.enter('ACME', 'C0', 'buy 1 @ 1')[0]).toMatch('"Duplicate ClOrdID(11)"')
    expect(market.enter('ACME', 'C1', 'buy 1 @ 1')[0]).toMatch('8 Rejected C1')
  })

  it('is another session’s own', () => {
    const market = aMarket()
    market.massCancel('GLOBEX', 'C1')
    expect(market.massCancel('ACME', 'C1')).toHaveLength(5)
  })

  it('is not known when it is none', () => {
    const market = aMarket()
    const reason = MassCancelRejectReason.BadClOrdId.code
    const refused = ['ACME r  "ClOrdID(11) too long"']

    expect(market.massCancel('ACME', '', { reason })).toEqual(refused)
    expect(market.massCancel('ACME', '', { reason })).toEqual(refused)
  })

  it('ends orders too when the day can remember no more ids', () => {
    const market = anEngine({ ordersPerDayMax: 1 })
    market.enter('ACME', 'A1', 'buy 10 @ 100')
    for (let i = 0; i < 4; i++) market.massCancel('ACME', `X${i}`, { side: 0x35 })

    expect(market.massCancel('ACME', 'C1')).toEqual([
      'ACME r C1 of 1 orders',
      canceled('A1 buy 10@100.0000 leaves 0 cum 0', '#1'),
    ])
  })
})
