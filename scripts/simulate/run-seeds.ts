/** Runs one seed after the other, until one fails. */
import { printFailure } from '../../test/simulation/report.ts'
import { shrink } from '../../test/simulation/shrink.ts'
import type { Failure, Step } from '../../test/simulation/simulation.ts'
import { OPERATED_SEEDS, runSeed } from '../../test/simulation/simulation.ts'
import { writeScript } from './script-file.ts'
import type { Plan, Totals } from './totals.ts'
import { addOutcome, noTotals, SEED_MAX } from './totals.ts'

/** Every second run is one in which operations has a say. */
const STRIDE = OPERATED_SEEDS + 1

export async function runSeeds(plan: Plan): Promise<Totals> {
  const endMs = performance.now() + plan.seconds * 1000
  const began = process.cpuUsage()
  const totals = noTotals()
  while (totals.runs < plan.runs && performance.now() < endMs && !totals.hasFailed) {
    const seed = (plan.seed + totals.runs * STRIDE) % SEED_MAX
    const outcome = await runSeed(seed, plan.steps)
    addOutcome(totals, outcome)
    const { failure, script } = outcome
    if (failure !== undefined) await report(seed, plan, script, failure)
  }
  const { user, system } = process.cpuUsage(began)
  totals.cpuMs = (user + system) / 1000
  return totals
}

async function report(
  seed: number,
  { steps, shrinks }: Plan,
  script: readonly Step[],
  failure: Failure,
): Promise<void> {
  if (!shrinks) return console.error(printFailure({ seed, steps }, failure))
  const shrunk = await shrink(script, failure)
  const file = writeScript(seed, shrunk.script)
  console.error(printFailure({ seed, steps }, failure, { ...shrunk, file }))
}
