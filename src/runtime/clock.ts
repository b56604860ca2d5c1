/**
 * Sequenced time: the one clock of everything that the exchange says. It starts at the wall clock
 * and follows the monotonic clock; the wall clock only steers it, by at most 500 ppm, so it never
 * goes back and never jumps. Timers use the monotonic clock directly and are not concerned.
 */
import { assert } from '../domain/index.ts'

/** The machine's two clocks, milliseconds with a fraction. */
export interface Clock {
  /** Milliseconds since 1970, UTC. May jump in both directions. */
  epochMs(): number
  /** Milliseconds since some fixed instant. Never goes back. */
  monotonicMs(): number
}

/** Where a reader of sequenced time looks; `now()` brings the two fields up to date. */
export interface SequencedTime {
  /** Whole seconds since 1970, UTC. */
  readonly epochSeconds: number
  /** 0..999,999,999 within the second. */
  readonly nanoseconds: number
  now(): void
}

/** Sequenced time by now, in whole milliseconds since 1970. */
export function sequencedMs(clock: SequencedTime): number {
  clock.now()
  return clock.epochSeconds * 1000 + Math.floor(clock.nanoseconds / 1e6)
}

/** The wall clock jumped and sequenced time did not follow. */
export interface ClockStep {
  /** How far the wall clock jumped; negative = back. */
  readonly stepMs: number
  /** Wall clock minus sequenced time after the jump: what a restart would correct. */
  readonly offsetMs: number
}

export interface SequencedClockOptions {
  /** Called once for each step of the wall clock that is not followed; make it an alert. */
  onStep?: (step: ClockStep) => void
  /** The newest time in the journal: this clock starts at it or later. */
  notBefore?: { readonly epochSeconds: number; readonly nanoseconds: number }
}

/** Largest rate at which sequenced time is steered towards the wall clock. */
const SLEW_MAX = 500e-6
/** A larger jump of the wall clock between two looks at it is not followed. */
const STEP_MAX_MS = 1_000
/** How often the wall clock is looked at. */
const WALL_CHECK_INTERVAL_MS = 1_000
/** Differences below this are the wall clock's own grain of 1 ms. */
const DEAD_BAND_MS = 2

const NANOSECONDS_PER_SECOND = 1_000_000_000

export class NodeClock implements Clock {
  epochMs(): number {
    return Date.now()
  }

  monotonicMs(): number {
    return performance.now()
  }
}

export class SequencedClock implements SequencedTime {
  epochSeconds: number
  nanoseconds: number

  readonly #clock: Clock
  readonly #onStep: ((step: ClockStep) => void) | undefined
  #monotonicMs: number
  #nextWallCheckMs: number
  /** Wall clock minus sequenced time at the last look. */
  #offsetMs: number
  /** The part of #offsetMs that came from steps and is not followed. */
  #ignoredMs = 0
  /** What is left to steer, signed. */
  #slewMs = 0
  /** Fraction of a nanosecond not yet counted. */
  #fraction = 0

  constructor(clock: Clock, options: SequencedClockOptions = {}) {
    this.#clock = clock
    this.#onStep = options.onStep
    this.#monotonicMs = clock.monotonicMs()
    this.#nextWallCheckMs = this.#monotonicMs + WALL_CHECK_INTERVAL_MS

    const wallMs = clock.epochMs()
    this.epochSeconds = Math.floor(wallMs / 1_000)
    this.nanoseconds = Math.floor((wallMs - this.epochSeconds * 1_000) * 1e6)
    if (options.notBefore !== undefined) this.#startNotBefore(options.notBefore)

    this.#offsetMs = 0
    this.#compareWithWall(wallMs)
  }

  /** Brings `epochSeconds` and `nanoseconds` up to date; allocates nothing. */
  now(): void {
    const monotonicMs = this.#clock.monotonicMs()
    const elapsedMs = monotonicMs - this.#monotonicMs
    if (elapsedMs <= 0) return

    this.#monotonicMs = monotonicMs
    this.#advance(elapsedMs + this.#slewOver(elapsedMs))
    if (monotonicMs < this.#nextWallCheckMs) return

    this.#nextWallCheckMs = monotonicMs + WALL_CHECK_INTERVAL_MS
    this.#compareWithWall(this.#clock.epochMs())
  }

  /** Wall clock minus sequenced time in milliseconds, as last seen: for the metric. */
  get offsetMs(): number {
    return this.#offsetMs
  }

  #startNotBefore(time: { readonly epochSeconds: number; readonly nanoseconds: number }): void {
    const ahead =
      time.epochSeconds > this.epochSeconds ||
      (time.epochSeconds === this.epochSeconds && time.nanoseconds > this.nanoseconds)
    if (!ahead) return

    this.epochSeconds = time.epochSeconds
    this.nanoseconds = time.nanoseconds
  }

  #slewOver(elapsedMs: number): number {
    if (this.#slewMs === 0) return 0

    const most = elapsedMs * SLEW_MAX
    const slew = Math.max(-most, Math.min(most, this.#slewMs))
    this.#slewMs -= slew
    return slew
  }

  #advance(ms: number): void {
    const exact = ms * 1e6 + this.#fraction
    const whole = Math.floor(exact)
    assert(whole >= 0, 'sequenced time goes forward')
    this.#fraction = exact - whole
    this.nanoseconds += whole

    if (this.nanoseconds < NANOSECONDS_PER_SECOND) return
    const carry = Math.floor(this.nanoseconds / NANOSECONDS_PER_SECOND)
    this.epochSeconds += carry
    this.nanoseconds -= carry * NANOSECONDS_PER_SECOND
  }

  #compareWithWall(wallMs: number): void {
    const offsetMs = wallMs - this.epochSeconds * 1_000 - this.nanoseconds / 1e6
    const stepMs = offsetMs - this.#offsetMs
    this.#offsetMs = offsetMs

    if (Math.abs(stepMs) > STEP_MAX_MS) {
      this.#ignoredMs += stepMs
      this.#onStep?.({ stepMs, offsetMs })
      return
    }
    const followMs = offsetMs - this.#ignoredMs
    this.#slewMs = Math.abs(followMs) < DEAD_BAND_MS ? 0 : followMs
  }
}
