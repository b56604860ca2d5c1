/**
 * I-time: while the exchange runs its time passes as fast as time does, whatever somebody does to
 * its wall clock; and it is never before what stands in the journal.
 */
import { sequencedMs } from '../../../src/runtime/index.ts'
import type { Checker } from '../checker.ts'
import type { ExchangeProcess } from '../exchange-process.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'time-is-steady'
/** Sequenced time is steered by at most this share of the time that passes. */
const STEERED = 500e-6
/** Milliseconds and their fractions. */
const GRAIN_MS = 2

export function timeIsSteady(world: World): Checker {
  let life: { process: ExchangeProcess; beganMs: number; atMs: number } | undefined

  return {
    afterStep() {
      const { process, nowMs, history } = world
      if (process?.state !== 'running') return
      const toldMs = sequencedMs(process.exchange.clock)
      const backMs = history.newestMs - toldMs
      if (backMs > 0) throw new Violation(NAME, `time goes back by ${backMs} ms`)

      if (life?.process !== process) life = { process, beganMs: toldMs, atMs: nowMs }
      const passedMs = nowMs - life.atMs
      const errorMs = Math.abs(toldMs - life.beganMs - passedMs)
      if (errorMs <= passedMs * STEERED + GRAIN_MS) return
      throw new Violation(NAME, `${errorMs} ms from what passed in ${passedMs} ms`)
    },
  }
}
