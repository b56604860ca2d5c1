/**
 * Makes a failing script short: takes steps out, half of them at first and single ones at last, as
 * long as the same checker still fails. Bounded in runs, so what it gives may not be the shortest.
 */
import type { Failure, Step } from './simulation.ts'
import { runScript } from './simulation.ts'

const RUNS_MAX = 300

export interface Shrunk {
  readonly script: readonly Step[]
  readonly failure: Failure
}

export async function shrink(script: readonly Step[], failure: Failure): Promise<Shrunk> {
  let best: Shrunk = { script, failure }
  let runs = 0
  for (let size = Math.ceil(best.script.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = best.script.length - size; at >= 0 && runs < RUNS_MAX; at -= size) {
      const shorter = best.script.toSpliced(at, size)
      runs++
      const { failure: again, script: taken } = await runScript(shorter)
      if (again?.checker !== failure.checker) continue
      best = { script: taken, failure: again }
      at = Math.min(at, best.script.length)
    }
  }
  return best
}
