/**
 * Tells a torn tail from damage: looks behind a place where no group continues the chain for a
 * whole group that can only have been written after the missing one. Groups of an earlier run or
 * with an earlier number are leftovers in reused space and do not count.
 */
import { Buffer } from 'node:buffer'
import type { Chain } from './chain.ts'
import { ZEROS } from './disk.ts'
import {
  GROUP_HEADER_BYTES,
  GROUP_MAGIC,
  checksumFits,
  groupHeader,
  groupLengthAt,
} from './group.ts'
import type { Segments } from './segments.ts'

const BLOCK_BYTES = 64 * 1024

/** @returns offset of the first such group in the segment's file, -1 if there is none */
export function findLaterGroup(
  segments: Segments,
  index: number,
  offset: number,
  chain: Readonly<Chain>,
  seed: number,
): number {
  const size = segments.size(index)
  const block = new Uint8Array(Math.min(BLOCK_BYTES, size - offset))
  const view = new DataView(block.buffer)

  for (let start = offset; start < size; start += BLOCK_BYTES) {
    const got = segments.read(index, block, start)
    if (isZero(block.subarray(0, got))) continue
    // Groups are multiples of 8 bytes, and so is the header before them.
    for (let at = 0; at + 4 <= got; at += 8) {
      if (view.getUint32(at, true) !== GROUP_MAGIC) continue
      if (isLaterGroup(segments, index, start + at, size, chain, seed)) return start + at
    }
  }
  return -1
}

/** Compares at the speed of memory: an untouched segment is nothing but zeros. */
export const isZero = (bytes: Uint8Array): boolean =>
  Buffer.compare(bytes, ZEROS.subarray(0, bytes.length)) === 0

function isLaterGroup(
  segments: Segments,
  index: number,
  offset: number,
  size: number,
  chain: Readonly<Chain>,
  seed: number,
): boolean {
  const start = new Uint8Array(GROUP_HEADER_BYTES)
  if (segments.read(index, start, offset) < GROUP_HEADER_BYTES) return false
  const length = groupLengthAt(new DataView(start.buffer), 0, size - offset)
  if (length === 0) return false

  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  if (segments.read(index, bytes, offset) < length) return false
  if (!checksumFits(bytes, view, 0, length, seed)) return false
  const { groupNumber, run } = groupHeader.decode(view, 0)
  return groupNumber > chain.groupNumber && run >= chain.run
}
