/** Bots decide by what they see and by their seed, and by nothing else. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BotAction, BotView, OwnOrder } from '../../src/client/index.ts'
import {
  marketMaker,
  momentumTrader,
  noiseTrader,
  Random,
  startFairPrice,
  stepFairPrice,
  withConditions,
} from '../../src/client/index.ts'
import { Side, TimeInForce } from '../../src/domain/index.ts'

const TICK = 100

const view: BotView = {
  symbol: 'AAPL',
  tickSize: TICK,
  lotSize: 10,
  bid: 1_824_900,
  ask: 1_825_100,
  history: [1_825_000, 1_825_000],
  fair: 1_825_030,
  orders: [],
  position: 0,
}

const anOrder = (side: number, price: number, given: Partial<OwnOrder> = {}): OwnOrder => ({
  clOrdId: `${side}-${price}`,
  symbol: 'AAPL',
  side,
  price,
  cumQty: 0,
  leavesQty: 100,
  pending: 0,
  orderId: '1',
  reference: '1',
  maxFloor: 0,
  isWaiting: false,
  ...given,
})

const makerOf = (levels: number) =>
  marketMaker({ levels, halfSpreadTicks: 1, stepTicks: 1, lots: 10, positionMax: 1_000 })

/** What is done at which price, without quantities. */
const outline = (actions: readonly BotAction[]) =>
  actions.map((action) => {
    if (action.kind === 'enter') return `enter ${action.side} ${action.price}`
    if (action.kind === 'cancel') return `cancel ${action.order.clOrdId}`
    return `replace ${action.order.clOrdId} ${action.price}`
  })

const { Buy, Sell } = Side

describe('the same seed', () => {
  const strategies = {
    maker: makerOf(3),
    momentum: momentumTrader({ moveTicks: 1, lotsMax: 5, positionMax: 100 }),
    noise: noiseTrader({ lotsMax: 5, ordersMax: 3 }),
    conditions: withConditions(makerOf(1), { chance: 0.5, lotsMax: 5, ordersMax: 3 }),
  }

  it.each(Object.entries(strategies))('gives %s the same decisions', (_, strategy) => {
    const moved = { ...view, orders: [anOrder(Buy, 1_824_800)], history: [1_824_000, 1_825_000] }
    const decideFrom = (seed: number) => {
      const random = new Random(seed)
      return Array.from({ length: 200 }, () => strategy(moved, random))
    }

    expect(decideFrom(7)).toEqual(decideFrom(7))
    expect(decideFrom(7)).not.toEqual(decideFrom(8))
  })

  it('gives the same fair prices, which never leave a tenth of the reference price', () => {
    const options = { referencePrice: 1_825_000, tickSize: TICK, volatility: 200 }
    const walk = (seed: number) => {
      const random = new Random(seed)
      const prices = [startFairPrice(options)]
      for (let i = 0; i < 2_000; i++) prices.push(stepFairPrice(prices.at(-1)!, options, random))
      return prices.map(({ price }) => price)
    }

    expect(walk(1)).toEqual(walk(1))
    expect(Math.min(...walk(1))).toBeGreaterThanOrEqual(1_825_000 * 0.9)
    expect(Math.max(...walk(1))).toBeLessThanOrEqual(1_825_000 * 1.1)
  })

  it('gives each name numbers of its own', () => {
    const random = new Random(7)

    expect(random.fork('ACME').next()).toBe(new Random(7).fork('ACME').next())
    expect(random.fork('ACME').next()).not.toBe(random.fork('HOOLI').next())
  })
})

describe('a market maker', () => {
  it('quotes its levels on both sides of the fair price', () => {
    expect(outline(makerOf(2)(view, new Random(1)))).toEqual([
      `enter ${Sell} 1825200`,
      `enter ${Sell} 1825300`,
      `enter ${Buy} 1824900`,
      `enter ${Buy} 1824800`,
    ])
  })

  it('follows a rising price by replacing what is left behind, asks first', () => {
    const orders = [
      anOrder(Buy, 1_824_900),
      anOrder(Buy, 1_824_800),
      anOrder(Sell, 1_825_200),
      anOrder(Sell, 1_825_300, { cumQty: 40 }),
    ]
    const actions = makerOf(2)({ ...view, orders, fair: 1_825_130 }, new Random(1))

    expect(outline(actions)).toEqual([
      `replace ${Sell}-1825200 1825400`,
      `replace ${Buy}-1824800 1825000`,
    ])
  })

  it('leans away from what it holds', () => {
    const bestBid = (position: number) =>
      Math.max(
        ...makerOf(2)({ ...view, position }, new Random(1)).map((action) =>
          action.kind === 'enter' && action.side === Buy ? action.price! : 0,
        ),
      )

    expect(bestBid(1_000)).toBe(bestBid(0) - 4 * TICK)
    expect(bestBid(-1_000)).toBe(bestBid(0) + 4 * TICK)
  })

  it('never crosses its own quotes, and asks for whole lots at prices on the grid', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000_000, max: 3_000_000 }),
        fc.integer({ min: -5_000, max: 5_000 }),
        fc.integer(),
        (fair, position, seed) => {
          const actions = makerOf(3)({ ...view, fair, position }, new Random(seed))
          const entered = actions.filter((action) => action.kind === 'enter')
          const priceOf = (side: number) =>
            entered.filter((one) => one.side === side).map(({ price }) => price!)

          expect(entered).toHaveLength(6)
          expect(Math.max(...priceOf(Buy))).toBeLessThan(Math.min(...priceOf(Sell)))
          for (const { price, orderQty } of entered) {
            expect([price! % TICK, orderQty % 10, orderQty > 0]).toEqual([0, 0, true])
          }
        },
      ),
    )
  })
})

describe('a momentum trader', () => {
  const strategy = momentumTrader({ moveTicks: 3, lotsMax: 1, positionMax: 100 })
  const rising = { ...view, history: [1_824_000, 1_825_000] }

  it('buys immediately through the ask when the price runs up', () => {
    expect(strategy(rising, new Random(1))).toEqual([
      {
        kind: 'enter',
        side: Buy,
        orderQty: 10,
        price: view.ask! + TICK,
        timeInForce: TimeInForce.ImmediateOrCancel,
      },
    ])
  })

  it('does nothing in a market that stands still, at its limit, or without an offer', () => {
    expect(strategy(view, new Random(1))).toEqual([])
    expect(strategy({ ...rising, position: 100 }, new Random(1))).toEqual([])
    expect(strategy({ ...rising, ask: undefined }, new Random(1))).toEqual([])
  })
})

describe('a trader with conditions', () => {
  const quiet = () => []
  const strategy = withConditions(quiet, { chance: 1, lotsMax: 5, ordersMax: 2 })
  const stop = anOrder(Buy, 0, { clOrdId: 'stop', isWaiting: true })
  const iceberg = anOrder(Sell, 1_825_300, { clOrdId: 'iceberg', maxFloor: 10 })

  /** What is wrong with an order that the exchange should take. */
  const faultsOf = (action: BotAction): string[] => {
    if (action.kind !== 'enter') return [action.kind]
    const { side, orderQty, price, conditions = {} } = action
    const { maxFloor = 10, stopPx, execInst } = conditions
    const best = side === Buy ? view.ask! : view.bid!
    const beyond = (at: number) => (at - best) * (side === Buy ? 1 : -1)
    const faults = {
      'no whole lots': orderQty % 10 !== 0 || maxFloor % 10 !== 0,
      'shows all': conditions.maxFloor !== undefined && maxFloor >= orderQty,
      'trades at once': price !== undefined && beyond(price) >= 0,
      'a stop with a price or in reach':
        stopPx !== undefined && (price !== undefined || beyond(stopPx) <= 0),
      'no such instruction': execInst !== undefined && execInst !== '6',
    }
    return Object.entries(faults).flatMap(([fault, isThere]) => (isThere ? [fault] : []))
  }

  it('asks for what the exchange takes: icebergs, stops out of reach, post only off the other side', () => {
    const random = new Random(1)
    const entered = Array.from({ length: 300 }, () => strategy(view, random)).flat()
    const kinds = entered.map((action) =>
      action.kind === 'enter' ? Object.keys(action.conditions ?? {}).join() : action.kind,
    )

    expect(entered.flatMap(faultsOf)).toEqual([])
    expect([...new Set(kinds)].sort()).toEqual(['execInst', 'maxFloor', 'stopPx'])
  })

  it('cancels one of them when it has enough, unless all are on their way', () => {
    const held = { ...view, orders: [stop, iceberg, anOrder(Buy, 1_824_800)] }
    expect(['cancel stop', 'cancel iceberg']).toContain(outline(strategy(held, new Random(1)))[0])

    const orders = [stop, iceberg].map((order) => ({ ...order, pending: 1 }))
    expect(strategy({ ...view, orders }, new Random(1))).toEqual([])
  })

  it('is the trader that it was for all else', () => {
    const seldom = withConditions(makerOf(1), { chance: 0, lotsMax: 5, ordersMax: 2 })

    expect(outline(seldom(view, new Random(1)))).toEqual(outline(makerOf(1)(view, new Random(1))))
  })
})
