/**
 * One run of a session's numbers on disk: written behind its end, synced without holding the thread up.
 * Space is reserved in advance, so that a sync changes no metadata, for which the journal's own
 * syncs might have to wait.
 */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { NodeDisk, writeFully } from '../journal/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import {
  HEAD_BYTES,
  headCrc,
  HEARD,
  MAGIC,
  numberRecord,
  numbersHead,
  offsetOf,
  RECORD_BYTES,
  recordCrc,
  VERSION,
} from './numbers-layout.ts'

/** Records that may wait for their sync; a crash can tear no others. */
export const UNSYNCED_MAX = 8_192
/** Records that room is reserved for at once. */
const RESERVED = 8_192
const disk = new NodeDisk()

/** Where a run of numbers begins. */
export interface NumbersStart {
  readonly run: number
  readonly journalId: string
  /** Journal position of what is to be copied first. */
  readonly cursor: number
  /** Inbound MsgSeqNum(34) expected. */
  readonly expectedMsgSeqNum: number
}

export class NumbersFile {
  readonly start: NumbersStart
  /** MsgSeqNum(34) of the last whole record; 0 = none. */
  last = 0
  private readonly fd: number
  /** Bytes of the file, what is reserved included. */
  private size: number
  private isSyncing = false
  private isClosed = false

  /** A new run, in place of what the file had before. */
  static create(path: string, start: NumbersStart): NumbersFile {
    disk.makeDirectory(dirname(path))
    const draft = `${path}.new`
    const fd = openSync(draft, 'w+')
    const head = new Uint8Array(HEAD_BYTES)
    const view = new DataView(head.buffer)
    numbersHead.encode(view, 0, { ...start, magic: MAGIC, version: VERSION, crc: 0 })
    view.setUint32(numbersHead.offsets.crc, headCrc(head), true)
    writeSync(fd, head, 0, HEAD_BYTES, 0)
    const file = new NumbersFile(fd, start, offsetOf(HEARD))
    file.reserve()
    fdatasyncSync(fd)
    renameSync(draft, path)
    disk.fsyncDirectory(dirname(path))
    return file
  }

  /**
   * The run that is there: a torn end is cut, and what is kept is synced.
   * @throws ExchangeError DropCopyNumbers when it is no file of numbers, or damaged
   */
  static open(path: string): NumbersFile {
    const fd = openSync(path, 'r+')
    try {
      const head = new Uint8Array(HEAD_BYTES)
      readSync(fd, head, 0, HEAD_BYTES, 0)
      const view = new DataView(head.buffer)
      const isWhole = view.getUint32(numbersHead.offsets.crc, true) === headCrc(head)
      if (!isWhole) throw damaged(path, 'its head does not fit its checksum')
      const start = numbersHead.decode(view, 0)
      if (start.magic !== MAGIC || start.version !== VERSION) {
        throw damaged(path, 'it is not of this version')
      }
      const file = new NumbersFile(fd, start, fstatSync(fd).size)
      if (!file.findEnd()) throw damaged(path, 'its numbers do not fit their checksums')
      return file
    } catch (error) {
      closeSync(fd)
      throw error
    }
  }

  private constructor(fd: number, start: NumbersStart, size: number) {
    this.fd = fd
    this.start = start
    this.size = size
  }

  /** Records behind the last one; not synced. */
  write(records: Uint8Array): void {
    const at = offsetOf(this.last + 1)
    while (at + records.length > this.size) this.reserve()
    writeFully(disk, this.fd, [records], at)
    this.last += records.length / RECORD_BYTES
  }

  /** The record about what was heard; not synced. */
  writeHeard(record: Uint8Array): void {
    writeFully(disk, this.fd, [record], offsetOf(HEARD))
  }

  /** The record of a number that was written. */
  read(msgSeqNum: number, into: Uint8Array): void {
    readSync(this.fd, into, 0, RECORD_BYTES, offsetOf(msgSeqNum))
  }

  /** Syncs what was written before this call; one at a time. */
  sync(done: (error: Error | null) => void): void {
    this.isSyncing = true
    fdatasync(this.fd, (error) => {
      this.isSyncing = false
      if (this.isClosed) closeSync(this.fd)
      done(error)
    })
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    if (!this.isSyncing) closeSync(this.fd)
  }

  private reserve(): void {
    writeFully(disk, this.fd, [new Uint8Array(RESERVED * RECORD_BYTES)], this.size)
    this.size += RESERVED * RECORD_BYTES
  }

  /**
   * The end lies where a checksum does not fit, no further from the file's end than what is reserved
   * and what can be torn. What may never have been synced is written again.
   */
  private findEnd(): boolean {
    const room = Math.max(0, Math.floor((this.size - offsetOf(1)) / RECORD_BYTES))
    const first = Math.max(1, room - RESERVED - 2 * UNSYNCED_MAX)
    const bytes = new Uint8Array((room - first + 1) * RECORD_BYTES)
    readSync(this.fd, bytes, 0, bytes.length, offsetOf(first))
    const view = new DataView(bytes.buffer)
    let at = 0
    while (at < bytes.length && fits(view, bytes, at, this.start.run, first + at / RECORD_BYTES)) {
      at += RECORD_BYTES
    }
    if (at === 0 && first > 1) return false
    bytes.fill(0, at)
    this.size = offsetOf(first) + bytes.length
    if (bytes.length > 0) writeFully(disk, this.fd, [bytes], offsetOf(first))
    fdatasyncSync(this.fd)
    this.last = first - 1 + at / RECORD_BYTES
    return true
  }
}

function fits(view: DataView, bytes: Uint8Array, at: number, run: number, number: number): boolean {
  const crc = view.getUint32(at + numberRecord.offsets.crc, true)
  return crc === recordCrc(bytes, at, run, number)
}

const damaged = (path: string, why: string): ExchangeError =>
  new ExchangeError(
    ErrorCode.DropCopyNumbers,
    `${path}: ${why}; restore it, or move it away: the session's numbers then begin at 1`,
  )
