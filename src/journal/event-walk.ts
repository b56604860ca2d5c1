/**
 * Follows the events from any one of them on, through groups and segments, and passes over the
 * commands between. For those who come back to an event that they know: a walk checks no checksum,
 * because start-up and `append` vouch for what it reads.
 */
import { assert } from '../domain/index.ts'
import { RECORD_HEADER_BYTES } from '../wire/index.ts'
import { damage } from './damage.ts'
import { GROUP_HEADER_BYTES, GROUP_MAGIC, groupHeader } from './group.ts'
import type { Segments } from './segments.ts'

/** Read at once; no event is larger: the length of a body is a u16. */
const CHUNK_BYTES = 128 * 1024

export class EventWalk {
  readonly view: DataView
  /** Where in `view` the event is that the last `next` moved onto; valid until the next call. */
  at = 0
  /** Journal position of that event. */
  position = 0
  private readonly segments: Segments
  private readonly end: () => number
  private readonly bytes = new Uint8Array(CHUNK_BYTES)
  /** Positions that `bytes` holds. */
  private chunkStart = 0
  private chunkEnd = 0
  /** Position behind that event: the next one, or the header of the next group. */
  private ahead = 0

  /** @param end the journal is durable up to here; nothing behind it is read */
  constructor(segments: Segments, end: () => number) {
    this.segments = segments
    this.end = end
    this.view = new DataView(this.bytes.buffer)
  }

  /** The next `next` moves onto the event at `position`, or onto the first one behind it. */
  seek(position: number): void {
    assert(position >= 0 && position % 8 === 0, `event position ${position}`)
    this.ahead = position
  }

  /**
   * Moves onto the next event.
   * @returns false when the journal has no more for now
   * @throws ExchangeError JournalDamaged when neither record nor group can stand there,
   *   JournalUnreadable
   */
  next(): boolean {
    const end = this.end()
    while (this.ahead < end) {
      const length = this.lengthAhead(end)
      if (length !== GROUP_MAGIC) {
        this.load(length, end)
        this.at = this.ahead - this.chunkStart
        this.position = this.ahead
        this.ahead += length
        return true
      }
      this.load(GROUP_HEADER_BYTES, end)
      const commandBytes = this.ahead - this.chunkStart + groupHeader.offsets.commandBytes
      this.ahead += GROUP_HEADER_BYTES + this.view.getUint32(commandBytes, true)
    }
    return false
  }

  /** What a record begins with. A group's header shows its magic there, which no length can be. */
  private lengthAhead(end: number): number {
    this.load(RECORD_HEADER_BYTES, end)
    const length = this.view.getUint32(this.ahead - this.chunkStart, true)
    if (length === GROUP_MAGIC) return length
    if (length < RECORD_HEADER_BYTES || length % 8 !== 0) throw this.damageAhead()
    return length
  }

  /** Makes sure that the next `length` bytes are in the chunk. */
  private load(length: number, end: number): void {
    const { ahead } = this
    if (ahead >= this.chunkStart && ahead + length <= this.chunkEnd) return

    const index = this.segments.find(ahead)
    const available = Math.min(end, this.segments.endOf(index)) - ahead
    if (length > Math.min(available, CHUNK_BYTES)) throw this.damageAhead()
    const wanted = this.bytes.subarray(0, Math.min(CHUNK_BYTES, available))
    this.chunkStart = this.chunkEnd = ahead
    this.chunkEnd += this.segments.read(index, wanted, this.segments.offsetOf(index, ahead))
    if (ahead + length > this.chunkEnd) throw this.damageAhead()
  }

  private damageAhead(): Error {
    const index = this.segments.find(this.ahead)
    return damage(
      {
        file: this.segments.path(index),
        offset: this.segments.offsetOf(index, this.ahead),
        position: this.ahead,
        groupNumber: this.segments.header(index).base.groupNumber,
      },
      'no event is here (the group number is that of the first in the file)',
    )
  }
}
