/** A journal as a simulated exchange leaves it: orders, crashes, starts, days. */
import { actions } from '../simulation/actions.ts'
import { keepPromises } from '../simulation/settle.ts'
import { makeScript } from '../simulation/simulation.ts'
import { World } from '../simulation/world.ts'
import { Dice } from './dice.ts'
import type { MemoryDisk } from './memory-disk.ts'

/** @returns a disk whose journal is under JOURNAL_DIRECTORY, with nobody at work on it */
export async function simulatedJournal(seed: number, steps: number): Promise<MemoryDisk> {
  const world = new World()
  const byName = new Map(actions.map((action) => [action.name, action]))
  for (const step of makeScript(seed, steps)) {
    await byName.get(step.action)!.run(world, new Dice(step.seed))
    await keepPromises()
  }
  world.kill('kill')
  return world.disk.copy()
}
