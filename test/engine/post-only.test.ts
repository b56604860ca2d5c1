/** Orders that only ever wait for others: ExecInst(18)=6. */
import { describe, expect, it } from 'vitest'
import type { EngineOptions } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'

/** A market with an offer at 182.50 and a bid at 182.40. */
function aMarket(postOnly: 'reject' | 'slide', options: EngineOptions = {}) {
  const sessions = [{ compId: 'ACME', postOnly }, { compId: 'GLOBEX' }]
  const market = anEngine({ sessions, ...options })
  market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50')
  market.enter('GLOBEX', 'B1', 'buy 100 @ 182.40')
  return market
}

describe('a post-only order', () => {
  it.each(['reject', 'slide'] as const)('that would not trade waits: %s', (postOnly) => {
    expect(aMarket(postOnly).enter('ACME', 'A1', 'buy 100 @ 182.49 post only')).toEqual([
      'ACME 8 New A1 buy 100@182.4900 post only leaves 100 cum 0 | feed A #3 100',
    ])
  })

  it('trades as anybody when another order comes in to it', () => {
    const market = aMarket('reject')
    market.enter('ACME', 'A1', 'buy 100 @ 182.49 post only')

    expect(market.enter('GLOBEX', 'S2', 'sell 100 @ 182.49')[1]).toContain('8 Trade A1')
  })

  it.each(['buy 100 @ 182.50', 'sell 100 @ 182.40'])('that would trade is refused: %s', (terms) => {
    const market = aMarket('reject')

    expect(market.enter('ACME', 'A1', `${terms} post only`)[0]).toMatch(
      /^ACME 8 Rejected A1 .* leaves 0 cum 0 Rejected "Post only order would trade"$/,
    )
    expect(market.bookOf('AAPL')).toEqual({ bids: ['B1 100@182.4000'], asks: ['S1 100@182.5000'] })
  })

  it.each([
    ['buy 100 @ 182.55', 'buy', '182.5500', '182.4900'],
    ['sell 100 @ 182', 'sell', '182.0000', '182.4100'],
  ])('is moved where the session asks for it: %s', (terms, side, asked, slid) => {
    expect(aMarket('slide').enter('ACME', 'A1', `${terms} post only`)).toEqual([
      `ACME 8 New A1 ${side} 100@${asked} post only leaves 100 cum 0`,
      `ACME 8 Restated A1 ${side} 100@${slid} post only leaves 100 cum 0 New "Post only: price moved so that it does not trade" | feed A #3 100`,
    ])
  })

  it('is refused when there is no price to move to inside the band', () => {
    const instruments = [{ symbol: 'AAPL', priceBandPercent: 10, referencePrice: 1_000_000 }]
    const market = anEngine({ instruments, sessions: [{ compId: 'ACME', postOnly: 'slide' }] })
    market.enter('ACME', 'S1', 'sell 100 @ 90')

    expect(market.enter('ACME', 'A1', 'buy 100 @ 90 post only')).toEqual([
      'ACME 8 Rejected A1 buy 100@90.0000 post only leaves 0 cum 0 Rejected "Post only order would trade"',
    ])
  })

  it('is refused when there is no price below the first tick', () => {
    const market = anEngine({ sessions: [{ compId: 'ACME', postOnly: 'slide' }] })
    market.enter('ACME', 'S1', 'sell 100 @ 0.01')

    expect(market.enter('ACME', 'A1', 'buy 100 @ 1 post only')[0]).toContain('8 Rejected A1')
  })

  it('may be an iceberg', () => {
    expect(aMarket('slide').enter('ACME', 'A1', 'buy 100 @ 182.50 show 20 post only').at(-1)).toBe(
      'ACME 8 Restated A1 buy 100@182.4900 show 20 post only leaves 100 cum 0 New "Post only: price moved so that it does not trade" | feed A #3 20',
    )
  })
})

describe('a replacement', () => {
  it('that would trade is refused, and the order stays as it is', () => {
    const market = aMarket('reject')
    market.enter('ACME', 'A1', 'buy 100 @ 182.41 post only')

    expect(market.replace('ACME', 'R1', 'A1', 'buy 100 @ 182.50 post only')).toEqual([
      'ACME 9 replace R1 of A1 New "Post only order would trade"',
    ])
    expect(market.bookOf('AAPL').bids[0]).toBe('A1 100@182.4100')
  })

  it('is moved where the session asks for it', () => {
    const market = aMarket('slide')
    market.enter('ACME', 'A1', 'buy 100 @ 182.41 post only')

    expect(market.replace('ACME', 'R1', 'A1', 'buy 100 @ 182.50 post only')).toEqual([
      'ACME 8 Replaced R1 of A1 buy 100@182.5000 post only leaves 100 cum 0 New | feed D #3',
      'ACME 8 Restated R1 buy 100@182.4900 post only leaves 100 cum 0 New "Post only: price moved so that it does not trade" | feed A #4 100',
    ])
  })

  it('that does not say it again may trade', () => {
    const market = aMarket('reject')
    market.enter('ACME', 'A1', 'buy 100 @ 182.41 post only')

    expect(market.replace('ACME', 'R1', 'A1', 'buy 100 @ 182.50')[1]).toContain('8 Trade S1')
  })
})
