/**
 * Price collars: how far a price may be from the reference price and from the last execution, or, of a
 * stop, from its StopPx(99), which is where the market will be when it trades. An order without a limit
 * price has the end of its collar for one.
 */
import {
  ceilDiv,
  floorDiv,
  formatDecimal,
  formatPrice,
  PRICE_MAX,
  Side,
} from '../../domain/index.ts'
import type { ScopeLimits } from '../../wire/index.ts'
import type { Market } from '../state.ts'
import type { Scope } from './scope.ts'

/** 100 percent, in hundredths. */
const WHOLE = 10_000
const PERCENT_DECIMALS = 2

/** Of an order without a limit price. */
export interface Bound {
  /** Worst price at which it trades; 0 = none, since no collar is in force for it. */
  readonly limit: number
  /** Price that its quantity counts at. */
  readonly value: number
}

/** A price that collars are around. */
interface Base {
  readonly name: string
  readonly price: number
}

/** @param stopPx 0 = it is no stop */
function basesOf({ instrument, lastPrice }: Market, stopPx: number): Base[] {
  if (stopPx > 0) return [{ name: 'StopPx(99)', price: stopPx }]
  const reference = { name: 'reference price', price: instrument.referencePrice }
  return lastPrice === 0 ? [reference] : [reference, { name: 'last price', price: lastPrice }]
}

/** What a limit price breaks of a scope's collars, in words; undefined = nothing. */
export function brokenCollar(
  { priceCollarPercent, priceCollarAbsolute }: ScopeLimits,
  market: Market,
  price: number,
  stopPx: number,
): string | undefined {
  if (priceCollarPercent === undefined && priceCollarAbsolute === undefined) return undefined
  for (const base of basesOf(market, stopPx)) {
    const distance = Math.abs(price - base.price)
    if (priceCollarPercent !== undefined && distance > percentOf(base.price, priceCollarPercent)) {
      return `${formatPercent(priceCollarPercent)} around ${base.name} ${formatPrice(base.price)}`
    }
    if (priceCollarAbsolute !== undefined && distance > priceCollarAbsolute) {
      return `${formatPrice(priceCollarAbsolute)} around ${base.name} ${formatPrice(base.price)}`
    }
  }
  return undefined
}

/** The bound of an order without a limit price: the narrowest of all collars that it is under. */
export function boundOf(
  scopes: readonly Scope[],
  market: Market,
  side: number,
  stopPx: number,
): Bound {
  const { tickSize } = market.instrument
  const bases = basesOf(market, stopPx)
  let low = -Infinity
  let high = Infinity
  for (const { limits } of scopes) {
    for (const { price } of bases) {
      const width = widthOf(limits, price)
      low = Math.max(low, price - width)
      high = Math.min(high, price + width)
    }
  }
  if (high === Infinity) return { limit: 0, value: bases.at(-1)!.price }

  const highest = floorDiv(Math.min(high, PRICE_MAX), tickSize) * tickSize
  const lowest = ceilDiv(Math.max(low, 0), tickSize) * tickSize
  const limit = Math.max(tickSize, side === Side.Buy ? highest : lowest)
  return { limit, value: Math.max(tickSize, highest) }
}

/** Infinity without a collar. */
function widthOf({ priceCollarPercent, priceCollarAbsolute }: ScopeLimits, base: number): number {
  const percent = priceCollarPercent === undefined ? Infinity : percentOf(base, priceCollarPercent)
  return Math.min(percent, priceCollarAbsolute ?? Infinity)
}

const percentOf = (price: number, hundredths: number): number => floorDiv(price * hundredths, WHOLE)

const formatPercent = (hundredths: number): string =>
  `${formatDecimal(hundredths, PERCENT_DECIMALS)}%`
