/**
 * Makes a segment file that exists either whole or not at all: space, header and sync come under
 * another name, then rename, then the directory is synced. No group is written before that.
 */
import type { Disk } from './disk.ts'
import { writeFully, writeZeros } from './disk.ts'
import type { SegmentHeader } from './segment-header.ts'
import { SEGMENT_HEADER_BYTES, encodeSegmentHeader, segmentName } from './segment-header.ts'

export const UNFINISHED_NAME = 'unfinished'

/**
 * @param bytes size of the file
 * @param spare path of a synced file of that size holding zeros; made here without one
 * @returns descriptor for writing
 */
export function createSegment(options: {
  readonly disk: Disk
  readonly directory: string
  readonly header: SegmentHeader
  readonly bytes: number
  readonly spare: string | undefined
}): number {
  const { disk, directory, header, bytes, spare } = options
  const path = spare ?? `${directory}/${UNFINISHED_NAME}`
  const fd = disk.open(path, spare === undefined ? 'create' : 'write')

  writeFully(disk, fd, [encodeSegmentHeader(header)], 0)
  if (spare === undefined) writeZeros(disk, fd, SEGMENT_HEADER_BYTES, bytes)
  disk.fdatasync(fd)
  disk.rename(path, `${directory}/${segmentName(header.segmentNumber)}`)
  disk.fsyncDirectory(directory)
  return fd
}
