/** Open, high, low, last, volume and VWAP of what was traded. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TradeStatistics } from '../../src/domain/index.ts'

it('has nothing to say before the first trade', () => {
  const { open, high, low, last, volume, vwap, trades } = new TradeStatistics()
  expect([open, high, low, last, volume, vwap, trades]).toEqual([0, 0, 0, 0, 0, 0, 0])
})

it('is exact however large the prices and the quantities are', () => {
  const price = fc.integer({ min: 1, max: 2_000_000_000 })
  const shares = fc.integer({ min: 1, max: 1_000_000_000 })
  fc.assert(
    fc.property(fc.array(fc.tuple(price, shares), { minLength: 1, maxLength: 50 }), (trades) => {
      const statistics = new TradeStatistics()
      for (const [at, quantity] of trades) statistics.record(at, quantity)
      const { open, high, low, last, volume, vwap } = statistics

      const prices = trades.map(([at]) => at)
      const sum = trades.reduce(
        (total, [at, quantity]) => total + BigInt(at) * BigInt(quantity),
        0n,
      )
      const quantity = BigInt(volume)
      expect([open, high, low, last]).toEqual([
        prices[0],
        Math.max(...prices),
        Math.min(...prices),
        prices.at(-1),
      ])
      expect(quantity).toBe(trades.reduce((total, [, one]) => total + BigInt(one), 0n))
      // In 1/1,000,000 and rounded half up: prices are in 1/10,000.
      expect(BigInt(vwap)).toBe((sum * 200n + quantity) / (2n * quantity))
    }),
  )
})

it('is the same summed up in one piece or in two', () => {
  const trade = fc.tuple(
    fc.integer({ min: 1, max: 2_000_000_000 }),
    fc.integer({ min: 1, max: 1_000_000_000 }),
  )
  const trades = fc.array(trade, { maxLength: 20 })
  const summedUp = (parts: readonly (readonly [number, number])[]): TradeStatistics => {
    const statistics = new TradeStatistics()
    for (const [price, shares] of parts) statistics.record(price, shares)
    return statistics
  }
  fc.assert(
    fc.property(trades, trades, (earlier, later) => {
      const extended = summedUp(earlier)
      extended.extend(summedUp(later))
      expect(extended).toEqual(summedUp([...earlier, ...later]))
      const value = [...earlier, ...later].reduce(
        (sum, [price, shares]) => sum + BigInt(price) * BigInt(shares),
        0n,
      )
      expect(extended.value).toBe(value)
    }),
  )
})
