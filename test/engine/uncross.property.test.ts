/**
 * The engine's auctions against the auction of the document, on random books: price, volume and who trades
 * with whom; afterwards nothing crosses, and the feed's book is the engine's.
 */
import { describe, expect, it } from 'vitest'
import type { AuctionCollar } from '../../src/domain/index.ts'
import { Side } from '../../src/domain/index.ts'
import type { CollectedOrder, Uncross } from '../reference/naive-auction.ts'
import { referenceUncross } from '../reference/naive-auction.ts'
import { Dice } from '../support/dice.ts'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import type { EngineEvent, OrderEvent } from '../support/engine-events.ts'
import { isOrder } from '../support/engine-events.ts'
import { FeedBook } from '../support/engine-feed-book.ts'

const BOOKS = 2_000
const ORDERS_MAX = 30
const REFERENCE = 1_000_000
const TICK = 100
/** Five ticks. */
const COLLAR_PERCENT = 5
const COLLARED = { collarPercent: COLLAR_PERCENT, extensionSeconds: 1, extensionsMax: 0 }
const COLLAR = { low: REFERENCE - 5 * TICK, high: REFERENCE + 5 * TICK }

function someOrders(dice: Dice): CollectedOrder[] {
  const widest = 1 + dice.below(12)
  return Array.from({ length: 1 + dice.below(ORDERS_MAX) }, (_, index) => ({
    id: index + 1,
    side: dice.below(2) === 0 ? Side.Buy : Side.Sell,
    price: dice.below(6) === 0 ? 0 : REFERENCE + (dice.below(2 * widest + 1) - widest) * TICK,
    quantity: 1 + dice.below(dice.below(3) === 0 ? 500 : 20),
  }))
}

/** A market in which orders have been collected, and the feed's book of it. */
function collect(
  orders: readonly CollectedOrder[],
  ordersPerCommandMax: number,
  auction: { readonly auction?: AuctionCollar },
) {
  const market = anEngine({
    instruments: [{ symbol: 'AAPL', referencePrice: REFERENCE, ...auction }],
    ordersPerCommandMax,
  })
  const feed = new FeedBook()
  market.collect()
  for (const { id, side, price, quantity } of orders) {
    const terms = `${side === Side.Buy ? 'buy' : 'sell'} ${quantity}`
    market.enter('ACME', `O${id}`, `${terms} @ ${price === 0 ? 'market' : price / 10_000}`)
    for (const event of market.events) feed.hear(event)
  }
  return { market, feed }
}

/** What the document says: the collar counts where the price would be outside of it. */
function expectedOf(orders: readonly CollectedOrder[], isCollared: boolean): Uncross {
  const terms = { tickSize: TICK, referencePrice: REFERENCE, low: 0, high: 0 }
  const free = referenceUncross(orders, terms)
  const isOutside = free.volume > 0 && (free.price < COLLAR.low || free.price > COLLAR.high)
  return isCollared && isOutside ? referenceUncross(orders, { ...terms, ...COLLAR }) : free
}

const isTrade = (event: EngineEvent): event is OrderEvent =>
  isOrder(event) && event.event === 'OrderExecuted'

/** Pairs of reports with one match number: buyer, seller, shares, price. */
function fillsOf(market: EngineDriver): [number, number, number, number][] {
  const trades = market.events.filter(isTrade)
  return trades.flatMap((buy, i) => {
    const sell = trades[i + 1]
    if (i % 2 === 1 || sell === undefined) return []
    expect([buy.side, sell.side]).toEqual([Side.Buy, Side.Sell])
    expect([sell.matchNumber, sell.lastQty, sell.lastPx]).toEqual([
      buy.matchNumber,
      buy.lastQty,
      buy.lastPx,
    ])
    const numberOf = ({ clOrdId }: OrderEvent): number => Number(clOrdId.slice(1))
    return [[numberOf(buy), numberOf(sell), buy.lastQty, buy.lastPx]]
  })
}

function shownOn({ engine }: EngineDriver, side: number): string[] {
  const { markets, orders, orderOfSlot, orderPool } = engine.state
  const shown: string[] = []
  markets[1]!.book.forEachOrder(side, (slot) => {
    const order = orderOfSlot[slot]!
    shown.push(`${orders.reference(order)} ${orderPool.leavesQty(slot)}@${orders.price(order)}`)
  })
  return shown
}

describe('an auction of the engine', () => {
  it.each([
    ['whole or in parts', {}],
    [`inside a collar of ${COLLAR_PERCENT / 100} %`, { auction: COLLARED }],
  ])(
    `is the one of the document in ${BOOKS} random books, %s`,
    (_, auction) => {
      const dice = new Dice(20261122)
      for (let book = 0; book < BOOKS; book++) {
        const orders = someOrders(dice)
        const { market, feed } = collect(orders, book % 2 === 0 ? 1_000_000 : 3, auction)
        const { price, volume, fills } = expectedOf(orders, 'auction' in auction)

        market.resume()
        expect(fillsOf(market)).toEqual(fills.map((fill) => [...fill, price]))
        expect(market.events).toContainEqual(
          expect.objectContaining({ event: 'CrossExecuted', shares: volume, price, crossType: 72 }),
        )
        for (const event of market.events) feed.hear(event)
        const { book: left, unpriced } = market.engine.state.markets[1]!
        expect(left.bestAsk === 0 || left.bestBid < left.bestAsk).toBe(true)
        expect([unpriced?.firstOrder(Side.Buy) ?? 0, unpriced?.firstOrder(Side.Sell) ?? 0]).toEqual(
          [0, 0],
        )
        for (const side of [Side.Buy, Side.Sell]) {
          const heard = feed.queue(1, side)
          expect(heard.map((one) => `${one.reference} ${one.shares}@${one.price}`)).toEqual(
            shownOn(market, side),
          )
        }
      }
    },
    120_000,
  )
})
