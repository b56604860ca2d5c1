/**
 * Whether a value has the syntax of its field's type. FIX 4.4 volume 1, "Data types": numbers are
 * plain decimals without exponent, `+` or blanks; input timestamps may have up to nine decimals.
 * A String is any text without the delimiter, as the standard has it.
 */
import { isDate, isTime, isUtcTimestamp } from '../codec/index.ts'
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
  Length: 15,
  Data: 16,
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
  LENGTH: Format.Length,
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
const LETTER_A = 0x41
const LETTER_N = 0x4e
const LETTER_Y = 0x59
const LETTER_Z = 0x5a
const LETTER_W = 0x77
const TILDE = 0x7e

/** @param end beyond `start`: an empty value has a reject of its own */
export function isWellFormed(format: number, view: DataView, start: number, end: number): boolean {
  switch (format) {
    case Format.Character:
      return end === start + 1 && isVisible(view, start, end)
    case Format.Digits:
    case Format.Length:
      return isDigits(view, start, end)
    case Format.Integer:
      return isDigits(view, view.getUint8(start) === MINUS ? start + 1 : start, end)
    case Format.Decimal:
      return isDecimal(view, start, end)
    case Format.Boolean:
      return end === start + 1 && isYesOrNo(view.getUint8(start))
    case Format.UtcTimestamp:
      return isUtcTimestamp(view, start, end)
    case Format.Date:
      return end === start + 8 && isDate(view, start)
    case Format.TimeOnly:
      return isTime(view, start, end)
    case Format.MonthYear:
      return isMonthYear(view, start, end)
    case Format.Currency:
      return end === start + 3 && isUpperCase(view, start, end)
    case Format.Country:
      return end === start + 2 && isUpperCase(view, start, end)
    case Format.Exchange:
      return isVisible(view, start, end)
    case Format.MultipleValues:
      return isMultipleValues(view, start, end)
    default:
      return true
  }
}

export function isDigits(view: DataView, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (!isDigit(view.getUint8(at))) return false
  }
  return end > start
}

export function isDecimal(view: DataView, start: number, end: number): boolean {
  const first = view.getUint8(start) === MINUS ? start + 1 : start
  let at = first
  while (at < end && isDigit(view.getUint8(at))) at++
  if (at === end) return at > first
  if (view.getUint8(at) !== POINT) return false

  at++
  while (at < end && isDigit(view.getUint8(at))) at++
  return at === end && at > first + 1
}

const isDigit = (byte: number): boolean => (byte - ZERO) >>> 0 <= 9

const isYesOrNo = (byte: number): boolean => byte === LETTER_Y || byte === LETTER_N

/** `YYYYMM`, `YYYYMMDD` or `YYYYMMw1` to `w5`. */
function isMonthYear(view: DataView, start: number, end: number): boolean {
  const isLong = end === start + 8
  if (!isLong && end !== start + 6) return false
  if (isLong && view.getUint8(start + 6) !== LETTER_W) return isDate(view, start)
  if (!isDigits(view, start, start + 6)) return false

  const month = (view.getUint8(start + 4) - ZERO) * 10 + view.getUint8(start + 5) - ZERO
  if (month < 1 || month > 12) return false
  const week = isLong ? view.getUint8(start + 7) - ZERO : 1
  return week >= 1 && week <= 5
}

function isUpperCase(view: DataView, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = view.getUint8(at)
    if (byte < LETTER_A || byte > LETTER_Z) return false
  }
  return true
}

/** Letters, digits and punctuation of ASCII, no blank. */
function isVisible(view: DataView, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = view.getUint8(at)
    if (byte <= BLANK || byte > TILDE) return false
  }
  return true
}

/** Values with one blank between them, none around. */
function isMultipleValues(view: DataView, start: number, end: number): boolean {
  let previous = BLANK
  for (let at = start; at < end; at++) {
    const byte = view.getUint8(at)
    if (byte === BLANK && previous === BLANK) return false
    previous = byte
  }
  return previous !== BLANK
}
