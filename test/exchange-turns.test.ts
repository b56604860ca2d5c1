/** How much one turn takes of what waits: its group is written, read and copied whole. */
import { expect, it } from 'vitest'
import { Engine } from '../src/engine/index.ts'
import { Exchange, replayGroup } from '../src/exchange.ts'
import { Journal } from '../src/journal/index.ts'
import { OrdType, Side, TimeInForce } from '../src/domain/index.ts'
import { FakeClock } from './support/fake-clock.ts'
import { SequencedClock } from '../src/runtime/index.ts'
import type { RecordedCommand } from './support/engine-commands.ts'
import { writeCommand } from './support/engine-commands.ts'
import { aConfiguration, FIRST_DAY } from './support/engine-driver.ts'
import { MemoryDisk } from './support/memory-disk.ts'

const RESTING = 75_000
/** Each executes against this many of them, in events of 168 bytes for both sides. */
const EACH = 5_000
const EVENT_BYTES_MAX = 1 << 24
const COMMAND_EVENT_BYTES = (2 * EACH + 1) * 168

function anExchange() {
  const engine = new Engine()
  const journal = Journal.open({
    disk: new MemoryDisk(),
    directory: '/data/journal',
    journalId: () => 'journal-of-turns',
    durability: 'os',
    segmentBytes: 1 << 20,
  })
  const options = { schedule: () => {}, onFatal: () => {} }
  const clock = new SequencedClock(new FakeClock())
  const exchange = new Exchange({ engine, journal, clock, nowMs: () => 0, ...options })
  const queue = (command: RecordedCommand): void => writeCommand(exchange.queue.buffer, command)
  queue({ kind: 'configure', configuration: aConfiguration() })
  queue({ kind: 'openDay', tradingDate: FIRST_DAY })
  return { engine, journal, exchange, queue }
}

const anOrder = (clOrdId: string, side: number, orderQty: number): RecordedCommand => ({
  kind: 'enter',
  session: side === Side.Buy ? 1 : 2,
  clOrdId,
  possResend: false,
  locate: 1,
  account: 0,
  side,
  ordType: OrdType.Limit,
  timeInForce: TimeInForce.Day,
  price: 1_825_000,
  orderQty,
})

it('a turn whose events are many leaves the other commands to the next, in their order', () => {
  const { engine, journal, exchange, queue } = anExchange()
  for (let i = 0; i < RESTING; i++) queue(anOrder(`S${i}`, Side.Sell, 1))
  exchange.drain()
  const from = journal.nextPosition
  for (let i = 0; i < RESTING / EACH; i++) queue(anOrder(`B${i}`, Side.Buy, EACH))
  queue({ kind: 'disconnect', session: 2, graceful: false })
  exchange.drain()

  const sizes: number[] = []
  let commandCount = 0
  for (const group of journal.groups({ from })) {
    sizes.push(group.eventsEnd - group.eventsStart)
    commandCount += group.commandCount
  }
  expect(sizes.length).toBeGreaterThan(1)
  expect(Math.max(...sizes)).toBeLessThan(EVENT_BYTES_MAX + COMMAND_EVENT_BYTES)
  expect(commandCount).toBe(RESTING / EACH + 1)
  expect(engine.state.orderPool.liveCount).toBe(0)
  // The journal has every event where the next one of its session points back to.
  const replayed = new Engine()
  for (const group of journal.groups()) replayGroup(replayed, group)
  expect(replayed.stateHash()).toBe(engine.stateHash())
})
