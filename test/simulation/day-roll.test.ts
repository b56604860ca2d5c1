/** The end of a trading day that finds commands waiting, with ticks of the clock in between. */
import { expect, it } from 'vitest'
import { Dice } from '../support/dice.ts'
import { TURN_COMMANDS_MAX } from '../../src/wire/index.ts'
import { keepPromises } from './settle.ts'
import { World } from './world.ts'

const TICK_MS = 100

/** A second before its day is over, an exchange with a session logged on and `orders` read from it that no turn has executed yet. */
async function aBacklogOf(orders: number): Promise<World> {
  const world = new World()
  world.start(new Dice(1))
  const { process, clock, clients } = world
  const { closeSeconds } = process!.exchange.engine.state.day
  clock.advance((closeSeconds - 1) * 1000 - clock.epochMs())
  const client = clients[0]!
  client.connect(process!.accept(client.compId))
  while (!client.isLoggedOn) {
    process!.run(() => client.line!.poll(Infinity))
    await keepPromises()
    process!.runImmediates()
    client.read(Infinity)
  }
  const dice = new Dice(2)
  for (let i = 0; i < orders; i++) client.order(dice)
  process!.run(() => client.line!.poll(Infinity))
  return world
}

/** Ticks of the clock between turns that take their time. */
function goOn({ process, clock }: World): void {
  for (let tick = 0; tick < 3; tick++) {
    clock.advance(TICK_MS)
    process!.run(() => process!.exchange.tick())
  }
  process!.runImmediates()
}

it.each([0, TURN_COMMANDS_MAX - 1, TURN_COMMANDS_MAX, 2 * TURN_COMMANDS_MAX - 1])(
  'behind %i orders the day is closed once and the next opened once',
  async (orders) => {
    const world = await aBacklogOf(orders)
    const { process, clock, history } = world
    const before = process!.exchange.engine.state.day.tradingDate
    clock.advance(1000)
    for (let turn = 0; turn < 5; turn++) goOn(world)
    history.catchUp()

    expect(process!.state).toBe('running')
    expect(process!.exchange.engine.state.day).toMatchObject({
      isOpen: true,
      tradingDate: before + 1,
    })
    expect(history.feedMessages.size).toBe(2)
  },
  60_000,
)
