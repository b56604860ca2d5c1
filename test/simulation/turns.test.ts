/**
 * The turns of an order that executes against more orders than one command may: so many at a time,
 * everybody else waits, and when the process dies in between the next start goes on.
 */
import { expect, it } from 'vitest'
import { Side } from '../../src/domain/index.ts'
import { Dice } from '../support/dice.ts'
import type { Client } from './client.ts'
import { openedWorld, readClient, runTurns } from './opened-world.ts'
import { settle } from './settle.ts'
import type { World } from './world.ts'
import { ORDERS_PER_COMMAND_MAX } from './world.ts'

const TURNS = 4
const RESTING = TURNS * ORDERS_PER_COMMAND_MAX
const PRICE = 1_825_000

const anOrder = (clOrdId: string, side: number, orderQty: number, price: number) =>
  ({ clOrdId, symbol: 'AAPL', side, orderQty, price }) as const

/** Orders rest; then in one turn somebody buys them all, and the owner cancels the last of them. */
async function aSweep(): Promise<World> {
  const world = await openedWorld(3600)
  const [buyer, seller] = world.clients as [Client, Client]
  const resting = Array.from({ length: RESTING }, (_, i) =>
    anOrder(`S${i}`, Side.Sell, 10, PRICE + 100 * i),
  )
  for (const order of resting) seller.enter(order)
  readClient(world, seller)
  runTurns(world)

  buyer.enter(anOrder('B', Side.Buy, 10 * RESTING + 5, PRICE + 100 * RESTING))
  readClient(world, buyer)
  seller.cancelOrder(resting.at(-1)!)
  readClient(world, seller)
  return world
}

/** How many reports of each ExecType(150) the journal holds. */
function reports({ history }: World): Record<string, number> {
  history.catchUp()
  const counts: Record<string, number> = {}
  for (const { exec_type } of history.executions.values()) {
    counts[exec_type] = (counts[exec_type] ?? 0) + 1
  }
  return counts
}

const ALL_TRADED = { '0': RESTING + 1, F: 2 * RESTING }

it('executes against so many orders a turn, and nobody gets an order out of its way', async () => {
  const world = await aSweep()
  const { journal } = world.process!
  const from = journal.nextPosition
  expect(runTurns(world)).toBe(TURNS + 1)

  const eventCounts: number[] = []
  for (const { eventCount } of journal.groups({ from })) eventCounts.push(eventCount)
  // The report of the order, both sides of each execution, and the cancel that came too late.
  const executions = 2 * ORDERS_PER_COMMAND_MAX
  expect(eventCounts).toEqual([1 + executions, executions, executions, executions, 1])
  expect(reports(world)).toEqual(ALL_TRADED)
})

it('goes on at the next start when the process dies after any of those turns', async () => {
  for (let after = 1; after <= TURNS; after++) {
    const world = await aSweep()
    runTurns(world, after)
    for (const client of world.clients) client.read(Infinity)
    world.kill(after % 2 === 0 ? 'kill' : 'power')
    world.start(new Dice(5))

    expect(reports(world)).toEqual(ALL_TRADED)
    // Everybody asks for what he missed, and gets it as it stands in the journal.
    await settle(world, new Dice(6))
  }
})
