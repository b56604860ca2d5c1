/** Lives of the exchange begin and end; and from time to time everything comes to rest. */
import { deliver, settle } from '../settle.ts'
import type { Action } from './action.ts'

export const lifeActions: readonly Action[] = [
  {
    name: 'start',
    weight: 20,
    can: ({ process }) => process?.state !== 'running',
    run(world, dice) {
      if (world.process?.state === 'failed') world.kill(dice.chance(0.5) ? 'kill' : 'power')
      return world.start(dice)
    },
  },
  {
    name: 'stop in order',
    weight: 0.05,
    can: ({ process }) => process?.state === 'running',
    async run(world) {
      const process = world.process!
      process.run(() => process.exchange.acceptor.logOutAll('The exchange is closing'))
      for (let round = 0; round < 10; round++) deliver(world)
      const isInOrder = await process.end()
      if (isInOrder) world.shadow.end(process.journal.nextPosition)
      return `after group ${process.journal.groupNumber}`
    },
  },
  { name: 'settle', weight: 0.1, can: () => true, run: settle },
]
