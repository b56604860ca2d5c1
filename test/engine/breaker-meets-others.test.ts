/** The market-wide breaker where it meets what operations does, and the auctions of a day. */
import { describe, expect, it } from 'vitest'
import type { BreakerRule } from '../../src/wire/index.ts'
import type { EngineDriver, EngineOptions } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'

const RULE: BreakerRule = { levels: [700, 1300, 2000], pauseSeconds: 900 }
const OF_100 = { referencePrice: 1_000_000 } as const

/** AAPL and MSFT at 100: level 1 of the index is 93. */
function aMarket(options: EngineOptions = {}): EngineDriver {
  const instruments = [
    { symbol: 'AAPL', ...OF_100 },
    { symbol: 'MSFT', ...OF_100 },
  ]
  return anEngine({ instruments, breaker: RULE, ...options })
}

/** MSFT falls to 86: the index with AAPL at 100 is at level 1. */
function breach(market: EngineDriver): string[] {
  market.enter('GLOBEX', 'X1', 'buy 1 MSFT @ 86')
  return fed(market.enter('ACME', 'X2', 'sell 1 MSFT @ 86'))
}

/** Halts, their ends, and levels. */
const fed = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^\| feed [HW] /.test(line))

const SHOP = {
  action: 'add-instrument',
  symbol: 'SHOP',
  terms: {
    description: '',
    currency: 'USD',
    referencePrice: 800_000,
    tickSize: 100,
    lotSize: 1,
    priceBandPercent: 0,
    maxOrderQty: 1_000_000,
    matching: 'price-time',
    proRataMinimum: 1,
  },
} as const

describe('an instrument that operations lists', () => {
  it('before a level is reached is halted with the others, and goes on with them', () => {
    const market = aMarket()
    market.operate(SHOP)
    expect(breach(market)).toEqual([
      '| feed W level 1, index 93',
      '| feed H MSFT H MWC1',
      '| feed H AAPL H MWC1',
      '| feed H SHOP H MWC1',
    ])

    market.enter('ACME', 'B1', 'buy 10 SHOP @ 80')
    market.enter('GLOBEX', 'S1', 'sell 10 SHOP @ 80')
    const after = market.wait(900)
    expect(fed(after)).toEqual([
      '| feed H AAPL T MWCQ',
      '| feed H MSFT T MWCQ',
      '| feed H SHOP T MWCQ',
    ])
    expect(after).toContain('| feed Q 10@80.0000 match 5')
  })

  it('while the market is halted is halted from its first moment', () => {
    const market = aMarket()
    breach(market)
    expect(fed(market.operate(SHOP)).at(-1)).toBe('| feed H SHOP H MWC1')

    market.enter('GLOBEX', 'S1', 'sell 10 SHOP @ 80')
    expect(market.enter('ACME', 'B1', 'buy 10 SHOP @ 80')).toHaveLength(1)
    expect(fed(market.wait(900)).at(-1)).toBe('| feed H SHOP T MWCQ')
  })
})

describe('the extension of an auction', () => {
  const auction = { collarPercent: 1_000, extensionSeconds: 120, extensionsMax: 2 }

  /** AAPL would execute at 112, and collects on for two minutes. */
  function extended(): EngineDriver {
    const market = aMarket({
      instruments: [
        { symbol: 'AAPL', ...OF_100, auction },
        { symbol: 'MSFT', ...OF_100 },
      ],
    })
    market.collect('AAPL')
    market.enter('GLOBEX', 'S1', 'sell 10 @ 112')
    market.enter('ACME', 'B1', 'buy 10 @ 112')
    expect(fed(market.resume('AAPL'))).toEqual(['| feed H AAPL Q EXT'])
    return market
  }

  it('is given up by a halt of the market, whose end begins with the first one again', () => {
    const market = extended()
    market.wait(60)
    expect(breach(market)).toEqual([
      '| feed W level 1, index 93',
      '| feed H MSFT H MWC1',
      '| feed H AAPL H MWC1',
    ])

    expect(fed(market.wait(600))).toEqual([])
    expect(fed(market.wait(300))).toEqual(['| feed H AAPL Q EXT', '| feed H MSFT T MWCQ'])
    expect(fed(market.wait(119))).toEqual([])
    expect(fed(market.wait(1))).toEqual(['| feed H AAPL Q EXT'])
    const over = market.wait(120)
    expect(over.filter((line) => line.includes('feed Q'))).toEqual(['| feed Q 0@0.0000 match 3'])
    expect(fed(over)).toEqual(['| feed H AAPL T'])
  })

  it('is given up by a split, with the orders that it was for', () => {
    const market = extended()
    const told = market.operate({ action: 'split', symbol: 'AAPL', into: 2, from: 1 })
    expect(fed(told).filter((line) => line.includes('AAPL'))).toContain('| feed H AAPL H M1')
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: [] })

    expect(fed(market.wait(600))).toEqual([])
    expect(fed(market.resume('AAPL'))).toEqual(['| feed H AAPL T'])
  })
})

describe('a split', () => {
  it('moves no index: the instrument counts with the price that it had until the day ends', () => {
    const market = aMarket()
    market.operate({ action: 'split', symbol: 'AAPL', into: 2, from: 1 })
    market.resume('AAPL')
    market.enter('GLOBEX', 'B1', 'buy 1 AAPL @ 50')
    expect(fed(market.enter('ACME', 'S1', 'sell 1 AAPL @ 50'))).toEqual([])
    market.enter('GLOBEX', 'B2', 'buy 1 AAPL @ 1')
    expect(fed(market.enter('ACME', 'S2', 'sell 1 AAPL @ 1'))).toEqual([])

    // MSFT alone takes it to level 1, and a cent above it does not.
    market.enter('GLOBEX', 'B3', 'buy 1 MSFT @ 86.01')
    expect(fed(market.enter('ACME', 'S3', 'sell 1 MSFT @ 86.01'))).toEqual([])
    expect(breach(market)[0]).toBe('| feed W level 1, index 93')
  })

  it('counts with the price of its new shares from the next day on', () => {
    const market = aMarket()
    market.operate({ action: 'split', symbol: 'AAPL', into: 2, from: 1 })
    market.closeDay()
    // (50 + 100) / 2
    expect(market.openDay(20261124)).toContain('| feed V 69.75 65.25 60 of 75')
  })
})

describe('an order at the close', () => {
  const DAY = { continuous: 0, 'closing-auction': 500, 'post-close': 3000, closed: 4000 } as const

  it('that comes while the market is halted in the closing auction waits until that goes on', () => {
    const market = aMarket()
    market.closeDay()
    market.openPhasedDay(20261124, DAY)
    market.wait(1)
    breach(market)
    market.wait(600)
    market.enter('GLOBEX', 'S1', 'sell 10 AAPL @ 100')
    expect(market.enter('ACME', 'B1', 'buy 10 AAPL @ 100 CLOSE')).toEqual([
      'ACME 8 New B1 buy 10@100.0000 CLOSE waiting leaves 10 cum 0',
    ])
    expect(market.bookOf('AAPL').bids).toEqual([])

    const goesOn = market.wait(300).filter((line) => !line.includes('feed I'))
    expect(goesOn).toEqual([
      '| feed H AAPL Q MWCQ',
      'ACME 8 Restated B1 buy 10@100.0000 CLOSE leaves 10 cum 0 New "Collected for the closing auction" | feed A #4 10',
      '| feed H MSFT Q MWCQ',
      'market resumed, index 93',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B1 10@100.0000'])
    expect(market.wait(2100)).toContain('| feed Q 10@100.0000 match 3')
  })
})
