/**
 * kill -9 around everything that operations may ask for: before its turn it was not done, behind its turn it was,
 * and asking again tells which. The simulation ends the exchange at every other place.
 */
import { beforeEach, describe, expect, it } from 'vitest'
import type { OperatorAction, OperatorRecord } from '../src/wire/index.ts'
import { EventType, operationOf, recordLength, recordType } from '../src/wire/index.ts'
import { ExchangeStage } from './support/exchange-stage.ts'

const TERMS = {
  description: '',
  currency: 'USD',
  referencePrice: 800_000,
  tickSize: 100,
  lotSize: 1,
  priceBandPercent: 0,
  maxOrderQty: 1_000,
  matching: 'price-time',
  proRataMinimum: 1,
} as const
const OF_SESSION = { kind: 'session', firm: '', name: 'GLOBEX' } as const
const OF_TRADE = { matchNumber: 1, reason: 'error', restore: 'none' } as const

/** One of each, which can be done on the stage: MSFT is held, session INITECH killed. */
const ACTIONS: { readonly [Name in OperatorAction['action']]: OperatorAction & { action: Name } } =
  {
    halt: { action: 'halt', symbol: 'AAPL', reason: 'T1', orders: 'accept' },
    collect: { action: 'collect', symbol: 'AAPL' },
    resume: { action: 'resume', symbol: 'MSFT' },
    kill: { action: 'kill', ...OF_SESSION },
    unkill: { action: 'unkill', ...OF_SESSION, name: 'INITECH' },
    disconnect: { action: 'disconnect', session: 'ACME' },
    'reset-sequence': { action: 'reset-sequence', session: 'GLOBEX' },
    news: { action: 'news', headline: 'Early close' },
    bust: { action: 'bust', ...OF_TRADE },
    correct: { action: 'correct', ...OF_TRADE, price: 1_820_000, quantity: 9 },
    'set-limits': { action: 'set-limits', ...OF_SESSION, limits: { maxOrderQty: 5 } },
    'add-instrument': { action: 'add-instrument', symbol: 'SHOP', terms: TERMS },
    'change-instrument': {
      action: 'change-instrument',
      symbol: 'AAPL',
      terms: { priceBandPercent: 7 },
    },
    'delist-instrument': { action: 'delist-instrument', symbol: 'AAPL' },
    split: { action: 'split', symbol: 'AAPL', into: 2, from: 1 },
  }

let stage: ExchangeStage

/** Match 1 is of AAPL, ACME is logged on. */
beforeEach(async () => {
  const sessions = ['ACME', 'GLOBEX', 'INITECH'].map((senderCompId) => ({ senderCompId }))
  stage = new ExchangeStage({ sessions })
  const acme = stage.connect('ACME')
  acme.say('35=A|98=0|108=30|141=N')
  acme.say('35=D|55=AAPL|40=2|60=20261123-14:30:00|11=B1|54=1|38=10|44=182')
  acme.say('35=D|55=AAPL|40=2|60=20261123-14:30:00|11=S1|54=2|38=10|44=182')
  await stage.settle()
  await ask('prepare/1', { action: 'collect', symbol: 'MSFT' })
  await ask('prepare/2', { action: 'kill', ...OF_SESSION, name: 'INITECH' })
})

const request = (requestId: string, action: OperatorAction) =>
  stage.exchange.desk.perform({ requestId, by: 'alice', why: 'test', ...action })

async function ask(requestId: string, action: OperatorAction): Promise<OperatorRecord> {
  const outcome = request(requestId, action)
  await stage.settle()
  if (stage.fatal.length > 0) throw stage.fatal[0]
  return (await outcome) as OperatorRecord
}

/** What the journal says was done under a request id. */
function doneUnder(requestId: string): OperatorRecord[] {
  const found: OperatorRecord[] = []
  for (const { view, eventsStart, eventsEnd } of stage.groups()) {
    for (let at = eventsStart; at < eventsEnd; at += recordLength(view, at)) {
      if (recordType(view, at) === EventType.OperatorActed) found.push(operationOf(view, at))
    }
  }
  return found.filter((one) => one.requestId === requestId && one.isRepeated !== true)
}

it.each(Object.values(ACTIONS))(
  '$action before its turn was not done, and is then',
  async (action) => {
    void request('alice/1', action)
    stage.restart()
    expect(doneUnder('alice/1')).toEqual([])

    const outcome = await ask('alice/1', action)
    expect(outcome).toMatchObject({ requestId: 'alice/1', ...action })
    expect(outcome.isRepeated).toBeUndefined()
    expect(doneUnder('alice/1')).toEqual([outcome])
  },
)

it.each(Object.values(ACTIONS))(
  '$action behind its turn was done, and is not again',
  async (action) => {
    const done = await ask('alice/1', action)
    expect(done.refused).toBeUndefined()
    stage.restart()

    expect(await ask('alice/1', action)).toEqual({ ...done, isRepeated: true })
    expect(doneUnder('alice/1')).toEqual([done])
  },
)

describe.each(['writev', 'fdatasync'] as const)('where the disk fails at %s', (operation) => {
  it.each(Object.values(ACTIONS))(
    '$action is not known, and was done at most once',
    async (action) => {
      const outcome = request('alice/1', action)
      stage.disk.failNext(operation, 'EIO')
      await stage.settle()
      expect([await outcome, stage.fatal.length]).toEqual(['not known', 1])

      stage.fatal.length = 0
      stage.restart()
      const before = doneUnder('alice/1').length
      expect((await ask('alice/1', action)).isRepeated ?? false).toBe(before === 1)
      expect(doneUnder('alice/1')).toHaveLength(1)
    },
  )
})
