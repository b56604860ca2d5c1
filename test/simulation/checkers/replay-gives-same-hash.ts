/**
 * I1: an engine that executes nothing but the journal's commands, from the first one on and through
 * all crashes, has the state hash of the running exchange.
 */
import type { Checker } from '../checker.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'replay-gives-same-hash'

export function replayGivesSameHash(world: World): Checker {
  let compared: object | undefined
  let comparedGroups = 0

  return {
    afterStep() {
      const { process, history } = world
      if (process?.state !== 'running') return
      world.catchUp()
      if (compared === process && comparedGroups === history.groups) return
      compared = process
      comparedGroups = history.groups
      const live = process.exchange.engine.stateHash()
      const replayed = history.engine.stateHash()
      if (live === replayed) return
      const what = `the exchange has ${live}, the replay of ${history.groups} groups ${replayed}`
      throw new Violation(NAME, what)
    },
  }
}
