/** What can happen in one step, and how often. */
import type { Dice } from '../../support/dice.ts'
import type { Client } from '../client.ts'
import type { World } from '../world.ts'

export interface Action {
  readonly name: string
  /** How often it is thought of, beside the others. */
  readonly weight: number
  /** Leaves no promise to be kept: nothing of the exchange, nor of the drop copy, has run. */
  readonly isOutside?: boolean
  /** Whether it would do anything now: what cannot is no step, and is not counted as one. */
  can(world: World): boolean
  /** @returns what happened, for the report of a failure */
  run(world: World, dice: Dice): string | Promise<string>
}

/** Some client of those who can does something and tells what. */
export function clientAction(
  name: string,
  weight: number,
  isAble: (client: Client) => boolean,
  act: (client: Client, dice: Dice) => string,
): Action {
  return {
    name,
    weight,
    isOutside: true,
    can: ({ clients }) => clients.some(isAble),
    run({ clients }, dice) {
      const client = dice.pick(clients.filter(isAble))!
      return `${client.compId} ${act(client, dice)}`
    },
  }
}
