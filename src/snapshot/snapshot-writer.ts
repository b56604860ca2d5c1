/** Collects a state, and writes it to a file piece by piece: whoever writes decides when the next one is. */
import { crc32 } from 'node:zlib'
import type { Column, StateTransfer } from '../domain/index.ts'
import { assert } from '../domain/index.ts'
import type { Disk } from '../journal/index.ts'
import { writeFully } from '../journal/index.ts'
import type { ColumnPlace, SnapshotPoint } from './contents.ts'
import { ALIGNMENT, encodeContents, MAGIC } from './contents.ts'

/** Written, synced and checked at once: what the journal's own sync may have to wait for. */
const PIECE_BYTES = 1024 * 1024

export class SnapshotWriter implements StateTransfer {
  readonly isLoading = false
  private readonly columns = new Map<string, Uint8Array>()
  private readonly values: Record<string, unknown> = Object.create(null) as Record<string, unknown>

  value<T>(name: string, current: T): T {
    assert(!(name in this.values), `${name} is written once`)
    // What it is now: the state goes on before the table of contents is written.
    this.values[name] = structuredClone(current)
    return current
  }

  column<T extends Column>(name: string, current: T, length: number): T {
    assert(
      !this.columns.has(name) && length <= current.length,
      `${name} is written once, and whole`,
    )
    const bytes = length * current.BYTES_PER_ELEMENT
    this.columns.set(name, new Uint8Array(current.buffer, current.byteOffset, bytes))
    return current
  }

  /** What the columns take, about the size of the file. */
  get bytes(): number {
    let sum = 0
    for (const { length } of this.columns.values()) sum += length
    return sum
  }

  /**
   * Writes the file, synced. Nothing of the state may change before it has ended.
   * @returns a step a piece; the last value is the file's size in bytes
   * @throws the error of the operating system
   */
  *write(disk: Disk, path: string, point: SnapshotPoint): Generator<void, number, void> {
    const fd = disk.open(path, 'create')
    try {
      writeFully(disk, fd, [MAGIC], 0)
      let offset = MAGIC.length
      const columns: ColumnPlace[] = []
      for (const [name, bytes] of this.columns) {
        let crc = 0
        for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
          const piece = bytes.subarray(at, at + PIECE_BYTES)
          writeFully(disk, fd, [piece], offset + at)
          crc = crc32(piece, crc)
          if (piece.length < PIECE_BYTES) continue
          disk.fdatasync(fd)
          yield
        }
        columns.push({ name, offset, bytes: bytes.length, crc })
        offset += Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT
      }
      const end = encodeContents({ point, columns, values: this.values }, offset)
      writeFully(disk, fd, [end], offset)
      disk.fdatasync(fd)
      return offset + end.length
    } finally {
      disk.close(fd)
    }
  }
}
