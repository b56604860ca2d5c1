/**
 * The feed as an output of the turns: publishes each one, and gives what waits its event-loop
 * turns. Between two of them everybody else has theirs.
 */
import type { RecordBuffer } from '../wire/index.ts'
import type { FeedPublisher } from './feed-publisher.ts'

export interface FeedOutputOptions {
  readonly publisher: FeedPublisher
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
