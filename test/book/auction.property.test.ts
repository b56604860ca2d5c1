/** Whatever is collected: price, volume and imbalance are those of the naive auction, which looks at every tick. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AuctionTerms } from '../../src/book/index.ts'
import { cross } from '../../src/book/index.ts'
import { PRICE_MAX, QUANTITY_MAX, Side } from '../../src/domain/index.ts'
import type { CollectedOrder } from '../reference/naive-auction.ts'
import { naiveCross } from '../reference/naive-auction.ts'
import { sidesOf } from '../support/auction.ts'
import { Dice } from '../support/dice.ts'

interface Collected {
  readonly orders: readonly CollectedOrder[]
  readonly terms: AuctionTerms
}

const SIDES = [Side.Buy, Side.Sell]

describe('the auction', () => {
  it('is the naive one in 10,000 random markets', () => {
    const outcomes = new Map<string, number>()
    for (let seed = 1; seed <= 10_000; seed++) {
      const market = randomMarket(new Dice(seed))
      const found = cross(...sidesOf(market.orders), market.terms)

      expect(found, `seed ${seed}: ${JSON.stringify(market)}`).toEqual(
        naiveCross(market.orders, market.terms),
      )
      const outcome = found === undefined ? 'nothing' : String(Math.sign(found.imbalance))
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }

    for (const outcome of ['nothing', '1', '-1', '0']) {
      expect(outcomes.get(outcome), `markets with outcome ${outcome}`).toBeGreaterThan(1000)
    }
  })

  it('is the naive one in any market', () => {
    fc.assert(
      fc.property(anyMarket, ({ orders, terms }) => {
        expect(cross(...sidesOf(orders), terms)).toEqual(naiveCross(orders, terms))
      }),
      { numRuns: 2000 },
    )
  })
})

/** Some thirty ticks of the scale, its two ends among them. */
function randomMarket(dice: Dice): Collected {
  const tickSize = dice.pick([1, 5, 100, 2500])!
  const last = Math.floor(PRICE_MAX / tickSize)
  const middle = dice.weighted([
    { weight: 8, ticks: Math.min(10_000, last - 40) },
    { weight: 1, ticks: 12 },
    { weight: 1, ticks: last - 12 },
  ]).ticks
  const near = (reach: number): number => (middle + dice.between(-reach, reach)) * tickSize
  return {
    orders: randomOrders(dice, () => near(dice.pick([1, 4, 9])!)),
    terms: {
      tickSize,
      referencePrice: randomReference(dice, near, tickSize),
      ...collar(dice, near),
    },
  }
}

function randomReference(dice: Dice, near: (reach: number) => number, tickSize: number): number {
  const off = dice.pick([0, 0, 1, Math.floor(tickSize / 2), tickSize - 1])!
  return Math.min(near(dice.pick([3, 11])!) + off, PRICE_MAX)
}

function collar(dice: Dice, near: (reach: number) => number): { low: number; high: number } {
  if (dice.chance(0.5)) return { low: 0, high: 0 }
  const ends = [near(11), near(11)]
  return { low: Math.min(...ends), high: Math.max(...ends) }
}

function randomOrders(dice: Dice, price: () => number): CollectedOrder[] {
  const marketOrders = dice.pick([0, 0.2, 0.5, 1])!
  const quantities = dice.pick([
    [100],
    [100, 200, 300],
    [1, 7, 50, 120, 333],
    [QUANTITY_MAX, 999_999_937],
  ])!
  const sides = dice.chance(0.1) ? [dice.pick(SIDES)!] : SIDES
  return Array.from({ length: dice.between(0, 14) }, (_, index) => ({
    id: index + 1,
    side: dice.pick(sides)!,
    price: dice.chance(marketOrders) ? 0 : price(),
    quantity: dice.pick(quantities)!,
  }))
}

const ticks = fc.integer({ min: 1, max: 25 })
const quantity = fc.oneof(
  fc.integer({ min: 1, max: 4 }),
  fc.constantFrom(100, QUANTITY_MAX - 1, QUANTITY_MAX),
)

const anyMarket: fc.Arbitrary<Collected> = fc
  .record({
    tickSize: fc.constantFrom(1, 4, 100),
    orders: fc.array(
      fc.record({
        side: fc.constantFrom(...SIDES),
        price: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: ticks }),
        quantity,
      }),
      { maxLength: 12 },
    ),
    reference: ticks,
    off: fc.nat(99),
    collar: fc.option(fc.tuple(ticks, ticks)),
  })
  .map(({ tickSize, orders, reference, off, collar: ends }) => ({
    orders: orders.map((order, index) => ({
      ...order,
      id: index + 1,
      price: order.price * tickSize,
    })),
    terms: {
      tickSize,
      referencePrice: reference * tickSize + (off % tickSize),
      low: ends === null ? 0 : Math.min(...ends) * tickSize,
      high: ends === null ? 0 : Math.max(...ends) * tickSize,
    },
  }))
