/**
 * What a drop-copy session was sent under which MsgSeqNum(34), over the life of its numbers, whoever is
 * connected and however often a process dies: a number is on disk before its message leaves.
 */
import { existsSync } from 'node:fs'
import { assert } from '../domain/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { HEARD, NOT_A_COPY, numberRecord, RECORD_BYTES, recordCrc } from './numbers-layout.ts'
import { NumbersFile, UNSYNCED_MAX } from './numbers-file.ts'

/** UTC, as SendingTime(52) has it. */
export interface SendingTime {
  readonly epochSeconds: number
  readonly nanoseconds: number
}

/** What has a number. */
export interface SentNumber {
  readonly isCopy: boolean
  /** Journal position of the event that was copied; otherwise how far the copies had come. */
  readonly place: number
}

export interface SentNumbersOptions {
  /** The session's file. */
  readonly path: string
  readonly journalId: string
  /** End of the journal. */
  readonly journalEnd: number
  /** Whether a number has to survive a power cut, as the journal does. */
  readonly isSynced: boolean
  /** Journal position where a session begins that has never been connected. */
  readonly beginning: number
}

type Done = (error: Error | null) => void

export class SentNumbers {
  /** Inbound MsgSeqNum(34) expected. */
  expectedMsgSeqNum: number
  /** When number 1 was sent, seconds since 1970; 0 = not yet. */
  beganSeconds = 0
  private readonly options: SentNumbersOptions
  private file: NumbersFile
  /** Records that are not written yet. */
  private readonly pending = new Uint8Array(UNSYNCED_MAX * RECORD_BYTES)
  private readonly view = new DataView(this.pending.buffer)
  private pendingBytes = 0
  private synced: number
  private isSyncing = false
  private waiting: Done[] = []
  private readonly record = new Uint8Array(RECORD_BYTES)
  private readonly recordView = new DataView(this.record.buffer)

  /**
   * @throws ExchangeError DropCopyNumbers when the file is another journal's, or damaged
   */
  constructor(options: SentNumbersOptions) {
    this.options = options
    const { path, journalId, beginning } = options
    this.file = existsSync(path)
      ? NumbersFile.open(path)
      : NumbersFile.create(path, { run: 1, journalId, cursor: beginning, expectedMsgSeqNum: 1 })
    this.synced = this.file.last
    const { start } = this.file
    const isOfJournal = start.journalId === journalId && this.newest.place <= options.journalEnd
    if (!isOfJournal) {
      this.close()
      throw foreign(options, start.journalId)
    }
    this.expectedMsgSeqNum = this.last === 0 ? start.expectedMsgSeqNum : this.expectedAtEnd()
    if (this.last > 0) this.beganSeconds = this.read(1).sendingSeconds
  }

  /** MsgSeqNum(34) given last; 0 = none. */
  get last(): number {
    return this.file.last + this.pendingBytes / RECORD_BYTES
  }

  /** Numbers that may not leave yet. */
  get unsynced(): number {
    return this.last - this.synced
  }

  /** What was sent last; where its run begins when nothing was. */
  get newest(): SentNumber {
    return this.last === 0 ? { isCopy: false, place: this.file.start.cursor } : this.of(this.last)
  }

  /** Gives the next number. @returns it */
  give({ isCopy, place }: SentNumber, { epochSeconds, nanoseconds }: SendingTime): number {
    assert(this.unsynced < UNSYNCED_MAX, 'numbers that wait for their sync')
    const msgSeqNum = this.last + 1
    if (msgSeqNum === 1) this.beganSeconds = epochSeconds
    const kept = isCopy ? place : place + NOT_A_COPY
    this.encode(this.view, this.pendingBytes, msgSeqNum, kept, { epochSeconds, nanoseconds })
    this.pendingBytes += RECORD_BYTES
    return msgSeqNum
  }

  /** What was sent under a number, 1..last. */
  of(msgSeqNum: number): SentNumber & { readonly time: SendingTime } {
    const { place, sendingSeconds, sendingNanoseconds } = this.read(msgSeqNum)
    const isCopy = place % 2 === 0
    return {
      isCopy,
      place: isCopy ? place : place - NOT_A_COPY,
      time: { epochSeconds: sendingSeconds, nanoseconds: sendingNanoseconds },
    }
  }

  /** The connection is gone: what it has said behind our last message counts at the next Logon. */
  connectionEnded(): void {
    if (this.last === 0) return
    this.write()
    this.encode(this.recordView, 0, HEARD, this.last, { epochSeconds: 0, nanoseconds: 0 })
    this.file.writeHeard(this.record)
  }

  /** Puts the numbers given so far on disk. @param done when they are, or with why they are not */
  commit(done: Done): void {
    this.waiting.push(done)
    if (!this.isSyncing) this.sync()
  }

  /** Numbers begin at 1 again. @param cursor journal position from which the copies go on */
  startAgain(cursor: number): void {
    const { path, journalId } = this.options
    const run = this.file.start.run + 1
    this.file.close()
    this.pendingBytes = 0
    this.synced = 0
    this.beganSeconds = 0
    const { expectedMsgSeqNum } = this
    this.file = NumbersFile.create(path, { run, journalId, cursor, expectedMsgSeqNum })
  }

  close(): void {
    this.file.close()
  }

  private sync(): void {
    const { file } = this
    const heard = this.waiting.splice(0)
    const finish: Done = (error) => {
      this.isSyncing = false
      if (error === null && file === this.file) this.synced = covered
      for (const done of heard) done(error)
      if (this.waiting.length > 0 && !this.isSyncing) this.sync()
    }
    this.isSyncing = true
    try {
      this.write()
    } catch (error) {
      setImmediate(finish, error as Error)
      return
    }
    const covered = file.last
    if (this.options.isSynced) file.sync(finish)
    else setImmediate(finish, null)
  }

  private write(): void {
    if (this.pendingBytes === 0) return
    this.file.write(this.pending.subarray(0, this.pendingBytes))
    this.pendingBytes = 0
  }

  private encode(
    view: DataView<ArrayBuffer>,
    at: number,
    msgSeqNum: number,
    place: number,
    { epochSeconds, nanoseconds }: SendingTime,
  ): void {
    const { run } = this.file.start
    numberRecord.encode(view, at, {
      place,
      sendingSeconds: epochSeconds,
      sendingNanoseconds: nanoseconds,
      expectedMsgSeqNum: this.expectedMsgSeqNum,
      crc: 0,
    })
    const crc = recordCrc(new Uint8Array(view.buffer), at, run, msgSeqNum)
    view.setUint32(at + numberRecord.offsets.crc, crc, true)
  }

  /** Inbound, when the last connection ended, or as far as a crash has left it. */
  private expectedAtEnd(): number {
    const { expectedMsgSeqNum } = this.read(this.last)
    const heard = this.read(HEARD)
    const crc = recordCrc(this.record, 0, this.file.start.run, HEARD)
    const isOfEnd = heard.crc === crc && heard.place === this.last
    return isOfEnd ? heard.expectedMsgSeqNum : expectedMsgSeqNum
  }

  private read(msgSeqNum: number) {
    if (msgSeqNum > this.file.last) this.write()
    this.file.read(msgSeqNum, this.record)
    return numberRecord.decode(this.recordView, 0)
  }
}

const foreign = ({ path, journalId }: SentNumbersOptions, found: string): ExchangeError =>
  new ExchangeError(
    ErrorCode.DropCopyNumbers,
    `${path}: these numbers go with another history: journal ${found}, and here is ${journalId}; ` +
      "put the right journal there, or move the file away: the session's numbers then begin at 1",
  )
