/**
 * Clears what stands behind the last whole group, the remains of a write that a crash cut short,
 * and syncs the file. After it the journal's last group is certain: a whole group that was never
 * synced may not be spoken of before.
 */
import type { Disk } from './disk.ts'
import { ZEROS, readFully, writeZeros } from './disk.ts'
import { isZero } from './find-later-group.ts'

/** @returns bytes from the tail to the last one that was not zero; 0 = the tail was clean */
export function cutTail(disk: Disk, fd: number, tail: number): number {
  const end = disk.size(fd)
  const block = new Uint8Array(Math.min(ZEROS.length, end - tail))
  let dirtyEnd = tail
  for (let at = tail; at < end; at += block.length) {
    const bytes = block.subarray(0, readFully(disk, fd, block, at))
    if (isZero(bytes)) continue
    dirtyEnd = at + bytes.findLastIndex((byte) => byte !== 0) + 1
    writeZeros(disk, fd, at, at + bytes.length)
  }
  disk.fdatasync(fd)
  return dirtyEnd - tail
}
