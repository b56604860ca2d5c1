/** What a user types for an order, as numbers: `buy AAPL 100 182.50 ioc`. */
import type { OrderConditions } from '../client/index.ts'
import {
  OrdType,
  parseDecimal,
  PRICE_DECIMALS,
  PRICE_MAX,
  QUANTITY_MAX,
  Side,
  TimeInForce,
} from '../domain/index.ts'

export const sides: Readonly<Record<string, number>> = { buy: Side.Buy, sell: Side.Sell }

export const timesInForce: Readonly<Record<string, number>> = {
  DAY: TimeInForce.Day,
  IOC: TimeInForce.ImmediateOrCancel,
  FOK: TimeInForce.FillOrKill,
  GTC: TimeInForce.GoodTillCancel,
  OPEN: TimeInForce.AtTheOpening,
  CLOSE: TimeInForce.AtTheClose,
}

export const orderTypes: Readonly<Record<string, number>> = {
  market: OrdType.Market,
  limit: OrdType.Limit,
  stop: OrdType.Stop,
  'stop-limit': OrdType.StopLimit,
  'market-to-limit': OrdType.MarketWithLeftOverAsLimit,
}

/** ExecInst(18): participate don't initiate. */
export const POST_ONLY = '6'

export type Expiry = Pick<OrderConditions, 'expireDate' | 'expireTime'>

/** A time in force that is not named: the day, or until the date that is. */
export const impliedTimeInForce = ({ expireDate, expireTime }: Expiry): number =>
  expireDate === undefined && expireTime === undefined ? TimeInForce.Day : TimeInForce.GoodTillDate

/** @returns shares, or undefined when it is no whole number of 1..QUANTITY_MAX */
export function parseQuantity(text: string): number | undefined {
  const quantity = parseText(text, 0, QUANTITY_MAX)
  return quantity > 0 ? quantity : undefined
}

/** @returns 1/10,000 of the currency, or undefined when it is no price */
export function parsePrice(text: string): number | undefined {
  const price = parseText(text, PRICE_DECIMALS, PRICE_MAX)
  return price > 0 ? price : undefined
}

/**
 * How long a good-till-date order lives.
 * @param text `2026-11-30`, or an instant such as `2026-11-30T14:30:00Z`; without a zone it is UTC
 * @returns undefined when there is no such day or instant
 */
export function parseExpiry(text: string): Expiry | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{3})?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(
    text,
  )
  const [, date = '', time, zone = 'Z'] = parts ?? []
  if (!isDay(date)) return undefined
  if (time === undefined) return { expireDate: date.replaceAll('-', '') }

  const instant = new Date(`${date}T${time}${zone}`)
  if (Number.isNaN(instant.getTime())) return undefined
  const [day = '', timeOfDay = ''] = instant.toISOString().replace('Z', '').split('T')
  return { expireTime: `${day.replaceAll('-', '')}-${timeOfDay.replace('.000', '')}` }
}

/** Whether it is on the calendar: `2026-02-31` is read as a day in March. */
function isDay(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date)
}

export const isSymbol = (text: string): boolean => /^[!-~]{1,20}$/.test(text)

function parseText(text: string, decimals: number, max: number): number {
  const bytes = Buffer.from(text, 'latin1')
  return parseDecimal(bytes, 0, bytes.length, decimals, max)
}
