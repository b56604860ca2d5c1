/**
 * What the simulation is worth: mistakes that an exchange could have, planted one by one in a process
 * of their own, and each is seen by the checker that is there for it.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { PlantedBug } from './planted/bugs.ts'
import { plantedBugs } from './planted/bugs.ts'

const PLANT = new URL('./planted/plant.mjs', import.meta.url).href
const SIMULATE = fileURLToPath(new URL('../../scripts/simulate.ts', import.meta.url))
/** A mistake that is not seen in so many runs is not seen. */
const RUNS_MAX = 200

it.concurrent.each(plantedBugs)(
  '$checker sees that $name',
  async (bug) => {
    const { seed, step, checker } = await search(bug)
    console.log(`${bug.name}: seed ${seed}, step ${step}`)
    expect(checker).toBe(bug.checker)
  },
  60_000,
)

/** Seeds from the bug's own on, until a checker fails. */
async function search(bug: PlantedBug): Promise<Record<string, string>> {
  const bounds = ['--seed', String(bug.seed), '--runs', String(RUNS_MAX), '--no-shrink']
  const args = ['--import', PLANT, '--import', 'tsx', SIMULATE, ...bounds]
  const env = { ...process.env, PLANTED_BUG: JSON.stringify(bug) }
  const said = await promisify(execFile)(process.execPath, args, { env }).then(
    ({ stdout }) => stdout,
    ({ stderr }: { stderr: string }) => stderr,
  )
  const seen = /^seed (?<seed>\d+) fails at step (?<step>\d+) of \d+: (?<checker>[\w-]+):/m.exec(
    said,
  )
  if (seen === null) throw new Error(`nobody sees it: ${said}`)
  return seen.groups!
}
