/**
 * Runs synthetic orders through a scratch engine before the port opens: the first operations of a
 * cold process cost a hundred times the later ones, and no client should pay for them. Nothing of it
 * reaches the journal.
 */
import { OrdType, Side, TimeInForce } from './domain/index.ts'
import { Engine } from './engine/index.ts'
import { feedSessionName, queueConfiguration, queueTradingDay } from './opening.ts'
import type { VenueConfiguration } from './wire/index.ts'
import { CommandQueue, CommandType, enterOrder } from './wire/index.ts'

const ORDERS = 100_000
const ORDERS_PER_TURN = 500

export function warmUp(configuration: VenueConfiguration): void {
  const session = configuration.sessions.find(({ role }) => role === 'order-entry')
  if (session === undefined) return
  const engine = new Engine()
  const queue = new CommandQueue()
  queueConfiguration(queue, { ...configuration, ordersPerCommandMax: ORDERS })
  const instants = { tradingDate: 20260101, midnightSeconds: 0, openSeconds: 0, closeSeconds: 1 }
  const feedSession = feedSessionName(instants.tradingDate, () => 0)
  queueTradingDay(queue, { isOpen: false, instants, feedSession })
  execute(engine, queue)

  const { locate, referencePrice, tickSize, lotSize } = configuration.instruments[0]!
  const record = enterOrder.flyweight()
  for (let i = 0; i < ORDERS; i++) {
    const commands = queue.buffer
    const at = commands.append(CommandType.EnterOrder, session.index, enterOrder.length)
    record.wrap(commands.view, at)
    record.locate = locate
    record.orderQty = lotSize * (1 + (i % 3))
    record.side = i % 2 === 0 ? Side.Buy : Side.Sell
    record.price = tickSize * (Math.ceil(referencePrice / tickSize) + ((i >> 1) % 5))
    record.ordType = OrdType.Limit
    record.timeInForce = TimeInForce.Day
    commands.view.setUint32(at + enterOrder.offsets.clOrdId, i + 1, true)
    if (i % ORDERS_PER_TURN === 0) execute(engine, queue)
  }
}

function execute(engine: Engine, queue: CommandQueue): void {
  const commands = queue.take()
  if (commands === undefined) return
  engine.beginTurn({ epochSeconds: 0, nanoseconds: 0, eventsPosition: 0 })
  engine.executeAll(commands.view, 0, commands.length)
  queue.release(commands)
}
