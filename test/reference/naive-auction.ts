/**
 * The auction of docs/protocols/auctions.md, obviously: every tick is looked at, each rule keeps some of
 * them, and orders are paired off one after the other. Costs ticks × orders: for ranges of some thousand ticks.
 */
import type { AuctionTerms, Cross } from '../../src/book/index.ts'
import { PRICE_MAX, Side } from '../../src/domain/index.ts'

/** An order that was collected. */
export interface CollectedOrder {
  readonly id: number
  /** Side.Buy or Side.Sell. */
  readonly side: number
  /** In 1/10,000; 0 = market. */
  readonly price: number
  readonly quantity: number
}

export interface Uncross {
  /** 0, and no fills, when nothing can be executed. */
  readonly price: number
  readonly volume: number
  /** OrderID of the buy, OrderID of the sell, shares; in the order in which they are executed. */
  readonly fills: readonly (readonly [buyId: number, sellId: number, quantity: number])[]
}

/** What would happen at a price. */
interface AtPrice extends Cross {
  readonly buying: number
  readonly selling: number
}

/** @param orders in the order of their arrival */
export function referenceUncross(orders: readonly CollectedOrder[], terms: AuctionTerms): Uncross {
  const found = naiveCross(orders, terms)
  if (found === undefined) return { price: 0, volume: 0, fills: [] }
  return { price: found.price, volume: found.volume, fills: fillsOf(orders, found.volume) }
}

/** The price of the four rules; undefined: nothing can be executed. */
export function naiveCross(
  orders: readonly CollectedOrder[],
  terms: AuctionTerms,
): Cross | undefined {
  const [chosen] = leftByRules(orders, terms).reference
  const { price, volume, imbalance } = chosen!
  return volume === 0 ? undefined : { price, volume, imbalance }
}

/** Every tick whose distance from the reference price is at most so many hundredths of a percent, and the nearest one. */
export function collarAround(
  referencePrice: number,
  tickSize: number,
  hundredths: number,
): { low: number; high: number } {
  const isNear = (price: number): boolean =>
    Math.abs(price - referencePrice) * 10_000 <= referencePrice * hundredths
  const below = referencePrice - (referencePrice % tickSize)
  const around = [below, below + tickSize].filter((price) => price > 0 && price <= PRICE_MAX)
  const centre = nearest(around, referencePrice)
  let low = centre
  let high = centre
  while (low > tickSize && isNear(low - tickSize)) low -= tickSize
  while (high + tickSize <= PRICE_MAX && isNear(high + tickSize)) high += tickSize
  return { low, high }
}

/** The prices that may be chosen, rising, and those that each rule leaves of them. */
export function leftByRules(orders: readonly CollectedOrder[], terms: AuctionTerms) {
  const range = candidates(orders, terms).map((price) => atPrice(orders, price))
  const volume = leastOf(range, (one) => -one.volume)
  const imbalance = leastOf(volume, (one) => Math.abs(one.imbalance))
  const pressure = underPressure(imbalance)
  const prices = pressure.map(({ price }) => price)
  const nearestPrice = nearest(prices, terms.referencePrice)
  const reference = pressure.filter(({ price }) => price === nearestPrice)
  return { range, volume, imbalance, pressure, reference }
}

function atPrice(orders: readonly CollectedOrder[], price: number): AtPrice {
  let buying = 0
  let selling = 0
  for (const order of orders) {
    if (!takesPrice(order, price)) continue
    if (isBuy(order)) buying += order.quantity
    else selling += order.quantity
  }
  const volume = Math.min(buying, selling)
  return { price, buying, selling, volume, imbalance: buying - selling }
}

/** Every tick between the ends of the limits and the reference price that the collar allows, rising. */
function candidates(orders: readonly CollectedOrder[], terms: AuctionTerms): number[] {
  const { tickSize, referencePrice } = terms
  const [low, high] = collarOf(terms)
  const below = referencePrice - (referencePrice % tickSize)
  const aroundReference = [low, below, below + tickSize, high].filter(
    (price) => price >= low && price <= high,
  )
  const limits = orders.map(({ price }) => price).filter((price) => price > 0)
  const ends = [...limits, nearest(aroundReference, referencePrice)]

  const prices: number[] = []
  const highest = Math.max(...ends)
  for (let price = Math.min(...ends); price <= highest; price += tickSize) {
    if (price >= low && price <= high) prices.push(price)
  }
  return prices
}

/** Lowest and highest price of the collar, without one of all prices. */
function collarOf({ tickSize, low, high }: AuctionTerms): [number, number] {
  return low === 0 ? [tickSize, PRICE_MAX - (PRICE_MAX % tickSize)] : [low, high]
}

/** Of two as near the higher. */
function nearest(prices: readonly number[], referencePrice: number): number {
  return Math.max(...leastOf(prices, (price) => Math.abs(price - referencePrice)))
}

function underPressure(prices: readonly AtPrice[]): readonly AtPrice[] {
  if (prices.every(({ imbalance }) => imbalance > 0)) return prices.slice(-1)
  if (prices.every(({ imbalance }) => imbalance < 0)) return prices.slice(0, 1)
  return prices
}

/** Buys and sells by priority, paired off until the volume is reached. */
function fillsOf(orders: readonly CollectedOrder[], volume: number): Uncross['fills'] {
  const buys = queueOf(orders, Side.Buy)
  const sells = queueOf(orders, Side.Sell)
  const fills: [number, number, number][] = []
  for (let left = volume; left > 0; left -= fills.at(-1)![2]) {
    const [buy, sell] = [buys[0]!, sells[0]!]
    const quantity = Math.min(buy.quantity, sell.quantity)
    fills.push([buy.id, sell.id, quantity])
    buy.quantity -= quantity
    sell.quantity -= quantity
    if (buy.quantity === 0) buys.shift()
    if (sell.quantity === 0) sells.shift()
  }
  return fills
}

/** A side by priority: market orders, then the best limit, of equal ones the oldest. Who takes the price is in front. */
function queueOf(
  orders: readonly CollectedOrder[],
  side: number,
): { id: number; quantity: number }[] {
  const better = side === Side.Buy ? 1 : -1
  const rank = (order: CollectedOrder): number =>
    order.price === 0 ? Infinity : better * order.price
  return orders
    .filter((order) => order.side === side)
    .toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)))
    .map(({ id, quantity }) => ({ id, quantity }))
}

const isBuy = ({ side }: CollectedOrder): boolean => side === Side.Buy

function takesPrice(order: CollectedOrder, price: number): boolean {
  if (order.price === 0) return true
  return isBuy(order) ? order.price >= price : order.price <= price
}

/** All that nothing else is less than, in their order. */
function leastOf<Item>(items: readonly Item[], measure: (item: Item) => number): Item[] {
  const least = Math.min(...items.map(measure))
  return items.filter((item) => measure(item) === least)
}
