/**
 * A growing run of records in one buffer. Every record starts with the same eight bytes:
 *
 *   0 u32 length    bytes of the record, these eight included, a multiple of 8
 *   4 u8  type      CommandType or EventType
 *   5 u8  feed      ITCH type character that this event prints on the feed, 0 = none
 *   6 u16 session   index of the session concerned, 0 = none
 *
 * Little-endian. The buffer doubles when it is full and is reused from turn to turn.
 */
import { assert } from '../domain/index.ts'

export const RECORD_HEADER_BYTES = 8
/** Longest body behind a record whose bodyLength is a u16. */
export const BODY_BYTES_MAX = 0xffff
const LENGTH = 0
const TYPE = 4
const FEED = 5
const SESSION = 6

export class RecordBuffer {
  bytes: Uint8Array<ArrayBuffer>
  view: DataView<ArrayBuffer>
  /** Bytes in use. */
  length = 0
  /** Records in use. */
  count = 0
  /** When the first of them was queued, by the clock of the CommandQueue. */
  sinceMs = 0

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /**
   * Appends a zeroed record and gives its offset; fill the fields through a flyweight on `view`
   * before the next append (growing replaces the view).
   */
  append(type: number, session: number, length: number): number {
    const at = this.length
    const padded = (length + 7) & ~7
    if (at + padded > this.bytes.length) this.grow(at + padded)
    this.length = at + padded
    this.count++
    this.view.setUint32(at + LENGTH, padded, true)
    this.view.setUint8(at + TYPE, type)
    this.view.setUint16(at + SESSION, session, true)
    return at
  }

  /** Keeps the first `count` records, which end at `length`, and moves the others behind those of `to`. */
  moveFrom(length: number, count: number, to: RecordBuffer): void {
    const moved = this.bytes.subarray(length, this.length)
    if (to.length + moved.length > to.bytes.length) to.grow(to.length + moved.length)
    to.bytes.set(moved, to.length)
    to.length += moved.length
    to.count += this.count - count
    moved.fill(0)
    this.length = length
    this.count = count
  }

  clear(): void {
    this.bytes.fill(0, 0, this.length)
    this.length = 0
    this.count = 0
  }

  private grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }
}

export const recordLength = (view: DataView, at: number): number => {
  const length = view.getUint32(at + LENGTH, true)
  assert(length >= RECORD_HEADER_BYTES && length % 8 === 0, 'record length')
  return length
}
export const recordType = (view: DataView, at: number): number => view.getUint8(at + TYPE)
export const recordSession = (view: DataView, at: number): number =>
  view.getUint16(at + SESSION, true)
/** Character code of the ITCH message that the event prints, 0 = none. */
export const recordFeed = (view: DataView, at: number): number => view.getUint8(at + FEED)
export const setRecordFeed = (view: DataView, at: number, itchType: number): void =>
  view.setUint8(at + FEED, itchType)

/** Copies a text(20) identifier between records without making a string. */
export function copyClOrdId(from: DataView, fromAt: number, to: DataView, toAt: number): void {
  for (let i = 0; i < 20; i += 4) to.setInt32(toAt + i, from.getInt32(fromAt + i, true), true)
}
