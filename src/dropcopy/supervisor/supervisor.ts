/** The drop copy as the server sees it: its reader's process, and how far that one is. */
import type { Logger } from '../../runtime/index.ts'
import { ReaderProcess } from '../../runtime/index.ts'
import type { ReaderReport, ToReader } from './messages.ts'
import { EXIT_STOPPED, ReaderState } from './messages.ts'
import type { SqlPortAddress } from '../sql-port/sql-port.ts'

/** It opens its database and writes what is durable before it ends, however busy the machine is. */
const LAST_COPY_MS = 10_000

export interface DropCopyOptions {
  readonly dataDir: string
  /** `embedded` or `postgres://…` */
  readonly database: string
  /** Where SQL clients may read the embedded database; nowhere when left out. */
  readonly listen?: SqlPortAddress | undefined
  readonly logger: Logger
  /** Where the reader's program is, when not where this one is. */
  readonly programs?: URL | undefined
}

export class DropCopySupervisor {
  private readonly logger: Logger
  private readonly process: ReaderProcess<ReaderReport>
  private current: ReaderReport = {
    type: 'state',
    state: ReaderState.Starting,
    appliedPosition: 0,
    groupNumber: 0,
  }

  constructor({ dataDir, database, listen, logger, programs }: DropCopyOptions) {
    this.logger = logger.child({ part: 'dropcopy' })
    this.process = new ReaderProcess({
      name: 'drop copy reader',
      program: 'dropcopy/reader-main',
      programs,
      logger: this.logger,
      stopTimeoutMs: LAST_COPY_MS,
      start: (durablePosition): ToReader => ({
        type: 'start',
        dataDir,
        database,
        durablePosition,
        listen,
      }),
      onMessage: (report) => this.receive(report),
      onEnded: (code) => this.ended(code),
    })
  }

  get state(): ReaderState {
    return this.current.state
  }

  /** Why it waits or stopped; undefined while it works. */
  get reason(): string | undefined {
    return this.current.reason
  }

  /** Durable journal bytes that are not in the database yet. */
  get backlogBytes(): number {
    return Math.max(0, this.process.durablePosition - this.current.appliedPosition)
  }

  /** Last journal group in the database. */
  get groupNumber(): number {
    return this.current.groupNumber
  }

  /** Time of that group, seconds since 1970; undefined while it is not known. */
  get appliedSeconds(): number | undefined {
    return this.current.appliedSeconds
  }

  /** Of the reader; undefined between two of them. */
  get processId(): number | undefined {
    return this.process.processId
  }

  get restarts(): number {
    return this.process.restarts
  }

  /** @param durablePosition end of the journal at start-up */
  start(durablePosition: number): void {
    this.process.start(durablePosition)
  }

  /** Tells, soon, that the journal is durable up to here. Called after every turn; costs a compare. */
  announce(durablePosition: number): void {
    this.process.announce(durablePosition)
  }

  /** Lets the reader write what is durable by now and end; kills it when that takes too long. */
  stop(): Promise<void> {
    return this.process.stop()
  }

  private receive(report: ReaderReport): void {
    this.current = report
    if (report.state === ReaderState.Live) this.process.succeeded()
  }

  private ended(code: number | null): boolean {
    if (code !== EXIT_STOPPED) {
      this.current = { ...this.current, state: ReaderState.Starting }
      return true
    }
    this.current = { ...this.current, state: ReaderState.Stopped }
    this.logger.error({ reason: this.reason }, 'drop copy stopped; trading goes on')
    return false
  }
}
