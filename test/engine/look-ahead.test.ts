/** What the engine reads of commands before it executes them is for their speed only. */
import { expect, it } from 'vitest'
import { Engine } from '../../src/engine/index.ts'
import { COMMANDS_AHEAD } from '../../src/engine/look-ahead.ts'
import { EngineDriver, FIRST_DAY } from '../support/engine-driver.ts'
import { Desk, randomIntent, seeded } from '../support/engine-intents.ts'
import { VENUE } from './engine-pair.ts'

const INTENTS = 2_000

function aDay(): EngineDriver {
  const market = new EngineDriver(VENUE, true)
  const desk = new Desk(VENUE, FIRST_DAY)
  const random = seeded(11)
  market.run({ kind: 'configure', configuration: VENUE })
  market.run({ kind: 'openDay', tradingDate: FIRST_DAY })
  for (let i = 0; i < INTENTS; i++) {
    for (const command of desk.say(randomIntent(VENUE, random), market.now)) market.run(command)
  }
  return market
}

it('a day has the same events, whatever the engine was told to come next', () => {
  const { recorded, engine } = aDay()
  const all = Buffer.concat(recorded.map(({ commands }) => commands))
  const view = new DataView(all.buffer, all.byteOffset, all.length)
  const told = new Engine()
  let at = 0

  for (const { turn, commands, events } of recorded) {
    told.beginTurn(turn)
    told.lookAhead(view, at, all.length, 0)
    told.executeAll(view, at, at + commands.length)
    at += commands.length

    expect(told.events.bytes.slice(0, told.events.length)).toEqual(events)
  }
  expect(told.stateHash()).toBe(engine.stateHash())
  expect(recorded.length).toBeGreaterThan(10 * COMMANDS_AHEAD)
})
