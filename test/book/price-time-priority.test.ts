/** Price-time priority, as pictures of the book before and after. */
import { beforeEach, describe, expect, it } from 'vitest'
import { LadderMarket, parseLadder } from '../support/ladder.ts'

let market: LadderMarket

const expectBook = (picture: string) => expect(market.rows()).toEqual(parseLadder(picture))

beforeEach(() => {
  market = new LadderMarket()
  market.play(`
    buy 100 @ 10.00 #1
    sell 100 @ 10.01 #2
    sell 200 @ 10.01 #3
    sell 300 @ 10.02 #4
    buy 50 @ 10.00 #5
    buy 400 @ 9.98 #6
  `)
})

describe('resting orders', () => {
  it('stand in order of price, and of time at one price', () => {
    expectBook(`
      bid            | price | ask
                     | 10.02 | 300 #4
                     | 10.01 | 100 #2, 200 #3
      100 #1, 50 #5  | 10.00 |
      400 #6         |  9.98 |
    `)
    expect([market.book.bestBid, market.book.bestAsk]).toEqual([100_000, 100_100])
  })

  it('leave the book when they are canceled, whatever their place in the queue', () => {
    expect(market.play('cancel #1\ncancel #3\ncancel #6')).toEqual([
      'canceled 100 of #1',
      'canceled 200 of #3',
      'canceled 400 of #6',
    ])
    expectBook(`
      bid    | price | ask
             | 10.02 | 300 #4
             | 10.01 | 100 #2
      50 #5  | 10.00 |
    `)
  })

  it('keep their place when their quantity is reduced', () => {
    expect(market.play('reduce #1 by 60\nsell 70 @ 10.00 #7')).toEqual([
      '#1 has 40 left',
      '#7 trades 40 @ 10.00 with #1',
      '#7 trades 30 @ 10.00 with #5, 20 left',
    ])
    expectBook(`
      bid     | price | ask
              | 10.02 | 300 #4
              | 10.01 | 100 #2, 200 #3
      20 #5   | 10.00 |
      400 #6  |  9.98 |
    `)
  })

  it('go to the end of the queue when they are canceled and entered again', () => {
    expect(market.play('cancel #2\nsell 100 @ 10.01 #7')).toEqual([
      'canceled 100 of #2',
      '100 of #7 rests',
    ])
    expectBook(`
      bid            | price | ask
                     | 10.02 | 300 #4
                     | 10.01 | 200 #3, 100 #7
      100 #1, 50 #5  | 10.00 |
      400 #6         |  9.98 |
    `)
  })
})

describe('an incoming order', () => {
  it('trades with the older of two orders at the same price', () => {
    expect(market.play('buy 100 @ 10.01 #7')).toEqual(['#7 trades 100 @ 10.01 with #2'])
    expectBook(`
      bid            | price | ask
                     | 10.02 | 300 #4
                     | 10.01 | 200 #3
      100 #1, 50 #5  | 10.00 |
      400 #6         |  9.98 |
    `)
  })

  it('leaves a partly filled order first in its queue', () => {
    expect(market.play('buy 30 @ 10.01 #7\nbuy 30 @ 10.01 #8')).toEqual([
      '#7 trades 30 @ 10.01 with #2, 70 left',
      '#8 trades 30 @ 10.01 with #2, 40 left',
    ])
    expectBook(`
      bid            | price | ask
                     | 10.02 | 300 #4
                     | 10.01 | 40 #2, 200 #3
      100 #1, 50 #5  | 10.00 |
      400 #6         |  9.98 |
    `)
  })

  it('sweeps several prices up to its limit, at the prices of the resting orders', () => {
    expect(market.play('buy 500 @ 10.02 #7')).toEqual([
      '#7 trades 100 @ 10.01 with #2',
      '#7 trades 200 @ 10.01 with #3',
      '#7 trades 200 @ 10.02 with #4, 100 left',
    ])
    expectBook(`
      bid            | price | ask
                     | 10.02 | 100 #4
      100 #1, 50 #5  | 10.00 |
      400 #6         |  9.98 |
    `)
  })

  it('stops at its limit and rests with what remains', () => {
    expect(market.play('sell 200 @ 9.99 #7')).toEqual([
      '#7 trades 100 @ 10.00 with #1',
      '#7 trades 50 @ 10.00 with #5',
      '50 of #7 rests',
    ])
    expectBook(`
      bid     | price | ask
              | 10.02 | 300 #4
              | 10.01 | 100 #2, 200 #3
              |  9.99 | 50 #7
      400 #6  |  9.98 |
    `)
  })

  it('trades at any price when it is a market order, and never rests', () => {
    expect(market.play('sell 600 @ market #7')).toEqual([
      '#7 trades 100 @ 10.00 with #1',
      '#7 trades 50 @ 10.00 with #5',
      '#7 trades 400 @ 9.98 with #6',
      '50 of #7 unfilled',
    ])
    expectBook(`
      bid  | price | ask
           | 10.02 | 300 #4
           | 10.01 | 100 #2, 200 #3
    `)
    expect(market.book.bestBid).toBe(0)
  })
})

describe('fill or kill', () => {
  it('trades when the prices within its limit have enough', () => {
    expect(market.play('buy 300 @ 10.01 fok #7')).toEqual([
      '#7 trades 100 @ 10.01 with #2',
      '#7 trades 200 @ 10.01 with #3',
    ])
  })

  it('leaves the book alone when one share is missing', () => {
    const before = market.rows()
    expect(market.play('buy 301 @ 10.01 fok #7\nsell 551 @ 9.00 fok #8')).toEqual([
      'killed #7: 300 of 301 available',
      'killed #8: 550 of 551 available',
    ])
    expect(market.rows()).toEqual(before)
  })
})
