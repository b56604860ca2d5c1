/** The shadow as the server sees it: its process, how far it is, and what it found. */
import type { Logger } from './runtime/index.ts'
import { ErrorCode, ExchangeError, ReaderProcess } from './runtime/index.ts'
import type { ShadowOptions } from './shadow.ts'

/** A last snapshot may take so long before the process is killed: the one before it stays. */
const LAST_SNAPSHOT_MS = 30_000

export type ShadowSettings = Omit<ShadowOptions, 'disk' | 'durablePosition' | 'onPassedOver'>

export interface ShadowProcessOptions {
  readonly logger: Logger
  /** The exchange must stop: what was said is not what its commands cause. */
  readonly onFatal: (error: ExchangeError) => void
  readonly programs?: URL | undefined
}

export interface ShadowStart extends ShadowSettings {
  readonly type: 'start'
  readonly durablePosition: number
}

/** Follow to the last position, take a last snapshot, and end. */
export interface ShadowEnd {
  readonly type: 'end'
}

export interface ShadowState {
  /** Journal that it has followed, in bytes. */
  readonly position: number
  /** Written since its process began, and those that could not be. */
  readonly snapshots: number
  readonly snapshotFailures: number
}

export type ShadowMessage =
  | { readonly type: 'state'; readonly state: ShadowState }
  /** The process ends. */
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly reason: string }

/** What it finds that means that the exchange, or its journal, is not to be trusted any more. */
const FATAL: readonly ErrorCode[] = [
  ErrorCode.ReplayDiffers,
  ErrorCode.JournalAltered,
  ErrorCode.JournalDamaged,
]

export class ShadowProcess {
  /** As it was a second ago at most. */
  state: ShadowState = { position: 0, snapshots: 0, snapshotFailures: 0 }
  private readonly logger: Logger
  private readonly process: ReaderProcess<ShadowMessage>
  private readonly onFatal: (error: ExchangeError) => void
  private isOver = false

  constructor(settings: ShadowSettings, { logger, onFatal, programs }: ShadowProcessOptions) {
    this.logger = logger.child({ part: 'shadow' })
    this.onFatal = onFatal
    this.process = new ReaderProcess({
      name: 'shadow',
      program: 'shadow-main',
      programs,
      logger: this.logger,
      stopTimeoutMs: LAST_SNAPSHOT_MS,
      end: { type: 'end' } satisfies ShadowEnd,
      start: (durablePosition): ShadowStart => ({ type: 'start', ...settings, durablePosition }),
      onMessage: (message) => this.receive(message),
      onEnded: () => !this.isOver,
    })
  }

  /** Durable journal bytes that it has not followed yet. */
  get backlogBytes(): number {
    return Math.max(0, this.process.durablePosition - this.state.position)
  }

  get restarts(): number {
    return this.process.restarts
  }

  /** Undefined between two of them. */
  get processId(): number | undefined {
    return this.process.processId
  }

  /** @param durablePosition end of the journal at start-up */
  start(durablePosition: number): void {
    this.process.start(durablePosition)
  }

  /** Tells, soon, that the journal is durable up to here. */
  announce(position: number): void {
    this.process.announce(position)
  }

  /** Lets it follow to the end and write a last snapshot. */
  stop(): Promise<void> {
    return this.process.stop()
  }

  private receive(message: ShadowMessage): void {
    if (message.type === 'state') {
      this.state = message.state
      this.process.succeeded()
      return
    }
    const { code, reason } = message
    this.isOver = FATAL.includes(code)
    if (this.isOver) this.onFatal(new ExchangeError(code, `the shadow found: ${reason}`))
    else this.logger.error({ reason }, 'shadow failed; trading goes on')
  }
}
