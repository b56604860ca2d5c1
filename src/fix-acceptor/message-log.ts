/**
 * Every FIX message in and out, in a file for each session, for people who ask what happened. Not a
 * record: the journal is. Lines are copied into memory as messages pass and written behind them by
 * one asynchronous writer, so that a slow or broken disk costs lines and nothing else.
 * docs/operations/fix-log.md
 */
import { join } from 'node:path'
import { setTimeout as setTimeoutPromise } from 'node:timers/promises'
import type { Logger, SequencedTime } from '../runtime/index.ts'
import { BlockPool } from './message-log-blocks.ts'
import type { LogDisk } from './message-log-disk.ts'
import type { LogFileLimits } from './message-log-file.ts'
import { LogFile, logFileName } from './message-log-file.ts'
import { LineWriter } from './message-log-line.ts'
import type { SharedLog } from './message-log-session.ts'
import { SessionLog } from './message-log-session.ts'

export interface MessageLogOptions extends LogFileLimits {
  readonly directory: string
  /** The exchange's time, brought up to date by those who log. */
  readonly clock: SequencedTime
  readonly logger: Logger
  readonly disk: LogDisk
  /** Default: BUFFERED_BYTES_MAX. */
  readonly bufferedBytesMax?: number | undefined
}

/** Where messages of connections without a session go; no CompID begins like this. */
const BEFORE_LOGON = '_before-logon'
/** So much in full blocks is written at once; less waits for `flush`. */
const WRITE_BYTES_MIN = 256 * 1024
/** Time for what is left, at the end. */
const CLOSE_MS = 5_000

export class MessageLog implements SharedLog {
  readonly counts = { lines: 0, dropped: 0 }
  readonly writer: LineWriter
  readonly pool: BlockPool
  readonly beforeLogon: SessionLog
  private readonly options: MessageLogOptions
  private readonly sessions = new Map<string, SessionLog>()
  /** Those with lines to write, or with a file to close. */
  private readonly waiting = new Set<SessionLog>()
  private waitingBytes = 0
  private isWriting = false
  private written: Promise<void> = Promise.resolve()
  /** Files whose last write failed. */
  private readonly failing = new Set<LogFile>()

  constructor(options: MessageLogOptions) {
    this.options = options
    this.writer = new LineWriter(options.clock)
    this.pool = new BlockPool(options.bufferedBytesMax)
    this.beforeLogon = this.of(BEFORE_LOGON)
  }

  /** The log of a session. */
  of(compId: string): SessionLog {
    const known = this.sessions.get(compId)
    if (known !== undefined) return known
    const { disk, directory } = this.options
    const file = new LogFile(disk, join(directory, logFileName(compId, 0)), this.options)
    const log = new SessionLog(file, this)
    this.sessions.set(compId, log)
    return log
  }

  /** Called ten times a second: starts writing what has come together. */
  flush(): void {
    if (this.isWriting || this.waiting.size === 0) return
    this.isWriting = true
    this.written = this.write()
  }

  /** Writes what is left, as far as the disk takes it in time. */
  async close(closeMs = CLOSE_MS): Promise<void> {
    const tooLate = new AbortController()
    const timeout = setTimeoutPromise(closeMs, 'too late', { signal: tooLate.signal })
    const end = await Promise.race([timeout, this.end()])
    if (end !== 'too late') {
      timeout.catch(() => undefined) // the abort below
      tooLate.abort()
      return
    }
    this.options.logger.error({}, 'the end of the FIX message log is not on disk')
  }

  onWaiting(log: SessionLog, bytes: number): void {
    this.waiting.add(log)
    this.waitingBytes += bytes
    if (this.waitingBytes >= WRITE_BYTES_MIN) this.flush()
  }

  private async end(): Promise<void> {
    for (const log of this.sessions.values()) {
      log.isOver = true
      this.waiting.add(log)
    }
    while (this.isWriting || this.waiting.size > 0) {
      this.flush()
      await this.written
    }
  }

  /** One write at a time: the log never keeps more than one of Node's file threads. */
  private async write(): Promise<void> {
    do {
      const due = [...this.waiting]
      this.waiting.clear()
      this.waitingBytes = 0
      for (const log of due) await this.serve(log)
    } while (this.waitingBytes >= WRITE_BYTES_MIN)
    this.isWriting = false
  }

  private async serve(log: SessionLog): Promise<void> {
    if (log.hasLines) await this.writeLines(log)
    if (log.hasLines) this.waiting.add(log)
    else if (log.isOver) await log.file.close().catch(() => undefined) // its lines are written
  }

  private async writeLines(log: SessionLog): Promise<void> {
    const { file } = log
    const blocks = log.take()
    try {
      await file.append(blocks.map(({ bytes, length }) => bytes.subarray(0, length)))
      this.succeeded(file)
    } catch (error) {
      log.lost(blocks)
      this.failed(file, error)
    }
    for (const block of blocks) this.pool.release(block)
    if (!this.failing.has(file)) log.tellDropped()
  }

  private failed(file: LogFile, error: unknown): void {
    const isFirst = this.failing.size === 0
    this.failing.add(file)
    if (!isFirst) return
    const about = { file: file.path, reason: String(error) }
    this.options.logger.error(about, 'the FIX message log cannot be written; trading goes on')
  }

  private succeeded(file: LogFile): void {
    if (!this.failing.delete(file) || this.failing.size > 0) return
    const { dropped } = this.counts
    this.options.logger.info({ dropped }, 'the FIX message log is written again')
  }
}
