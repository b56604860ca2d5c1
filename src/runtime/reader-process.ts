/**
 * A reader of the journal as the server sees it: a child process that it starts, tells how far the journal
 * is durable, and starts again when it dies. Trading never waits for it: a full channel or a dead child
 * only makes its backlog grow, and the backlog is in the journal.
 */
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Backoff } from './backoff.ts'
import type { Logger } from './logger.ts'

/** Positions are announced at most this often. */
const ANNOUNCE_INTERVAL_MS = 5
const STOP_TIMEOUT_MS = 5_000
/** Sockets that wait for a reader to take them. */
const SOCKETS_UNDER_WAY_MAX = 64
/** Where this module's program has its files. */
const OWN_PROGRAMS = new URL('..', import.meta.url)

/** The journal is durable up to here. */
export interface DurableMessage {
  readonly type: 'durable'
  readonly position: number
}

/** A line for the server's log: a reader has none of its own, so that the two never mix. */
export interface ReaderLogLine {
  readonly type: 'log'
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'fatal'
  readonly fields: object
  readonly message: string
}

/** Which process it is, and what it says. */
export interface ReaderProcessOptions<FromReader extends object> {
  /** As people call it. */
  readonly name: string
  /** Its file without extension, from the folder of this module's program: `dropcopy/reader-main`. */
  readonly program: string
  /** The folder when it is another one: of the built program, whose start takes half the time. */
  readonly programs?: URL | undefined
  readonly logger: Logger
  /** The first message to a new process. */
  readonly start: (durablePosition: number) => object
  readonly onMessage: (message: FromReader) => void
  /** It ended. @returns whether it is to be started again */
  readonly onEnded: (code: number | null) => boolean
  /** It may take so long to end before it is killed. */
  readonly stopTimeoutMs?: number
  /** Tells it to end; left out: the channel closes. One that is told keeps it, and may say more. */
  readonly end?: object
}

export class ReaderProcess<FromReader extends object> {
  restarts = 0
  private readonly options: ReaderProcessOptions<FromReader>
  private readonly backoff = new Backoff()
  private child: ChildProcess | undefined
  private durable = 0
  private announced = 0
  private isAnnouncing = false
  private announceTimer: NodeJS.Timeout | undefined
  private restartTimer: NodeJS.Timeout | undefined
  private isStopping = false
  /** With what ends the wait for each. */
  private readonly socketsUnderWay = new Map<Socket, () => void>()

  constructor(options: ReaderProcessOptions<FromReader>) {
    this.options = options
  }

  /** End of the journal as far as it is durable. */
  get durablePosition(): number {
    return this.durable
  }

  /** Undefined between two of them. */
  get processId(): number | undefined {
    return this.child?.pid
  }

  /** @param durablePosition end of the journal at start-up */
  start(durablePosition: number): void {
    this.durable = durablePosition
    this.spawn()
  }

  /** It works as it should: the next failure is the first. */
  succeeded(): void {
    this.backoff.reset()
  }

  /** Tells, soon, that the journal is durable up to here. Called after every turn; costs a compare. */
  announce(durablePosition: number): void {
    this.durable = durablePosition
    const isNews = durablePosition !== this.announced
    if (!isNews || this.announceTimer || this.isStopping) return
    this.announceTimer = setTimeout(() => {
      this.announceTimer = undefined
      this.sendPosition()
    }, ANNOUNCE_INTERVAL_MS)
  }

  /**
   * Gives it a socket with a message. Sockets go one by one, each when the one before has arrived; one that
   * has to wait for longer than `patienceMs`, or whose reader dies meanwhile, is closed.
   * @returns false when it cannot be given, and is closed
   */
  sendSocket(message: object, socket: Socket, patienceMs: number): boolean {
    if (this.child?.connected !== true || this.socketsUnderWay.size >= SOCKETS_UNDER_WAY_MAX) {
      socket.destroy()
      return false
    }
    const done = (): void => {
      clearTimeout(timer)
      this.socketsUnderWay.delete(socket)
      socket.destroy()
    }
    const timer = setTimeout(done, patienceMs)
    this.socketsUnderWay.set(socket, done)
    // Left to itself Node keeps its own end until the reader says that it has the other, so for ever if it dies.
    this.child.send(message, socket, { keepOpen: true }, done)
    return true
  }

  /** Says something else to the process that runs; one that has ended hears nothing. */
  tell(message: object): void {
    this.send(message)
  }

  /** Lets the reader handle what is durable by now and end; kills it when that takes too long. */
  async stop(): Promise<void> {
    this.isStopping = true
    clearTimeout(this.announceTimer)
    clearTimeout(this.restartTimer)
    const child = this.child
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return

    this.send({ type: 'durable', position: this.durable } satisfies DurableMessage)
    const exited = new Promise((resolve) => child.once('exit', resolve))
    const { stopTimeoutMs = STOP_TIMEOUT_MS, end, name, logger } = this.options
    const timer = setTimeout(() => {
      logger.warn({ stopTimeoutMs }, `${name} does not end; killing it`)
      child.kill('SIGKILL')
    }, stopTimeoutMs)
    if (end !== undefined) this.send(end)
    else if (child.connected) child.disconnect()
    await exited
    clearTimeout(timer)
  }

  private spawn(): void {
    const { program, programs = OWN_PROGRAMS } = this.options
    try {
      const { file, execArgv } = commandOf(program, programs)
      this.child = fork(file, [], {
        execArgv,
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      })
    } catch (error) {
      this.failed(undefined, error as Error)
      return
    }
    const { child } = this
    child.on('message', (message) => this.receive(message as FromReader | ReaderLogLine))
    child.on('error', (error) => this.failed(child, error))
    child.on('exit', (code, signal) => this.exited(code, signal))

    this.isAnnouncing = false
    this.announced = this.durable
    this.send(this.options.start(this.durable))
  }

  private receive(message: FromReader | ReaderLogLine): void {
    if (isLogLine(message)) {
      this.options.logger[message.level](message.fields, message.message)
    } else this.options.onMessage(message)
  }

  /** Most failures are followed by an exit; a process that could not be started has none. */
  private failed(child: ChildProcess | undefined, { message: reason }: Error): void {
    this.options.logger.error({ reason }, `${this.options.name} failed`)
    if (child?.pid === undefined && this.mayStartAgain(null)) this.restartLater({ reason })
  }

  private exited(code: number | null, signal: string | null): void {
    for (const end of this.socketsUnderWay.values()) end()
    if (this.mayStartAgain(code)) this.restartLater({ code, signal })
  }

  private mayStartAgain(code: number | null): boolean {
    return !this.isStopping && this.options.onEnded(code)
  }

  private restartLater(why: object): void {
    const delayMs = this.backoff.nextMs()
    const { name, logger } = this.options
    logger.warn({ ...why, delayMs }, `${name} ended; starting it again`)
    this.restartTimer = setTimeout(() => {
      this.restarts++
      this.spawn()
    }, delayMs)
  }

  /** One announcement is under way at a time: a frozen child must not fill our memory. */
  private sendPosition(): void {
    if (this.isAnnouncing || this.durable === this.announced) return
    this.isAnnouncing = true
    this.announced = this.durable
    this.send({ type: 'durable', position: this.durable } satisfies DurableMessage, () => {
      this.isAnnouncing = false
      if (!this.isStopping) this.announce(this.durable)
    })
  }

  private send(message: object, sent: () => void = () => {}): void {
    // A child that is dying cannot be told anything: `exit` follows.
    if (this.child?.connected) this.child.send(message, sent)
    else sent()
  }
}

const isLogLine = (message: object): message is ReaderLogLine =>
  'type' in message && message.type === 'log'

/** The built file if there is one; sources run under tsx in scripts and tests. */
function commandOf(program: string, programs: URL): { file: string; execArgv: string[] } {
  const path = fileURLToPath(new URL(program, programs))
  if (existsSync(`${path}.js`)) return { file: `${path}.js`, execArgv: [] }
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  return { file: `${path}.ts`, execArgv: ['--import', loader] }
}

/** In the reader's process: a logger whose lines the server writes. */
export function serversLogger(tell: (line: ReaderLogLine) => void): Logger {
  const line =
    (level: ReaderLogLine['level']): Logger['info'] =>
    (fields, message) =>
      tell({ type: 'log', level, fields, message })
  const logger: Logger = {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    fatal: line('fatal'),
    child: () => logger,
  }
  return logger
}
