/** Trades that operations takes back or tells anew: FIX 4.4 volume 4, matrices J; ITCH B and P. */
import { describe, expect, it } from 'vitest'
import { Engine } from '../../src/engine/index.ts'
import type { EngineDriver, EngineOptions } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import { reload } from '../support/snapshots.ts'

/** B1 buys 100 at 182.50; `filled` of it is sold to it: match 1, ExecIDs 3 and 4. */
function traded(filled: number, options: EngineOptions = {}): EngineDriver {
  const market = anEngine(options)
  market.enter('ACME', 'B1', 'buy 100 @ 182.50')
  market.enter('GLOBEX', 'S1', `sell ${filled} @ 182.50`)
  return market
}

describe('a bust', () => {
  it('gives a live order its shares back, at the end of its price', () => {
    const market = traded(40)
    market.enter('ACME', 'B2', 'buy 10 @ 182.50')

    expect(market.bust(1)).toEqual([
      'operator bust',
      'ACME 8 TradeCancel B1 buy 100@182.5000 exec 3 of 40@182.5000 is none New leaves 100 cum 0 | feed U #1 to #4 100',
      'GLOBEX 8 TradeCancel S1 sell 40@182.5000 exec 4 of 40@182.5000 is none Canceled leaves 0 cum 0',
      '| feed B match 1',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B2 10@182.5000', 'B1 100@182.5000'])
  })

  it('leaves other executions of the order', () => {
    const market = traded(40)
    market.enter('GLOBEX', 'S2', 'sell 20 @ 182')

    expect(market.bust(1)[1]).toBe(
      'ACME 8 TradeCancel B1 buy 100@182.5000 exec 3 of 40@182.5000 is none PartiallyFilled leaves 80 cum 20 avg 182.5 | feed U #1 to #4 80',
    )
  })

  it('ends an order that was filled, and a canceled one stays so (J.1.b)', () => {
    const market = traded(40)
    market.cancel('ACME', 'C1', 'B1')

    expect(market.bust(1).slice(1)).toEqual([
      'ACME 8 TradeCancel C1 buy 100@182.5000 exec 3 of 40@182.5000 is none Canceled leaves 0 cum 0',
      'GLOBEX 8 TradeCancel S1 sell 40@182.5000 exec 4 of 40@182.5000 is none Canceled leaves 0 cum 0',
      '| feed B match 1',
    ])
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: [] })
  })

  it('brings a filled order back when it is asked to', () => {
    const market = traded(100)

    expect(market.bust(1, 'buy').slice(1)).toEqual([
      'ACME 8 TradeCancel B1 buy 100@182.5000 exec 3 of 100@182.5000 is none New leaves 100 cum 0 | feed A #3 100',
      'GLOBEX 8 TradeCancel S1 sell 100@182.5000 exec 4 of 100@182.5000 is none Canceled leaves 0 cum 0',
      '| feed B match 1',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B1 100@182.5000'])
  })

  it('lets an order that comes back trade with what has come meanwhile', () => {
    const market = traded(100)
    market.enter('GLOBEX', 'S2', 'sell 30 @ 182')

    expect(market.bust(1, 'buy').slice(1)).toEqual([
      'ACME 8 TradeCancel B1 buy 100@182.5000 exec 3 of 100@182.5000 is none New leaves 100 cum 0',
      'GLOBEX 8 TradeCancel S1 sell 100@182.5000 exec 4 of 100@182.5000 is none Canceled leaves 0 cum 0',
      '| feed B match 1',
      'GLOBEX 8 Trade S2 sell 30@182.0000 last 30@182.0000 leaves 0 cum 30 avg 182 | feed E #3 30 match 2',
      'ACME 8 Trade B1 buy 100@182.5000 last 30@182.0000 leaves 70 cum 30 avg 182 | feed A #4 70',
    ])
  })

  it('collects an order that comes back while nothing trades', () => {
    const market = traded(100)
    market.enter('GLOBEX', 'S2', 'sell 30 @ 182')
    market.halt('AAPL')

    expect(market.bust(1, 'buy')[1]).toContain('| feed A #4 100')
    expect(market.bookOf('AAPL')).toEqual({
      bids: ['B1 100@182.5000'],
      asks: ['S2 30@182.0000'],
    })
  })

  it('leaves an order that comes back the end that it had', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 14:31:00')
    market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50')
    market.bust(1, 'buy')

    expect(market.wait(60)).toEqual([
      'ACME 8 Expired B1 buy 100@182.5000 GTD 14:31:00 leaves 0 cum 0 | feed D #3',
    ])
  })

  it('is of one slice of an iceberg, which shows as much as before', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 show 20')
    market.enter('GLOBEX', 'S1', 'sell 10 @ 182.50')

    expect(market.bust(1)[1]).toBe(
      'ACME 8 TradeCancel B1 buy 100@182.5000 show 20 exec 3 of 10@182.5000 is none New leaves 100 cum 0 | feed U #1 to #3 20',
    )
  })

  it('of an auction is one of each pair', () => {
    const market = anEngine()
    market.halt('AAPL')
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')
    market.enter('GLOBEX', 'S1', 'sell 60 @ 182.50')
    market.resume('AAPL')

    expect(market.bust(1).slice(1)).toEqual([
      'ACME 8 TradeCancel B1 buy 100@182.5000 exec 3 of 60@182.5000 is none New leaves 100 cum 0 | feed U #1 to #3 100',
      'GLOBEX 8 TradeCancel S1 sell 60@182.5000 exec 4 of 60@182.5000 is none Canceled leaves 0 cum 0',
      '| feed B match 1',
    ])
  })

  it('frees what limits of risk had counted', () => {
    const market = traded(40)
    const limits = { maxPosition: 100, positions: {} }
    market.setLimits({ scopes: [{ kind: 'firm', firm: '', name: 'GLOBEX', limits }] })
    market.enter('ACME', 'B2', 'buy 60 @ 182.50')
    market.enter('GLOBEX', 'S2', 'sell 100 @ 182.50')
    expect(market.enter('GLOBEX', 'S3', 'sell 10 @ 190')[0]).toContain('Rejected')

    market.bust(2)
    expect(market.enter('GLOBEX', 'S4', 'sell 10 @ 190')[0]).toContain('8 New S4')
  })
})

describe('a correction', () => {
  it('of the price changes AvgPx, and the tape has the trade under another number', () => {
    const market = traded(40)

    expect(market.correct(1, '40 @ 182')).toEqual([
      'operator correct',
      'ACME 8 TradeCorrect B1 buy 100@182.5000 exec 3 of 40@182.5000 is 40@182.0000 PartiallyFilled leaves 60 cum 40 avg 182',
      'GLOBEX 8 TradeCorrect S1 sell 40@182.5000 exec 4 of 40@182.5000 is 40@182.0000 Filled leaves 0 cum 40 avg 182',
      '| feed B match 1',
      '| feed P 40@182.0000 match 2',
    ])
  })

  it('of the quantity gives the rest back', () => {
    expect(traded(40).correct(1, '30 @ 182.50').slice(1, 3)).toEqual([
      'ACME 8 TradeCorrect B1 buy 100@182.5000 exec 3 of 40@182.5000 is 30@182.5000 PartiallyFilled leaves 70 cum 30 avg 182.5 | feed U #1 to #3 70',
      'GLOBEX 8 TradeCorrect S1 sell 40@182.5000 exec 4 of 40@182.5000 is 30@182.5000 Canceled leaves 0 cum 30 avg 182.5',
    ])
  })

  it('can be corrected again and busted, under the number that it has now', () => {
    const market = traded(40)
    market.correct(1, '30 @ 182.50')

    expect(market.correct(2, '20 @ 182.50')[1]).toContain('exec 5 of 30@182.5000 is 20@182.5000')
    expect(market.bust(3).slice(1)).toEqual([
      'ACME 8 TradeCancel B1 buy 100@182.5000 exec 7 of 20@182.5000 is none New leaves 100 cum 0 | feed U #4 to #5 100',
      'GLOBEX 8 TradeCancel S1 sell 40@182.5000 exec 8 of 20@182.5000 is none Canceled leaves 0 cum 0',
      '| feed B match 3',
    ])
  })

  it('to more takes it from what both have left, in their places', () => {
    const market = traded(40)
    market.correct(1, '30 @ 182.50')
    market.enter('ACME', 'B2', 'buy 10 @ 182.50')

    expect(market.correct(2, '35 @ 182.50').slice(1, 3)).toEqual([
      'ACME 8 TradeCorrect B1 buy 100@182.5000 exec 5 of 30@182.5000 is 35@182.5000 PartiallyFilled leaves 65 cum 35 avg 182.5 | feed X #3 5',
      'GLOBEX 8 TradeCorrect S1 sell 40@182.5000 exec 6 of 30@182.5000 is 35@182.5000 Canceled leaves 0 cum 35 avg 182.5',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B1 65@182.5000', 'B2 10@182.5000'])
  })

  it('to all of an order fills it', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')
    market.enter('GLOBEX', 'S1', 'sell 40 @ 182.50')
    market.correct(1, '30 @ 182.50')
    market.replace('ACME', 'B2', 'B1', 'buy 40 @ 182.50')

    expect(market.correct(2, '40 @ 182.50')[1]).toBe(
      'ACME 8 TradeCorrect B2 buy 40@182.5000 exec 5 of 30@182.5000 is 40@182.5000 Filled leaves 0 cum 40 avg 182.5 | feed D #3',
    )
    expect(market.bookOf('AAPL').bids).toEqual([])
  })
})

describe('what speaks against it', () => {
  const refusalOf = (lines: readonly string[]): string => lines.join()

  it.each([
    [(market: EngineDriver) => market.bust(7), 'there is no trade 7'],
    [(market: EngineDriver) => market.correct(1, '40 @ 182.50'), 'it has that price and quantity'],
    [
      (market: EngineDriver) => market.correct(1, '40 @ 182.505'),
      'the price is not a multiple of tick 0.01',
    ],
    [
      (market: EngineDriver) => market.correct(1, '41 @ 182.50'),
      'order 2 has no more than 40 for it',
    ],
    [
      (market: EngineDriver) => market.bust(1, 'buy'),
      'order 1 is not filled: there is nothing to bring back',
    ],
  ])('%s', (ask, why) => {
    const market = traded(40)
    const before = market.engine.state.numbers.nextExecId

    expect(refusalOf(ask(market))).toBe(`operator ${ask(market)[0]!.split(' ')[1]} refused: ${why}`)
    expect(market.engine.state.numbers.nextExecId).toBe(before)
  })

  it('is that it was done before', () => {
    const market = traded(40)
    market.correct(1, '30 @ 182.50')
    market.bust(2)

    expect(market.bust(1)).toEqual([
      'operator bust refused: trade 1 was corrected: its match number is 2 now',
    ])
    expect(market.bust(2)).toEqual(['operator bust refused: trade 2 is busted already'])
    expect(market.correct(2, '10 @ 182')).toEqual([
      'operator correct refused: trade 2 is busted already',
    ])
  })

  it('is that an order does not wait, so that it cannot come back', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')
    market.enter('GLOBEX', 'S1', 'sell 100 @ market')

    expect(market.bust(1, 'sell')).toEqual([
      'operator bust refused: order 2 is none that waits: it cannot come back',
    ])
  })

  it('is that the time of an order has come, so that it cannot come back', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 14:31:00')
    market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50')
    market.wait(60)

    expect(market.bust(1, 'buy')).toEqual([
      'operator bust refused: the ExpireTime of order 1 has come: it cannot come back',
    ])
    expect(market.bust(1)[1]).toContain('Canceled leaves 0 cum 0')
  })

  it('is that a split came after the order that would come back', () => {
    const market = traded(100)
    market.operate({ action: 'split', symbol: 'AAPL', into: 2, from: 1 })
    expect(market.bust(1, 'buy')).toEqual([
      'operator bust refused: order 1 is of before the split of AAPL: it cannot come back',
    ])
    market.resume('AAPL')
    market.enter('ACME', 'B2', 'buy 100 @ 91')
    market.enter('GLOBEX', 'S2', 'sell 100 @ 91')
    expect(market.bust(market.told.matchNumbers.at(-1)!, 'buy')[1]).toContain('8 TradeCancel B2')
  })

  it('is that the instrument is closed, for an order to come back', () => {
    const closed = anEngine()
    closed.closeDay()
    closed.openPhasedDay(20261124, { continuous: 0, closed: 60 })
    closed.wait(1)
    closed.enter('ACME', 'B1', 'buy 100 @ 182.50')
    closed.enter('GLOBEX', 'S1', 'sell 100 @ 182.50')
    closed.wait(60)
    expect(closed.bust(1, 'buy')).toEqual(['operator bust refused: AAPL is closed'])
  })

  it('is that the firm of the order that would come back is killed', () => {
    const market = traded(100)
    market.operate({ action: 'kill', kind: 'firm', firm: '', name: 'ACME' })

    expect(market.bust(1, 'buy')).toEqual([
      'operator bust refused: trading is blocked for firm ACME',
    ])
    expect(market.bust(1)[1]).toContain('8 TradeCancel B1')
  })

  it('is that no trading day is open', () => {
    const market = traded(40)
    market.run({ kind: 'closeDay' })

    expect(market.bust(1)).toEqual(['operator bust refused: no trading day is open'])
  })
})

describe('a trade of an earlier day', () => {
  /** GTC B1 is carried over, S1 is forgotten. */
  function theDayAfter(): EngineDriver {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTC')
    market.enter('GLOBEX', 'S1', 'sell 40 @ 182.50')
    market.run({ kind: 'closeDay' })
    market.run({ kind: 'openDay', tradingDate: 20261124 })
    return market
  }

  it('is not on the tape of this one; what a carried order did today stays', () => {
    const market = theDayAfter()
    market.enter('GLOBEX', 'S2', 'sell 10 @ 182')

    expect(market.correct(1, '30 @ 182.50').slice(1)).toEqual([
      'ACME 8 TradeCorrect B1 buy 100@182.5000 GTC exec 3 of 40@182.5000 is 30@182.5000 PartiallyFilled leaves 60 cum 40 avg 182.5 day 10 of 70 182.5 | feed U #1 to #4 60',
      'GLOBEX 8 TradeCorrect S1 sell 40@182.5000 exec 4 of 40@182.5000 is 30@182.5000 Canceled leaves 0 cum 30 avg 182.5',
    ])
    expect(market.bust(3).slice(1)).toEqual([
      'ACME 8 TradeCancel B1 buy 100@182.5000 GTC exec 8 of 30@182.5000 is none PartiallyFilled leaves 90 cum 10 avg 182.5 day 10 of 100 182.5 | feed U #4 to #5 90',
      'GLOBEX 8 TradeCancel S1 sell 40@182.5000 exec 9 of 30@182.5000 is none Canceled leaves 0 cum 0',
    ])
  })

  it('is not changed by a request that was made before the day opened', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTC')
    market.enter('GLOBEX', 'S1', 'sell 40 @ 182.50')
    const trade = market.tradeOf(1)!
    market.run({ kind: 'closeDay' })
    market.run({ kind: 'openDay', tradingDate: 20261124 })
    const bust = { action: 'bust', matchNumber: 1, restore: 'none', reason: 'error' } as const

    expect(market.operate({ ...bust, trade })).toEqual([
      'operator bust refused: a trading day has opened since trade 1 was looked up: make a new request',
    ])
    expect(market.bust(1)).toHaveLength(3)
  })

  it('brings no order of that day back', () => {
    expect(theDayAfter().bust(1, 'sell')).toEqual([
      'operator bust refused: order 2 is of an earlier day: it cannot come back',
    ])
  })
})

it('survives a snapshot: what was busted, and what was executed before the day', () => {
  const market = anEngine()
  market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTC')
  market.enter('GLOBEX', 'S1', 'sell 40 @ 182.50')
  market.run({ kind: 'closeDay' })
  market.run({ kind: 'openDay', tradingDate: 20261124 })
  market.correct(1, '30 @ 182.50')

  const { engine } = market
  const loaded = reload(engine, new Engine())
  expect(loaded.stateHash()).toBe(engine.stateHash())
  expect([...loaded.state.corrections]).toEqual([
    [1, { first: 1, becomes: 2, isBusted: false }],
    [2, { first: 1, becomes: 0, isBusted: false }],
  ])
})

it('takes as many turns as there are executions when an order comes back', () => {
  const market = traded(100, { ordersPerCommandMax: 1 })
  for (let i = 0; i < 5; i++) market.enter('GLOBEX', `A${i}`, 'sell 10 @ 182')

  const lines = market.bust(1, 'buy')
  expect(lines.filter((line) => line.includes('ACME 8 Trade B1'))).toHaveLength(5)
  expect(market.bookOf('AAPL').bids).toEqual(['B1 50@182.5000'])
})
