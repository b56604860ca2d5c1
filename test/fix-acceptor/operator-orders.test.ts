/** What operations asks of the FIX port, once the engine has taken it. Its events are written by hand. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { OperatorAction, OperatorOutcome } from '../../src/wire/index.ts'
import { aTurn } from '../dropcopy/support/turns.ts'
import type { StageClient } from '../support/exchange-stage.ts'
import { ExchangeStage } from '../support/exchange-stage.ts'

let stage: ExchangeStage
let acme: StageClient
let globex: StageClient

beforeEach(async () => {
  stage = new ExchangeStage({
    sessions: ['ACME', 'GLOBEX', 'HOOLI'].map((senderCompId) => ({ senderCompId })),
  })
  acme = await logOn('ACME')
  globex = await logOn('GLOBEX')
})

async function logOn(compId: string, next = 1): Promise<StageClient> {
  const client = stage.connect(compId)
  client.next = next
  await stage.ask(client, '35=A|98=0|108=30')
  return client
}

const ACME = 1
const ORDER = '35=D|11=A1|55=AAPL|54=1|38=10|40=2|44=182.5|60=20261123-14:30:00'

/** Operations has asked for it; what ACME and GLOBEX hear. */
async function acted(action: OperatorAction, outcome: OperatorOutcome = {}, turn = aTurn()) {
  const asked = { requestId: 'alice/1', by: 'alice', why: 'lost control of its orders' }
  const { events } = turn.operate({ ...asked, ...action, ...outcome })
  stage.exchange.acceptor.publish(events, 0)
  await stage.settle()
  return { acme: heard(acme), globex: heard(globex) }
}

const heard = (client: StageClient): string[] =>
  client.hear().map((answer) => answer.replace(/^\d+: /, ''))

describe('disconnect', () => {
  const disconnect = { action: 'disconnect', session: 'ACME' } as const
  const LOGOUT = '35=5|58=Disconnected by operations: lost control of its orders'

  it('is a Logout that says why, after which nothing of the session is taken', async () => {
    expect(await acted(disconnect)).toEqual({ acme: [LOGOUT], globex: [] })
    expect(await stage.ask(acme, ORDER)).toEqual([])
    expect(stage.exchange.engine.state.ordersToday).toBe(0)
    expect(await stage.ask(globex, ORDER)).toMatchObject([expect.stringContaining('150=0')])
  })

  it('ends the connection behind the answer', async () => {
    await acted(disconnect)
    await stage.ask(acme, '35=5')

    expect(stage.exchange.acceptor.sessionCount).toBe(1)
  })

  it('ends it without one, and the session may log on again', async () => {
    await acted(disconnect)
    await stage.advance(2_100)
    expect(stage.exchange.acceptor.sessionCount).toBe(1)
    acme = await logOn('ACME', 2)

    expect(stage.exchange.acceptor.sessionCount).toBe(2)
    expect(await stage.ask(acme, ORDER)).toMatchObject([expect.stringContaining('150=0')])
  })

  it.each<[string, OperatorOutcome]>([
    ['was refused', { refused: 'ACME is not logged on' }],
    ['was done before', { isRepeated: true }],
  ])('is not carried out when it %s', async (_, outcome) => {
    expect(await acted(disconnect, outcome)).toEqual({ acme: [], globex: [] })
    expect(stage.exchange.acceptor.sessionCount).toBe(2)
  })
})

describe('news', () => {
  it('is told to every session that is logged on, in its next number', async () => {
    const news = '35=B|148=Closing at 13:00|33=1|58=Closing at 13:00'
    expect(await acted({ action: 'news', headline: 'Closing at 13:00' })).toEqual({
      acme: [news],
      globex: [news],
    })
    // Who was not there has not missed a number.
    const hooli = stage.connect('HOOLI')
    hooli.say('35=A|98=0|108=30')
    await stage.settle()
    expect(hooli.hear()).toEqual([expect.stringMatching(/^1: 35=A/)])
    const again = await stage.ask(acme, '35=2|7=2|16=2')
    expect(again.map((text) => text.replace(/\|(43|122)=[^|]*/g, ''))).toEqual([news])
  })

  it('is no other field, whatever the headline holds, and no longer than its limit', async () => {
    const headline = `a\u000135=5\u0001${'b'.repeat(300)}`
    const [news] = (await acted({ action: 'news', headline })).acme

    expect(news).toMatch(/^35=B\|148=a.35=5.b+\|33=1\|58=a.35=5.b+$/)
    expect(/148=([^|]*)/.exec(news!)![1]).toHaveLength(200)
  })
})

describe('reset-sequence', () => {
  /** As the engine does it. */
  function resetInEngine(): void {
    const { ledger } = stage.exchange.engine.state
    ledger.reset(ACME)
    ledger.expectedMsgSeqNum[ACME] = 1
  }
  const reset = { action: 'reset-sequence', session: 'ACME' } as const

  it('lets the next Logon begin at 1, and answers it with 1', async () => {
    await stage.ask(acme, ORDER)
    await stage.ask(acme, '35=5')
    resetInEngine()
    await acted(reset, {}, aTurn().reset(ACME))
    acme = stage.connect('ACME')
    acme.say('35=A|98=0|108=30')
    await stage.settle()

    expect(acme.hear()).toEqual([expect.stringMatching(/^1: 35=A/)])
  })

  it('ends a connection whose Logon was judged by the numbers before', async () => {
    await stage.ask(acme, '35=5')
    acme = stage.connect('ACME')
    acme.next = 3
    acme.say('35=A|98=0|108=30')
    stage.runLoopTurn()
    await new Promise<void>((resolve) => setImmediate(resolve))
    stage.exchange.acceptor.tick()
    resetInEngine()
    await acted(reset, {}, aTurn().reset(ACME))

    expect(stage.exchange.acceptor.sessionCount).toBe(1)
    acme = stage.connect('ACME')
    expect(await stage.ask(acme, '35=A|98=0|108=30')).toMatchObject([
      expect.stringContaining('35=A'),
    ])
  })
})
