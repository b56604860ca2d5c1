/**
 * A subscriber that missed messages for good shows the engine's book, or says that its book is stale.
 */
import type { Checker } from '../checker.ts'
import { differingBook, isCaughtUp } from '../books.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'stale-books-are-marked'

export function staleBooksAreMarked(world: World): Checker {
  let compared = ''

  return {
    afterStep() {
      const { process, feed } = world
      const { arbiter, market } = feed.hasty
      const at = `${arbiter.session} ${arbiter.next}`
      if (at === compared || !isCaughtUp(process, feed.hasty)) return
      compared = at
      const problem = differingBook(process!, market, (book) => book?.stale === false)
      if (problem !== undefined) throw new Violation(NAME, problem)
    },
  }
}
