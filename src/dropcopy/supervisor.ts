/**
 * The drop copy as the server sees it: a child process that it starts, tells how far the journal is
 * durable, and starts again when it dies. Trading never waits for it: a full channel or a dead child
 * only makes the backlog grow, and the backlog is in the journal.
 */
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Logger } from '../runtime/index.ts'
import { Backoff } from './backoff.ts'
import type { FromReader, ReaderReport, ToReader } from './messages.ts'
import { EXIT_STOPPED, ReaderState } from './messages.ts'

/** Positions are announced at most this often. */
const ANNOUNCE_INTERVAL_MS = 5
const STOP_TIMEOUT_MS = 5_000

export interface DropCopyOptions {
  readonly dataDir: string
  /** `embedded` or `postgres://…` */
  readonly database: string
  readonly logger: Logger
}

export class DropCopySupervisor {
  private readonly options: DropCopyOptions
  private readonly logger: Logger
  private readonly backoff = new Backoff()
  private child: ChildProcess | undefined
  private current: ReaderReport = {
    type: 'state',
    state: ReaderState.Starting,
    appliedPosition: 0,
    groupNumber: 0,
  }
  private durablePosition = 0
  private announcedPosition = 0
  private isAnnouncing = false
  private announceTimer: NodeJS.Timeout | undefined
  private restartTimer: NodeJS.Timeout | undefined
  private isStopping = false
  restarts = 0

  constructor(options: DropCopyOptions) {
    this.options = options
    this.logger = options.logger.child({ part: 'dropcopy' })
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
    return Math.max(0, this.durablePosition - this.current.appliedPosition)
  }

  /** Last journal group in the database. */
  get groupNumber(): number {
    return this.current.groupNumber
  }

  /** Of the reader; undefined between two of them. */
  get processId(): number | undefined {
    return this.child?.pid
  }

  /** @param durablePosition end of the journal at start-up */
  start(durablePosition: number): void {
    this.durablePosition = durablePosition
    this.spawn()
  }

  /** Tells, soon, that the journal is durable up to here. Called after every turn; costs a compare. */
  announce(durablePosition: number): void {
    this.durablePosition = durablePosition
    const isNews = durablePosition !== this.announcedPosition
    if (!isNews || this.announceTimer || this.isStopping) return
    this.announceTimer = setTimeout(() => {
      this.announceTimer = undefined
      this.sendPosition()
    }, ANNOUNCE_INTERVAL_MS)
  }

  /** Lets the reader write what is durable by now and end; kills it when that takes too long. */
  async stop(): Promise<void> {
    this.isStopping = true
    clearTimeout(this.announceTimer)
    clearTimeout(this.restartTimer)
    const child = this.child
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return

    this.send({ type: 'durable', position: this.durablePosition })
    const exited = new Promise((resolve) => child.once('exit', resolve))
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    if (child.connected) child.disconnect()
    await exited
    clearTimeout(timer)
  }

  private spawn(): void {
    const { dataDir, database } = this.options
    try {
      this.child = fork(readerProgram(), [], {
        execArgv: loaderArguments(),
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      })
    } catch (error) {
      this.failed(undefined, error as Error)
      return
    }
    const { child } = this
    child.on('message', (message) => this.receive(message as FromReader))
    child.on('error', (error) => this.failed(child, error))
    child.on('exit', (code, signal) => this.exited(code, signal))

    this.isAnnouncing = false
    this.announcedPosition = this.durablePosition
    const { durablePosition } = this
    this.send({ type: 'start', dataDir, database, durablePosition })
  }

  private receive(message: FromReader): void {
    if (message.type === 'log') {
      this.logger[message.level](message.fields, message.message)
      return
    }
    this.current = message
    if (message.state === ReaderState.Live) this.backoff.reset()
  }

  /** Most failures are followed by an exit; a process that could not be started has none. */
  private failed(child: ChildProcess | undefined, { message: reason }: Error): void {
    this.logger.error({ reason }, 'drop copy reader failed')
    if (child?.pid === undefined) this.restartLater({ reason })
  }

  private exited(code: number | null, signal: string | null): void {
    if (this.isStopping) return
    if (code === EXIT_STOPPED) {
      this.current = { ...this.current, state: ReaderState.Stopped }
      this.logger.error({ reason: this.reason }, 'drop copy stopped; trading goes on')
      return
    }

    this.restartLater({ code, signal })
  }

  private restartLater(why: object): void {
    if (this.isStopping) return
    const delayMs = this.backoff.nextMs()
    this.current = { ...this.current, state: ReaderState.Starting }
    this.logger.warn({ ...why, delayMs }, 'drop copy reader ended; starting it again')
    this.restartTimer = setTimeout(() => {
      this.restarts++
      this.spawn()
    }, delayMs)
  }

  /** One announcement is under way at a time: a frozen child must not fill our memory. */
  private sendPosition(): void {
    if (this.isAnnouncing || this.durablePosition === this.announcedPosition) return
    this.isAnnouncing = true
    this.announcedPosition = this.durablePosition
    this.send({ type: 'durable', position: this.durablePosition }, () => {
      this.isAnnouncing = false
      if (!this.isStopping) this.announce(this.durablePosition)
    })
  }

  private send(message: ToReader, sent: () => void = () => {}): void {
    // A child that is dying cannot be told anything: `exit` follows.
    if (this.child?.connected) this.child.send(message, sent)
    else sent()
  }
}

const isSource = import.meta.url.endsWith('.ts')

const readerProgram = (): string =>
  fileURLToPath(new URL(isSource ? './reader-main.ts' : './reader-main.js', import.meta.url))

/** The built program needs none; sources run under tsx in scripts and tests. */
function loaderArguments(): string[] {
  if (!isSource) return []
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
}
