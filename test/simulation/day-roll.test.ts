/**
 * The end of a trading day that cannot be executed at once: commands wait before it, or more orders
 * end than one turn may end. Ticks of the clock pass meanwhile, and the process may die.
 */
import { describe, expect, it } from 'vitest'
import { ExecType, TimeInForce } from '../../src/domain/index.ts'
import { TURN_COMMANDS_MAX } from '../../src/wire/index.ts'
import { Dice } from '../support/dice.ts'
import { openedWorld, readClient, runTurns } from './opened-world.ts'
import type { World } from './world.ts'
import { ORDERS_PER_COMMAND_MAX } from './world.ts'

const TICK_MS = 100

/** Ticks of the clock between turns that take their time. */
function goOn({ process, clock }: World): void {
  for (let tick = 0; tick < 3; tick++) {
    clock.advance(TICK_MS)
    process!.run(() => process!.exchange.tick())
  }
}

const dayOf = ({ process }: World) => process!.exchange.engine.state.day

describe('behind a backlog of commands', () => {
  it.each([0, TURN_COMMANDS_MAX - 1, TURN_COMMANDS_MAX])(
    'of %i the day is closed once and the next opened once',
    async (orders) => {
      const world = await openedWorld(1)
      const before = dayOf(world).tradingDate
      const dice = new Dice(2)
      for (let i = 0; i < orders; i++) world.clients[0]!.order(dice)
      readClient(world, world.clients[0]!)
      world.clock.advance(1000)
      do goOn(world)
      while (runTurns(world, 1) > 0)
      world.history.catchUp()

      expect(world.process!.state).toBe('running')
      expect(dayOf(world)).toMatchObject({ isOpen: true, tradingDate: before + 1 })
      expect(world.history.feedMessages.size).toBe(2)
    },
    60_000,
  )
})

/** An exchange whose day is over, the close queued, and what it has to expire and to carry over. */
async function aDayThatEnds(): Promise<{ world: World; day: number; goodTillCancel: number }> {
  const world = await openedWorld(1)
  const dice = new Dice(3)
  for (let i = 0; i < 160; i++) for (const client of world.clients) client.order(dice)
  for (const client of world.clients) readClient(world, client)
  runTurns(world)
  const { orders } = world.process!.exchange.engine.state
  const live = Array.from({ length: orders.count }, (_, i) => i + 1).filter((n) => orders.isLive(n))
  const day = live.filter((order) => orders.timeInForce(order) === TimeInForce.Day).length
  world.clock.advance(1000)
  goOn(world)
  return { world, day, goodTillCancel: live.length - day }
}

/** Turns until the end of the day has begun: what expires by its own time goes first. */
function beginTheEnd(world: World): number {
  const { state } = world.process!.exchange.engine
  let turns = 0
  while (state.work?.name !== 'close') turns += runTurns(world, 1)
  return turns
}

/** Reports of orders that expired. */
const expired = ({ history }: World): number =>
  [...history.executions.values()].filter(
    ({ exec_type }) => exec_type === String.fromCharCode(ExecType.Expired),
  ).length

describe('with more orders than one turn may end', () => {
  it('takes turns of so many orders, and the next day opens when all are ended', async () => {
    const { world, day, goodTillCancel } = await aDayThatEnds()
    const groups = world.process!.journal.groupNumber
    const turns = runTurns(world)
    world.history.catchUp()

    expect(day).toBeGreaterThan(10 * ORDERS_PER_COMMAND_MAX)
    expect(goodTillCancel).toBeGreaterThan(2 * ORDERS_PER_COMMAND_MAX)
    const least = (day + 2 * goodTillCancel) / ORDERS_PER_COMMAND_MAX
    expect(turns).toBeGreaterThanOrEqual(Math.floor(least))
    expect(world.process!.journal.groupNumber - groups).toBe(turns)
    expect(expired(world)).toBe(day)
    expect(dayOf(world).isOpen).toBe(true)
  })

  it('goes on at the next start when the process dies after any of those turns', async () => {
    const { world: undisturbed, day, goodTillCancel } = await aDayThatEnds()
    const first = beginTheEnd(undisturbed)
    const turns = first + runTurns(undisturbed)
    for (let after = first; after < turns; after++) {
      const { world } = await aDayThatEnds()
      runTurns(world, after)
      world.kill(after % 2 === 0 ? 'kill' : 'power')
      world.start(new Dice(4))
      world.history.catchUp()

      const { orders, day: today } = world.process!.exchange.engine.state
      expect(today).toMatchObject({ isOpen: true })
      expect(world.history.feedMessages.size).toBe(2)
      expect([expired(world), orders.count]).toEqual([day, goodTillCancel])
    }
  })
})
