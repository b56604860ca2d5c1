/** What the drop copy's reader and its database do. */
import type { Action } from './action.ts'

export const dropCopyActions: readonly Action[] = [
  {
    name: 'the drop copy reads on',
    weight: 2,
    can: ({ dropCopy }) => dropCopy.canGoOn,
    run: ({ dropCopy }) => dropCopy.goOn(),
  },
  {
    name: 'the database answers',
    weight: 8,
    can: ({ dropCopy }) => dropCopy.database.isAsked,
    run: ({ dropCopy }) => dropCopy.database.answer(),
  },
  {
    name: 'the database fails',
    weight: 0.5,
    can: ({ dropCopy }) => dropCopy.database.isAsked,
    run: ({ dropCopy }, dice) => dropCopy.database.lose(dice),
  },
  {
    name: 'the drop copy is killed',
    weight: 0.1,
    can: () => true,
    run: ({ dropCopy }, dice) => dropCopy.kill(dice),
  },
]
