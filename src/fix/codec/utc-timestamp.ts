/**
 * UTCTimestamp, `YYYYMMDD-HH:MM:SS[.sss]`: text to (seconds since 1970, nanoseconds) and back
 * without a Date. FIX 4.4 has seconds and milliseconds; input may carry micro- and nanoseconds.
 * Proleptic Gregorian arithmetic on years that start in March, so that leap days come last.
 */
import { bytesOf, NINE, POINT, ZERO } from './ascii.ts'
import { viewOf } from './checksum.ts'

/** An instant; epoch nanoseconds do not fit a double. */
export interface UtcInstant {
  epochSeconds: number
  /** 0..999,999,999 */
  nanoseconds: number
}

const SECONDS_PER_DAY = 86_400
/** `HH:MM:SS` */
const TIME_BYTES = 8
/** `YYYYMMDD-HH:MM:SS` */
const SECOND_BYTES = 17
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
function twoDigits(view: DataView, at: number): number {
  return DIGIT_VALUES[view.getUint8(at)]! * 10 + DIGIT_VALUES[view.getUint8(at + 1)]!
}

/** Whether eight bytes are a date `YYYYMMDD` of the years 1..9999. */
export function isDate(view: DataView, at: number): boolean {
  const century = twoDigits(view, at)
  const yearOfCentury = twoDigits(view, at + 2)
  const month = twoDigits(view, at + 4)
  const day = twoDigits(view, at + 6)
  if (century > 99 || yearOfCentury > 99 || month < 1 || month > 12 || day < 1) return false
  if (day <= 28) return century + yearOfCentury > 0

  const isLeapDay = month === 2 && day === 29 && isLeapYear(century * 100 + yearOfCentury)
  return century + yearOfCentury > 0 && (day <= DAYS_OF_MONTH[month - 1]! || isLeapDay)
}

/** The same as days since 1970; NaN when it is none. */
function parseDate(view: DataView, at: number): number {
  if (!isDate(view, at)) return Number.NaN
  const year = twoDigits(view, at) * 100 + twoDigits(view, at + 2)
  return daysSinceEpoch(year, twoDigits(view, at + 4), twoDigits(view, at + 6))
}

/**
 * Seconds since midnight of `HH:MM:SS`; 23:59:60 is a leap second and counts into the next day.
 * @returns -1 when it is no time
 */
function parseTime(view: DataView, at: number): number {
  const hour = twoDigits(view, at)
  const minute = twoDigits(view, at + 3)
  const second = twoDigits(view, at + 6)
  if (view.getUint8(at + 2) !== COLON || view.getUint8(at + 5) !== COLON) return -1
  if (hour > 23 || minute > 59) return -1
  const isLeapSecond = second === 60 && hour === 23 && minute === 59
  return second <= 59 || isLeapSecond ? hour * 3600 + minute * 60 + second : -1
}

/**
 * Nanoseconds of `.sss`, `.ssssss` or `.sssssssss`; nothing at all is 0.
 * @returns -1 when it is no fraction
 */
function parseFraction(view: DataView, start: number, end: number): number {
  if (start === end) return 0
  const places = end - start - 1
  if (places !== 3 && places !== 6 && places !== 9) return -1
  if (view.getUint8(start) !== POINT) return -1

  let value = 0
  for (let at = start + 1; at < end; at++) {
    const digit = DIGIT_VALUES[view.getUint8(at)]!
    if (digit === NOT_A_DIGIT) return -1
    value = value * 10 + digit
  }
  return value * NANOSECONDS_PER_UNIT[places]!
}

/** Whether it is `HH:MM:SS`, with three, six or nine decimals or none. */
export function isTime(view: DataView, start: number, end: number): boolean {
  return (
    end - start >= TIME_BYTES &&
    parseTime(view, start) >= 0 &&
    parseFraction(view, start + TIME_BYTES, end) >= 0
  )
}

/**
 * The date that was read last, as the words of its text and as days since 1970: the timestamps of a
 * day share it.
 */
let recentYear = 0
let recentMonthAndDay = 0
let recentDays = Number.NaN

/** Days since 1970 of `YYYYMMDD`, negative before; NaN when it is none. */
function daysOf(view: DataView, at: number): number {
  const year = view.getInt32(at, true)
  const monthAndDay = view.getInt32(at + 4, true)
  if (monthAndDay === recentMonthAndDay && year === recentYear) return recentDays

  recentDays = parseDate(view, at)
  recentYear = year
  recentMonthAndDay = monthAndDay
  return recentDays
}

/** Whether it is `YYYYMMDD-HH:MM:SS`, with three, six or nine decimals or none. */
export function isUtcTimestamp(view: DataView, start: number, end: number): boolean {
  return (
    end - start >= SECOND_BYTES &&
    view.getUint8(start + 8) === DASH &&
    !Number.isNaN(daysOf(view, start)) &&
    (isUsualTime(view, start + 9) || parseTime(view, start + 9) >= 0) &&
    (isMilliseconds(view, start + SECOND_BYTES, end) ||
      parseFraction(view, start + SECOND_BYTES, end) >= 0)
  )
}

// Four characters at a time, a third of the time of one by one (scripts/bench/fix-codec.ts): the
// digit 0 turns each digit into its value, and adding 0x7f less the largest one allowed sets the
// high bit of each byte that is larger.
const HIGH_BITS = 0x80808080
const HOURS = wordOf('00:0')
const HOURS_ROOM = roomOf(2, 9, 0, 5)
const SECONDS = wordOf('0:00')
const SECONDS_ROOM = roomOf(9, 0, 5, 9)
const MILLISECONDS = wordOf('.000')
const MILLISECONDS_ROOM = roomOf(0, 9, 9, 9)

/** Whether it is `HH:MM:SS`, leap seconds left out. */
function isUsualTime(view: DataView, at: number): boolean {
  const hours = view.getInt32(at, true) ^ HOURS
  const seconds = view.getInt32(at + 4, true) ^ SECONDS
  const excess = (hours + HOURS_ROOM) | hours | (seconds + SECONDS_ROOM) | seconds
  return (excess & HIGH_BITS) === 0 && (hours & 0xff) * 10 + ((hours >>> 8) & 0xff) <= 23
}

function isMilliseconds(view: DataView, start: number, end: number): boolean {
  if (end - start !== 4) return false
  const digits = view.getInt32(start, true) ^ MILLISECONDS
  return (((digits + MILLISECONDS_ROOM) | digits) & HIGH_BITS) === 0
}

function wordOf(text: string): number {
  return viewOf(bytesOf(text)).getInt32(0, true)
}

function roomOf(...largest: number[]): number {
  return largest.reduce((word, digit, i) => word | ((0x7f - digit) << (8 * i)), 0)
}

/** Reads a UTCTimestamp from 1970 on into `into`; false, and `into` unchanged, when it is none. */
export function parseUtcTimestamp(
  view: DataView,
  start: number,
  end: number,
  into: UtcInstant,
): boolean {
  if (!isUtcTimestamp(view, start, end)) return false
  const days = daysOf(view, start)
  if (days < 0) return false

  into.epochSeconds = days * SECONDS_PER_DAY + parseTime(view, start + 9)
  into.nanoseconds = parseFraction(view, start + SECOND_BYTES, end)
  return true
}

/** Writes timestamps; remembers the text of the last second, which most messages share. */
export class TimestampPrinter {
  readonly #text = new Uint8Array(SECOND_BYTES)
  #epochSeconds = -1

  /**
   * Writes `YYYYMMDD-HH:MM:SS[.sss[sss[sss]]]` at `at`; what is finer is cut, not rounded.
   * @param decimals 0, 3, 6 or 9
   * @returns where it ends
   */
  print(
    into: Uint8Array,
    at: number,
    epochSeconds: number,
    nanoseconds: number,
    decimals: number,
  ): number {
    if (epochSeconds !== this.#epochSeconds) this.#printSecond(epochSeconds)
    const text = this.#text
    for (let i = 0; i < SECOND_BYTES; i++) into[at + i] = text[i]!
    if (decimals === 0) return at + SECOND_BYTES

    into[at + SECOND_BYTES] = POINT
    if (decimals === 3) printMilliseconds(into, at + SECOND_BYTES + 1, nanoseconds)
    else {
      const value = Math.floor(nanoseconds / NANOSECONDS_PER_UNIT[decimals]!)
      printDigits(into, at + SECOND_BYTES + 1, value, decimals)
    }
    return at + SECOND_BYTES + 1 + decimals
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

function printMilliseconds(into: Uint8Array, at: number, nanoseconds: number): void {
  const milliseconds = (nanoseconds / 1_000_000) | 0
  const tens = (milliseconds / 10) | 0
  const hundreds = (tens / 10) | 0
  into[at] = ZERO + hundreds
  into[at + 1] = ZERO + tens - hundreds * 10
  into[at + 2] = ZERO + milliseconds - tens * 10
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
