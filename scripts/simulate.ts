/**
 * Runs the whole exchange in one thread with faults that a seed decides. `npm run simulate` runs fresh
 * seeds for ten seconds, `-- --seconds 3600 --jobs 2` for an hour in two processes, `-- --seed 42` one
 * run, and `-- --script FILE` the steps that a failure has left. Exit code 1 on the first failure.
 * docs/operations/testing-crashes.md
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { STEPS_DEFAULT } from '../test/simulation/simulation.ts'
import { runJobs } from './simulate/jobs.ts'
import { runSeeds } from './simulate/run-seeds.ts'
import { runFile } from './simulate/script-file.ts'
import { printTotals, SEED_MAX } from './simulate/totals.ts'

const SECONDS_DEFAULT = '10'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    runs: { type: 'string' },
    seconds: { type: 'string' },
    steps: { type: 'string', default: String(STEPS_DEFAULT) },
    jobs: { type: 'string', default: '1' },
    script: { type: 'string' },
    'no-shrink': { type: 'boolean', default: false },
  },
})

process.exitCode = (await main()) ? 0 : 1

async function main(): Promise<boolean> {
  if (values.script !== undefined) return runFile(values.script)

  const plan = { ...planned(), steps: numberOf('steps'), shrinks: !values['no-shrink'] }
  const jobs = numberOf('jobs')
  const began = performance.now()
  if (process.send === undefined)
    console.log(`seeds from ${plan.seed} on, ${plan.steps} steps each`)
  const totals = await (jobs > 1 ? runJobs(plan, jobs) : runSeeds(plan))
  // A job of another run tells it, and nobody else.
  if (process.send !== undefined) return new Promise((done) => tell(totals, done))
  if (totals.hasFailed) return false
  console.log(printTotals(plan.seed, totals, performance.now() - began))
  return true
}

function tell(totals: object & { hasFailed: boolean }, done: (isRight: boolean) => void): void {
  process.send!(totals, undefined, undefined, () => {
    process.disconnect()
    done(!totals.hasFailed)
  })
}

/** One run of a seed that is given, runs for so long otherwise, unless their number is given. */
function planned(): { seed: number; runs: number; seconds: number } {
  const isGiven = values.seed !== undefined
  const seed = isGiven ? numberOf('seed') : randomInt(SEED_MAX)
  if (values.runs !== undefined) return { seed, runs: numberOf('runs'), seconds: Infinity }
  if (isGiven && values.seconds === undefined) return { seed, runs: 1, seconds: Infinity }
  values.seconds ??= SECONDS_DEFAULT
  return { seed, runs: Infinity, seconds: numberOf('seconds') }
}

function numberOf(name: 'seed' | 'runs' | 'seconds' | 'steps' | 'jobs'): number {
  const value = Number(values[name])
  if (Number.isSafeInteger(value) && value >= 0) return value
  console.error(`simulate: --${name} is ${JSON.stringify(values[name])}; use a whole number`)
  process.exit(2)
}
