/**
 * Writes `tag=value|` fields into one growing buffer that is reused: numbers digit by digit, no
 * strings in between. MessageWriter puts header and trailer around; an engine's stored bodies are
 * written with this alone.
 */
import { assert } from '../../domain/index.ts'
import { bytesOf, MINUS, POINT, SOH, ZERO } from './ascii.ts'
import { TimestampPrinter } from './utc-timestamp.ts'

/** Room that any tag, number or timestamp fits in. */
const FIELD_BYTES_MAX = 48
/** A buffer beyond this is a message without end. */
const WRITER_BYTES_MAX = 1 << 28
const PREFIXED_TAGS = 8192
const LETTER_Y = 0x59
const LETTER_N = 0x4e

const prefixes: Uint8Array[] = []

/** `tag=` as bytes, made once per tag. */
function prefixOf(tag: number): Uint8Array {
  if (tag >= PREFIXED_TAGS) return bytesOf(`${tag}=`)
  return (prefixes[tag] ??= bytesOf(`${tag}=`))
}

export class FieldWriter {
  /** Written so far: bytes[0, length). Replaced when it grows. */
  bytes: Uint8Array<ArrayBuffer>
  length = 0
  readonly #timestamps = new TimestampPrinter()

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(Math.max(capacity, FIELD_BYTES_MAX))
  }

  clear(): void {
    this.length = 0
  }

  /** An integer of -(2^53-1)..2^53-1. */
  int(tag: number, value: number): void {
    this.#begin(tag, 0)
    this.#digits(value)
    this.#end()
  }

  char(tag: number, charCode: number): void {
    this.#begin(tag, 0)
    this.bytes[this.length++] = charCode
    this.#end()
  }

  boolean(tag: number, value: boolean): void {
    this.char(tag, value ? LETTER_Y : LETTER_N)
  }

  /** Text of characters 0..255 without SOH; not empty. */
  string(tag: number, value: string): void {
    this.#begin(tag, value.length)
    const bytes = this.bytes
    let at = this.length
    for (let i = 0; i < value.length; i++) bytes[at++] = value.charCodeAt(i)
    this.length = at
    this.#end()
  }

  /** A value that is bytes already; trailing NULs, as in a record's text field, are left out. */
  ascii(tag: number, source: Uint8Array, start: number, end: number): void {
    this.#begin(tag, end - start)
    const bytes = this.bytes
    let at = this.length
    for (let i = start; i < end; i++) {
      const byte = source[i]!
      if (byte === 0) break
      bytes[at++] = byte
    }
    this.length = at
    this.#end()
  }

  /** A scaled integer with only the decimals that it needs: (1825000, 4) is `182.5`. */
  decimal(tag: number, value: number, decimals: number): void {
    this.#begin(tag, 0)
    let rest = value
    if (rest < 0) {
      this.bytes[this.length++] = MINUS
      rest = -rest
    }
    const scale = 10 ** decimals
    const whole = Math.floor(rest / scale)
    this.#digits(whole)
    this.#fraction(rest - whole * scale, decimals)
    this.#end()
  }

  /** `YYYYMMDD-HH:MM:SS.sss` */
  utcTimestamp(tag: number, epochSeconds: number, nanoseconds: number): void {
    this.#begin(tag, 0)
    this.#timestamps.print(this.bytes, this.length, epochSeconds, nanoseconds)
    this.length += 21
    this.#end()
  }

  /** Whole fields as they were written before, delimiters included. */
  raw(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start)
    this.bytes.set(source.subarray(start, end), this.length)
    this.length += end - start
  }

  /** Makes room for `more` bytes; `bytes` may be another array afterwards. */
  reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.bytes.length) return
    assert(needed <= WRITER_BYTES_MAX, 'FieldWriter: more than WRITER_BYTES_MAX')

    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }

  #begin(tag: number, valueBytes: number): void {
    this.reserve(valueBytes + FIELD_BYTES_MAX)
    const bytes = this.bytes
    const prefix = prefixOf(tag)
    let at = this.length
    for (let i = 0; i < prefix.length; i++) bytes[at++] = prefix[i]!
    this.length = at
  }

  #end(): void {
    this.bytes[this.length++] = SOH
  }

  #digits(value: number): void {
    const bytes = this.bytes
    let rest = value
    if (rest < 0) {
      bytes[this.length++] = MINUS
      rest = -rest
    }
    const start = this.length
    const end = start + digitCount(rest)
    for (let at = end - 1; at >= start; at--) {
      const quotient = Math.floor(rest / 10)
      bytes[at] = ZERO + rest - quotient * 10
      rest = quotient
    }
    this.length = end
  }

  #fraction(value: number, decimals: number): void {
    if (value === 0) return
    const bytes = this.bytes
    let rest = value
    let places = decimals
    while (rest % 10 === 0) {
      rest = Math.floor(rest / 10)
      places--
    }
    bytes[this.length] = POINT
    for (let at = this.length + places; at > this.length; at--) {
      const quotient = Math.floor(rest / 10)
      bytes[at] = ZERO + rest - quotient * 10
      rest = quotient
    }
    this.length += places + 1
  }
}

function digitCount(value: number): number {
  let count = 1
  for (let limit = 10; value >= limit; limit *= 10) count++
  return count
}
