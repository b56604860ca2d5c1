/** A split in the engine: whatever its orders are, none outlives it, and every price is of the new shares. */
import { describe, expect, it } from 'vitest'
import { Engine } from '../../src/engine/index.ts'
import { splitPrice } from '../../src/engine/reference-data.ts'
import { anEngine } from '../support/engine-driver.ts'
import { reload } from '../support/snapshots.ts'

const split = (into: number, from = 1) => ({ action: 'split', symbol: 'AAPL', into, from }) as const

describe('a split', () => {
  it('ends displayed, hidden, waiting and collected orders, in as many turns as that takes', () => {
    const market = anEngine({ ordersPerCommandMax: 2 })
    market.enter('GLOBEX', 'S1', 'sell 10 @ 183')
    market.enter('ACME', 'B1', 'buy 10 @ 182 GTC')
    market.enter('ACME', 'B2', 'buy 100 @ 181 show 10')
    market.enter('ACME', 'B3', 'buy 10 @ stop 190')
    market.collect()
    market.enter('ACME', 'B4', 'buy 10 @ market')
    market.enter('GLOBEX', 'M1', 'sell 10 MSFT @ 183')

    const canceled = market.operate(split(2)).filter((line) => line.includes('"Corporate action"'))
    expect(canceled.map((line) => / (\w+) (?:buy|sell)/.exec(line)?.[1])).toEqual([
      'B4',
      'B1',
      'B2',
      'S1',
      'B3',
    ])
    expect(market.engine.state.orderPool.liveCount).toBe(1)
    expect(market.engine.hasWork).toBe(false)
  })

  it('adapts the price of the last auction and with it the guard, also in a snapshot', () => {
    const volatility = { staticPercent: 1000, dynamicPercent: 0, pauseSeconds: 60 }
    const market = anEngine({ instruments: [{ symbol: 'AAPL', volatility }] })
    market.collect()
    market.enter('ACME', 'B1', 'buy 10 @ 180')
    market.enter('GLOBEX', 'S1', 'sell 10 @ 180')
    market.resume()
    market.operate(split(3, 2))

    const { auctionPrice, lastPrice, guardLow, guardHigh } = market.engine.state.markets[1]!
    expect({ auctionPrice, lastPrice, guardLow, guardHigh }).toEqual({
      auctionPrice: 1_200_000,
      lastPrice: 1_200_000,
      guardLow: 1_080_000,
      guardHigh: 1_320_000,
    })
    expect(reload(market.engine, new Engine()).stateHash()).toBe(market.engine.stateHash())
  })

  it('counts a trade of before it in the shares of today when it is busted, also out of a snapshot', () => {
    const market = anEngine()
    const limits = { maxPosition: 300, positions: {} }
    market.setLimits({ scopes: [{ kind: 'firm', firm: '', name: 'ACME', limits }] })
    market.enter('GLOBEX', 'S1', 'sell 100 @ 182')
    market.enter('ACME', 'B1', 'buy 100 @ 182')
    market.operate(split(2))
    market.resume()
    expect(market.enter('ACME', 'B2', 'buy 101 @ 91')[0]).toContain('Rejected')
    const copy = reload(market.engine, new Engine())

    expect(market.bust(1, 'buy')).toEqual([
      'operator bust refused: order 2 is of before the split of AAPL: it cannot come back',
    ])
    expect(market.bust(1)[1]).toContain('TradeCancel B1 buy 100@182.0000')
    expect(market.enter('ACME', 'B3', 'buy 301 @ 91')[0]).toContain('Rejected')
    expect(market.enter('ACME', 'B4', 'buy 300 @ 91')[0]).toContain('8 New B4')
    expect(copy.state.markets[1]!.splits).toEqual([{ into: 2, from: 1, firstMatchNumber: 2 }])
  })

  it('of a night is told to the feed of the next day, and holds the instrument there', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 10 @ 182 GTC')
    market.run({ kind: 'closeDay' })
    const told = market.operate(split(2))
    expect(told).toHaveLength(2)
    expect(told[1]).toContain('"Corporate action"')

    market.run({ kind: 'openDay', tradingDate: 20_261_124 })
    expect(market.engine.state.markets[1]).toMatchObject({ isHeld: true, haltReason: 'M1' })
    expect(market.enter('ACME', 'B2', 'buy 10 @ 91').join()).toContain('halted')
  })
})

it.each([
  // The nearest tick, the higher one of two, and at least one.
  [1_800_100, 2, 1, 100, 900_100],
  [1_800_000, 3, 2, 100, 1_200_000],
  [1_000_000, 3, 1, 100, 333_300],
  [1_000_000, 7, 1, 500, 143_000],
  [100, 1_000, 1, 100, 100],
  [2_000_000_000, 1, 1_000, 1, 2_000_000_000_000],
])('%i in a split of %i for %i with tick %i is %i', (price, into, from, tick, expected) => {
  expect(splitPrice(price, { into, from }, tick)).toBe(expected)
})
