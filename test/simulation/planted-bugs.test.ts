/**
 * What the simulation is worth: mistakes that an exchange could have, planted one by one in a process
 * of their own, and each is seen by the checker that is there for it.
 */
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { PlantedBug } from './planted/bugs.ts'
import { plantedBugs } from './planted/bugs.ts'

const PLANT = new URL('./planted/plant.mjs', import.meta.url).href
const SIMULATE = fileURLToPath(new URL('../../scripts/simulate.ts', import.meta.url))
/** A mistake that is not seen in so many runs is not seen. */
const RUNS_MAX = 200
const FAILURE = /^seed (?<seed>\d+) fails at step (?<step>\d+) of \d+: (?<checker>[\w-]+):/m

it.concurrent.each(plantedBugs)(
  '$checker sees that $name',
  async (bug) => {
    const said = await simulate(bug, '--seed', bug.seed, '--runs', RUNS_MAX, '--no-shrink')
    const { seed, step, checker } = FAILURE.exec(said)?.groups ?? {}
    console.log(`${bug.name}: seed ${seed}, step ${step}`)
    expect(checker).toBe(bug.checker)
  },
  60_000,
)

it.concurrent(
  'leaves a shorter script that fails in the same way',
  async () => {
    const bug = plantedBugs.find(({ checker }) => checker === 'quantity-is-conserved')!
    const said = await simulate(bug, '--seed', bug.seed)
    const script = /--script (\S+)/.exec(said)![1]!
    const again = await simulate(bug, '--script', script)
    rmSync(dirname(script), { recursive: true })
    const [line] = again.split('\n').slice(-2)
    expect(said).toContain(`steps are enough for: ${line}`)
    expect(line).toContain(`${bug.checker}: ExecID`)
  },
  60_000,
)

/** @returns what it says of the failure, or of there being none */
function simulate(bug: PlantedBug, ...args: (string | number)[]): Promise<string> {
  const all = ['--import', PLANT, '--import', 'tsx', SIMULATE, ...args.map(String)]
  const env = { ...process.env, PLANTED_BUG: JSON.stringify(bug) }
  return promisify(execFile)(process.execPath, all, { env }).then(
    ({ stdout }) => stdout,
    ({ stderr }: { stderr: string }) => stderr,
  )
}
