/**
 * The table of a journal's segment files: their headers, checked to continue one another, and the
 * few of them that are open for reading.
 */
import { assert } from '../domain/index.ts'
import { ErrorCode, ExchangeError, messageOf } from '../runtime/index.ts'
import { damage } from './damage.ts'
import type { Disk } from './disk.ts'
import { readFully } from './disk.ts'
import type { SegmentHeader } from './segment-header.ts'
import {
  SEGMENT_HEADER_BYTES,
  decodeSegmentHeader,
  isSegmentName,
  segmentName,
} from './segment-header.ts'

/** File descriptors kept for reading; the one that was used longest ago is closed first. */
export const SEGMENT_FILES_OPEN_MAX = 16

export class Segments {
  readonly disk: Disk
  readonly directory: string
  private readonly headers: SegmentHeader[] = []
  /** Segment index to descriptor, longest unused first. */
  private readonly files = new Map<number, number>()

  constructor(disk: Disk, directory: string) {
    this.disk = disk
    this.directory = directory
  }

  get count(): number {
    return this.headers.length
  }

  header(index: number): SegmentHeader {
    const header = this.headers[index]
    assert(header !== undefined, 'segment index')
    return header
  }

  path(index: number): string {
    return `${this.directory}/${segmentName(index + 1)}`
  }

  /**
   * Learns of segments that were added since; the first call learns of all.
   * @returns whether there were any
   * @throws ExchangeError JournalDamaged when one is missing or does not continue the one before
   */
  refresh(): boolean {
    const before = this.count
    const names = this.disk.list(this.directory).filter(isSegmentName).sort()
    for (const name of names.slice(before)) {
      const index = this.count
      if (name !== segmentName(index + 1)) {
        throw this.damageAt(index, `the file is missing, the next one there is ${name}`)
      }
      this.headers.push(this.readHeader(index))
      this.checkHeader(index)
    }
    return this.count > before
  }

  /** Takes note of a segment that the caller has just created. */
  add(header: SegmentHeader): void {
    assert(header.segmentNumber === this.count + 1, 'segments are added in order')
    this.headers.push(header)
  }

  /** Index of the last segment that begins at or before the position. */
  find(position: number): number {
    return this.lastWhere((index) => this.header(index).base.position <= position)
  }

  /** Index of the last segment that begins with this group or an earlier one. */
  findGroup(groupNumber: number): number {
    return this.lastWhere((index) => this.header(index).base.groupNumber <= groupNumber)
  }

  /** Logical position where the next segment takes over; Infinity in the last one. */
  endOf(index: number): number {
    return this.headers[index + 1]?.base.position ?? Infinity
  }

  /** Offset of a logical position in the segment's file. */
  offsetOf(index: number, position: number): number {
    return SEGMENT_HEADER_BYTES + position - this.header(index).base.position
  }

  /** @throws ExchangeError JournalUnreadable */
  size(index: number): number {
    try {
      return this.disk.size(this.file(index))
    } catch (error) {
      throw this.unreadable(index, error)
    }
  }

  /**
   * @returns bytes read: fewer than asked for only at the end of the file
   * @throws ExchangeError JournalUnreadable
   */
  read(index: number, into: Uint8Array, offset: number): number {
    try {
      return readFully(this.disk, this.file(index), into, offset)
    } catch (error) {
      throw this.unreadable(index, error)
    }
  }

  close(): void {
    for (const fd of this.files.values()) this.disk.close(fd)
    this.files.clear()
  }

  /**
   * Index of the last segment of which it is true, 0 when it is true of none.
   * @param isBefore false of every segment behind one of which it is false
   */
  lastWhere(isBefore: (index: number) => boolean): number {
    let low = 0
    let high = this.count - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (isBefore(middle)) low = middle
      else high = middle - 1
    }
    return low
  }

  private file(index: number): number {
    const open = this.files.get(index)
    if (open !== undefined) {
      this.files.delete(index)
      this.files.set(index, open)
      return open
    }
    for (const [oldest, fd] of this.files) {
      if (this.files.size < SEGMENT_FILES_OPEN_MAX) break
      this.disk.close(fd)
      this.files.delete(oldest)
    }
    const fd = this.disk.open(this.path(index), 'read')
    this.files.set(index, fd)
    return fd
  }

  private readHeader(index: number): SegmentHeader {
    const bytes = new Uint8Array(SEGMENT_HEADER_BYTES)
    const got = this.read(index, bytes, 0)
    const header = decodeSegmentHeader(bytes.subarray(0, got), this.path(index))
    if (typeof header === 'string') throw this.damageAt(index, header)
    return header
  }

  private checkHeader(index: number): void {
    const { segmentNumber, journalId, base } = this.header(index)
    if (segmentNumber !== index + 1) {
      throw this.damageAt(index, `its header says segment ${segmentNumber}`)
    }
    if (index === 0) {
      if (base.position !== 0)
        throw this.damageAt(index, 'the first segment does not begin at position 0')
      return
    }
    const before = this.header(index - 1)
    if (journalId !== before.journalId) {
      throw this.damageAt(
        index,
        `it belongs to journal ${journalId}, the one before to ${before.journalId}`,
      )
    }
    const used = SEGMENT_HEADER_BYTES + base.position - before.base.position
    if (used < SEGMENT_HEADER_BYTES || used > this.size(index - 1)) {
      throw this.damageAt(
        index,
        `it does not continue ${segmentName(index)}, which cannot hold what came before`,
      )
    }
  }

  private unreadable(index: number, cause: unknown): ExchangeError {
    const message = `${this.path(index)}: cannot be read: ${messageOf(cause)}`
    return new ExchangeError(ErrorCode.JournalUnreadable, message, { cause })
  }

  private damageAt(index: number, problem: string) {
    const before = this.headers[index]?.base ?? this.headers[index - 1]?.base
    return damage(
      {
        file: this.path(index),
        offset: 0,
        position: before?.position ?? 0,
        groupNumber: before?.groupNumber ?? 1,
      },
      problem,
    )
  }
}
