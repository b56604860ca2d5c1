/**
 * Who subscribes to an instrument or to the trading day is told of each change. The events of a halt are
 * written by hand and published as those of a turn are.
 */
import { beforeEach, describe, expect, it } from 'vitest'
import type { TradingPhase } from '../../src/domain/index.ts'
import { TradingState } from '../../src/domain/index.ts'
import { ReferenceData } from '../../src/fix-acceptor/reference-data.ts'
import type { FixMessage } from '../../src/fix/index.ts'
import { FixReader } from '../../src/fix/index.ts'
import type { FieldWriter } from '../../src/fix/index.ts'
import { RecordBuffer } from '../../src/wire/index.ts'
import { aConfiguration } from '../dropcopy/support/turns.ts'
import { tradingState as stateEvent } from '../itch-feed/feed-events.ts'
import type { StageClient } from '../support/exchange-stage.ts'
import { ExchangeStage } from '../support/exchange-stage.ts'
import { framed } from '../support/fix-frame.ts'

let stage: ExchangeStage
let acme: StageClient
let globex: StageClient

async function start(options: { readonly start?: string } = {}): Promise<void> {
  stage = new ExchangeStage({
    sessions: [{ senderCompId: 'ACME' }, { senderCompId: 'GLOBEX' }],
    ...options,
  })
  acme = await logOn('ACME')
  globex = await logOn('GLOBEX')
}
beforeEach(() => start())

async function logOn(compId: string, next = 1): Promise<StageClient> {
  const client = stage.connect(compId)
  client.next = next
  await stage.ask(client, '35=A|98=0|108=30')
  return client
}

const AAPL = 1
const MSFT = 4
const SUBSCRIBE = '35=e|324=S1|55=AAPL|263=1'
const TOLD = '35=f|324=S1|55=AAPL|15=USD|336=DAY'

/** An instrument is in another state; what ACME and GLOBEX hear of it. */
async function changed(
  state: string,
  { reason = '', locate = AAPL, symbol = 'AAPL', isPostponed = false } = {},
): Promise<{ acme: string[]; globex: string[] }> {
  const events = new RecordBuffer(256)
  stateEvent(events, locate, symbol, state, reason)
  const { acceptor } = stage.exchange
  if (isPostponed) acceptor.postpone(events, 0)
  else acceptor.publish(events, 0)
  await stage.settle()
  return { acme: heard(acme), globex: heard(globex) }
}

const heard = (client: StageClient): string[] =>
  client.hear().map((answer) => answer.replace(/^\d+: /, ''))

describe('a subscription to an instrument', () => {
  it('is answered, and told each change of the state with the reason as far as FIX has it', async () => {
    expect(await stage.ask(acme, SUBSCRIBE)).toEqual([`${TOLD}|325=N|326=17`])
    const told = [
      await changed('H', { reason: 'T1' }),
      await changed('H', { reason: 'O1' }),
      await changed('H'),
      await changed('Q'),
      await changed('T'),
    ]

    expect(told.map((each) => each.acme)).toEqual([
      [`${TOLD}|325=Y|326=2|327=P|58=T1`],
      [`${TOLD}|325=Y|326=2|58=O1`],
      [`${TOLD}|325=Y|326=2`],
      [`${TOLD}|325=Y|326=21`],
      [`${TOLD}|325=Y|326=17`],
    ])
    expect(told.flatMap((each) => each.globex)).toEqual([])
  })

  it('is told of no other instrument', async () => {
    await stage.ask(acme, SUBSCRIBE)
    await stage.ask(globex, '35=e|324=S9|55=MSFT|263=1')

    expect(await changed('H', { locate: MSFT, symbol: 'MSFT' })).toEqual({
      acme: [],
      globex: ['35=f|324=S9|55=MSFT|15=USD|336=DAY|325=Y|326=2'],
    })
  })

  it('is told what a turn of longer work changed', async () => {
    await stage.ask(acme, SUBSCRIBE)

    expect((await changed('H', { isPostponed: true })).acme).toEqual([`${TOLD}|325=Y|326=2`])
  })

  it('takes the place of the one before', async () => {
    await stage.ask(acme, SUBSCRIBE)
    await stage.ask(acme, SUBSCRIBE.replace('S1', 'S2'))

    expect((await changed('H')).acme).toEqual([`${TOLD.replace('S1', 'S2')}|325=Y|326=2`])
  })

  it('ends when it is asked to, and only once', async () => {
    const end = SUBSCRIBE.replace('263=1', '263=2')
    await stage.ask(acme, SUBSCRIBE)
    await stage.ask(globex, SUBSCRIBE)

    expect(await stage.ask(acme, end)).toEqual([])
    expect((await changed('H')).acme).toEqual([])
    expect(await stage.ask(acme, end)).toEqual(['35=j|45=4|372=e|380=0|58=Not subscribed'])
  })

  it('ends with the connection', async () => {
    await stage.ask(acme, SUBSCRIBE)
    await stage.ask(globex, SUBSCRIBE)
    await stage.ask(acme, '35=5')
    expect(await changed('H')).toEqual({ acme: [], globex: [`${TOLD}|325=Y|326=2`] })
    acme.line.hangUp()
    globex.line.hangUp()
    await stage.settle()
    acme = stage.connect('ACME')
    acme.next = 4
    acme.say('35=A|98=0|108=30')
    await stage.settle()
    // Nothing has followed the Logout, 3.
    expect(acme.hear()).toEqual([expect.stringMatching(/^4: 35=A/)])
    globex = await logOn('GLOBEX', 3)

    expect(await changed('T')).toEqual({ acme: [], globex: [] })
  })

  it('is none where there is nothing to be told of', async () => {
    const unknown = SUBSCRIBE.replace('AAPL', 'NOSUCH')
    expect(await stage.ask(acme, unknown)).toEqual(['35=f|324=S1|55=NOSUCH|336=DAY|325=N|326=20'])
    expect(await stage.ask(acme, unknown.replace('263=1', '263=2'))).toEqual([
      '35=j|45=3|372=e|380=0|58=Not subscribed',
    ])
  })

  it('is told again by a resend, as it was told', async () => {
    await stage.ask(acme, SUBSCRIBE)
    const first = (await changed('H', { reason: 'T1' })).acme
    const again = await stage.ask(acme, '35=2|7=3|16=3')

    expect(again.map((text) => text.replace(/\|(43|122)=[^|]*/g, ''))).toEqual(first)
  })
})

describe('a subscription to the trading day', () => {
  it('is told its end and the next one', async () => {
    await start({ start: '2026-11-24T04:59:59Z' })
    expect(await stage.ask(acme, '35=g|335=T1|263=1')).toEqual([
      '35=h|335=T1|336=DAY|325=N|340=2|344=20261124-05:00:00.000',
    ])
    await stage.advance(1500)

    expect(heard(acme)).toEqual([
      '35=h|335=T1|336=DAY|325=Y|340=3',
      '35=h|335=T1|336=DAY|325=Y|340=2|344=20261125-05:00:00.000',
    ])
    expect(heard(globex)).toEqual([])
  })

  it('ends when it is asked to, and only once', async () => {
    await stage.ask(acme, '35=g|335=T1|263=1')

    expect(await stage.ask(acme, '35=g|335=T2|263=2')).toEqual([])
    expect(await stage.ask(acme, '35=g|335=T3|263=2')).toEqual([
      '35=h|335=T3|336=DAY|340=6|567=99|58=Not subscribed',
    ])
  })
})

describe('SecurityTradingStatus(326)', () => {
  /** The answer to a question about AAPL in this state. */
  function answerOf(
    tradingState: number,
    haltReason: string,
    isOpen: boolean,
    phase: TradingPhase = 'continuous',
  ): string {
    const day = { isOpen, isInMarketHours: isOpen, closeSeconds: 0 }
    const reference = new ReferenceData(day, (locate) =>
      locate === AAPL ? { tradingState, haltReason, phase } : undefined,
    )
    reference.configure(aConfiguration())
    const [session] = aConfiguration().sessions
    let answer = ''
    const answers = {
      isLoggedOn: true,
      businessReject() {},
      send(_: string, { bytes, length }: FieldWriter) {
        answer = Buffer.from(bytes.subarray(0, length)).toString('latin1').replaceAll('\x01', '|')
      },
    }
    const onMessage = (message: FixMessage): void => {
      const origin = {
        session: session!,
        expectedMsgSeqNum: 2,
        conditionalRequired: 'report' as const,
      }
      reference.securityStatusRequest(message, origin, answers)
    }
    const limits = { messageBytesMax: 1000, garbageBytesMax: 1000 }
    const reader = new FixReader({ onMessage, onGarbled() {}, onGarbageLimit() {} }, limits)
    reader.push(framed('35=e|34=1|324=S1|55=AAPL|263=0|'))
    return /\|(326=.*)\|$/.exec(answer)![1]!
  }

  // prettier-ignore
  it.each([
    [TradingState.Trading,    '',     true,  '326=17'],
    [TradingState.Collecting, '',     true,  '326=21'],
    [TradingState.Halted,     'T1',   true,  '326=2|327=P|58=T1'],
    [TradingState.Halted,     'T2',   true,  '326=2|327=D|58=T2'],
    [TradingState.Halted,     'T12',  true,  '326=2|327=M|58=T12'],
    [TradingState.Halted,     'MWC1', true,  '326=2|58=MWC1'],
    [TradingState.Halted,     'T1',   false, '326=18'],
  ])('of state %i for reason "%s" (open: %s) is %s', (state, reason, isOpen, status) => {
    expect(answerOf(state, reason, isOpen)).toBe(status)
  })

  it('is 18 in a phase without orders, unless operations has halted the instrument', () => {
    const { Halted } = TradingState
    expect(answerOf(Halted, '', true, 'post-close')).toBe('326=18')
    expect(answerOf(Halted, 'T1', true, 'closed')).toBe('326=2|327=P|58=T1')
  })
})
