/** Reads a snapshot. A column that `verify` has not gone through is checked while it is loaded. */
import { crc32 } from 'node:zlib'
import type { Column, StateTransfer } from '../domain/index.ts'
import { assert } from '../domain/index.ts'
import type { Disk } from '../journal/index.ts'
import { readFully } from '../journal/index.ts'
import type { ColumnPlace, Contents, SnapshotPoint } from './contents.ts'
import { decodeFooter, FOOTER_BYTES } from './contents.ts'

const PIECE_BYTES = 1024 * 1024

/** What is wrong with a snapshot, in words. */
export class SnapshotProblem extends Error {}

export class SnapshotReader implements StateTransfer {
  readonly isLoading = true
  readonly point: SnapshotPoint
  private readonly disk: Disk
  private readonly fd: number
  private readonly values: Readonly<Record<string, unknown>>
  private readonly places: ReadonlyMap<string, ColumnPlace>
  private readonly verified = new Set<ColumnPlace>()

  /**
   * @throws SnapshotProblem when the file is none, of another format, or not as it was written; the
   *   error of the operating system
   */
  static open(disk: Disk, path: string): SnapshotReader {
    const fd = disk.open(path, 'read')
    try {
      return new SnapshotReader(disk, fd)
    } catch (error) {
      disk.close(fd)
      throw error
    }
  }

  private constructor(disk: Disk, fd: number) {
    const { point, columns, values } = readContents(disk, fd)
    this.disk = disk
    this.fd = fd
    this.point = point
    this.values = values
    this.places = new Map(columns.map((place) => [place.name, place]))
  }

  /**
   * Every byte is as it was written.
   * @param part of the columns whose names begin so
   * @throws SnapshotProblem
   */
  verify(part = ''): void {
    const buffer = new Uint8Array(PIECE_BYTES)
    for (const place of this.places.values()) {
      if (place.name.startsWith(part)) this.check(place, (_at, bytes) => buffer.subarray(0, bytes))
    }
  }

  value<T>(name: string, _current: T): T {
    assert(name in this.values, `${name} is in the snapshot`)
    return this.values[name] as T
  }

  /** @throws SnapshotProblem; then what it was loaded into is of no use */
  column<T extends Column>(name: string, current: T, length: number): T {
    const place = this.places.get(name)
    const bytes = length * current.BYTES_PER_ELEMENT
    assert(place?.bytes === bytes, `${name} of ${bytes} bytes is in the snapshot`)
    const column = length <= current.length ? current : emptyOf(current, length)
    const into = new Uint8Array(column.buffer, column.byteOffset, bytes)
    if (!this.verified.has(place)) this.check(place, (at, size) => into.subarray(at, at + size))
    else readFully(this.disk, this.fd, into, place.offset)
    return column
  }

  close(): void {
    this.disk.close(this.fd)
  }

  /** @param pieceAt where the bytes of the column from `at` on are put */
  private check(place: ColumnPlace, pieceAt: (at: number, bytes: number) => Uint8Array): void {
    const { name, offset, bytes, crc } = place
    let found = 0
    for (let at = 0; at < bytes; at += PIECE_BYTES) {
      const piece = pieceAt(at, Math.min(PIECE_BYTES, bytes - at))
      readFully(this.disk, this.fd, piece, offset + at)
      found = crc32(piece, found)
    }
    if (found !== crc) throw new SnapshotProblem(`the checksum of ${name} does not fit`)
    this.verified.add(place)
  }
}

/** A column of the same kind. */
const emptyOf = <T extends Column>(column: T, length: number): T =>
  new (column.constructor as new (length: number) => T)(length)

function readContents(disk: Disk, fd: number): Contents {
  const size = disk.size(fd)
  const last = new Uint8Array(Math.min(FOOTER_BYTES, size))
  readFully(disk, fd, last, size - last.length)
  const footer = decodeFooter(last)
  if (footer === undefined) throw new SnapshotProblem('it does not end as a snapshot does')
  const { offset, length, crc } = footer
  if (offset + length + FOOTER_BYTES !== size) {
    throw new SnapshotProblem('its table of contents is not where it belongs')
  }
  const table = new Uint8Array(length)
  readFully(disk, fd, table, offset)
  if (crc32(table) !== crc) {
    throw new SnapshotProblem('the checksum of its table of contents does not fit')
  }
  return JSON.parse(new TextDecoder().decode(table)) as Contents
}
