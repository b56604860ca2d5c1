/**
 * The file that a recording goes to. Records are gathered and written in one piece; a disk that is
 * slower than the feed makes the sockets wait, so nothing piles up in memory.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { ErrorCode, ExchangeError, messageOf } from '../runtime/index.ts'

/** Gathered before it is written; more than the largest record. */
const BUFFER_BYTES = 262_144
/** What is gathered waits this long at most. */
const FLUSH_MS = 200

export class RecordingWriter {
  private readonly path: string
  private readonly fd: number
  private readonly buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  private gathered = 0
  private failed = false
  private readonly timer: NodeJS.Timeout
  private readonly onError: (error: unknown) => void

  private constructor(path: string, fd: number, onError: (error: unknown) => void) {
    this.path = path
    this.fd = fd
    this.onError = onError
    this.timer = setInterval(() => this.flush(), FLUSH_MS)
  }

  /**
   * A new file: what somebody recorded before is never written over.
   * @param onError called when a write fails; nothing is written from then on
   * @throws ExchangeError EXC_RECORDING when the file exists or cannot be made
   */
  static create(path: string, onError: (error: unknown) => void): RecordingWriter {
    try {
      return new RecordingWriter(path, openSync(path, 'wx'), onError)
    } catch (cause) {
      const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
      const reason = exists ? 'it exists already; choose another name' : messageOf(cause)
      throw new ExchangeError(ErrorCode.Recording, `${path}: ${reason}`, { cause })
    }
  }

  /** Adds one record, whole. */
  append(record: Uint8Array): void {
    if (this.gathered + record.length > BUFFER_BYTES) this.flush()
    this.buffer.set(record, this.gathered)
    this.gathered += record.length
  }

  /** Writes the rest and closes the file. */
  close(): void {
    clearInterval(this.timer)
    this.flush()
    closeSync(this.fd)
  }

  private flush(): void {
    const end = this.gathered
    this.gathered = 0
    if (this.failed) return
    try {
      for (let at = 0; at < end;) at += writeSync(this.fd, this.buffer, at, end - at)
    } catch (cause) {
      this.failed = true
      const message = `${this.path}: ${messageOf(cause)}`
      this.onError(new ExchangeError(ErrorCode.Recording, message, { cause }))
    }
  }
}
