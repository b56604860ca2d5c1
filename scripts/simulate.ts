/**
 * Runs the whole exchange in one thread with faults that a seed decides: `npm run simulate -- --seed 42`
 * repeats one run, `-- --seconds 60` runs fresh seeds for a minute. Exit code 1 on the first failure.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { printFailure } from '../test/simulation/report.ts'
import { shrink } from '../test/simulation/shrink.ts'
import type { Outcome } from '../test/simulation/simulation.ts'
import { runSeed, STEPS_DEFAULT } from '../test/simulation/simulation.ts'

const SECONDS_DEFAULT = 10
const SEED_MAX = 2 ** 31

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    steps: { type: 'string', default: String(STEPS_DEFAULT) },
    seconds: { type: 'string', default: String(SECONDS_DEFAULT) },
  },
})
const steps = numberOf('steps', values.steps)

process.exitCode = (await (values.seed === undefined ? runFresh() : runOne())) ? 0 : 1

async function runOne(): Promise<boolean> {
  const seed = numberOf('seed', values.seed!)
  const outcome = await run(seed)
  console.log(`seed ${seed}: ${summary(outcome)}`)
  return outcome.failure === undefined
}

async function runFresh(): Promise<boolean> {
  const endMs = performance.now() + numberOf('seconds', values.seconds) * 1000
  const first = randomInt(SEED_MAX)
  console.log(`seeds from ${first} on, ${steps} steps each`)

  let runs = 0
  const total = { groups: 0, executions: 0, starts: 0 }
  for (let seed = first; performance.now() < endMs; seed = (seed + 1) % SEED_MAX) {
    const { failure, ...counts } = await run(seed)
    if (failure !== undefined) return false
    runs++
    total.groups += counts.groups
    total.executions += counts.executions
    total.starts += counts.starts
  }
  console.log(`${runs} runs without a failure: ${countsOf(total)}`)
  return true
}

async function run(seed: number): Promise<Outcome> {
  const { script, ...outcome } = await runSeed(seed, steps)
  if (outcome.failure === undefined) return outcome

  const shrunk = await shrink(script, outcome.failure)
  console.error(printFailure({ seed, steps }, outcome.failure, shrunk))
  return outcome
}

function summary({ failure, ...counts }: Outcome): string {
  return `${failure === undefined ? 'no failure' : failure.checker}: ${countsOf(counts)}`
}

function countsOf(counts: { groups: number; executions: number; starts: number }): string {
  return `${counts.starts} starts, ${counts.groups} turns, ${counts.executions} executions`
}

function numberOf(name: string, given: string): number {
  const value = Number(given)
  if (Number.isSafeInteger(value) && value >= 0) return value
  console.error(`simulate: --${name} is ${JSON.stringify(given)}; use a whole number`)
  process.exit(2)
}
