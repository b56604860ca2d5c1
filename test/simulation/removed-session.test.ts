/** A session whose file is gone at the next start: nobody could cancel its orders any more. */
import { expect, it } from 'vitest'
import { Side, TimeInForce } from '../../src/domain/index.ts'
import { Dice } from '../support/dice.ts'
import { openedWorld, readClient, runTurns } from './opened-world.ts'
import { ORDERS_PER_COMMAND_MAX } from './world.ts'

const ORDERS = 2 * ORDERS_PER_COMMAND_MAX + 1

it('leaves no order behind, and the drop copy knows of each why', async () => {
  const world = await openedWorld(3600)
  // One a second each: more than some may send at once.
  for (let i = 0; i < ORDERS; i++) {
    for (const client of world.clients) {
      const terms = { orderQty: 100, price: 1_800_000, timeInForce: TimeInForce.GoodTillCancel }
      client.enter({ clOrdId: `${client.compId}${i}`, symbol: 'AAPL', side: Side.Buy, ...terms })
      readClient(world, client)
    }
    runTurns(world)
    world.clock.advance(1000)
  }
  world.kill('kill')
  const [removed, ...kept] = world.config.sessions
  world.config = { ...world.config, sessions: kept }
  world.start(new Dice(1))

  const { engine } = world.process!.exchange
  world.history.catchUp()
  const ended = [...world.history.executions.values()].filter(({ exec_type }) => exec_type === '4')
  expect(engine.state.orderPool.liveCount).toBe(kept.length * ORDERS)
  expect(ended).toHaveLength(ORDERS)
  expect(new Set(ended.map(({ session, text }) => `${session}: ${text}`))).toEqual(
    new Set([`${removed!.senderCompId}: Session may not trade any more`]),
  )
  expect(ended.map(({ cl_ord_id }) => cl_ord_id)).toEqual(
    Array.from({ length: ORDERS }, (_, i) => `${removed!.senderCompId}${i}`),
  )

  world.kill('kill')
  world.start(new Dice(1))
  expect(world.process!.state).toBe('running')
  expect(world.process!.exchange.engine.state.orderPool.liveCount).toBe(kept.length * ORDERS)
})
