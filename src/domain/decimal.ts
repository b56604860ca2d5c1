/**
 * Decimal text to scaled integer and back, digit by digit: no floating point touches money.
 */
import { PRICE_DECIMALS } from './numbers.ts'

/** What a decimal text turned out to be, when it is not a value. */
export const DecimalProblem = {
  /** Not a FIX decimal: sign `+`, exponent, blank, two points, no digit. */
  Malformed: -1,
  /** A digit other than 0 beyond the implied decimals. */
  TooPrecise: -2,
  /** Above the largest value asked for. */
  TooLarge: -3,
  /** Below zero; `-0` is zero and well formed, and reported as this too. */
  Negative: -4,
} as const

/**
 * Reads FIX float text (`182`, `182.5`, `182.50000`) from bytes.
 * @param decimals implied decimals of the result
 * @param max largest value allowed, below 2^53 / 10
 * @returns the scaled integer >= 0, or one of DecimalProblem (< 0)
 */
export function parseDecimal(
  bytes: Uint8Array,
  start: number,
  end: number,
  decimals: number,
  max: number,
): number {
  let at = start
  const negative = bytes[at] === 0x2d
  if (negative) at++
  let value = 0
  let digits = 0
  let places = -1
  let tooPrecise = false
  let tooLarge = false

  for (; at < end; at++) {
    const byte = bytes[at]!
    if (byte === 0x2e) {
      if (places >= 0) return DecimalProblem.Malformed
      places = 0
      continue
    }
    const digit = byte - 0x30
    if (digit < 0 || digit > 9) return DecimalProblem.Malformed
    digits++
    if (places >= 0 && places === decimals) {
      tooPrecise ||= digit !== 0
      continue
    }
    if (places >= 0) places++
    if (!tooLarge) value = value * 10 + digit
    tooLarge ||= value > max
  }

  if (digits === 0) return DecimalProblem.Malformed
  if (negative) return DecimalProblem.Negative
  if (tooPrecise) return DecimalProblem.TooPrecise
  if (tooLarge) return DecimalProblem.TooLarge
  for (let place = places < 0 ? 0 : places; place < decimals; place++) {
    value *= 10
    if (value > max) return DecimalProblem.TooLarge
  }
  return value
}

/** Prints a scaled integer with only the decimals it needs: 1825000 → `182.5`, 1820000 → `182`. */
export function formatDecimal(value: number | bigint, decimals: number): string {
  const digits = String(value < 0 ? -value : value).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  const sign = value < 0 ? '-' : ''
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`
}

/** `182.5` for 1825000. */
export const formatPrice = (price: number | bigint): string => formatDecimal(price, PRICE_DECIMALS)

/** `182.5000` for (1825000, 4): every decimal kept, as a numeric keeps its scale. */
export function printScaled(value: number | bigint, decimals: number): string {
  const digits = String(value < 0 ? -value : value).padStart(decimals + 1, '0')
  const point = digits.length - decimals
  return `${value < 0 ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
}
