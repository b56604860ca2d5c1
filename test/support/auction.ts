/** Orders of an auction as a trader says them, and the two sides that they become. */
import { AuctionSide } from '../../src/book/index.ts'
import { Side } from '../../src/domain/index.ts'
import type { CollectedOrder } from '../reference/naive-auction.ts'

const ORDER = /^(buy|sell) (\d+) @ (market|[\d.]+)$/

/** 1/10,000 of a decimal text. */
export const priceOf = (text: string): number => Math.round(Number(text) * 10_000)

/** `buy 500 @ market, sell 200 @ 10.00`: in the order of arrival, with OrderIDs 1, 2, … */
export function collected(text: string): CollectedOrder[] {
  return text.split(', ').map((order, index) => {
    const [, side, quantity, price] = ORDER.exec(order)!
    return {
      id: index + 1,
      side: side === 'buy' ? Side.Buy : Side.Sell,
      price: price === 'market' ? 0 : priceOf(price!),
      quantity: Number(quantity),
    }
  })
}

/** Buys and sells. */
export function sidesOf(orders: readonly CollectedOrder[]): [AuctionSide, AuctionSide] {
  return [sideOf(orders, Side.Buy), sideOf(orders, Side.Sell)]
}

function sideOf(orders: readonly CollectedOrder[], side: number): AuctionSide {
  const result = new AuctionSide(side)
  const atPrice = new Map<number, number>()
  for (const order of orders.filter((one) => one.side === side)) {
    if (order.price === 0) result.addMarket(order.quantity)
    else atPrice.set(order.price, (atPrice.get(order.price) ?? 0) + order.quantity)
  }
  const rising = [...atPrice].toSorted(([a], [b]) => a - b)
  const bestFirst = side === Side.Buy ? rising.toReversed() : rising
  for (const [price, quantity] of bestFirst) result.addLimit(price, quantity)
  return result
}
