/**
 * A session's file of numbers: what was sent under each MsgSeqNum(34) of one run of numbers. A head, then
 * one record for each number from 1 on, then zeros that are reserved for more. The record of number 0 says
 * what was heard at the end of the last connection: its place is the number that was sent last by then.
 */
import { crc32 } from 'node:zlib'
import { compileCodec, text, u32, u64 } from '../wire/index.ts'
import type { Layout } from '../wire/index.ts'

// prettier-ignore
export const numbersHead = compileCodec({
  name: 'NumbersHead', type: 0,
  fields: [
    ['magic',             text(8)],   // BWDROPCP
    ['version',           u32],
    ['run',               u32],       // 1.. how often the numbers have begun at 1
    ['journalId',         text(32)],
    ['cursor',            u64],       // journal position at which the run begins
    ['expectedMsgSeqNum', u32],       // inbound, when the run began
    ['crc',               u32],       // of everything before
  ],
} as const satisfies Layout, { byteOrder: 'little', start: 0 })

// prettier-ignore
export const numberRecord = compileCodec({
  name: 'NumberRecord', type: 0,
  fields: [
    ['place',              u64],  // of the event that was copied; with NOT_A_COPY: how far the copies had come
    ['sendingSeconds',     u32],  // SendingTime(52)
    ['sendingNanoseconds', u32],
    ['expectedMsgSeqNum',  u32],  // inbound MsgSeqNum(34) expected when it was given
    ['crc',                u32],  // of run, number and everything before
  ],
} as const satisfies Layout, { byteOrder: 'little', start: 0 })

export const MAGIC = 'BWDROPCP'
export const VERSION = 1
export const HEAD_BYTES = numbersHead.length
export const RECORD_BYTES = numberRecord.length
/** Added to a place: journal positions are multiples of 8. */
export const NOT_A_COPY = 1

const seed = new Uint32Array(2)
const seedBytes = new Uint8Array(seed.buffer)

/** Checksum of the record in `bytes`, so that no other number or run can have it. */
export function recordCrc(bytes: Uint8Array, at: number, run: number, msgSeqNum: number): number {
  seed[0] = run
  seed[1] = msgSeqNum
  return crc32(bytes.subarray(at, at + numberRecord.offsets.crc), crc32(seedBytes))
}

/** Checksum of the head in `bytes`. */
export const headCrc = (bytes: Uint8Array): number =>
  crc32(bytes.subarray(0, numbersHead.offsets.crc))

/** The number of the record about what was heard. */
export const HEARD = 0

export const offsetOf = (msgSeqNum: number): number => HEAD_BYTES + msgSeqNum * RECORD_BYTES
