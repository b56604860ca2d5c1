/** What the exchange's counterparties do by themselves. */
import type { Dice } from '../../support/dice.ts'
import { limitsOf } from '../../support/risk.ts'
import type { Client } from '../client.ts'
import type { Action } from './action.ts'
import { clientAction } from './action.ts'

/** A slow reader leaves its bytes for so long, at most: longer than the exchange waits. */
const DEAF_MS_MAX = 15_000

const isLoggedOn = (client: Client): boolean => client.isLoggedOn
const hasOrders = (client: Client): boolean => client.isLoggedOn && client.hasOrders
const hasLine = ({ line }: Client): boolean => line !== undefined

export const clientActions: readonly Action[] = [
  clientAction('order', 16, isLoggedOn, orders),
  clientAction('cancel', 5, hasOrders, (client, dice) => client.cancel(dice)),
  clientAction('replace', 5, hasOrders, (client, dice) => client.replace(dice)),
  clientAction('request', 1.5, isLoggedOn, (client, dice) => client.request(dice)),
  {
    name: 'connect',
    weight: 12,
    can: ({ process, clients }) =>
      process?.state === 'running' && clients.some(({ line }) => line === undefined),
    run({ process, clients }, dice) {
      const client = dice.pick(clients.filter(({ line }) => line === undefined))!
      client.connect(process!.accept(client.compId))
      return client.compId
    },
  },
  clientAction('log out', 0.35, isLoggedOn, (client) => client.logOut()),
  clientAction('ask again', 1, isLoggedOn, (client, dice) => client.askAgain(dice)),
  clientAction('test request', 1, isLoggedOn, (client) => client.testRequest()),
  clientAction('gap fill', 0.5, isLoggedOn, (client) => client.gapFill()),
  clientAction('misfit', 1.5, isLoggedOn, (client, dice) => client.misfit(dice)),
  clientAction('stops reading', 0.2, hasLine, (client, dice) =>
    client.stopReading(dice.between(100, DEAF_MS_MAX)),
  ),
  {
    name: 'risk limits change',
    weight: 0.5,
    can: ({ process }) => process?.state === 'running',
    run({ process, clients }, dice) {
      const { compId } = dice.pick(clients)!
      const limits = dice.pick([
        {},
        { venue: { maxOpenOrders: 20, priceCollarPercent: 500 } },
        { venue: { maxPosition: 500 }, [`session ${compId}`]: { maxGrossOpen: 100_000_0000 } },
        { [`session ${compId}`]: { killed: true } },
      ])!
      process!.run(() => process!.exchange.setLimits(limitsOf(limits)))
      return JSON.stringify(limits)
    },
  },
]

/** One order, or many at once. */
function orders(client: Client, dice: Dice): string {
  const count = dice.chance(0.05) ? dice.between(2, 30) : 1
  return Array.from({ length: count }, () => client.order(dice)).join(', ')
}
