/** Orders of one group that meet: docs/protocols/order-entry.md, "Self-trade prevention". */
import { describe, expect, it } from 'vitest'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'

type Prevention = 'off' | 'newest' | 'oldest' | 'both' | 'decrement'

/** ACME and ACME2 are of one firm, GLOBEX is another. */
function aMarket(prevention: Prevention, extendedCodes = false): EngineDriver {
  const reports = {
    timestampPrecision: 'milliseconds',
    extendedCodes,
    expiredAs: 'canceled',
    includePendings: false,
  } as const
  return anEngine({
    sessions: [
      { compId: 'ACME', reports, selfTrade: { prevention, group: 'ACME' } },
      { compId: 'ACME2', reports, selfTrade: { prevention, group: 'ACME' } },
      { compId: 'GLOBEX' },
    ],
  })
}

describe('an order that would trade with one of its own group', () => {
  it('off: trades', () => {
    const market = aMarket('off')
    market.enter('ACME', 'S1', 'sell 100 @ 182.50')
    expect(market.enter('ACME2', 'B1', 'buy 100 @ 182.50')).toHaveLength(3)
  })

  it('newest: is canceled after what it could trade before', () => {
    const market = aMarket('newest')
    market.enter('GLOBEX', 'G1', 'sell 30 @ 182.50')
    market.enter('ACME', 'S1', 'sell 100 @ 182.50')
    expect(market.enter('ACME2', 'B1', 'buy 100 @ 182.50')).toEqual([
      'ACME2 8 New B1 buy 100@182.5000 leaves 100 cum 0',
      'GLOBEX 8 Trade G1 sell 30@182.5000 last 30@182.5000 leaves 0 cum 30 avg 182.5 | feed E #1 30 match 1',
      'ACME2 8 Trade B1 buy 100@182.5000 last 30@182.5000 leaves 70 cum 30 avg 182.5',
      'ACME2 8 Canceled B1 buy 100@182.5000 leaves 0 cum 30 avg 182.5 Canceled "Self-match prevention"',
    ])
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: ['S1 100@182.5000'] })
  })

  it('oldest: takes the place of the one that waits', () => {
    const market = aMarket('oldest')
    market.enter('ACME', 'S1', 'sell 100 @ 182.50')
    market.enter('GLOBEX', 'G1', 'sell 30 @ 182.50')
    expect(market.enter('ACME2', 'B1', 'buy 100 @ 182.50')).toEqual([
      'ACME2 8 New B1 buy 100@182.5000 leaves 100 cum 0',
      'ACME 8 Canceled S1 sell 100@182.5000 leaves 0 cum 0 Canceled "Self-match prevention" | feed D #1',
      'GLOBEX 8 Trade G1 sell 30@182.5000 last 30@182.5000 leaves 0 cum 30 avg 182.5 | feed E #2 30 match 1',
      'ACME2 8 Trade B1 buy 100@182.5000 last 30@182.5000 leaves 70 cum 30 avg 182.5 | feed A #3 70',
    ])
  })

  it('oldest: comes to the feed behind the one that leaves it', () => {
    const market = aMarket('oldest')
    market.enter('ACME', 'S1', 'sell 100 @ 182.50')
    expect(market.enter('ACME2', 'B1', 'buy 100 @ 182.50').slice(-2)).toEqual([
      'ACME 8 Canceled S1 sell 100@182.5000 leaves 0 cum 0 Canceled "Self-match prevention" | feed D #1',
      'ACME2 displayed B1 buy 100@182.5000 leaves 100 cum 0 | feed A #2 100',
    ])
  })

  it('both: takes the one that waits along', () => {
    const market = aMarket('both')
    market.enter('ACME', 'S1', 'sell 100 @ 182.50')
    expect(market.enter('ACME2', 'B1', 'buy 40 @ 182.50').slice(1)).toEqual([
      'ACME 8 Canceled S1 sell 100@182.5000 leaves 0 cum 0 Canceled "Self-match prevention" | feed D #1',
      'ACME2 8 Canceled B1 buy 40@182.5000 leaves 0 cum 0 Canceled "Self-match prevention"',
    ])
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: [] })
  })

  it('decrement: the smaller one ends, the larger one is less by it', () => {
    const market = aMarket('decrement')
    market.enter('ACME', 'S1', 'sell 100 @ 182.50')
    expect(market.enter('ACME2', 'B1', 'buy 40 @ 182.50').slice(1)).toEqual([
      'ACME 8 Restated S1 sell 60@182.5000 leaves 60 cum 0 New "Self-match prevention" | feed X #1 40',
      'ACME2 8 Canceled B1 buy 40@182.5000 leaves 0 cum 0 Canceled "Self-match prevention"',
    ])
    expect(market.enter('ACME2', 'B2', 'buy 100 @ 182.50').slice(1)).toEqual([
      'ACME 8 Canceled S1 sell 60@182.5000 leaves 0 cum 0 Canceled "Self-match prevention" | feed D #1',
      'ACME2 8 Restated B2 buy 40@182.5000 leaves 40 cum 0 New "Self-match prevention" | feed A #3 40',
    ])
  })

  it('decrement: two that are as large end both', () => {
    const market = aMarket('decrement')
    market.enter('ACME', 'S1', 'sell 40 @ 182.50')
    market.enter('ACME2', 'B1', 'buy 40 @ 182.50')
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: [] })
  })

  it('decrement: what an iceberg hides is taken first', () => {
    const market = aMarket('decrement')
    market.enter('ACME', 'S1', 'sell 100 @ 182.50 show 20')
    expect(market.enter('ACME2', 'B1', 'buy 70 @ 182.50').slice(1)).toEqual([
      'ACME 8 Restated S1 sell 30@182.5000 show 20 leaves 30 cum 0 New "Self-match prevention"',
      'ACME2 8 Canceled B1 buy 70@182.5000 leaves 0 cum 0 Canceled "Self-match prevention"',
    ])
  })

  it('extended codes tell the two ends apart', () => {
    const market = aMarket('both', true)
    market.enter('ACME', 'S1', 'sell 100 @ 182.50')
    market.enter('ACME2', 'B1', 'buy 40 @ 182.50')
    const codes = market.events.flatMap((event) => ('reason' in event ? [event.reason] : []))
    expect(codes.slice(1)).toEqual([72, 71])
  })

  it('a fill-or-kill order counts what it could trade: nothing behind its own', () => {
    const market = aMarket('newest')
    market.enter('ACME', 'S1', 'sell 10 @ 182.50')
    market.enter('GLOBEX', 'G1', 'sell 100 @ 182.50')
    expect(market.enter('ACME2', 'B1', 'buy 50 @ 182.50 FOK').at(-1)).toContain(
      '"Fill or kill: not enough quantity"',
    )
  })

  it('oldest: a fill-or-kill order trades behind its own, which is canceled', () => {
    const market = aMarket('oldest')
    market.enter('ACME', 'S1', 'sell 10 @ 182.50')
    market.enter('GLOBEX', 'G1', 'sell 100 @ 182.50')
    expect(market.enter('ACME2', 'B1', 'buy 50 @ 182.50 FOK').at(-1)).toContain('leaves 0 cum 50')
  })

  it('is of another group: trades', () => {
    const market = aMarket('both')
    market.enter('ACME', 'S1', 'sell 100 @ 182.50')
    expect(market.enter('GLOBEX', 'B1', 'buy 40 @ 182.50')).toHaveLength(3)
  })

  it('keeps the incoming order whole over several turns of work', () => {
    const sessions = [
      { compId: 'ACME', selfTrade: { prevention: 'oldest', group: 'ACME' } },
    ] as const
    const orders = Array.from({ length: 25 }, (_, i) => `S${i}`)
    const books = [4, 1_000_000].map((ordersPerCommandMax) => {
      const market = anEngine({ sessions, ordersPerCommandMax })
      for (const id of orders) market.enter('ACME', id, 'sell 10 @ 182.50')
      const lines = market.enter('ACME', 'B1', 'buy 100 @ 182.50')
      expect(lines.filter((line) => line.includes('feed D'))).toHaveLength(orders.length)
      return market.bookOf('AAPL')
    })
    expect(books[0]).toEqual({ bids: ['B1 100@182.5000'], asks: [] })
    expect(books[1]).toEqual(books[0])
  })
})

describe('a replacement that meets nobody but its own group', () => {
  it('oldest: takes their place, and comes back to the feed by itself', () => {
    const market = aMarket('oldest')
    market.enter('ACME', 'S1', 'sell 100 @ 182.50')
    market.enter('ACME', 'B1', 'buy 60 @ 182.40')

    expect(market.replace('ACME', 'R1', 'B1', 'buy 60 @ 182.50')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 60@182.5000 leaves 60 cum 0 New | feed D #2',
      'ACME 8 Canceled S1 sell 100@182.5000 leaves 0 cum 0 Canceled "Self-match prevention" | feed D #1',
      'ACME displayed R1 buy 60@182.5000 leaves 60 cum 0 | feed A #3 60',
    ])
  })
})

describe('fill or kill', () => {
  it('does not count what an iceberg will only show behind an order of its own group', () => {
    const market = aMarket('newest')
    market.enter('GLOBEX', 'G1', 'sell 100 @ 182.50 show 10')
    market.enter('ACME', 'S1', 'sell 10 @ 182.50')

    expect(market.enter('ACME', 'B1', 'buy 50 @ 182.50 FOK')).toEqual([
      'ACME 8 New B1 buy 50@182.5000 FOK leaves 50 cum 0',
      'ACME 8 Canceled B1 buy 50@182.5000 FOK leaves 0 cum 0 Canceled "Fill or kill: not enough quantity"',
    ])
    expect(market.enter('ACME', 'B2', 'buy 10 @ 182.50 FOK').at(-2)).toContain('leaves 0 cum 10')
  })

  it('counts all that an iceberg hides at a better price', () => {
    const market = aMarket('newest')
    market.enter('GLOBEX', 'G1', 'sell 100 @ 182.49 show 10')
    market.enter('ACME', 'S1', 'sell 10 @ 182.50')

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50 FOK').at(-1)).toContain('leaves 0 cum 100')
  })
})
