/**
 * Writes `tag=value|` fields into one growing buffer that is reused: numbers digit by digit, no
 * strings in between. MessageWriter puts header and trailer around; an engine's stored bodies are
 * written with this alone.
 */
import { assert } from '../../domain/index.ts'
import { EQUALS, SOH } from './ascii.ts'
import { viewOf } from './checksum.ts'
import { TimestampPrinter } from './utc-timestamp.ts'
import { writeDecimal, writeInteger } from './write-digits.ts'

/** Room that any tag with a number or timestamp fits in. */
const FIELD_BYTES_MAX = 48
/** A buffer beyond this is a message without end. */
const WRITER_BYTES_MAX = 1 << 28
/** Shorter copies are faster in a loop than through a subarray. */
const LOOP_BYTES_MAX = 64
/** Decimals of a second that FIX 4.4 knows. */
const MILLISECONDS = 3
const LETTER_Y = 0x59
const LETTER_N = 0x4e

/** `tag=` of tags below 1000, last character in the highest byte that is used. */
const PREFIXES = Int32Array.from({ length: 1000 }, (_, tag) =>
  `${tag}=`
    .split('')
    .reduce((word, character, i) => word | (character.charCodeAt(0) << (8 * i)), 0),
)

export class FieldWriter {
  /** Written so far: bytes[0, length). Replaced when it grows. */
  bytes: Uint8Array<ArrayBuffer>
  /** The same bytes. */
  view: DataView
  length = 0
  readonly #timestamps = new TimestampPrinter()

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(Math.max(capacity, FIELD_BYTES_MAX))
    this.view = viewOf(this.bytes)
  }

  clear(): void {
    this.length = 0
  }

  /** An integer of -(2^53-1)..2^53-1. */
  int(tag: number, value: number): void {
    const at = this.#begin(tag, 0)
    this.#end(writeInteger(this.bytes, at, value))
  }

  char(tag: number, charCode: number): void {
    const at = this.#begin(tag, 0)
    this.bytes[at] = charCode
    this.#end(at + 1)
  }

  boolean(tag: number, value: boolean): void {
    this.char(tag, value ? LETTER_Y : LETTER_N)
  }

  /** Text of characters 0..255 without SOH; not empty. */
  string(tag: number, value: string): void {
    let at = this.#begin(tag, value.length)
    const bytes = this.bytes
    for (let i = 0; i < value.length; i++) bytes[at++] = value.charCodeAt(i)
    this.#end(at)
  }

  /** A value that is bytes already; from a NUL on, as in a record's text field, it is left out. */
  ascii(tag: number, source: Uint8Array, start: number, end: number): void {
    let at = this.#begin(tag, end - start)
    const bytes = this.bytes
    for (let i = start; i < end && source[i] !== 0; i++) bytes[at++] = source[i]!
    this.#end(at)
  }

  /** A scaled integer with only the decimals that it needs: (1825000, 4) is `182.5`. */
  decimal(tag: number, value: number, decimals: number): void {
    const at = this.#begin(tag, 0)
    this.#end(writeDecimal(this.bytes, at, value, decimals))
  }

  /** `YYYYMMDD-HH:MM:SS.sss`, or with 0, 6 or 9 decimals. */
  utcTimestamp(
    tag: number,
    epochSeconds: number,
    nanoseconds: number,
    decimals = MILLISECONDS,
  ): void {
    const at = this.#begin(tag, 0)
    this.#end(this.#timestamps.print(this.bytes, at, epochSeconds, nanoseconds, decimals))
  }

  /** Whole fields as they were written before, delimiters included. */
  raw(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start)
    const { bytes, length } = this
    if (end - start <= LOOP_BYTES_MAX) {
      for (let i = start; i < end; i++) bytes[length + i - start] = source[i]!
    } else {
      bytes.set(source.subarray(start, end), length)
    }
    this.length = length + end - start
  }

  /** Makes room for `more` bytes; `bytes` may be another array afterwards. */
  reserve(more: number): void {
    if (this.length + more > this.bytes.length) this.#grow(this.length + more)
  }

  #grow(needed: number): void {
    assert(needed <= WRITER_BYTES_MAX, 'FieldWriter: more than WRITER_BYTES_MAX')
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
    this.view = viewOf(larger)
  }

  /** Writes `tag=` and makes room for the value; returns where the value goes. */
  #begin(tag: number, valueBytes: number): number {
    this.reserve(valueBytes + FIELD_BYTES_MAX)
    if (tag >= PREFIXES.length) return this.#beginLong(tag)

    const { bytes, length } = this
    const prefix = PREFIXES[tag]!
    // All four bytes are written, whatever the prefix needs; the value overwrites the rest.
    bytes[length] = prefix
    bytes[length + 1] = prefix >> 8
    bytes[length + 2] = prefix >> 16
    bytes[length + 3] = prefix >> 24
    return length + (tag < 10 ? 2 : tag < 100 ? 3 : 4)
  }

  #beginLong(tag: number): number {
    const at = writeInteger(this.bytes, this.length, tag)
    this.bytes[at] = EQUALS
    return at + 1
  }

  #end(at: number): void {
    this.bytes[at] = SOH
    this.length = at + 1
  }
}
