/** The desk beside the turn: outcomes find who waits for them, and looking holds nobody up. */
import { describe, expect, it } from 'vitest'
import { countStandings, OperatorDesk } from '../../src/admin/index.ts'
import { queueOperation } from '../../src/opening.ts'
import type { OperatorCommand, OperatorRecord, RecordedTrade } from '../../src/wire/index.ts'
import {
  commandAt,
  CommandQueue,
  EventType,
  encodeOperation,
  operatorActed,
  RecordBuffer,
  recordLength,
} from '../../src/wire/index.ts'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import { ExchangeStage } from '../support/exchange-stage.ts'
import { limitsOf } from '../support/risk.ts'

const halt = (requestId: string): OperatorCommand => ({
  requestId,
  by: 'oscar',
  why: 'news pending',
  action: 'halt',
  symbol: 'AAPL',
  reason: 'T1',
  orders: 'accept',
})

/** Events of a turn: what the engine says of each command, between others. */
function turnOf(...records: readonly OperatorRecord[]): RecordBuffer {
  const events = new RecordBuffer(64)
  for (const record of records) {
    events.append(EventType.TradingStateChanged, 0, 64)
    const body = encodeOperation(record)
    const at = events.append(EventType.OperatorActed, 0, operatorActed.length + body.length)
    const acted = operatorActed.flyweight()
    acted.wrap(events.view, at)
    acted.bodyLength = body.length
    events.bytes.set(body, at + operatorActed.length)
  }
  events.append(EventType.TradingStateChanged, 0, 64)
  return events
}

interface Table {
  readonly desk: OperatorDesk
  readonly asked: OperatorCommand[]
  readonly market: EngineDriver
  /** Times that others had their turn. */
  rests: number
  onRest: () => void
  findTrade: (matchNumber: number) => Promise<RecordedTrade | undefined>
}

function aDesk(market = anEngine()): Table {
  const asked: OperatorCommand[] = []
  const findTrade: Table['findTrade'] = () => Promise.resolve(undefined)
  const table = { asked, market, rests: 0, onRest: () => {}, findTrade }
  const desk = new OperatorDesk({
    ask: (command) => void asked.push(command),
    findTrade: (matchNumber) => table.findTrade(matchNumber),
    state: market.engine.state,
    async rest() {
      table.rests++
      table.onRest()
      await Promise.resolve()
    },
  })
  return Object.assign(table, { desk })
}

/** What a promise has come to by now; `waiting` when it has come to nothing. */
const soFar = <Value>(promise: Promise<Value>): Promise<Value | 'waiting'> =>
  Promise.race([promise, Promise.resolve('waiting' as const)])

describe('the outcome of a command', () => {
  it('is what the engine recorded, once its turn is published', async () => {
    const { desk, asked } = aDesk()
    const outcome = desk.perform(halt('oscar/1'))
    expect(asked).toEqual([halt('oscar/1')])
    desk.publish(turnOf())
    expect(await soFar(outcome)).toBe('waiting')

    const record = { ...halt('oscar/1'), refused: 'AAPL is halted' }
    desk.publish(turnOf(halt('elsewhere/1'), record))
    expect(await outcome).toEqual(record)
  })

  it('comes too when its turn continued work, whose events nobody prints', async () => {
    const { desk } = aDesk()
    const outcome = desk.perform(halt('oscar/1'))
    desk.postpone(turnOf(halt('oscar/1')))
    expect(await outcome).toEqual(halt('oscar/1'))
  })

  it('finds who asked, in whatever order they are told', async () => {
    const { desk } = aDesk()
    const [first, again, other] = [
      desk.perform(halt('oscar/1')),
      desk.perform(halt('oscar/1')),
      desk.perform(halt('olga/1')),
    ]
    const repeated = { ...halt('oscar/1'), isRepeated: true } as const
    desk.publish(turnOf(halt('olga/1'), halt('oscar/1'), repeated))
    expect(await Promise.all([first, again, other])).toEqual([
      halt('oscar/1'),
      repeated,
      halt('olga/1'),
    ])
  })

  it('is never known when the exchange stops first', async () => {
    const { desk, asked } = aDesk()
    const outcome = desk.perform(halt('oscar/1'))
    desk.stop()
    desk.publish(turnOf(halt('oscar/1')))

    expect(await outcome).toBe('not known')
    expect(await desk.perform(halt('oscar/2'))).toBe('not known')
    expect(asked).toEqual([halt('oscar/1')])
  })

  it('is waited for by sixteen at the most', async () => {
    const { desk, asked } = aDesk()
    for (let i = 1; i <= 16; i++) void desk.perform(halt(`oscar/${i}`))
    expect(await desk.perform(halt('oscar/17'))).toBe('too many')
    expect(asked).toHaveLength(16)

    desk.publish(turnOf(halt('oscar/3')))
    expect(await soFar(desk.perform(halt('oscar/17')))).toBe('waiting')
    expect(asked.at(-1)).toEqual(halt('oscar/17'))
  })
})

const bust = (requestId: string, matchNumber = 1): OperatorCommand => ({
  requestId,
  by: 'oscar',
  why: 'erroneous',
  action: 'bust',
  matchNumber,
  restore: 'none',
  reason: 'error',
})

const TRADE: RecordedTrade = {
  locate: 1,
  price: 1_825_000,
  quantity: 10,
  buy: { session: 1, orderId: 1, execId: 3 },
  sell: { session: 2, orderId: 2, execId: 4 },
}

/** A desk whose journal answers when a test says so, the oldest question first. */
function aSlowDesk() {
  const table = aDesk()
  const lookedUp: number[] = []
  const answers: ((trade: RecordedTrade | undefined) => void)[] = []
  const failures: ((error: Error) => void)[] = []
  table.findTrade = (matchNumber) => {
    lookedUp.push(matchNumber)
    return new Promise((resolve, reject) => {
      answers.push(resolve)
      failures.push(reject)
    })
  }
  /** Whatever can go on has gone on. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  const find = (trade: RecordedTrade | undefined) => {
    failures.shift()
    answers.shift()!(trade)
    return settle()
  }
  const fail = (error: Error) => {
    answers.shift()
    failures.shift()!(error)
    return settle()
  }
  return { ...table, lookedUp, settle, find, fail }
}

describe('a bust', () => {
  it('is asked for with its trade, once that is found; without it when there is none', async () => {
    const { desk, asked, settle, find } = aSlowDesk()
    const outcome = desk.perform(bust('oscar/1'))
    await settle()
    expect(asked).toEqual([])

    await find(TRADE)
    expect(asked).toEqual([{ ...bust('oscar/1'), trade: TRADE }])
    desk.publish(turnOf(bust('oscar/1')))
    expect(await outcome).toEqual(bust('oscar/1'))

    void desk.perform(bust('oscar/2', 7))
    await settle()
    await find(undefined)
    expect(asked.at(-1)).toEqual(bust('oscar/2', 7))
  })

  it('lets what is no bust go before it', async () => {
    const { desk, asked } = aSlowDesk()
    void desk.perform(bust('oscar/1'))
    void desk.perform(halt('oscar/2'))
    expect(asked).toEqual([halt('oscar/2')])
  })

  it('is looked up when the one before it has its outcome, and not earlier', async () => {
    const { desk, asked, lookedUp, settle, find } = aSlowDesk()
    const first = desk.perform(bust('oscar/1', 1))
    const second = desk.perform(bust('olga/1', 2))
    await settle()
    await find(TRADE)
    expect([lookedUp, asked.length, await soFar(first)]).toEqual([[1], 1, 'waiting'])

    desk.publish(turnOf(bust('oscar/1', 1)))
    await settle()
    expect([lookedUp, asked.length]).toEqual([[1, 2], 1])
    await find(TRADE)
    desk.publish(turnOf(bust('olga/1', 2)))
    expect(await Promise.all([first, second])).toEqual([bust('oscar/1', 1), bust('olga/1', 2)])
  })

  it('asked for twice with one key has both outcomes, of which the second is known', async () => {
    const { desk, settle, find } = aSlowDesk()
    const outcomes = [desk.perform(bust('oscar/1')), desk.perform(bust('oscar/1'))]
    const repeated = { ...bust('oscar/1'), isRepeated: true } as const
    await settle()
    await find(TRADE)
    desk.publish(turnOf(bust('oscar/1')))
    await settle()
    await find(TRADE)
    desk.publish(turnOf(repeated))

    expect(await Promise.all(outcomes)).toEqual([bust('oscar/1'), repeated])
  })

  it('waits among sixteen at the most, and there is room again after one', async () => {
    const { desk, lookedUp, settle, find } = aSlowDesk()
    for (let i = 1; i <= 16; i++) void desk.perform(bust(`oscar/${i}`, i))
    expect(await desk.perform(bust('oscar/17', 17))).toBe('too many')

    await settle()
    await find(TRADE)
    desk.publish(turnOf(bust('oscar/1', 1)))
    await settle()
    expect(await soFar(desk.perform(bust('oscar/17', 17)))).toBe('waiting')
    expect(lookedUp).toEqual([1, 2])
  })

  it('is not known when the exchange stops first: none is asked for, and none looked up', async () => {
    const { desk, asked, lookedUp, settle, find } = aSlowDesk()
    const outcomes = [desk.perform(bust('oscar/1', 1)), desk.perform(bust('oscar/2', 2))]
    await settle()
    desk.stop()
    await find(TRADE)

    expect(await Promise.all(outcomes)).toEqual(['not known', 'not known'])
    expect([asked, lookedUp]).toEqual([[], [1]])
  })

  it('whose trade cannot be read fails alone', async () => {
    const { desk, asked, settle, find, fail } = aSlowDesk()
    const first = desk.perform(bust('oscar/1', 1)).catch(String)
    void desk.perform(bust('oscar/2', 2))
    await settle()
    await fail(new Error('unreadable'))
    expect(await first).toBe('Error: unreadable')

    await find(TRADE)
    expect(asked).toEqual([{ ...bust('oscar/2', 2), trade: TRADE }])
  })
})

it('a command stands in the queue as the engine reads it', () => {
  const queue = new CommandQueue()
  queueOperation(queue, halt('oscar/1'))
  queueOperation(queue, { ...halt('oscar/2'), why: 'x'.repeat(200) })
  const { view, count, length } = queue.take()!

  const second = recordLength(view, 0)
  expect([count, length]).toEqual([2, second + recordLength(view, second)])
  expect(commandAt(view, 0)).toEqual(halt('oscar/1'))
  expect(commandAt(view, second)).toEqual({ ...halt('oscar/2'), why: 'x'.repeat(200) })
})

const SESSIONS = [
  { compId: 'ACME', firm: 'ACME', accounts: ['A1', 'A2'] },
  { compId: 'ACME2', firm: 'ACME', accounts: ['A2'] },
  { compId: 'GLOBEX', firm: 'GLOBEX', accounts: ['A1'] },
]

/** Four orders rest: two of ACME, one of ACME2, one of GLOBEX, which is a stop. The oldest of all is canceled. */
function aVenue(): EngineDriver {
  const market = anEngine({ sessions: SESSIONS })
  market.enter('GLOBEX', 'z', 'buy 100 MSFT @ 181.00', { account: 1 })
  market.enter('ACME', 'a', 'buy 100 AAPL @ 182.00', { account: 1 })
  market.enter('ACME', 'b', 'buy 100 MSFT @ 182.00', { account: 2 })
  market.enter('ACME2', 'c', 'buy 100 AAPL @ 182.00', { account: 1 })
  market.enter('GLOBEX', 'd', 'sell 100 AAPL @ stop 181.00', { account: 1 })
  market.enter('GLOBEX', 'e', 'sell 40 AAPL @ 182.00', { account: 1 })
  market.cancel('GLOBEX', 'y', 'z')
  return market
}

describe('the venue as it is', () => {
  it('is told with every instrument and session, and their live orders', async () => {
    const { desk } = aDesk(aVenue())
    const { instruments, sessions, ...status } = await desk.status()

    expect(status).toEqual({
      tradingDate: '2026-11-23',
      isOpen: true,
      liveOrders: 4,
      kills: [],
    })
    expect([...instruments]).toEqual([
      { symbol: 'AAPL', state: 'trading', reason: '', lastPrice: '182', liveOrders: 3 },
      { symbol: 'MSFT', state: 'trading', reason: '', liveOrders: 1 },
    ])
    expect([...sessions].map(({ session, liveOrders }) => [session, liveOrders])).toEqual([
      ['ACME', 2],
      ['ACME2', 1],
      ['GLOBEX', 1],
    ])
  })

  it('is without what has left the configuration', async () => {
    const market = aVenue()
    const { instruments, sessions } = market.configuration
    market.configure({
      instruments: instruments.map((one) => ({ ...one, listed: one.symbol === 'AAPL' })),
      sessions: sessions.map((one) => ({ ...one, active: one.compId === 'ACME' })),
    })
    const status = await aDesk(market).desk.status()

    expect([...status.instruments].map(({ symbol }) => symbol)).toEqual(['AAPL'])
    expect([...status.sessions].map(({ session }) => session)).toEqual(['ACME'])
  })

  it('has the breaker of the market, and how far it has come', async () => {
    const breaker = { levels: [700, 1300, 2000], pauseSeconds: 900 } as const
    const market = anEngine({ instruments: [{ referencePrice: 1_000_000 }], breaker })
    market.enter('GLOBEX', 'B1', 'buy 1 @ 92.4')
    market.enter('ACME', 'S1', 'sell 1 @ 92.4')
    const status = await aDesk(market).desk.status()

    expect(status.breaker).toEqual({
      index: '92.4',
      base: '100',
      levels: ['93', '87', '80'],
      reached: 1,
      halt: 1,
    })
  })

  it('has what operations put in force', async () => {
    const market = aVenue()
    const kill = { kind: 'session', firm: '', name: 'ACME' } as const
    market.halt('AAPL')
    market.collect('MSFT')
    market.operate({ action: 'kill', ...kill })
    const { instruments, kills } = await aDesk(market).desk.status()

    expect(kills).toEqual([kill])
    expect([...instruments].map(({ symbol, state: is, reason }) => [symbol, is, reason])).toEqual([
      ['AAPL', 'halted', 'T1'],
      ['MSFT', 'collecting', ''],
    ])
  })

  it('shows the numbers of a session over FIX, and the limits', async () => {
    const stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME' }] })
    const limits = limitsOf({ 'firm ACME': { maxOrderQty: 50 } })
    stage.exchange.setLimits(limits)
    const acme = stage.connect('ACME')
    acme.say('35=A|98=0|108=30|141=N')
    acme.say('35=D|55=AAPL|40=2|60=20261123-14:30:00|11=B1|54=1|38=10|44=182')
    await stage.settle()
    const { desk } = stage.exchange

    expect(desk.limits()).toEqual(limits)
    expect([...(await desk.status()).sessions]).toEqual([
      {
        session: 'ACME',
        firm: 'ACME',
        role: 'order-entry',
        isLoggedOn: true,
        nextInbound: 3,
        nextOutbound: 3,
        liveOrders: 1,
      },
    ])
  })
})

it('instruments are counted by what they do, those that are listed', () => {
  const market = anEngine({
    instruments: [
      { symbol: 'AAPL' },
      { symbol: 'MSFT' },
      { symbol: 'IBM' },
      { symbol: 'GONE', listed: false },
    ],
  })
  market.halt('AAPL')
  market.operate({ action: 'collect', symbol: 'MSFT' })
  const { state } = market.engine
  expect(countStandings(state)).toEqual({ trading: 1, halted: 1, paused: 0, collecting: 1 })
})

describe('the orders of a scope', () => {
  it.each([
    ['venue', '', '', 4],
    ['firm', '', 'ACME', 3],
    ['session', '', 'ACME', 2],
    ['account', 'ACME', 'A2', 2],
    ['account', 'GLOBEX', 'A1', 1],
    ['symbol', '', 'AAPL', 3],
    ['symbol', '', 'MSFT', 1],
    ['symbol', '', 'NONE', undefined],
    ['firm', '', 'ACME2', undefined],
    ['session', '', 'INITECH', undefined],
    ['account', 'GLOBEX', 'A2', undefined],
  ] as const)('%s %s %s are counted: %s', async (kind, firm, name, count) => {
    const { desk } = aDesk(aVenue())
    expect(await desk.countOrders({ kind, firm, name })).toBe(count)
  })

  it('are counted in slices, between which orders come and go', async () => {
    const market = anEngine({ sessions: SESSIONS })
    const orders = 20_000
    for (let i = 0; i < orders; i++) market.enter('ACME', `o${i}`, 'buy 1 AAPL @ 182.00')
    const table = aDesk(market)
    const scope = { kind: 'session', firm: '', name: 'ACME' } as const
    expect(await table.desk.countOrders(scope)).toBe(orders)
    expect(table.rests).toBe(9)

    let isCanceled = false
    table.onRest = () => {
      if (!isCanceled) market.cancel('ACME', 'x', 'o19999')
      isCanceled = true
    }
    expect(await table.desk.countOrders(scope)).toBe(orders - 1)
  })
})
