/**
 * The feed as an output of the turns: publishes each one, and gives what waits its event-loop
 * turns. Between two of them everybody else has theirs.
 */
import type { StateTransfer } from '../domain/index.ts'
import type { RecordBuffer } from '../wire/index.ts'

/** What takes the turns: one channel does, and so do all of them together. */
export interface FeedTurns {
  /** Journal position of the first event that waits for the lines; undefined while none does. */
  readonly behindFrom: number | undefined
  /** Events wait and the lines can take more: call `catchUp` in the next event-loop turn. */
  readonly canCatchUp: boolean
  publish(events: RecordBuffer, position: number, nowMs: number): void
  postpone(events: RecordBuffer, position: number): void
  catchUp(nowMs: number): void
  recover(view: DataView, start: number, end: number, position: number): void
  transfer(transfer: StateTransfer): void
  tick(nowMs: number): void
  /** Whether a trading day whose session has this name on channel 0 is on the lines, or can still be asked for. */
  knowsSession(name: string): boolean
}

export interface FeedOutputOptions {
  readonly publisher: FeedTurns
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number
  /** Runs a function once the callbacks of this event-loop turn are through: setImmediate. */
  readonly schedule: (run: () => void) => void
  /** What waits cannot be read: the feed cannot go on, and so the exchange cannot. */
  readonly onFatal: (error: unknown) => void
}

export class FeedOutput {
  private readonly options: FeedOutputOptions
  private isScheduled = false
  private isStopped = false

  constructor(options: FeedOutputOptions) {
    this.options = options
  }

  publish(events: RecordBuffer, position: number): void {
    const { publisher, nowMs } = this.options
    publisher.publish(events, position, nowMs())
    this.goOn()
  }

  postpone(events: RecordBuffer, position: number): void {
    this.options.publisher.postpone(events, position)
    this.goOn()
  }

  /** Heartbeats, and lines that had no room have some by now. */
  tick(): void {
    const { publisher, nowMs } = this.options
    publisher.tick(nowMs())
    this.goOn()
  }

  /** Nothing more is said. */
  stop(): void {
    this.isStopped = true
  }

  private goOn(): void {
    if (this.isScheduled || !this.options.publisher.canCatchUp) return
    this.isScheduled = true
    this.options.schedule(this.onTurn)
  }

  private readonly onTurn = (): void => {
    this.isScheduled = false
    if (this.isStopped) return
    const { publisher, nowMs, onFatal } = this.options
    try {
      publisher.catchUp(nowMs())
      this.goOn()
    } catch (error) {
      this.isStopped = true
      onFatal(error)
    }
  }
}
