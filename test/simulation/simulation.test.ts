/**
 * The whole exchange under faults, seed by seed; the checkers in checkers/ are asked after every
 * step. `npm run simulate -- --seed N` shows one run, `-- --seconds 60` fresh ones.
 */
import { describe, expect, it } from 'vitest'
import { printFailure } from './report.ts'
import { shrink } from './shrink.ts'
import { OPERATED_SEEDS, runScript, runSeed, STEPS_DEFAULT } from './simulation.ts'

/** Those that have found something since the first thirty held. */
const PAST_SEEDS = [
  1_820_017_171, 162_367_366, 451_950_618, 111_385_347, 1_012_720_762, 1_498_836_937, 2_147_488_956,
]
const SEEDS = [
  ...Array.from({ length: 30 }, (_, i) => i + 1),
  ...Array.from({ length: 15 }, (_, i) => OPERATED_SEEDS + i),
  ...PAST_SEEDS,
]

describe('the exchange under crashes, a failing disk and a lossy network', () => {
  it.each(SEEDS)('keeps every promise with seed %i', async (seed) => {
    const { failure, executions, groups, script } = await runSeed(seed)
    if (failure !== undefined) {
      const shrunk = await shrink(script, failure)
      throw new Error(printFailure({ seed, steps: STEPS_DEFAULT }, failure, shrunk))
    }

    // A run that did nothing would find nothing.
    expect(executions).toBeGreaterThan(20)
    expect(groups).toBeGreaterThan(50)
  })

  it('repeats a run from its seed, to the last execution', async () => {
    const first = await runSeed(42)
    expect(await runSeed(42)).toEqual(first)
    expect(await runScript(first.script)).toEqual(first)
  })
})
