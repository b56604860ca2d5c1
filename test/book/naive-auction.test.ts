/** The naive auction that others are compared with, compared by hand. */
import { describe, expect, it } from 'vitest'
import { referenceUncross } from '../reference/naive-auction.ts'
import { collected } from '../support/auction.ts'

const terms = { tickSize: 100, referencePrice: 100_000, low: 0, high: 0 }

const uncross = (orders: string) => referenceUncross(collected(orders), terms)

describe('who trades in the naive auction', () => {
  it('market orders first, then the better limit', () => {
    expect(uncross('buy 100 @ 10.00, buy 100 @ 10.02, buy 100 @ market, sell 250 @ 10.00')).toEqual(
      {
        price: 100_000,
        volume: 250,
        fills: [
          [3, 4, 100],
          [2, 4, 100],
          [1, 4, 50],
        ],
      },
    )
  })

  it('of equal limits, and of market orders, the one that came first', () => {
    expect(
      uncross(
        'sell 50 @ 9.99, sell 50 @ 9.99, sell 30 @ market, sell 30 @ market, buy 120 @ 10.00',
      ),
    ).toEqual({
      price: 99_900,
      volume: 120,
      fills: [
        [5, 3, 30],
        [5, 4, 30],
        [5, 1, 50],
        [5, 2, 10],
      ],
    })
  })

  it('each pair with the smaller of what both have left', () => {
    expect(
      uncross('buy 70 @ 10.00, buy 50 @ 10.00, sell 40 @ 10.00, sell 40 @ 10.00, sell 40 @ 10.00'),
    ).toEqual({
      price: 100_000,
      volume: 120,
      fills: [
        [1, 3, 40],
        [1, 4, 30],
        [2, 4, 10],
        [2, 5, 40],
      ],
    })
  })

  it('nobody whose limit does not take the price', () => {
    expect(uncross('buy 100 @ 9.99, buy 100 @ 10.01, sell 100 @ 10.01, sell 50 @ 10.02')).toEqual({
      price: 100_100,
      volume: 100,
      fills: [[2, 3, 100]],
    })
  })

  it('nobody where nothing meets', () => {
    expect(uncross('buy 100 @ 9.99, sell 100 @ 10.01')).toEqual({ price: 0, volume: 0, fills: [] })
  })
})
