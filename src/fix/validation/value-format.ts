/**
 * Whether a value has the syntax of its field's type. FIX 4.4 volume 1, "Data types": numbers are
 * plain decimals without exponent, `+` or blanks; input timestamps may have up to nine decimals.
 */
import { isDate, isUtcTimestamp, parseFraction, parseTime } from '../codec/index.ts'
import type { FieldType } from '../dictionary/index.ts'

/** Types that share a syntax share a code; a code selects the check without a string compare. */
export const Format = {
  Text: 1,
  Character: 2,
  Digits: 3,
  Integer: 4,
  Decimal: 5,
  Boolean: 6,
  UtcTimestamp: 7,
  Date: 8,
  TimeOnly: 9,
  MonthYear: 10,
  Currency: 11,
  Country: 12,
  Exchange: 13,
  MultipleValues: 14,
  Data: 15,
} as const

export const formatByType: Readonly<Record<FieldType, number>> = {
  AMT: Format.Decimal,
  BOOLEAN: Format.Boolean,
  CHAR: Format.Character,
  COUNTRY: Format.Country,
  CURRENCY: Format.Currency,
  DATA: Format.Data,
  EXCHANGE: Format.Exchange,
  FLOAT: Format.Decimal,
  INT: Format.Integer,
  LENGTH: Format.Digits,
  LOCALMKTDATE: Format.Date,
  MONTHYEAR: Format.MonthYear,
  MULTIPLEVALUESTRING: Format.MultipleValues,
  NUMINGROUP: Format.Digits,
  PERCENTAGE: Format.Decimal,
  PRICE: Format.Decimal,
  PRICEOFFSET: Format.Decimal,
  QTY: Format.Decimal,
  SEQNUM: Format.Digits,
  STRING: Format.Text,
  UTCDATEONLY: Format.Date,
  UTCTIMEONLY: Format.TimeOnly,
  UTCTIMESTAMP: Format.UtcTimestamp,
}

const BLANK = 0x20
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const LETTER_N = 0x4e
const LETTER_W = 0x77
const LETTER_Y = 0x59

/** @param end beyond `start`: an empty value has a reject of its own */
export function isWellFormed(
  format: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  switch (format) {
    case Format.Character:
      return end === start + 1
    case Format.Digits:
      return isDigits(bytes, start, end)
    case Format.Integer:
      return isDigits(bytes, bytes[start] === MINUS ? start + 1 : start, end)
    case Format.Decimal:
      return isDecimal(bytes, start, end)
    case Format.Boolean:
      return end === start + 1 && (bytes[start] === LETTER_Y || bytes[start] === LETTER_N)
    case Format.UtcTimestamp:
      return isUtcTimestamp(bytes, start, end)
    case Format.Date:
      return end === start + 8 && isDate(bytes, start)
    case Format.TimeOnly:
      return isTimeOnly(bytes, start, end)
    case Format.MonthYear:
      return isMonthYear(bytes, start, end)
    case Format.Currency:
      return end === start + 3 && isUpperCase(bytes, start, end)
    case Format.Country:
      return end === start + 2 && isUpperCase(bytes, start, end)
    case Format.Exchange:
      return !includesBlank(bytes, start, end)
    case Format.MultipleValues:
      return isMultipleValues(bytes, start, end)
    default:
      return true
  }
}

function isDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - ZERO
    if (digit < 0 || digit > 9) return false
  }
  return end > start
}

function isDecimal(bytes: Uint8Array, start: number, end: number): boolean {
  let at = bytes[start] === MINUS ? start + 1 : start
  let digits = end - at
  for (let points = 0; at < end; at++) {
    const digit = bytes[at]! - ZERO
    if (digit >= 0 && digit <= 9) continue
    if (bytes[at] !== POINT || points > 0) return false
    points++
    digits--
  }
  return digits > 0
}

function isTimeOnly(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end >= start + 8 && parseTime(bytes, start) >= 0 && parseFraction(bytes, start + 8, end) >= 0
  )
}

/** `YYYYMM`, `YYYYMMDD` or `YYYYMMw1` to `w5`. */
function isMonthYear(bytes: Uint8Array, start: number, end: number): boolean {
  if (end === start + 8 && bytes[start + 6] !== LETTER_W) return isDate(bytes, start)
  if (!isDigits(bytes, start, Math.min(start + 6, end))) return false

  const month = (bytes[start + 4]! - ZERO) * 10 + bytes[start + 5]! - ZERO
  if (month < 1 || month > 12) return false
  if (end === start + 6) return true
  const week = bytes[start + 7]! - ZERO
  return end === start + 8 && week >= 1 && week <= 5
}

function isUpperCase(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at]! < 0x41 || bytes[at]! > 0x5a) return false
  }
  return true
}

function includesBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] === BLANK) return true
  }
  return false
}

/** Values with one blank between them, none around. */
function isMultipleValues(bytes: Uint8Array, start: number, end: number): boolean {
  let previous = BLANK
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (byte === BLANK && previous === BLANK) return false
    previous = byte
  }
  return previous !== BLANK
}
