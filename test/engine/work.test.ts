/**
 * What touches more orders than one command may: done in parts, the same in the end, and nothing
 * else is executed in between.
 */
import { describe, expect, it } from 'vitest'
import { CommandType, recordType } from '../../src/wire/index.ts'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import type { EngineEvent } from '../support/engine-events.ts'

const FIVE = [1, 2, 3, 4, 5]

/** Two sessions with five orders each, one of them for the day and four good till cancel. */
function aMarket(ordersPerCommandMax: number): EngineDriver {
  const market = anEngine({
    ordersPerCommandMax,
    sessions: [
      { compId: 'ACME', cancelOnDisconnect: 'disconnect', cancelGoodTill: true },
      { compId: 'GLOBEX' },
    ],
  })
  for (const i of FIVE) {
    const terms = i === 3 ? '' : ' GTC'
    market.enter('ACME', `B${i}`, `buy 10 @ ${100 + i}${terms}`)
    market.enter('GLOBEX', `S${i}`, `sell 10 MSFT @ ${200 + i}${terms}`)
  }
  return market
}

interface Case {
  readonly what: string
  /** ContinueWork commands that it takes where a command may touch two orders. */
  readonly continues: number
  readonly before?: (market: EngineDriver) => unknown
  readonly act: (market: EngineDriver) => string[]
}

const aSale = (quantity: number) => (market: EngineDriver) =>
  market.enter('GLOBEX', 'X', `sell ${quantity} @ 100`)
const aPurchase = (terms: string) => (market: EngineDriver) => market.enter('ACME', 'X', terms)

const CASES: readonly Case[] = [
  { what: 'a lost connection', continues: 2, act: (market) => market.disconnect('ACME') },
  // Ten orders are looked at, and the feed is ended.
  { what: 'the close of the day', continues: 5, act: (market) => market.closeDay() },
  {
    what: 'the open of the day',
    continues: 4,
    before: (market) => market.closeDay(),
    act: (market) => market.openDay(20261124),
  },
  { what: 'an order that is filled', continues: 2, act: aSale(45) },
  { what: 'an order that takes everything', continues: 2, act: aSale(50) },
  { what: 'an order that rests in the end', continues: 2, act: aSale(60) },
  { what: 'as many executions as one command may', continues: 0, act: aSale(20) },
  { what: 'a market order', continues: 2, act: aPurchase('buy 60 MSFT @ market') },
  { what: 'immediate or cancel', continues: 2, act: aPurchase('buy 60 MSFT @ 210 IOC') },
  { what: 'fill or kill', continues: 2, act: aPurchase('buy 50 MSFT @ 210 FOK') },
  {
    what: 'a replacement that executes',
    continues: 2,
    act: (market) => market.replace('GLOBEX', 'X', 'S6', 'sell 99 @ 100'),
    before: (market) => market.enter('GLOBEX', 'S6', 'sell 10 @ 110'),
  },
  { what: 'the status of many orders', continues: 2, act: (market) => market.massStatus('ACME') },
  {
    what: 'the status of none of many',
    continues: 0,
    act: (market) => market.massStatus('ACME', { locate: 2 }),
  },
  { what: 'a mass cancel', continues: 2, act: (market) => market.massCancel('ACME', 'X') },
  {
    what: 'a mass cancel of none of many',
    continues: 0,
    act: (market) => market.massCancel('ACME', 'X', { locate: 2 }),
  },
  {
    what: 'an instrument that leaves the list',
    continues: 2,
    act: (market) => {
      const [aapl, msft] = market.configuration.instruments
      return market.configure({ instruments: [aapl!, { ...msft!, listed: false }] })
    },
  },
]

const idOf = (event: EngineEvent): string => ('clOrdId' in event ? event.clOrdId : '')

const continuesIn = ({ recorded }: EngineDriver): number =>
  recorded.filter(
    ({ commands }) => recordType(new DataView(commands.buffer), 0) === CommandType.ContinueWork,
  ).length

describe('work that is too much for one command', () => {
  it.each(CASES)('is the same in parts: $what', ({ continues, before, act }) => {
    const whole = aMarket(1000)
    const inParts = aMarket(2)
    before?.(whole)
    before?.(inParts)
    const continuesBefore = continuesIn(inParts)

    expect(act(inParts)).toEqual(act(whole))
    expect(inParts.bookOf('AAPL')).toEqual(whole.bookOf('AAPL'))
    expect(inParts.bookOf('MSFT')).toEqual(whole.bookOf('MSFT'))
    expect(continuesIn(inParts) - continuesBefore).toBe(continues)
    expect(continuesIn(whole)).toBe(0)
  })

  it.each([
    { kind: 'massCancel', clOrdId: 'X', reason: 0, body: '' },
    { kind: 'massStatus', account: 0, echo: '584=X\x01', body: '' },
  ] as const)('keeps of its command what it needs: $kind', (command) => {
    const market = aMarket(1)
    const request = { ...command, session: 1, locate: 0, side: 0 }
    const told = [...market.runTurn([request])]
    // The commands of later turns stand where it stood.
    const two = [{ kind: 'continue' }, { kind: 'continue' }] as const
    told.push(...market.runTurn(two), ...market.runTurn(two))

    expect(market.engine.hasWork).toBe(false)
    const names = told.map((event) => (command.kind === 'massCancel' ? idOf(event) : event.body))
    const [count, name] = command.kind === 'massCancel' ? [6, 'X'] : [5, '584=X\x01']
    expect(names).toEqual(Array(count).fill(name))
  })

  it('counts sixteen orders in the time in which it does something with one', () => {
    const market = aMarket(1)
    for (let i = 6; i <= 40; i++) market.enter('ACME', `B${i}`, 'buy 10 @ 99')
    const continuesBefore = continuesIn(market)

    expect(market.massStatus('ACME', { locate: 2 })).toHaveLength(1)
    expect(continuesIn(market) - continuesBefore).toBe(2)
  })

  it('lets nothing else in before it is done', () => {
    const market = aMarket(2)
    const states = [market.engine.stateHash()]
    market.runTurn([{ kind: 'disconnect', session: 1, graceful: false }])
    states.push(market.engine.stateHash())

    expect(market.engine.hasWork).toBe(true)
    expect(() => market.enter('GLOBEX', 'X', 'buy 1 @ 1')).toThrow('work goes first')
    market.runTurn([{ kind: 'continue' }, { kind: 'continue' }])
    states.push(market.engine.stateHash())
    expect(market.engine.hasWork).toBe(false)
    expect(market.enter('GLOBEX', 'X', 'buy 1 @ 1')).toHaveLength(1)
    expect(new Set(states).size).toBe(3)
  })

  it('is continued only while there is some', () => {
    expect(() => aMarket(2).run({ kind: 'continue' })).toThrow('there is work to continue')
  })
})
