/** What operations asks for is done once, however often it asks, whatever crashes in between. */
import type { Checker } from '../checker.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'operations-are-done-once'

export function operationsAreDoneOnce(world: World): Checker {
  const { history } = world
  let seen = 0
  const done = new Set<string>()
  return {
    afterStep() {
      if (world.failedOperation !== undefined) throw world.failedOperation
      for (; seen < history.operations.length; seen++) {
        const { requestId, isRepeated } = history.operations[seen]!
        const isAgain = done.has(requestId)
        done.add(requestId)
        if (isAgain === (isRepeated ?? false)) continue
        throw new Violation(NAME, `${requestId} is ${isAgain ? 'done again' : 'told as known'}`)
      }
    },
  }
}
