/** Both clocks of the machine as values that a test sets. */
import type { Clock } from '../../src/runtime/index.ts'

export class FakeClock implements Clock {
  #epochMs: number
  #monotonicMs = 0

  /** @param start instant of the wall clock, ISO 8601 */
  constructor(start = '2026-11-23T14:30:00.000Z') {
    this.#epochMs = Date.parse(start)
  }

  epochMs(): number {
    return Math.floor(this.#epochMs)
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  /** Time passes on both clocks. */
  advance(ms: number): void {
    this.#epochMs += ms
    this.#monotonicMs += ms
  }

  /** Somebody sets the wall clock; negative = back. */
  stepWall(ms: number): void {
    this.#epochMs += ms
  }
}

/** The clocks of one machine among others: its wall clock may be wrong by itself. */
export class MachineClock implements Clock {
  private readonly truth: Clock
  private errorMs = 0

  constructor(truth: Clock) {
    this.truth = truth
  }

  epochMs(): number {
    return this.truth.epochMs() + this.errorMs
  }

  monotonicMs(): number {
    return this.truth.monotonicMs()
  }

  /** Its wall clock jumps; negative = back. */
  step(ms: number): void {
    this.errorMs += ms
  }

  /** Its wall clock is right again. */
  mend(): void {
    this.errorMs = 0
  }
}
