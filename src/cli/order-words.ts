/** What a user types for an order, as numbers: `buy AAPL 100 182.50 ioc`. */
import {
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
}

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

export const isSymbol = (text: string): boolean => /^[!-~]{1,20}$/.test(text)

function parseText(text: string, decimals: number, max: number): number {
  const bytes = Buffer.from(text, 'latin1')
  return parseDecimal(bytes, 0, bytes.length, decimals, max)
}
