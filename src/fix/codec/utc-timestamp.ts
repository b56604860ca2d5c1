/**
 * UTCTimestamp, `YYYYMMDD-HH:MM:SS[.sss]`: text to (seconds since 1970, nanoseconds) and back
 * without a Date. FIX 4.4 has seconds and milliseconds; input may carry up to nine decimals.
 * Proleptic Gregorian arithmetic on years that start in March, so that leap days come last.
 */
import { NINE, POINT, ZERO } from './ascii.ts'

/** An instant; epoch nanoseconds do not fit a double. */
export interface UtcInstant {
  epochSeconds: number
  /** 0..999,999,999 */
  nanoseconds: number
}

const SECONDS_PER_DAY = 86_400
const DASH = 0x2d
const COLON = 0x3a
const CUMULATIVE_DAYS = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
/** By count of decimals. */
const NANOSECONDS_PER_UNIT = Array.from({ length: 10 }, (_, places) => 10 ** (9 - places))
const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const isLeapYear = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

/** Days from 1970-01-01 to a date of 0001..9999. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const before = year - 1
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400)
  const leapDayPassed = month > 2 && isLeapYear(year) ? 1 : 0
  return before * 365 + leapDays - 719_162 + CUMULATIVE_DAYS[month - 1]! + leapDayPassed + day - 1
}

/** Value of each digit character; NOT_A_DIGIT for every other byte. */
const NOT_A_DIGIT = 100
const DIGIT_VALUES = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= ZERO && byte <= NINE ? byte - ZERO : NOT_A_DIGIT,
)

/** Two digits as a number; above 99 when one of them is none. */
function twoDigits(bytes: Uint8Array, at: number): number {
  return DIGIT_VALUES[bytes[at]!]! * 10 + DIGIT_VALUES[bytes[at + 1]!]!
}

/**
 * Days from 1970-01-01 to the eight digits `YYYYMMDD`.
 * @returns NaN when it is no date of the years 1..9999
 */
export function parseDate(bytes: Uint8Array, at: number): number {
  if (!isDate(bytes, at)) return NaN
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2)
  return daysSinceEpoch(year, twoDigits(bytes, at + 4), twoDigits(bytes, at + 6))
}

/** Whether eight digits are a date of the years 1..9999. */
export function isDate(bytes: Uint8Array, at: number): boolean {
  const century = twoDigits(bytes, at)
  const yearOfCentury = twoDigits(bytes, at + 2)
  const month = twoDigits(bytes, at + 4)
  const day = twoDigits(bytes, at + 6)
  if (century > 99 || yearOfCentury > 99 || month < 1 || month > 12 || day < 1) return false
  if (day <= 28) return century + yearOfCentury > 0

  const isLeapDay = month === 2 && day === 29 && isLeapYear(century * 100 + yearOfCentury)
  return century + yearOfCentury > 0 && (day <= DAYS_OF_MONTH[month - 1]! || isLeapDay)
}

/**
 * Seconds since midnight of `HH:MM:SS`; second 60 is a leap second and counts into the next minute.
 * @returns -1 when it is no time
 */
export function parseTime(bytes: Uint8Array, at: number): number {
  const hour = twoDigits(bytes, at)
  const minute = twoDigits(bytes, at + 3)
  const second = twoDigits(bytes, at + 6)
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return -1
  return hour <= 23 && minute <= 59 && second <= 60 ? hour * 3600 + minute * 60 + second : -1
}

/**
 * Nanoseconds of `.s` to `.sssssssss`; nothing at all is 0.
 * @returns -1 when it is no fraction
 */
export function parseFraction(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return 0
  const places = end - start - 1
  if (bytes[start] !== POINT || places < 1 || places > 9) return -1

  let value = 0
  for (let at = start + 1; at < end; at++) {
    const digit = bytes[at]! - ZERO
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value * NANOSECONDS_PER_UNIT[places]!
}

/** Whether it is `YYYYMMDD-HH:MM:SS` with up to nine decimals. */
export function isUtcTimestamp(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= 17 &&
    bytes[start + 8] === DASH &&
    isDate(bytes, start) &&
    parseTime(bytes, start + 9) >= 0 &&
    parseFraction(bytes, start + 17, end) >= 0
  )
}

/** Reads a UTCTimestamp from 1970 on into `into`; false, and `into` unchanged, when it is none. */
export function parseUtcTimestamp(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: UtcInstant,
): boolean {
  if (!isUtcTimestamp(bytes, start, end)) return false
  const day = parseDate(bytes, start)
  if (day < 0) return false

  into.epochSeconds = day * SECONDS_PER_DAY + parseTime(bytes, start + 9)
  into.nanoseconds = parseFraction(bytes, start + 17, end)
  return true
}

/** Writes timestamps; remembers the text of the last second, which most messages share. */
export class TimestampPrinter {
  readonly #text = new Uint8Array(17)
  #epochSeconds = -1

  /** Writes the 21 bytes `YYYYMMDD-HH:MM:SS.sss` at `at`; milliseconds are cut, not rounded. */
  print(into: Uint8Array, at: number, epochSeconds: number, nanoseconds: number): void {
    if (epochSeconds !== this.#epochSeconds) this.#printSecond(epochSeconds)
    const text = this.#text
    for (let i = 0; i < 17; i++) into[at + i] = text[i]!

    const milliseconds = (nanoseconds / 1_000_000) | 0
    const tens = (milliseconds / 10) | 0
    const hundreds = (tens / 10) | 0
    into[at + 17] = POINT
    into[at + 18] = ZERO + hundreds
    into[at + 19] = ZERO + tens - hundreds * 10
    into[at + 20] = ZERO + milliseconds - tens * 10
  }

  #printSecond(epochSeconds: number): void {
    const days = Math.floor(epochSeconds / SECONDS_PER_DAY)
    const second = epochSeconds - days * SECONDS_PER_DAY
    const text = this.#text
    printDate(text, 0, days)
    text[8] = DASH
    printDigits(text, 9, Math.floor(second / 3600), 2)
    text[11] = COLON
    printDigits(text, 12, Math.floor(second / 60) % 60, 2)
    text[14] = COLON
    printDigits(text, 15, second % 60, 2)
    this.#epochSeconds = epochSeconds
  }
}

/** Writes `YYYYMMDD` for a day counted from 1970-01-01. */
export function printDate(into: Uint8Array, at: number, daysFromEpoch: number): void {
  const days = daysFromEpoch + 719_468
  const era = Math.floor(days / 146_097)
  const dayOfEra = days - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)

  printDigits(into, at, year, 4)
  printDigits(into, at + 4, month, 2)
  printDigits(into, at + 6, day, 2)
}

function printDigits(into: Uint8Array, at: number, value: number, count: number): void {
  let rest = value
  for (let i = at + count - 1; i >= at; i--) {
    const quotient = Math.floor(rest / 10)
    into[i] = ZERO + rest - quotient * 10
    rest = quotient
  }
}
