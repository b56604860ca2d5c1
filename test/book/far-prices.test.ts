/**
 * Prices too far apart for one window of the book: priority must not notice where a level is
 * kept, in the window or in the far list.
 */
import { describe, expect, it } from 'vitest'
import { LevelPool, OrderBook, OrderPool } from '../../src/book/index.ts'
import { PRICE_MAX, Side } from '../../src/domain/index.ts'
import { LadderMarket, parseLadder } from '../support/ladder.ts'

describe('prices from the lowest to the highest', () => {
  it('stand in one order', () => {
    const market = new LadderMarket()
    market.play(`
      buy 10 @ 500.00 #1
      buy 10 @ 0.01 #2
      sell 10 @ 200000.00 #3
      sell 10 @ 500.01 #4
      buy 10 @ 499.00 #5
      sell 10 @ 90000.00 #6
      buy 20 @ 0.01 #7
    `)
    expect(market.rows()).toEqual(
      parseLadder(`
        bid           | price     | ask
                      | 200000.00 | 10 #3
                      | 90000.00  | 10 #6
                      | 500.01    | 10 #4
        10 #1         | 500.00    |
        10 #5         | 499.00    |
        10 #2, 20 #7  | 0.01      |
      `),
    )
  })

  it('are all found by a sweep', () => {
    const market = new LadderMarket()
    market.play(`
      sell 10 @ 500.00 #1
      sell 10 @ 90000.00 #2
      sell 10 @ 200000.00 #3
      sell 10 @ 510.00 #4
    `)
    expect(market.play('buy 100 @ 150000.00 fok #5\nbuy 25 @ 200000.00 fok #6')).toEqual([
      'killed #5: 30 of 100 available',
      '#6 trades 10 @ 500.00 with #1',
      '#6 trades 10 @ 510.00 with #4',
      '#6 trades 5 @ 90000.00 with #2, 5 left',
    ])
    expect(market.rows()).toEqual(['| 200000.00 | 10 #3', '| 90000.00 | 5 #2'])
  })

  it('come back into play when the market falls to them', () => {
    const market = new LadderMarket()
    market.play('buy 10 @ 500.00 #1\nbuy 10 @ 100.00 #2\nbuy 10 @ 99.99 #3')
    market.play('cancel #1\nbuy 10 @ 100.01 #4\nbuy 10 @ 100.00 #5')
    expect(market.rows()).toEqual(
      parseLadder(`
        10 #4        | 100.01 |
        10 #2, 10 #5 | 100.00 |
        10 #3        | 99.99  |
      `),
    )
  })

  it('find their queue again after the window has followed the market down', () => {
    const market = new LadderMarket()
    market.play('sell 10 @ 2.00 #1\nsell 10 @ 3.00 #2\nsell 10 @ 2.90 #3\ncancel #1')
    market.play('sell 10 @ 3.00 #4\nsell 10 @ 3.80 #5')
    expect(market.rows()).toEqual(['| 3.80 | 10 #5', '| 3.00 | 10 #2, 10 #4', '| 2.90 | 10 #3'])
  })
})

describe('what the book refuses to hold', () => {
  const book = new OrderBook(...pools(), 100)

  it('is a price off the tick', () => {
    expect(() => book.add(Side.Buy, 100_050, 10)).toThrow('price is on the tick')
  })

  it('is an order twice removed', () => {
    const slot = book.add(Side.Buy, PRICE_MAX, 10)
    expect(book.remove(slot)).toBe(10)
    expect(() => book.remove(slot)).toThrow('order is on the book')
  })

  it('is an order reduced to nothing', () => {
    const slot = book.add(Side.Buy, 100_000, 10)
    expect(() => book.reduce(slot, 10)).toThrow('reduced quantity is positive')
    expect(book.remove(slot)).toBe(10)
  })

  it('is the order of another book', () => {
    const [orders, levels] = pools()
    const slot = new OrderBook(orders, levels, 100).add(Side.Buy, 100_000, 10)
    const other = new OrderBook(orders, levels, 100)
    expect(() => other.remove(slot)).toThrow('level is on this side of this book')
  })
})

function pools(): [OrderPool, LevelPool] {
  const levels = new LevelPool()
  return [new OrderPool(levels), levels]
}
