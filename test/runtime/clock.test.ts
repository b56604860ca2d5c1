import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SequencedClock } from '../../src/runtime/index.ts'
import type { ClockStep } from '../../src/runtime/index.ts'
import { FakeClock } from '../support/fake-clock.ts'

const MINUTE_MS = 60_000

/** Sequenced time after bringing it up to date, in milliseconds since 1970. */
function read(time: SequencedClock): number {
  time.now()
  return time.epochSeconds * 1_000 + time.nanoseconds / 1e6
}

/** Lets time pass in turns of 100 ms, as a quiet exchange would. */
function pass(ms: number, clock: FakeClock, time: SequencedClock): void {
  for (let passed = 0; passed < ms; passed += 100) {
    clock.advance(100)
    time.now()
  }
}

describe('sequenced time', () => {
  it('starts at the wall clock and goes with the monotonic clock', () => {
    const clock = new FakeClock('2026-11-23T14:30:00.250Z')
    const time = new SequencedClock(clock)
    clock.advance(1_250.5)
    time.now()

    const whole = Date.parse('2026-11-23T14:30:01Z') / 1_000
    expect([time.epochSeconds, time.nanoseconds]).toEqual([whole, 500_500_000])
  })

  it('stays as it is until it is asked', () => {
    const clock = new FakeClock()
    const time = new SequencedClock(clock)
    const before = [time.epochSeconds, time.nanoseconds]
    clock.advance(5_000)

    expect([time.epochSeconds, time.nanoseconds]).toEqual(before)
  })

  it('follows a wall clock that was set forward by half a second at 500 ppm', () => {
    const clock = new FakeClock()
    const time = new SequencedClock(clock)
    const start = clock.epochMs()
    clock.stepWall(500)
    pass(1_000, clock, time)
    const seen = read(time)
    pass(100_000, clock, time)

    expect(seen - start).toBeCloseTo(1_000, 3)
    expect(read(time) - start).toBeCloseTo(101_000 + 100_000 * 500e-6, 3)
  })

  it('arrives at the wall clock and stays there', () => {
    const clock = new FakeClock()
    const time = new SequencedClock(clock)
    clock.stepWall(-100)
    pass(10 * MINUTE_MS, clock, time)

    expect(Math.abs(read(time) - clock.epochMs())).toBeLessThanOrEqual(2)
  })

  it.each([
    ['two minutes back', -2 * MINUTE_MS],
    ['a day back', -24 * 60 * MINUTE_MS],
    ['an hour forward', 60 * MINUTE_MS],
  ])('does not follow a wall clock that jumps %s, and says so once', (_, stepMs) => {
    const steps: ClockStep[] = []
    const clock = new FakeClock()
    const time = new SequencedClock(clock, { onStep: (step) => steps.push(step) })
    const start = clock.epochMs()
    clock.stepWall(stepMs)
    pass(MINUTE_MS, clock, time)

    expect(read(time) - start).toBeCloseTo(MINUTE_MS, 3)
    expect(steps).toEqual([{ stepMs, offsetMs: stepMs }])
    expect(time.offsetMs).toBe(stepMs)
  })

  it('is at the wall clock again when a jump is taken back', () => {
    const steps: ClockStep[] = []
    const clock = new FakeClock()
    const time = new SequencedClock(clock, { onStep: (step) => steps.push(step) })
    clock.stepWall(3_600_000)
    pass(10_000, clock, time)
    clock.stepWall(-3_600_000)
    pass(10_000, clock, time)

    expect(steps.map(({ stepMs }) => stepMs)).toEqual([3_600_000, -3_600_000])
    expect(read(time)).toBe(clock.epochMs())
  })

  it('starts at the newest time in the journal when the wall clock is behind it', () => {
    const steps: ClockStep[] = []
    const clock = new FakeClock('2026-11-23T14:30:00Z')
    const notBefore = { epochSeconds: Date.parse('2026-11-23T15:00:00Z') / 1_000, nanoseconds: 7 }
    const time = new SequencedClock(clock, { notBefore, onStep: (step) => steps.push(step) })

    expect([time.epochSeconds, time.nanoseconds]).toEqual([notBefore.epochSeconds, 7])
    expect(steps.length).toBe(1)
  })

  it('starts at the wall clock when the journal is older', () => {
    const clock = new FakeClock('2026-11-23T14:30:00Z')
    const notBefore = { epochSeconds: 1_000_000, nanoseconds: 0 }
    const time = new SequencedClock(clock, { notBefore })

    expect(time.epochSeconds * 1_000).toBe(clock.epochMs())
  })

  it('never goes back and never runs faster or slower than 500 ppm, whatever the wall clock does', () => {
    const happening = fc.record({
      advanceMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
      stepMs: fc.oneof(fc.constant(0), fc.integer({ min: -5_000, max: 5_000 })),
    })
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const clock = new FakeClock()
        const time = new SequencedClock(clock)
        let before = read(time)
        for (const { advanceMs, stepMs } of happenings) {
          clock.stepWall(stepMs)
          clock.advance(advanceMs)
          const after = read(time)
          expect(after).toBeGreaterThanOrEqual(before)
          expect(Math.abs(after - before - advanceMs)).toBeLessThanOrEqual(
            advanceMs * 501e-6 + 1e-3,
          )
          before = after
        }
      }),
      { numRuns: 300 },
    )
  })
})
