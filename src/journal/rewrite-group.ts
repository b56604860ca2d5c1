/**
 * Writes the last group over itself. After a failed fdatasync the operating system goes on showing
 * bytes that never reached the disk, and counts them as clean: no later sync writes them. The run
 * that met the error has stopped; the next one finds its last group in the page cache, whole, and
 * must not speak of it before it is on the disk.
 */
import type { Disk } from './disk.ts'
import { readFully, writeFully } from './disk.ts'

/** Not synced: the caller does that, with what else it changes in the file. */
export function rewriteGroup(
  disk: Disk,
  fd: number,
  place: { offset: number; length: number },
): void {
  const bytes = new Uint8Array(place.length)
  const got = readFully(disk, fd, bytes, place.offset)
  if (got < bytes.length) throw new Error('the last group cannot be read again')
  writeFully(disk, fd, [bytes], place.offset)
}
