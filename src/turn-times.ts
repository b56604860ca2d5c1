/**
 * How long the stages of a turn take, for /metrics: the clock is looked at five times a turn, however
 * many orders it has. docs/operations/metrics.md, "Latency".
 */
import { Latency } from './runtime/index.ts'

export class TurnTimes {
  readonly stages = {
    /** From the first command that the turn takes, as it was queued, to the turn. */
    queue: new Latency(),
    engine: new Latency(),
    /** Write and sync. */
    journal: new Latency(),
    /** Everything that is sent, handed to the sockets. */
    publish: new Latency(),
  }
  /** All of a turn, from its first command as it was queued. */
  readonly turn = new Latency()
  private readonly nowMs: () => number
  private queuedMs = 0
  private lastMs = 0

  constructor(nowMs: () => number) {
    this.nowMs = nowMs
  }

  /** @param queuedMs when the first command was queued; undefined when nobody asked for it */
  begin(queuedMs: number | undefined): void {
    this.lastMs = this.nowMs()
    this.queuedMs = queuedMs ?? this.lastMs
    if (queuedMs !== undefined) this.stages.queue.record(this.lastMs - queuedMs)
  }

  end(stage: 'engine' | 'journal' | 'publish'): void {
    const nowMs = this.nowMs()
    this.stages[stage].record(nowMs - this.lastMs)
    this.lastMs = nowMs
    if (stage === 'publish') this.turn.record(nowMs - this.queuedMs)
  }
}
