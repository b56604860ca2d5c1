/**
 * What an instrument is worth from moment to moment: a random walk with a trend that comes and
 * goes, a pull back to where it began, and now and then news. Pure: numbers in, number out.
 */
import type { Price } from '../domain/index.ts'
import type { Random } from './random.ts'

export interface FairPrice {
  /** 1/10,000, with a fraction. */
  readonly price: number
  /** Ticks per step that it tends to move by. */
  readonly trend: number
}

export interface FairPriceOptions {
  readonly referencePrice: Price
  readonly tickSize: Price
  /** Ticks of a usual step. */
  readonly volatility: number
}

const TREND_KEPT = 0.985
const TREND_NOISE = 0.02
const PULL = 0.0004
const NEWS_CHANCE = 0.002
const NEWS_TICKS_MAX = 18
/** Price bands are wider: an order at a fair price is never refused for its price. */
const DISTANCE_MAX = 0.1

export const startFairPrice = ({ referencePrice }: FairPriceOptions): FairPrice => ({
  price: referencePrice,
  trend: 0,
})

/** One step, a tenth of a second of the demo's time. */
export function stepFairPrice(
  { price, trend }: FairPrice,
  { referencePrice, tickSize, volatility }: FairPriceOptions,
  random: Random,
): FairPrice {
  const nextTrend = trend * TREND_KEPT + random.gaussian() * TREND_NOISE * volatility
  const noise = random.gaussian() * volatility
  const news = random.chance(NEWS_CHANCE) ? random.integer(-NEWS_TICKS_MAX, NEWS_TICKS_MAX) : 0
  const pull = (referencePrice - price) * PULL
  const wanted = price + (nextTrend + noise + news) * tickSize + pull
  const room = referencePrice * DISTANCE_MAX
  return {
    price: Math.min(referencePrice + room, Math.max(referencePrice - room, wanted)),
    trend: nextTrend,
  }
}
