/**
 * The first 128 bytes of a segment file: which journal it belongs to and where the history stood
 * when it began, so that a reader can start at any segment. A segment that does not continue the
 * one before it is noticed at once. ARCHITECTURE.md, "Journal".
 */
import { crc32 } from 'node:zlib'
import { assert } from '../domain/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import type { Layout, MessageOf } from '../wire/index.ts'
import { compileCodec, text, u32, u64 } from '../wire/index.ts'
import type { Chain } from './chain.ts'

export const FORMAT_VERSION = 1
const MAGIC = 'BWJOURNL'
/** Eight digits in the file's name. */
const SEGMENT_NUMBER_MAX = 99_999_999

// prettier-ignore
const segmentHeader = compileCodec({
  name: 'Segment', type: 0,
  fields: [
    ['magic',                 text(8)],   // BWJOURNL
    ['formatVersion',         u32],       // 1
    ['run',                   u32],       // of the last group before; 0 = none
    ['journalId',             text(32)],
    ['segmentNumber',         u64],       // 1.. as in the file's name
    ['basePosition',          u64],       // logical position of the first group
    ['baseGroupNumber',       u64],       // number of the first group
    ['baseCommandNumber',     u64],       // number of the first group's first command
    ['configurationPosition', u64],       // of the ApplyConfiguration command in force; 0 = none
    ['previousCrc',           u32],       // crc of the last group before; 0 = none
    ['reserved',              text(32)],
    ['crc',                   u32],       // of the 124 bytes before
  ],
} as const satisfies Layout, { byteOrder: 'little', start: 0 })

export const SEGMENT_HEADER_BYTES = segmentHeader.length

export interface SegmentHeader {
  readonly journalId: string
  readonly segmentNumber: number
  readonly configurationPosition: number
  /** What the first group continues. */
  readonly base: Readonly<Chain>
}

/** `00000001.log` */
export function segmentName(segmentNumber: number): string {
  assert(segmentNumber >= 1 && segmentNumber <= SEGMENT_NUMBER_MAX, 'segment number')
  return `${String(segmentNumber).padStart(8, '0')}.log`
}

export const isSegmentName = (name: string): boolean => /^\d{8}\.log$/.test(name)

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  segmentHeader.encode(view, 0, {
    magic: MAGIC,
    formatVersion: FORMAT_VERSION,
    run: header.base.run,
    journalId: header.journalId,
    segmentNumber: header.segmentNumber,
    basePosition: header.base.position,
    baseGroupNumber: header.base.groupNumber,
    baseCommandNumber: header.base.commandNumber,
    configurationPosition: header.configurationPosition,
    previousCrc: header.base.previousCrc,
    reserved: '',
    crc: 0,
  })
  view.setUint32(segmentHeader.offsets.crc, headerCrc(bytes), true)
  return bytes
}

/**
 * @param bytes the file's first SEGMENT_HEADER_BYTES, or as many as it has
 * @returns the header, or what is wrong with it
 * @throws ExchangeError JournalUnreadable when a newer program wrote the file
 */
export function decodeSegmentHeader(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
): SegmentHeader | string {
  if (bytes.length < SEGMENT_HEADER_BYTES) return 'the file is shorter than a segment header'
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  if (view.getUint32(segmentHeader.offsets.crc, true) !== headerCrc(bytes)) {
    return 'the checksum of the segment header does not fit'
  }
  // Offsets 0 to 12 and the checksum keep their places in every version, so that this is certain.
  const version = view.getUint32(segmentHeader.offsets.formatVersion, true)
  if (version !== FORMAT_VERSION) {
    throw new ExchangeError(
      ErrorCode.JournalUnreadable,
      `${file}: journal format ${version}; this program reads format ${FORMAT_VERSION}. Start the version that wrote it`,
    )
  }
  return fromMessage(segmentHeader.decode(view, 0))
}

function fromMessage(message: MessageOf<typeof segmentHeader.layout>): SegmentHeader | string {
  if (message.magic !== MAGIC) return 'this is not a journal segment'
  return {
    journalId: message.journalId,
    segmentNumber: message.segmentNumber,
    configurationPosition: message.configurationPosition,
    base: {
      position: message.basePosition,
      groupNumber: message.baseGroupNumber,
      commandNumber: message.baseCommandNumber,
      run: message.run,
      previousCrc: message.previousCrc,
    },
  }
}

const headerCrc = (bytes: Uint8Array): number => crc32(bytes.subarray(0, segmentHeader.offsets.crc))
