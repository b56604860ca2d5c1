/**
 * A group is one turn: its commands and behind them the events that they caused, under one
 * checksum. ARCHITECTURE.md, "Journal", has the layout; this is the code's copy of it.
 */
import { crc32 } from 'node:zlib'
import type { Layout } from '../wire/index.ts'
import { compileCodec, u32, u64 } from '../wire/index.ts'
import type { Chain } from './chain.ts'

// prettier-ignore
export const groupHeader = compileCodec({
  name: 'Group', type: 0,
  fields: [
    ['magic',         u32],  // BWG1
    ['crc',           u32],  // of everything after it, seeded with the journal id's
    ['length',        u32],  // bytes, header included, a multiple of 8
    ['commandBytes',  u32],
    ['groupNumber',   u64],  // 1..
    ['commandNumber', u64],  // of its first command, 1..
    ['run',           u32],  // start-up count, 1..
    ['previousCrc',   u32],  // 0 in the first group
    ['epochSeconds',  u32],
    ['nanoseconds',   u32],
    ['commandCount',  u32],
    ['eventCount',    u32],
    ['feedSequence',  u64],  // of its first feed message
  ],
} as const satisfies Layout, { byteOrder: 'little', start: 0 })

/** 'BWG1' as the little-endian number that stands at offset 0. */
export const GROUP_MAGIC = 0x31475742
export const GROUP_HEADER_BYTES = groupHeader.length
/** Largest group; one writev takes no more than 2 GiB. */
export const GROUP_BYTES_MAX = 2 ** 30
/** The checksum covers the group from here. */
export const CRC_FROM = groupHeader.offsets.length

const AT = groupHeader.offsets

/** A window on one whole, verified group; reused, valid until the next one is asked for. */
export class Group {
  view: DataView = new DataView(new ArrayBuffer(GROUP_HEADER_BYTES))
  /** Offset of the header in `view`. */
  start = 0
  /** Logical position of the header. */
  position = 0
  length = 0
  groupNumber = 0
  /** Number of the first command. */
  commandNumber = 0
  run = 0
  crc = 0
  previousCrc = 0
  epochSeconds = 0
  nanoseconds = 0
  commandCount = 0
  eventCount = 0
  feedSequence = 0
  /** Offsets in `view`; the events follow the commands. */
  commandsStart = 0
  commandsEnd = 0
  eventsStart = 0
  eventsEnd = 0

  /** Points the window at a group that `groupProblem` found nothing wrong with. */
  wrap(view: DataView, start: number, position: number): void {
    const header = groupHeader.decode(view, start)
    this.view = view
    this.start = start
    this.position = position
    this.length = header.length
    this.groupNumber = header.groupNumber
    this.commandNumber = header.commandNumber
    this.run = header.run
    this.crc = header.crc
    this.previousCrc = header.previousCrc
    this.epochSeconds = header.epochSeconds
    this.nanoseconds = header.nanoseconds
    this.commandCount = header.commandCount
    this.eventCount = header.eventCount
    this.feedSequence = header.feedSequence
    this.commandsStart = start + GROUP_HEADER_BYTES
    this.commandsEnd = this.commandsStart + header.commandBytes
    this.eventsStart = this.commandsEnd
    this.eventsEnd = start + header.length
  }

  /** Logical position of the record at `offset` in `view`. */
  positionOf(offset: number): number {
    return this.position + offset - this.start
  }

  /** Logical position of the first event record. */
  get eventsPosition(): number {
    return this.positionOf(this.eventsStart)
  }

  /** Logical position of the next group. */
  get nextPosition(): number {
    return this.position + this.length
  }
}

/** Bytes of the group that seems to start here, 0 when nothing of the kind does. */
export function groupLengthAt(view: DataView, at: number, available: number): number {
  if (view.getUint32(at, true) !== GROUP_MAGIC) return 0
  const length = view.getUint32(at + AT.length, true)
  const fits = length >= GROUP_HEADER_BYTES && length % 8 === 0 && length <= available
  const commandBytes = view.getUint32(at + AT.commandBytes, true)
  return fits && commandBytes % 8 === 0 && commandBytes <= length - GROUP_HEADER_BYTES ? length : 0
}

/** Whether the bytes under the checksum are the ones that were written. */
export const checksumFits = (
  bytes: Uint8Array,
  view: DataView,
  at: number,
  length: number,
  seed: number,
): boolean =>
  crc32(bytes.subarray(at + CRC_FROM, at + length), seed) === view.getUint32(at + AT.crc, true)

/** Why a group whose checksum fits does not continue the chain; '' when it does. */
export function chainProblem(view: DataView, at: number, chain: Readonly<Chain>): string {
  const header = groupHeader.decode(view, at)
  if (header.groupNumber !== chain.groupNumber) {
    return `group ${header.groupNumber} stands where group ${chain.groupNumber} belongs`
  }
  if (header.previousCrc !== chain.previousCrc) return 'it does not continue the group before it'
  if (header.run < chain.run)
    return `it is of run ${header.run}, older than run ${chain.run} before it`
  if (header.commandNumber !== chain.commandNumber) {
    return `its first command is ${header.commandNumber}, not ${chain.commandNumber}`
  }
  return ''
}

/** Moves the chain behind a group. */
export function advance(chain: Chain, group: Group): void {
  chain.position = group.nextPosition
  chain.groupNumber = group.groupNumber + 1
  chain.commandNumber = group.commandNumber + group.commandCount
  chain.run = group.run
  chain.previousCrc = group.crc
}
