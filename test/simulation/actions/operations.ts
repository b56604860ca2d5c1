/** What operations asks for: halts, auctions, kills, limits, instruments, busts, and what the FIX port does for it. */
import type { InstrumentConfig } from '../../../src/runtime/index.ts'
import type { LimitChanges, OperatorAction } from '../../../src/wire/index.ts'
import type { Dice } from '../../support/dice.ts'
import type { World } from '../world.ts'
import type { Action } from './action.ts'
import { hasTraded, someCorrection } from './corrections.ts'

/** So few that the same request is asked for again, also behind a crash. */
const REQUESTS = 40

export const operationActions: readonly Action[] = [
  operation('operations asks', 1, someAction),
  operation('operations busts', 2, someCorrection, hasTraded),
]

function operation(
  name: string,
  weight: number,
  actionOf: (world: World, dice: Dice) => OperatorAction,
  isAble: (world: World) => boolean = () => true,
): Action {
  return {
    name,
    weight,
    can: (world) => world.process?.state === 'running' && isAble(world),
    run(world, dice) {
      const process = world.process!
      const action = actionOf(world, dice)
      const requestId = `ops/${dice.below(REQUESTS)}-${process.journal.groupNumber >> 6}`
      process.operate({ requestId, by: 'ops', why: 'simulated', ...action })
      return `${requestId}: ${JSON.stringify(action)}`
    },
  }
}

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
    { weight: 1, make: () => ({ action: 'set-limits', ...scope, limits: someLimits(dice) }) },
    { weight: 1, make: () => listAction(dice.pick(config.instruments)!, dice) },
  ])
  return make()
}

const someLimits = (dice: Dice): LimitChanges => ({
  maxOrderQty: dice.pick([null, null, 500, 5000])!,
  maxOpenOrders: dice.pick([null, null, 200])!,
})

/** Prices stay near where the clients trade, and an instrument that goes comes back. */
function listAction({ symbol, ...file }: InstrumentConfig, dice: Dice): OperatorAction {
  const { make } = dice.weighted<{ weight: number; make: () => OperatorAction }>([
    {
      weight: 2,
      make: () => ({ action: 'split', symbol, into: 100, from: dice.pick([99, 101])! }),
    },
    {
      weight: 2,
      make: () => {
        const terms = { priceBandPercent: dice.pick([0, 20, 30])! }
        return { action: 'change-instrument', symbol, terms }
      },
    },
    { weight: 0.5, make: () => ({ action: 'delist-instrument', symbol }) },
    {
      weight: 3,
      make: () => {
        const { proRataMinimum = file.lotSize, group: _group, ...more } = file
        const { volatility: _volatility, auction: _auction, ...terms } = more
        return { action: 'add-instrument', symbol, terms: { ...terms, proRataMinimum } }
      },
    },
  ])
  return make()
}
