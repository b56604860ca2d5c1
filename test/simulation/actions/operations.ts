/** What operations asks for: halts, auctions, kills, and what the FIX port does for it. */
import type { OperatorAction } from '../../../src/wire/index.ts'
import type { Dice } from '../../support/dice.ts'
import type { World } from '../world.ts'
import type { Action } from './action.ts'

/** So few that the same request is asked for again, also behind a crash. */
const REQUESTS = 40

export const operationActions: readonly Action[] = [
  {
    name: 'operations asks',
    weight: 1,
    can: ({ process }) => process?.state === 'running',
    run(world, dice) {
      const process = world.process!
      const action = someAction(world, dice)
      const requestId = `ops/${dice.below(REQUESTS)}-${process.journal.groupNumber >> 6}`
      process.run(() => {
        void process.exchange.desk.perform({ requestId, by: 'ops', why: 'simulated', ...action })
      })
      return `${requestId}: ${JSON.stringify(action)}`
    },
  },
]

function someAction({ config }: World, dice: Dice): OperatorAction {
  const symbol = dice.chance(0.2) ? '*' : dice.pick(config.instruments)!.symbol
  const { senderCompId: session, firm } = dice.pick(config.sessions)!
  const orders = dice.pick(['accept', 'accept', 'cancel-only', 'reject'] as const)!
  const scope = dice.pick([
    { kind: 'session', firm: '', name: session },
    { kind: 'firm', firm: '', name: firm },
    { kind: 'venue', firm: '', name: '' },
  ] as const)!
  const { make } = dice.weighted<{ weight: number; make: () => OperatorAction }>([
    { weight: 3, make: () => ({ action: 'halt', symbol, orders, reason: 'T1' }) },
    { weight: 3, make: () => ({ action: 'collect', symbol }) },
    { weight: 6, make: () => ({ action: 'resume', symbol }) },
    { weight: 0.5, make: () => ({ action: 'kill', ...scope }) },
    { weight: 3, make: () => ({ action: 'unkill', ...scope }) },
    { weight: 0.5, make: () => ({ action: 'disconnect', session }) },
    { weight: 0.5, make: () => ({ action: 'news', headline: 'simulated' }) },
  ])
  return make()
}
