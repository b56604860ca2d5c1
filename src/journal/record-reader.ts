/**
 * Fetches single records by position: a resend reads its own messages, not the day. A window of
 * the file is kept, since the messages of one session tend to lie near each other.
 */
import { assert } from '../domain/index.ts'
import { RECORD_HEADER_BYTES } from '../wire/index.ts'
import { damage } from './damage.ts'
import type { Segments } from './segments.ts'

const WINDOW_BYTES = 16 * 1024

export interface RecordPlace {
  view: DataView
  at: number
}

export class RecordReader {
  private readonly segments: Segments
  private bytes = new Uint8Array(WINDOW_BYTES)
  private readonly place: RecordPlace = { view: new DataView(this.bytes.buffer), at: 0 }
  /** Logical positions that the window holds. */
  private windowStart = 0
  private windowEnd = 0

  constructor(segments: Segments) {
    this.segments = segments
  }

  /**
   * @param position of a record, as an event or a segment header names it
   * @param end the journal is durable up to here; nothing behind it is read
   * @returns where the record is now; valid until the next call
   * @throws ExchangeError JournalDamaged when no record can stand there
   */
  read(position: number, end: number): RecordPlace {
    assert(position > 0 && position % 8 === 0 && position < end, `record position ${position}`)
    this.load(position, RECORD_HEADER_BYTES, end)
    const length = this.place.view.getUint32(position - this.windowStart, true)
    if (length < RECORD_HEADER_BYTES || length % 8 !== 0) throw this.damageAt(position)

    this.load(position, length, end)
    this.place.at = position - this.windowStart
    return this.place
  }

  private load(position: number, length: number, end: number): void {
    if (position >= this.windowStart && position + length <= this.windowEnd) return

    const index = this.segments.find(position)
    const segmentStart = this.segments.header(index).base.position
    const segmentEnd = Math.min(end, this.segments.endOf(index))
    if (position + length > segmentEnd) throw this.damageAt(position)
    if (length > this.bytes.length) {
      this.bytes = new Uint8Array(length)
      this.place.view = new DataView(this.bytes.buffer)
    }

    // Half the window before the record: a session's messages are looked up from the last backwards.
    const before = Math.min(WINDOW_BYTES / 2, this.bytes.length - length)
    const start = Math.max(segmentStart, position - before)
    const wanted = Math.min(this.bytes.length, segmentEnd - start)
    const got = this.segments.read(
      index,
      this.bytes.subarray(0, wanted),
      this.segments.offsetOf(index, start),
    )
    this.windowStart = start
    this.windowEnd = start + got
    if (position + length > this.windowEnd) throw this.damageAt(position)
  }

  private damageAt(position: number): Error {
    const index = this.segments.find(position)
    return damage(
      {
        file: this.segments.path(index),
        offset: this.segments.offsetOf(index, position),
        position,
        groupNumber: this.segments.header(index).base.groupNumber,
      },
      'no record is here (the group number is that of the first in the file)',
    )
  }
}
