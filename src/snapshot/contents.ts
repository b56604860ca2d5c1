/**
 * The table of contents of a snapshot: what stands where in the file, and the point of history it is
 * of. docs/operations/snapshots.md has the layout.
 *
 *   0 'BWSNAP05' · columns, each from a multiple of 8 on · table of contents, JSON ·
 *   footer: u64 its offset · u32 its length · u32 its crc32 · 'BWSNAP05'
 */
import { crc32 } from 'node:zlib'

/** Snapshots of another format are passed over: the journal has everything. */
export const MAGIC = new TextEncoder().encode('BWSNAP05')
export const FOOTER_BYTES = 24
export const ALIGNMENT = 8

/** Where in history a snapshot was taken: behind this group. */
export interface SnapshotPoint {
  readonly journalId: string
  readonly groupNumber: number
  /** Checksum of the group. */
  readonly crc: number
  /** Logical position behind the group. */
  readonly position: number
  /** Commands executed since the beginning. */
  readonly commands: number
  /** Sequenced time of the group. */
  readonly epochSeconds: number
  readonly nanoseconds: number
  /** Of the engine. */
  readonly stateHash: string
  /** Of the group: hexadecimal SHA-256 over all of history (src/journal/seals.ts). */
  readonly seal: string
  /** Channels of the feed that it knows. */
  readonly channels: number
}

export interface ColumnPlace {
  readonly name: string
  /** Bytes from the beginning of the file. */
  readonly offset: number
  readonly bytes: number
  readonly crc: number
}

export interface Contents {
  readonly point: SnapshotPoint
  readonly columns: readonly ColumnPlace[]
  readonly values: Readonly<Record<string, unknown>>
}

/** Table of contents and footer, to stand at `offset`. */
export function encodeContents(contents: Contents, offset: number): Uint8Array {
  const table = new TextEncoder().encode(JSON.stringify(contents))
  const bytes = new Uint8Array(table.length + FOOTER_BYTES)
  bytes.set(table)
  const footer = new DataView(bytes.buffer, table.length)
  footer.setBigUint64(0, BigInt(offset), true)
  footer.setUint32(8, table.length, true)
  footer.setUint32(12, crc32(table), true)
  bytes.set(MAGIC, table.length + 16)
  return bytes
}

/** Where the table of contents is, as the last bytes of the file say; undefined when they do not. */
export function decodeFooter(
  bytes: Uint8Array,
): { offset: number; length: number; crc: number } | undefined {
  if (bytes.length !== FOOTER_BYTES || Buffer.compare(bytes.subarray(16), MAGIC) !== 0) return
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return {
    offset: Number(view.getBigUint64(0, true)),
    length: view.getUint32(8, true),
    crc: view.getUint32(12, true),
  }
}
