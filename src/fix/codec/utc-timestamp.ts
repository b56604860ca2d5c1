/**
 * UTCTimestamp, `YYYYMMDD-HH:MM:SS[.sss]`: text to (seconds since 1970, nanoseconds) and back
 * without a Date. FIX 4.4 has seconds and milliseconds; input may carry up to nine decimals.
 * Proleptic Gregorian arithmetic on years that start in March, so that leap days come last.
 */
import { POINT, ZERO } from './ascii.ts'

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
const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const isLeapYear = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

/** Days from 1970-01-01 to a date of 0001..9999. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const before = year - 1
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400)
  const leapDayPassed = month > 2 && isLeapYear(year) ? 1 : 0
  return before * 365 + leapDays - 719_162 + CUMULATIVE_DAYS[month - 1]! + leapDayPassed + day - 1
}

/** @returns the number, or -1 when a character is no digit */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i]! - ZERO
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/**
 * Days from 1970-01-01 to the eight digits `YYYYMMDD`.
 * @returns NaN when it is no date of the years 1..9999
 */
export function parseDate(bytes: Uint8Array, at: number): number {
  const year = digits(bytes, at, 4)
  const month = digits(bytes, at + 4, 2)
  const day = digits(bytes, at + 6, 2)
  if (year < 1 || month < 1 || month > 12 || day < 1) return NaN

  const daysOfMonth = month === 2 && isLeapYear(year) ? 29 : DAYS_OF_MONTH[month - 1]!
  return day > daysOfMonth ? NaN : daysSinceEpoch(year, month, day)
}

/**
 * Seconds since midnight of `HH:MM:SS`; second 60 is a leap second and counts into the next minute.
 * @returns -1 when it is no time
 */
export function parseTime(bytes: Uint8Array, at: number): number {
  const hour = digits(bytes, at, 2)
  const minute = digits(bytes, at + 3, 2)
  const second = digits(bytes, at + 6, 2)
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return -1
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return -1
  return hour * 3600 + minute * 60 + second
}

/**
 * Nanoseconds of `.s` to `.sssssssss`; nothing at all is 0.
 * @returns -1 when it is no fraction
 */
export function parseFraction(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return 0
  const places = end - start - 1
  if (bytes[start] !== POINT || places < 1 || places > 9) return -1

  const value = digits(bytes, start + 1, places)
  return value < 0 ? -1 : value * 10 ** (9 - places)
}

/** Reads a UTCTimestamp from 1970 on into `into`; false, and `into` unchanged, when it is none. */
export function parseUtcTimestamp(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: UtcInstant,
): boolean {
  if (end - start < 17 || bytes[start + 8] !== DASH) return false
  const day = parseDate(bytes, start)
  const second = parseTime(bytes, start + 9)
  const nanoseconds = parseFraction(bytes, start + 17, end)
  if (!(day >= 0) || second < 0 || nanoseconds < 0) return false

  into.epochSeconds = day * SECONDS_PER_DAY + second
  into.nanoseconds = nanoseconds
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

    const milliseconds = Math.floor(nanoseconds / 1_000_000)
    into[at + 17] = POINT
    printDigits(into, at + 18, milliseconds, 3)
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
