/** All actions, by which a step is chosen and by whose names a script is read. */
import type { Action } from './action.ts'
import { clientActions } from './clients.ts'
import { dropCopyActions } from './drop-copy.ts'
import { faultActions } from './faults.ts'
import { lifeActions } from './lives.ts'
import { networkActions } from './network.ts'
import { operationActions } from './operations.ts'
import { shadowActions } from './shadow.ts'

export type { Action } from './action.ts'

export const actions: readonly Action[] = [
  ...clientActions,
  ...networkActions,
  ...dropCopyActions,
  ...shadowActions,
  ...faultActions,
  ...lifeActions,
]

/** Of runs in which operations has a say. */
export const operatedActions: readonly Action[] = [...actions, ...operationActions]

export const actionNamed: ReadonlyMap<string, Action> = new Map(
  operatedActions.map((action) => [action.name, action]),
)
