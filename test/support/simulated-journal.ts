/** A journal as a simulated exchange leaves it: orders, crashes, starts, days. */
import { JOURNAL_DIRECTORY } from '../simulation/exchange-process.ts'
import { runSeed } from '../simulation/simulation.ts'
import { World } from '../simulation/world.ts'
import type { MemoryDisk } from './memory-disk.ts'

/** @returns a disk whose journal is under JOURNAL_DIRECTORY, with nobody at work on it */
export async function simulatedJournal(seed: number, steps: number): Promise<MemoryDisk> {
  const world = new World()
  const { failure } = await runSeed(seed, steps, world)
  if (failure !== undefined) throw new Error(failure.message)
  world.kill('kill')
  return world.disk.copy(JOURNAL_DIRECTORY)
}
