/**
 * One FIX message as a view over the bytes that it came in: where each field lies, found by tag
 * without a search. The reader reuses a single instance, so a message is valid only during the
 * callback that hands it out; copy what must outlive it (`string`, `toFields`, `rawText`).
 */
import { DecimalProblem, parseDecimal } from '../../domain/index.ts'
import { dataTagOf } from '../dictionary/index.ts'
import * as ascii from './ascii.ts'
import { parseDigits, textOf } from './ascii.ts'
import { viewOf } from './checksum.ts'
import { internMsgType } from './intern-msg-type.ts'
import type { UtcInstant } from './utc-timestamp.ts'
import { parseUtcTimestamp } from './utc-timestamp.ts'

// As constants of this module: an imported one is loaded anew wherever it is used, and scanning a
// message takes a tenth longer (scripts/bench/fix-codec.ts).
const { EQUALS, MINUS, SOH, ZERO } = ascii

/** Tags below this are found by one array read; others by a search through the fields. */
const INDEXED_TAGS = 8192
const FIELDS_INITIAL = 256
/** A tag number with a digit more than this has is malformed. */
const TAG_MAX = 99_999_999
const TRAILER_BYTES = '10=000|'.length
/** No tag is this: what a field that announces no data expects next. */
const NO_DATA = -2
const SLOT_BASE_MAX = 2 ** 31 - 2 ** 24
const DELIMITERS = 0x01010101
const HIGH_BITS = 0x80808080 | 0
const LETTER_Y = 'Y'.charCodeAt(0)

/** What stands in `tags` when a field has no proper tag number. */
export const MalformedTag = {
  /** An `=` is there, but no number from 1 without leading zeros before it. */
  NotANumber: 0,
  /** No `=` at all before the delimiter: most likely a delimiter inside a value. */
  NoEquals: -1,
} as const

/** What `msgSeqNum` is when it is not a number. */
export const MsgSeqNumProblem = { Absent: -1, NotNumeric: -2 } as const

export class FixMessage {
  bytes: Uint8Array = new Uint8Array(0)
  /** The same bytes. */
  view: DataView = viewOf(this.bytes)
  /** First byte of `8=`. */
  start = 0
  /** One past the delimiter of `10=`. */
  end = 0

  fieldCount = 0
  /** Tag of each field in message order; MalformedTag where there is none. */
  tags = new Int32Array(FIELDS_INITIAL)
  valueStarts = new Int32Array(FIELDS_INITIAL)
  valueEnds = new Int32Array(FIELDS_INITIAL)
  /** True when a tag may occur twice (always so inside repeating groups). */
  hasRepeatedTags = false

  /** MsgType(35), interned. */
  msgType = ''
  /** MsgSeqNum(34), 0..2^53-1, or a MsgSeqNumProblem (< 0). */
  msgSeqNum: number = MsgSeqNumProblem.Absent

  /** slots[tag] - base = index of the tag's first field; stale entries lie below base. */
  readonly #slots = new Int32Array(INDEXED_TAGS)
  #base = 1
  readonly #instant: UtcInstant = { epochSeconds: 0, nanoseconds: 0 }

  /**
   * Finds all fields of a framed message. The caller has checked that it ends in `|10=nnn|`.
   */
  scan(bytes: Uint8Array, start: number, end: number, view = viewOf(bytes)): void {
    this.bytes = bytes
    this.view = view
    this.start = start
    this.end = end
    this.#forget()

    const slots = this.#slots
    const base = this.#base
    let { tags, valueStarts, valueEnds } = this
    let count = 0
    let repeated = false
    let dataTag = 0
    let at = start

    while (at < end) {
      if (count === tags.length) {
        this.#grow()
        ;({ tags, valueStarts, valueEnds } = this)
      }

      // Two digits, as most tags have; the others cost a call.
      const tens = bytes[at]! - ZERO
      const ones = bytes[at + 1]! - ZERO
      let tag: number
      if (bytes[at + 2] === EQUALS && tens > 0 && tens <= 9 && ones >= 0 && ones <= 9) {
        tag = tens * 10 + ones
        at += 3
      } else {
        tag = readTag(bytes, at)
        if (tag > 0) at += tag < 10 ? 2 : tag < 1000 ? 4 : `${tag}=`.length
      }

      valueStarts[count] = at
      tags[count] = tag
      if (tag === dataTag) at = this.#endOfData(count)
      at = findDelimiter(bytes, view, at, end)
      valueEnds[count] = at++

      if (tag > 0 && tag < INDEXED_TAGS) {
        if (slots[tag]! < base) slots[tag] = base + count
        else repeated = true
        dataTag = dataTagOf(tag)
      } else {
        repeated = true
        dataTag = NO_DATA
      }
      count++
    }

    this.fieldCount = count
    this.hasRepeatedTags = repeated
    this.msgType = this.#readMsgType()
    this.msgSeqNum = this.#readMsgSeqNum()
  }

  /** Index of the tag's first field, -1 when it is absent. */
  indexOf(tag: number): number {
    if (tag > 0 && tag < INDEXED_TAGS) {
      const index = this.#slots[tag]! - this.#base
      return index >= 0 ? index : -1
    }
    for (let index = 0; index < this.fieldCount; index++) {
      if (this.tags[index] === tag) return index
    }
    return -1
  }

  has(tag: number): boolean {
    return this.indexOf(tag) >= 0
  }

  /** The value as text; undefined when the tag is absent. */
  string(tag: number): string | undefined {
    const index = this.indexOf(tag)
    if (index < 0) return undefined
    return textOf(this.bytes, this.valueStarts[index]!, this.valueEnds[index]!)
  }

  /** The value as an integer; undefined when the tag is absent or no integer below 2^53. */
  int(tag: number): number | undefined {
    const index = this.indexOf(tag)
    if (index < 0) return undefined
    const start = this.valueStarts[index]!
    const negative = this.bytes[start] === MINUS
    const value = parseDigits(this.bytes, negative ? start + 1 : start, this.valueEnds[index]!)
    if (value < 0) return undefined
    return negative ? 0 - value : value
  }

  /** Character code of a value of one byte, else -1. */
  byte(tag: number): number {
    const index = this.indexOf(tag)
    if (index < 0) return -1
    const start = this.valueStarts[index]!
    return this.valueEnds[index] === start + 1 ? this.bytes[start]! : -1
  }

  /** True when the value is `Y`. */
  flag(tag: number): boolean {
    return this.byte(tag) === LETTER_Y
  }

  /**
   * The value as a scaled integer.
   * @returns >= 0, or a DecimalProblem (< 0); an absent tag is Malformed
   */
  decimal(tag: number, decimals: number, max: number): number {
    const index = this.indexOf(tag)
    if (index < 0) return DecimalProblem.Malformed
    return parseDecimal(this.bytes, this.valueStarts[index]!, this.valueEnds[index]!, decimals, max)
  }

  /** The value as an instant, reused by the next call; undefined when absent or no UTCTimestamp. */
  utcTimestamp(tag: number): Readonly<UtcInstant> | undefined {
    const index = this.indexOf(tag)
    if (index < 0) return undefined
    const start = this.valueStarts[index]!
    const end = this.valueEnds[index]!
    return parseUtcTimestamp(this.view, start, end, this.#instant) ? this.#instant : undefined
  }

  /** Whether the tag's value is exactly these bytes; false when the tag is absent. */
  equals(tag: number, expected: Uint8Array): boolean {
    const index = this.indexOf(tag)
    if (index < 0) return false
    const start = this.valueStarts[index]!
    if (this.valueEnds[index]! - start !== expected.length) return false
    for (let i = 0; i < expected.length; i++) {
      if (this.bytes[start + i] !== expected[i]) return false
    }
    return true
  }

  /** A copy of all fields, for logs and tests. */
  toFields(): [tag: number, value: string][] {
    return Array.from({ length: this.fieldCount }, (_, index) => [
      this.tags[index]!,
      textOf(this.bytes, this.valueStarts[index]!, this.valueEnds[index]!),
    ])
  }

  /** The message as text with `|` for the delimiter. */
  toString(): string {
    return textOf(this.bytes, this.start, this.end).replaceAll('\u0001', '|')
  }

  /** Makes all slots stale by raising the base above every index in use. */
  #forget(): void {
    this.#base += this.fieldCount
    if (this.#base < SLOT_BASE_MAX) return
    this.#slots.fill(0)
    this.#base = 1
  }

  #grow(): void {
    this.tags = doubled(this.tags)
    this.valueStarts = doubled(this.valueStarts)
    this.valueEnds = doubled(this.valueEnds)
  }

  /** Where the delimiter of a data field must be by its length field; its start if that is a lie. */
  #endOfData(index: number): number {
    const { bytes, valueStarts, valueEnds } = this
    const start = valueStarts[index]!
    const length = parseDigits(bytes, valueStarts[index - 1]!, valueEnds[index - 1]!)
    const delimiter = start + length
    const fits = length >= 0 && delimiter < this.end - TRAILER_BYTES && bytes[delimiter] === SOH
    return fits ? delimiter : start
  }

  #readMsgType(): string {
    const index = this.indexOf(35)
    if (index < 0) return ''
    return internMsgType(this.bytes, this.valueStarts[index]!, this.valueEnds[index]!)
  }

  #readMsgSeqNum(): number {
    const index = this.indexOf(34)
    if (index < 0) return MsgSeqNumProblem.Absent
    const value = parseDigits(this.bytes, this.valueStarts[index]!, this.valueEnds[index]!)
    return value < 0 ? MsgSeqNumProblem.NotNumeric : value
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}

/** The tag of the field that starts at `at`; a MalformedTag when there is no `number=`. */
function readTag(bytes: Uint8Array, at: number): number {
  let tag = bytes[at]! - ZERO
  if (tag < 1 || tag > 9) return malformedTag(bytes, at)

  for (let next = at + 1; bytes[next] !== EQUALS; next++) {
    const digit = bytes[next]! - ZERO
    if (digit < 0 || digit > 9 || tag > TAG_MAX) return malformedTag(bytes, at)
    tag = tag * 10 + digit
  }
  return tag
}

/** Says what is wrong with a field that does not start with `number=`. */
function malformedTag(bytes: Uint8Array, fieldStart: number): number {
  let at = fieldStart
  while (bytes[at] !== SOH && bytes[at] !== EQUALS) at++
  return bytes[at] === EQUALS ? MalformedTag.NotANumber : MalformedTag.NoEquals
}

/** Position of the next delimiter. Four bytes a step: the delimiter turns one of them into zero. */
function findDelimiter(bytes: Uint8Array, view: DataView, start: number, end: number): number {
  let at = start
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at, true) ^ DELIMITERS
    const zeros = (word - 0x01010101) & ~word & HIGH_BITS
    if (zeros !== 0) return at + ((31 - Math.clz32(zeros & -zeros)) >> 3)
  }
  while (bytes[at] !== SOH) at++
  return at
}
