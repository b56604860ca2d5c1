/** The market-wide breaker: an index that falls too far in a day halts everything. */
import { describe, expect, it } from 'vitest'
import { Engine } from '../../src/engine/index.ts'
import type { BreakerRule } from '../../src/wire/index.ts'
import type { EngineDriver, EngineOptions } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import { reload } from '../support/snapshots.ts'

const RULE: BreakerRule = { levels: [700, 1300, 2000], pauseSeconds: 900 }

/** AAPL, MSFT and IBM at 100: the index of the day is 100, and its levels are 93, 87 and 80. */
function broken(options: EngineOptions = {}): EngineDriver {
  const instruments = ['AAPL', 'MSFT', 'IBM'].map((symbol) => ({
    symbol,
    referencePrice: 1_000_000,
  }))
  return anEngine({ instruments, breaker: RULE, ...options })
}

let id = 0
/** One share at a price: what it causes behind the two reports of the trade. */
function trade(market: EngineDriver, symbol: string, price: string): string[] {
  const number = ++id
  market.enter('GLOBEX', `S${number}`, `buy 1 ${symbol} @ ${price}`)
  return market
    .enter('ACME', `B${number}`, `sell 1 ${symbol} @ ${price}`)
    .filter((line) => !line.includes('8 '))
}

const HALTED = (level: number) =>
  ['AAPL', 'MSFT', 'IBM'].map((of) => `| feed H ${of} H MWC${level}`)
const isFed = (line: string): boolean => line.startsWith('|') && !line.includes('feed I')

describe('the index', () => {
  it('is told with its levels when the day opens, as the mean price of its members', () => {
    const market = broken()
    trade(market, 'IBM', '106')
    market.closeDay()
    const opened = market.openDay(20261124)
    // (100 + 100 + 106) / 3 = 102, 7 % below it 94.86.
    expect(opened.slice(opened.indexOf('| feed S S'))).toEqual([
      '| feed S S',
      '| feed V 94.86 88.74 81.6 of 102',
      '| feed S Q',
    ])
  })

  it('counts members that have not traded with their reference price, and the named ones alone', () => {
    const market = broken({ breaker: { ...RULE, index: ['AAPL', 'MSFT'] } })
    expect(trade(market, 'IBM', '1')).toEqual([])
    expect(trade(market, 'AAPL', '86.01')).toEqual([])
    expect(trade(market, 'MSFT', '99.99')).toEqual([
      '| feed W level 1, index 93',
      ...HALTED_FROM('MSFT'),
    ])
  })

  it('may be of many prices near the largest without losing a digit', () => {
    const instruments = Array.from({ length: 300 }, (_, i) => ({
      symbol: `S${i}`,
      referencePrice: 2_000_000_000 - i,
    }))
    const market = anEngine({ instruments, breaker: { ...RULE, levels: [1, 2, 3] } })
    // Sum 599,999,955,150: 0.01 % below it is 599,939,955,154 rounded down, 59,999,996 less.
    expect(trade(market, 'S0', '194000.0100')).toEqual([])
    expect(trade(market, 'S0', '194000').slice(0, 1)).toEqual([
      '| feed W level 1, index 199979.98505',
    ])
  })
})

/** As they are halted when a trade of one of them breaks the market. */
const HALTED_FROM = (first: string, level = 1): string[] => {
  const others = ['AAPL', 'MSFT', 'IBM'].filter((symbol) => symbol !== first)
  return [first, ...others].map((symbol) => `| feed H ${symbol} H MWC${level}`)
}

describe('a trade that takes the index to a level', () => {
  it('halts everything at the level, and nothing a tick above it', () => {
    const market = broken()
    expect(trade(market, 'AAPL', '79.01')).toEqual([])
    expect(trade(market, 'AAPL', '79')).toEqual(['| feed W level 1, index 93', ...HALTED(1)])
  })

  it('is the last one: what is left of its order waits, and its stops do', () => {
    const market = broken()
    market.enter('GLOBEX', 'B1', 'buy 10 @ 80')
    market.enter('GLOBEX', 'B2', 'buy 10 @ 79')
    market.enter('GLOBEX', 'B3', 'buy 10 @ 78')
    market.enter('GLOBEX', 'B4', 'sell 5 @ stop 79')
    expect(market.enter('ACME', 'S1', 'sell 30 @ 78')).toEqual([
      'ACME 8 New S1 sell 30@78.0000 leaves 30 cum 0',
      'GLOBEX 8 Trade B1 buy 10@80.0000 last 10@80.0000 leaves 0 cum 10 avg 80 | feed E #1 10 match 1',
      'ACME 8 Trade S1 sell 30@78.0000 last 10@80.0000 leaves 20 cum 10 avg 80',
      'GLOBEX 8 Trade B2 buy 10@79.0000 last 10@79.0000 leaves 0 cum 10 avg 79 | feed E #2 10 match 2',
      'ACME 8 Trade S1 sell 30@78.0000 last 10@79.0000 leaves 10 cum 20 avg 79.5',
      '| feed W level 1, index 93',
      '| feed H AAPL H MWC1',
      'ACME displayed S1 sell 30@78.0000 leaves 10 cum 20 avg 79.5 | feed A #5 10',
      '| feed H MSFT H MWC1',
      '| feed H IBM H MWC1',
    ])
    expect(market.bookOf('AAPL')).toEqual({ bids: ['B3 10@78.0000'], asks: ['S1 10@78.0000'] })
    expect(market.stopsOf('AAPL').sells).toEqual(['B4 5@79.0000'])
  })

  it.each([
    ['sell 30 @ market IOC', ['GLOBEX 8 Trade B1', 'ACME 8 Trade S1', 'ACME 8 Canceled S1']],
    [
      'sell 20 @ 70 FOK',
      ['GLOBEX 8 Trade B1', 'ACME 8 Trade S1', 'GLOBEX 8 Trade B2', 'ACME 8 Trade S1'],
    ],
  ])('%s: the rest of an IOC is canceled, fill or kill has all', (terms, expected) => {
    const market = broken()
    market.enter('GLOBEX', 'B1', 'buy 10 @ 79')
    market.enter('GLOBEX', 'B2', 'buy 10 @ 78')
    const reports = market.enter('ACME', 'S1', terms).filter((line) => line.includes(' 8 '))
    expect(reports.slice(1).map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual(expected)
    expect(market.engine.state.day.breaker).toMatchObject({ reached: 1, haltLevel: 1 })
  })

  it('stops the shares of one price where orders share it', () => {
    const shared = { referencePrice: 1_000_000, matching: 'pro-rata', proRataMinimum: 1 } as const
    const market = broken({ instruments: [{ symbol: 'AAPL', ...shared }] })
    market.enter('GLOBEX', 'B1', 'buy 10 @ 93')
    market.enter('GLOBEX', 'B2', 'buy 10 @ 93')
    market.enter('ACME', 'S1', 'sell 10 @ 93')
    expect(market.bookOf('AAPL')).toEqual({
      bids: ['B1 5@93.0000', 'B2 10@93.0000'],
      asks: ['S1 5@93.0000'],
    })
    expect(market.wait(900).filter((line) => line.includes('feed Q'))).toEqual([
      '| feed Q 5@93.0000 match 3',
    ])
  })

  it('leaves alone what operations holds, and cancels orders that are to go with a halt', () => {
    const market = broken()
    market.enter('GLOBEX', 'B1', 'buy 1 MSFT @ 99 DAY cancel on halt')
    market.halt('IBM')
    expect(trade(market, 'AAPL', '70')).toEqual([
      '| feed W level 1, index 90',
      '| feed H AAPL H MWC1',
      '| feed H MSFT H MWC1',
    ])
    expect(market.bookOf('MSFT').bids).toEqual([])
    expect(market.wait(900).filter(isFed)).toEqual([
      '| feed Q 0@0.0000 match 2',
      '| feed H AAPL T MWCQ',
      '| feed Q 0@0.0000 match 3',
      '| feed H MSFT T MWCQ',
    ])
  })

  it('halts in as many turns as it takes', () => {
    const market = broken({ ordersPerCommandMax: 1 })
    market.enter('GLOBEX', 'B1', 'buy 10 @ 79')
    market.enter('ACME', 'S1', 'sell 20 @ 79')
    expect(market.engine.state.markets.map((one) => one?.haltReason)).toEqual([
      undefined,
      'MWC1',
      'MWC1',
      'MWC1',
    ])
    expect(market.engine.hasWork).toBe(false)
  })
})

describe('a halt of the market', () => {
  it('ends after its time with an auction in each instrument', () => {
    const market = broken()
    market.enter('GLOBEX', 'B1', 'buy 1 @ 79')
    market.enter('ACME', 'S1', 'sell 3 @ 79')
    market.enter('GLOBEX', 'B2', 'buy 2 @ 80')
    expect(market.wait(899).filter(isFed)).toEqual([])
    expect(market.wait(1)).toEqual([
      'GLOBEX 8 Trade B2 buy 2@80.0000 last 2@79.0000 leaves 0 cum 2 avg 79 | feed C #3 2 match 2',
      'ACME 8 Trade S1 sell 3@79.0000 last 2@79.0000 leaves 0 cum 3 avg 79 | feed C #2 2 match 2',
      '| feed Q 2@79.0000 match 3',
      '| feed H AAPL T MWCQ',
      '| feed Q 0@0.0000 match 4',
      '| feed H MSFT T MWCQ',
      '| feed Q 0@0.0000 match 5',
      '| feed H IBM T MWCQ',
      'market resumed, index 93',
    ])
  })

  it('comes once for each level a day, and the next level may come in its auction', () => {
    const market = broken()
    trade(market, 'AAPL', '79')
    market.enter('GLOBEX', 'B1', 'buy 1 @ 61')
    market.enter('ACME', 'S1', 'sell 1 @ 61')
    expect(market.wait(900).filter(isFed)).toEqual([
      '| feed Q 1@61.0000 match 3',
      '| feed W level 2, index 87',
      ...HALTED(2),
    ])
    market.wait(900)
    expect(trade(market, 'AAPL', '100')).toEqual([])
    expect(trade(market, 'AAPL', '61')).toEqual([])
    expect(trade(market, 'AAPL', '40')).toEqual(['| feed W level 3, index 80', ...HALTED(3)])
  })

  it('of level 3 lasts for the day and goes on until the carried orders are on the next feed', () => {
    const market = broken()
    expect(trade(market, 'AAPL', '30')).toEqual([
      '| feed W level 3, index 76.66666666',
      ...HALTED(3),
    ])
    market.enter('GLOBEX', 'B3', 'buy 2 @ 31 GTC')
    market.enter('ACME', 'S2', 'sell 2 @ 30 GTC')
    expect(market.wait(40_000).filter(isFed)).toEqual([])
    market.closeDay()
    expect(market.openDay(20261124).filter((line) => !/feed [RSQ]/.test(line))).toEqual([
      'day 20261124 261124AAA1',
      '| feed H AAPL H MWC0',
      '| feed H MSFT H MWC0',
      '| feed H IBM H MWC0',
      '| feed V 71.3 66.7 61.33333333 of 76.66666666',
      'GLOBEX carried B3 buy 2@31.0000 GTC leaves 2 cum 0 day 0 of 2 | feed A #3 2',
      'ACME carried S2 sell 2@30.0000 GTC leaves 2 cum 0 day 0 of 2 | feed A #4 2',
      'GLOBEX 8 Trade B3 buy 2@31.0000 GTC last 2@30.0000 leaves 0 cum 2 avg 30 day 2 of 2 30 | feed C #3 2 match 2',
      'ACME 8 Trade S2 sell 2@30.0000 GTC last 2@30.0000 leaves 0 cum 2 avg 30 day 2 of 2 30 | feed C #4 2 match 2',
      '| feed H AAPL T MWCQ',
      '| feed H MSFT T MWCQ',
      '| feed H IBM T MWCQ',
    ])
  })

  it('may be ended by operations, for one instrument or for all', () => {
    const market = broken()
    trade(market, 'AAPL', '79')
    expect(market.resume('MSFT').filter(isFed)).toEqual([
      '| feed Q 0@0.0000 match 2',
      '| feed H MSFT T MWCQ',
    ])
    expect(market.resume('*').slice(1)).toEqual([
      '| feed Q 0@0.0000 match 3',
      '| feed H AAPL T MWCQ',
      '| feed Q 0@0.0000 match 4',
      '| feed H IBM T MWCQ',
      'market resumed, index 93',
    ])
    expect(market.wait(900)).toEqual([])
  })

  it('stays where it was not ended yet when the first auction breaks the market again', () => {
    const market = broken()
    trade(market, 'AAPL', '79')
    market.enter('GLOBEX', 'B1', 'buy 1 @ 61')
    market.enter('ACME', 'S1', 'sell 1 @ 61')
    expect(market.resume('*').filter(isFed)).toEqual([
      '| feed Q 1@61.0000 match 3',
      '| feed W level 2, index 87',
      ...HALTED(2),
    ])
    expect(market.engine.state.day.breaker?.haltLevel).toBe(2)
  })

  it('gives way to a halt of operations, which outlasts it', () => {
    const market = broken()
    trade(market, 'AAPL', '79')
    market.halt('MSFT', 'reject', 'T1')
    market.wait(900)
    const { markets } = market.engine.state
    expect(markets.map((one) => one?.haltReason)).toEqual([undefined, '', 'T1', ''])
  })

  it('goes on behind a snapshot', () => {
    const market = broken()
    trade(market, 'AAPL', '79')
    const loaded = reload(market.engine, new Engine())
    expect(loaded.stateHash()).toBe(market.engine.stateHash())
    expect(loaded.state.day.breaker).toEqual(market.engine.state.day.breaker)
    expect(loaded.state.markets.map((one) => one?.breakerLevel)).toEqual([undefined, 1, 1, 1])
  })
})

describe('on a day with phases', () => {
  const PHASES = { 'pre-open': 0, continuous: 10, 'closing-auction': 500, closed: 2000 } as const

  it('an opening auction may break the market before anything else opens', () => {
    const market = broken()
    market.closeDay()
    market.openPhasedDay(20261124, PHASES)
    market.wait(1)
    market.enter('GLOBEX', 'B1', 'buy 1 @ 79')
    market.enter('ACME', 'S1', 'sell 1 @ 79')
    expect(market.wait(10).filter((line) => !line.includes('8 Trade'))).toEqual([
      '| feed S Q',
      '| feed Q 1@79.0000 match 2',
      '| feed W level 1, index 93',
      ...HALTED(1),
    ])
    // The closing auction begins meanwhile: what is collected goes there.
    expect(market.wait(500).filter(isFed)).toEqual([])
    expect(market.wait(400).filter(isFed)).toEqual([
      '| feed H AAPL Q MWCQ',
      '| feed H MSFT Q MWCQ',
      '| feed H IBM Q MWCQ',
    ])
  })

  it('what would begin to trade while the market is halted is halted as well', () => {
    const instruments = ['AAPL', 'MSFT'].map((symbol) => ({ symbol, referencePrice: 1_000_000 }))
    const market = broken({ instruments: [instruments[0]!, { ...instruments[1]!, group: 'LATE' }] })
    market.closeDay()
    market.lines({ kind: 'openDay', tradingDate: 20261124, isPhased: true })
    const phases = [
      { group: '', phase: 'continuous', seconds: market.now },
      { group: 'LATE', phase: 'continuous', seconds: market.now + 100 },
    ] as const
    market.lines({ kind: 'planDay', plan: { phases } })
    market.wait(1)
    expect(trade(market, 'AAPL', '80')).toEqual([
      '| feed W level 1, index 90',
      '| feed H AAPL H MWC1',
    ])
    expect(market.wait(100)).toEqual(['| feed H MSFT H MWC1'])
    expect(market.wait(800).filter((line) => line.includes('feed H'))).toEqual([
      '| feed H AAPL T MWCQ',
      '| feed H MSFT T MWCQ',
    ])
  })

  it('the halt of the day before ends with the first phase', () => {
    const market = broken()
    trade(market, 'AAPL', '1')
    market.closeDay()
    market.openPhasedDay(20261124, PHASES)
    expect(market.wait(1).filter((line) => line.includes('feed H'))).toEqual([
      '| feed H AAPL Q MWCQ',
      '| feed H MSFT Q MWCQ',
      '| feed H IBM Q MWCQ',
    ])
  })
})

it('without a rule there is no breaker, and a new one counts from the next day', () => {
  const market = anEngine({ instruments: [{ symbol: 'AAPL', referencePrice: 1_000_000 }] })
  market.configure({ breaker: RULE })
  expect(trade(market, 'AAPL', '50')).toEqual([])
  market.closeDay()
  expect(market.openDay(20261124)).toContain('| feed V 46.5 43.5 40 of 50')
})
