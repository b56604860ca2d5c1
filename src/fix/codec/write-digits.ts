/**
 * Numbers as decimal digits straight into bytes. Below 2^31 everything is 32-bit arithmetic, which
 * halves the time of an ExecutionReport (scripts/bench/fix-codec.ts); larger values go in pieces.
 */
import { MINUS, POINT, ZERO } from './ascii.ts'

const INT32_MAX = 0x7fffffff
const BILLION = 1_000_000_000
const POWERS_OF_TEN = Array.from({ length: 16 }, (_, power) => 10 ** power)

/** Writes an integer of -(2^53-1)..2^53-1; returns the position behind it. */
export function writeInteger(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0) return writeDigits(bytes, at, value)
  bytes[at] = MINUS
  return writeDigits(bytes, at + 1, -value)
}

/**
 * Writes a scaled integer with only the decimals that it needs: (1825000, 4) is `182.5`.
 * @param decimals 0..9
 * @returns the position behind it
 */
export function writeDecimal(
  bytes: Uint8Array,
  at: number,
  value: number,
  decimals: number,
): number {
  if (value < 0) {
    bytes[at] = MINUS
    return writeDecimal(bytes, at + 1, -value, decimals)
  }
  const scale = POWERS_OF_TEN[decimals]!
  const whole = value <= INT32_MAX ? (value / scale) | 0 : Math.floor(value / scale)
  const end = writeDigits(bytes, at, whole)
  const fraction = value - whole * scale
  return fraction === 0 ? end : writeFraction(bytes, end, fraction, decimals)
}

function writeDigits(bytes: Uint8Array, at: number, value: number): number {
  if (value <= INT32_MAX) return writeSmall(bytes, at, value)

  const high = Math.floor(value / BILLION)
  const end = writeDigits(bytes, at, high)
  writePlaces(bytes, end, value - high * BILLION, 9)
  return end + 9
}

function writeSmall(bytes: Uint8Array, at: number, value: number): number {
  const count = digitCount(value)
  writePlaces(bytes, at, value, count)
  return at + count
}

const digitsBelow10k = (value: number): number =>
  value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4

/** Digits of 0..2^31-1. */
function digitCount(value: number): number {
  return value < 10_000 ? digitsBelow10k(value) : 4 + digitCount((value / 10_000) | 0)
}

/** Writes the decimal point and the fraction without the zeros at its end. */
function writeFraction(bytes: Uint8Array, at: number, fraction: number, decimals: number): number {
  let rest = fraction | 0
  let places = decimals
  for (let tenth = (rest / 10) | 0; tenth * 10 === rest; tenth = (rest / 10) | 0) {
    rest = tenth
    places--
  }
  bytes[at] = POINT
  writePlaces(bytes, at + 1, rest, places)
  return at + 1 + places
}

/** Writes exactly `count` digits of 0..2^31-1, zeros in front. */
function writePlaces(bytes: Uint8Array, at: number, value: number, count: number): void {
  let rest = value | 0
  for (let place = at + count - 1; place >= at; place--) {
    const tenth = (rest / 10) | 0
    bytes[place] = ZERO + rest - tenth * 10
    rest = tenth
  }
}
