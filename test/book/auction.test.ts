/** The four rules of docs/protocols/auctions.md, each by a market that a trader knows. */
import { describe, expect, it } from 'vitest'
import { AuctionSide, cross } from '../../src/book/index.ts'
import { PRICE_MAX, Side } from '../../src/domain/index.ts'
import { collected, priceOf, sidesOf } from '../support/auction.ts'

interface Around {
  readonly reference?: string
  /** `9.50..10.50` */
  readonly collar?: string
  readonly tick?: string
}

/** `300 @ 10.01, buys 200 left`; the reference price is 10.00 and the tick 0.01 unless they are given. */
function auction(orders: string, { reference = '10.00', collar, tick = '0.01' }: Around = {}) {
  const [low, high] = collar === undefined ? [0, 0] : collar.split('..').map(priceOf)
  const found = cross(...sidesOf(collected(orders)), {
    tickSize: priceOf(tick),
    referencePrice: priceOf(reference),
    low: low!,
    high: high!,
  })
  if (found === undefined) return 'nothing'
  const { price, volume, imbalance } = found
  return `${volume} @ ${(price / 10_000).toFixed(2)}, ${leftOver(imbalance)}`
}

function leftOver(imbalance: number): string {
  if (imbalance === 0) return 'nothing left'
  return imbalance > 0 ? `buys ${imbalance} left` : `sells ${-imbalance} left`
}

describe('rule 1: as much as possible is executed', () => {
  it('at the price where most meets, whatever the reference price', () => {
    expect(
      auction('buy 300 @ 10.02, buy 200 @ 10.01, sell 400 @ 10.01, sell 100 @ 9.99', {
        reference: '9.99',
      }),
    ).toBe('500 @ 10.01, nothing left')
  })

  it('even if less were left over elsewhere', () => {
    expect(auction('buy 100 @ 10.05, buy 900 @ 10.00, sell 150 @ 10.00')).toBe(
      '150 @ 10.00, buys 850 left',
    )
    expect(auction('sell 100 @ 9.95, sell 900 @ 10.00, buy 150 @ 10.00')).toBe(
      '150 @ 10.00, sells 850 left',
    )
  })

  it('not at all when bid and ask do not meet', () => {
    expect(auction('buy 100 @ 9.99, sell 100 @ 10.00')).toBe('nothing')
  })

  it('not at all with one side only', () => {
    expect(auction('buy 100 @ 10.00, buy 100 @ market')).toBe('nothing')
    expect(auction('sell 100 @ 10.00, sell 100 @ market')).toBe('nothing')
  })

  it('not at all without orders', () => {
    const terms = { tickSize: 100, referencePrice: 100_000, low: 0, high: 0 }

    expect(cross(new AuctionSide(Side.Buy), new AuctionSide(Side.Sell), terms)).toBeUndefined()
  })
})

describe('rule 2: as little as possible is left over', () => {
  it('of the prices with the same volume', () => {
    expect(
      auction('buy 200 @ 10.02, buy 150 @ 10.01, sell 200 @ 10.00', { reference: '10.00' }),
    ).toBe('200 @ 10.02, nothing left')
  })

  it('on the side of the sells too', () => {
    expect(
      auction('sell 200 @ 9.98, sell 150 @ 9.99, buy 200 @ 10.00', { reference: '10.00' }),
    ).toBe('200 @ 9.98, nothing left')
  })
})

describe('rule 3: the side that is left over moves the price', () => {
  it('up, when buys are', () => {
    expect(auction('buy 300 @ 10.05, sell 100 @ 10.00')).toBe('100 @ 10.05, buys 200 left')
  })

  it('down, when sells are', () => {
    expect(auction('sell 300 @ 9.95, buy 100 @ 10.00')).toBe('100 @ 9.95, sells 200 left')
  })

  it('no further than the collar', () => {
    expect(auction('buy 300 @ 10.05, sell 100 @ 10.00', { collar: '9.90..10.03' })).toBe(
      '100 @ 10.03, buys 200 left',
    )
    expect(auction('sell 300 @ 9.95, buy 100 @ 10.00', { collar: '9.97..10.10' })).toBe(
      '100 @ 9.97, sells 200 left',
    )
  })
})

describe('rule 4: what is left to choose is nearest to the reference price', () => {
  const balanced = 'buy 100 @ 10.10, sell 100 @ 9.90'

  it.each([
    ['at it', '10.04', '100 @ 10.04, nothing left'],
    ['at the highest, when it is above', '11.00', '100 @ 10.10, nothing left'],
    ['at the lowest, when it is below', '9.00', '100 @ 9.90, nothing left'],
    ['at the nearest tick, when it is on none', '10.0449', '100 @ 10.04, nothing left'],
    ['at the higher tick, when two are as near', '10.045', '100 @ 10.05, nothing left'],
  ])('%s', (_where, reference, expected) => {
    expect(auction(balanced, { reference })).toBe(expected)
  })

  // At 10.00 and below 100 buys are left over, above that 100 sells.
  const turning = 'buy 200 @ 10.05, buy 100 @ 10.00, sell 200 @ 9.95, sell 100 @ 10.01'
  it.each([
    ['10.00', '200 @ 10.00, buys 100 left'],
    ['9.97', '200 @ 9.97, buys 100 left'],
    ['10.01', '200 @ 10.01, sells 100 left'],
    ['10.03', '200 @ 10.03, sells 100 left'],
  ])(
    'also where buys are left below and as many sells above: reference %s',
    (reference, expected) => {
      expect(auction(turning, { reference })).toBe(expected)
    },
  )
})

describe('market orders', () => {
  it('of both sides, without a limit, trade at the reference price', () => {
    expect(auction('buy 300 @ market, sell 200 @ market', { reference: '10.04' })).toBe(
      '200 @ 10.04, buys 100 left',
    )
  })

  it('at the tick nearest to it, of two as near the higher', () => {
    const orders = 'buy 300 @ market, sell 300 @ market'

    expect(auction(orders, { reference: '10.02', tick: '0.05' })).toBe('300 @ 10.00, nothing left')
    expect(auction(orders, { reference: '10.025', tick: '0.05' })).toBe('300 @ 10.05, nothing left')
  })

  it('and inside the collar, where the reference price is not', () => {
    const orders = 'buy 300 @ market, sell 300 @ market'

    expect(auction(orders, { reference: '12.00', collar: '9.50..10.50' })).toBe(
      '300 @ 10.50, nothing left',
    )
    expect(auction(orders, { reference: '9.00', collar: '9.50..10.50' })).toBe(
      '300 @ 9.50, nothing left',
    )
  })

  it('that buy more than is offered pay the highest limit', () => {
    expect(auction('buy 500 @ market, sell 100 @ 10.02, sell 100 @ 10.07')).toBe(
      '200 @ 10.07, buys 300 left',
    )
  })

  it('or the reference price, when that is higher', () => {
    expect(
      auction('buy 500 @ market, sell 100 @ 10.02, sell 100 @ 10.07', { reference: '10.20' }),
    ).toBe('200 @ 10.20, buys 300 left')
  })

  it('that sell more than is bid get the lowest limit, or the reference price below it', () => {
    const orders = 'sell 500 @ market, buy 100 @ 9.98, buy 100 @ 9.93'

    expect(auction(orders)).toBe('200 @ 9.93, sells 300 left')
    expect(auction(orders, { reference: '9.80' })).toBe('200 @ 9.80, sells 300 left')
  })

  it('of less than the other side brings leave the price to its limits', () => {
    expect(auction('buy 100 @ market, sell 100 @ 10.02, sell 100 @ 10.07')).toBe(
      '100 @ 10.02, nothing left',
    )
  })

  it('push the price beyond no limit, though a tick above it less were left over', () => {
    expect(auction('buy 100 @ market, buy 30 @ 10.00, sell 100 @ 10.00')).toBe(
      '100 @ 10.00, buys 30 left',
    )
  })
})

describe('the collar', () => {
  it('allows both of its ends', () => {
    expect(auction('buy 100 @ 10.05, sell 100 @ 10.05', { collar: '10.00..10.05' })).toBe(
      '100 @ 10.05, nothing left',
    )
    expect(auction('buy 100 @ 10.05, sell 100 @ 10.05', { collar: '10.05..10.10' })).toBe(
      '100 @ 10.05, nothing left',
    )
  })

  it('leaves what meets only outside of it without a trade', () => {
    expect(auction('buy 100 @ 10.06, sell 100 @ 10.06', { collar: '10.00..10.05' })).toBe('nothing')
  })

  it('that begins above all limits lets its lowest price decide', () => {
    expect(
      auction('buy 100 @ market, sell 200 @ 9.00, buy 100 @ 9.50', { collar: '9.90..10.10' }),
    ).toBe('100 @ 9.90, sells 100 left')
  })
})

describe('the ends of what a price can be', () => {
  it('a reference price nearer to no price than to the first tick is the first tick', () => {
    expect(
      auction('buy 100 @ market, sell 100 @ market', { reference: '0.01', tick: '0.05' }),
    ).toBe('100 @ 0.05, nothing left')
  })

  it('a reference price beyond the last tick is the last tick', () => {
    const [buys, sells] = sidesOf(collected('buy 100 @ market, sell 100 @ market'))
    const terms = { tickSize: 300_000_001, referencePrice: PRICE_MAX, low: 0, high: 0 }

    expect(cross(buys, sells, terms)).toEqual({
      price: 1_800_000_006,
      volume: 100,
      imbalance: 0,
    })
  })

  it('sums of quantities beyond 32 bits are exact', () => {
    const buys = new AuctionSide(Side.Buy)
    const sells = new AuctionSide(Side.Sell)
    buys.addLimit(100_100, 4_000_000_000_000_001)
    buys.addLimit(100_000, 2)
    sells.addMarket(4_000_000_000_000_002)

    expect(cross(buys, sells, { tickSize: 100, referencePrice: 100_000, low: 0, high: 0 })).toEqual(
      { price: 100_000, volume: 4_000_000_000_000_002, imbalance: 1 },
    )
  })
})

describe('a side', () => {
  it('that was cleared brings nothing of what it had', () => {
    const [buys, sells] = sidesOf(
      collected('buy 100 @ market, buy 50 @ 10.10, sell 30 @ 10.05, sell 40 @ market'),
    )
    buys.clear()
    sells.clear()
    buys.addLimit(100_200, 20)
    sells.addLimit(100_200, 20)

    expect(cross(buys, sells, { tickSize: 100, referencePrice: 100_000, low: 0, high: 0 })).toEqual(
      { price: 100_200, volume: 20, imbalance: 0 },
    )
  })

  it('grows with its limits', () => {
    const buys = new AuctionSide(Side.Buy)
    const sells = new AuctionSide(Side.Sell)
    for (let tick = 1; tick <= 1000; tick++) {
      sells.addLimit(tick * 100, 1)
      buys.addLimit((2000 - tick) * 100, 1)
    }

    expect(cross(buys, sells, { tickSize: 100, referencePrice: 50_000, low: 0, high: 0 })).toEqual({
      price: 100_000,
      volume: 1000,
      imbalance: 0,
    })
  })

  it('takes its limits best first only', () => {
    const buys = new AuctionSide(Side.Buy)
    buys.addLimit(100_000, 100)
    const sells = new AuctionSide(Side.Sell)
    sells.addLimit(100_000, 100)

    expect(() => buys.addLimit(100_000, 100)).toThrow('limits come best first')
    expect(() => buys.addLimit(100_100, 100)).toThrow('limits come best first')
    expect(() => sells.addLimit(99_900, 100)).toThrow('limits come best first')
  })
})

describe('what is wrong before it comes to an auction', () => {
  it.each([
    ['collar is on the tick', { low: 99_950, high: 100_500 }],
    ['collar is on the tick', { low: 100_000, high: 100_550 }],
    ['collar is on the tick', { low: 100_500, high: 100_000 }],
    ['reference price is a price', { referencePrice: 0 }],
    ['reference price is a price', { referencePrice: PRICE_MAX + 1 }],
  ])('%s: %o', (message, wrong) => {
    const terms = { tickSize: 100, referencePrice: 100_000, low: 0, high: 0, ...wrong }
    const [buys, sells] = sidesOf(collected('buy 100 @ market, sell 100 @ market'))

    expect(() => cross(buys, sells, terms)).toThrow(message)
  })

  it.each([
    ['quantity of market orders is positive', (side: AuctionSide) => side.addMarket(0)],
    ['limit has a price and a quantity', (side: AuctionSide) => side.addLimit(0, 100)],
    ['limit has a price and a quantity', (side: AuctionSide) => side.addLimit(PRICE_MAX + 1, 100)],
    ['limit has a price and a quantity', (side: AuctionSide) => side.addLimit(100_000, 0)],
  ])('%s', (message, add) => {
    expect(() => add(new AuctionSide(Side.Buy))).toThrow(message)
  })
})
