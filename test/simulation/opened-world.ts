/** A world without faults whose exchange runs and whose clients are logged on. */
import { Dice } from '../support/dice.ts'
import { deliver, keepPromises } from './settle.ts'
import type { Client } from './client.ts'
import { World } from './world.ts'

/** @param secondsLeft of the trading day */
export async function openedWorld(secondsLeft: number): Promise<World> {
  const world = new World()
  world.start(new Dice(1))
  const { process, clock, clients } = world
  const { closeSeconds } = process!.exchange.engine.state.day
  clock.advance((closeSeconds - secondsLeft) * 1000 - clock.epochMs())

  for (const client of clients) client.connect(process!.accept(client.compId))
  while (!clients.every(({ isUpToDate }) => isUpToDate)) {
    deliver(world)
    await keepPromises()
  }
  // The exchange hears what comes behind a Logon once the answer has left.
  process!.runImmediates()
  return world
}

/** What the client has said reaches the exchange; no turn executes it yet. */
export function readClient({ process }: World, { line }: Client): void {
  process!.run(() => line!.poll(Infinity))
}

/** Turns until nothing is left to execute. @returns how many */
export function runTurns({ process }: World, max = Infinity): number {
  const { journal } = process!
  const before = journal.groupNumber
  while (journal.groupNumber - before < max && process!.hasImmediates) process!.runImmediates()
  return journal.groupNumber - before
}
