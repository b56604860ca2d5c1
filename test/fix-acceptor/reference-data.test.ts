/** What the exchange lists and whether it is open, as a client asks for it. */
import { beforeEach, describe, expect, it } from 'vitest'
import { ExchangeStage } from '../support/exchange-stage.ts'
import type { StageClient, StageOptions } from '../support/exchange-stage.ts'

let stage: ExchangeStage
let acme: StageClient

const start = async (options: StageOptions = {}): Promise<void> => {
  stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME' }], ...options })
  await logOn(1)
}
beforeEach(() => start())

async function logOn(next: number): Promise<void> {
  acme = stage.connect('ACME')
  acme.next = next
  await ask('35=A|98=0|108=30')
}

const ask = (text: string): Promise<string[]> => stage.ask(acme, text)

/** The answers to a message that is asked again in each turn of a close that takes several. */
async function askOverNight(text: string): Promise<string[]> {
  await start({ start: '2026-11-24T04:59:59Z', market: { ordersPerCommandMax: 1 } })
  await ask('35=D|11=A1|55=AAPL|54=1|38=10|40=2|44=182.5|60=20261124-04:59:59')
  stage.clock.advance(1000)
  stage.exchange.tick()
  for (let turn = 0; turn < 5; turn++) {
    acme.say(text)
    stage.runLoopTurn()
  }
  await stage.settle()
  const isReport = (answer: string): boolean => answer.includes('35=8|')
  return acme
    .hear()
    .filter((answer) => !isReport(answer))
    .map((answer) => answer.replace(/^\d+: /, ''))
}

const AAPL =
  '55=AAPL|460=5|167=CS|207=BTWD|107=Apple Inc.|870=1|871=99|872=MinPriceIncrement=0.01|15=USD|561=1|562=1'

describe('SecurityListRequest(x)', () => {
  it('is answered with every instrument on the list', async () => {
    const [list, ...more] = await ask('35=x|320=L1|559=4')

    expect(more).toEqual([])
    expect(list).toMatch('35=y|320=L1|322=2-1|560=0|393=5|893=Y|146=5|55=AAPL|460=5|')
    expect(list!.match(/\|55=\w+/g)).toEqual([
      '|55=AAPL',
      '|55=AMZN',
      '|55=IBM',
      '|55=MSFT',
      '|55=NVDA',
    ])
  })

  it('is answered with one instrument, and all that an order needs to know of it', async () => {
    expect(await ask('35=x|320=L1|559=0|55=AAPL|263=0')).toEqual([
      `35=y|320=L1|322=2-1|560=0|393=1|893=Y|146=1|${AAPL}`,
    ])
  })

  // prettier-ignore
  it.each([
    ['559=0|55=NOSUCH',            '560=2'],
    ['559=0|55=AAPL|48=MSFT|22=8', '560=2'],
    ['559=0',                      '560=2'],
    ['559=1|167=CS',               '560=1'],
    ['559=2|460=5',                '560=1'],
    ['559=3|336=DAY',              '560=1'],
    ['559=4|263=1',                '560=1'],
    ['559=4|263=2',                '560=1'],
  ])('is answered with no list: %s', async (asked, result) => {
    expect(await ask(`35=x|320=L1|${asked}`)).toEqual([`35=y|320=L1|322=2-1|${result}`])
  })

  it('is answered in parts of a hundred, the last of which may be full', async () => {
    const { instruments: shipped } = stage.config
    const many = Array.from({ length: 250 }, (_, i) => ({ ...shipped[0]!, symbol: `S${i}` }))
    await start({ instruments: many })
    const parts = await ask('35=x|320=L1|559=4')

    expect(parts.map((part) => part.slice(0, part.indexOf('|55=')))).toEqual([
      '35=y|320=L1|322=2-1|560=0|393=250|893=N|146=100',
      '35=y|320=L1|322=2-2|560=0|393=250|893=N|146=100',
      '35=y|320=L1|322=2-3|560=0|393=250|893=Y|146=50',
    ])
    await start({ instruments: many.slice(0, 200) })
    const full = await ask('35=x|320=L1|559=4')
    expect(full.map((part) => /893=./.exec(part)![0])).toEqual(['893=N', '893=Y'])
    const symbols = parts.join('').match(/(?<=\|55=)\w+/g)
    expect(symbols).toEqual(many.map(({ symbol }) => symbol))
  })

  it('is sent again by a resend as it was told', async () => {
    const [list] = await ask('35=x|320=L1|559=4')
    const again = await ask('35=2|7=2|16=2')

    expect(again.map((text) => text.replace(/\|(43|122)=[^|]*/g, ''))).toEqual([list])
  })
})

describe('SecurityStatusRequest(e)', () => {
  // prettier-ignore
  it.each([
    ['55=AAPL',            '55=AAPL|15=USD|336=DAY|326=17'],
    ['55=AAPL|48=AAPL|22=8', '55=AAPL|15=USD|336=DAY|326=17'],
    ['55=NOSUCH',          '55=NOSUCH|336=DAY|326=20'],
    ['55=AAPL|48=MSFT|22=8', '55=AAPL|336=DAY|326=20'],
  ])('is answered with what the instrument does: %s', async (asked, status) => {
    expect(await ask(`35=e|324=S1|${asked}|263=0`)).toEqual([`35=f|324=S1|${status}`])
  })

  it('is answered with 18 after the close', async () => {
    const told = await askOverNight('35=e|324=S1|55=AAPL|263=0')
    expect(told.map((answer) => answer.slice(-2))).toEqual(['17', '17', '18', '17', '17'])
  })

  it('of an instrument that has left the list is answered with 18, and it is listed no more', async () => {
    const { config } = stage
    Object.assign(config, { instruments: config.instruments.slice(1) })
    stage.restart()
    await logOn(2)

    expect(await ask('35=e|324=S1|55=AAPL|263=0')).toEqual([
      '35=f|324=S1|55=AAPL|15=USD|336=DAY|326=18',
    ])
    expect(await ask('35=x|320=L1|559=0|55=AAPL')).toEqual(['35=y|320=L1|322=4-1|560=2'])
    expect((await ask('35=x|320=L1|559=4'))[0]).toMatch('|393=4|893=Y|146=4|55=AMZN|')
  })
})

describe('TradingSessionStatusRequest(g)', () => {
  it.each(['', '|336=DAY'])('is answered with the day and its close: %s', async (session) => {
    expect(await ask(`35=g|335=T1${session}|263=0`)).toEqual([
      '35=h|335=T1|336=DAY|340=2|344=20261124-05:00:00.000',
    ])
  })

  it('is answered with the day as each turn leaves it, over the close and the next open', async () => {
    const open = (close: string): string => `35=h|335=T1|336=DAY|340=2|344=${close}-05:00:00.000`
    expect(await askOverNight('35=g|335=T1|263=0')).toEqual([
      open('20261124'),
      open('20261124'),
      '35=h|335=T1|336=DAY|340=3',
      open('20261125'),
      open('20261125'),
    ])
  })

  it.each(['0', '1', '2'])('is refused for another session: 263=%s', async (type) => {
    expect(await ask(`35=g|335=T1|336=NIGHT|263=${type}`)).toEqual([
      '35=h|335=T1|336=NIGHT|340=6|567=1|58=Unknown TradingSessionID(336)',
    ])
  })
})

describe('the id of a request', () => {
  it.each([
    ['x', '320', 'SecurityReqID', '559=4'],
    ['e', '324', 'SecurityStatusReqID', '55=AAPL|263=0'],
    ['g', '335', 'TradSesReqID', '263=0'],
  ])('of an %s must fit into its answer', async (msgType, tag, name, rest) => {
    const id = 'I'.repeat(65)
    expect(await ask(`35=${msgType}|${tag}=${id}|${rest}`)).toEqual([
      `35=j|45=2|372=${msgType}|379=${id.slice(1)}|380=0|58=${name}(${tag}) too long`,
    ])
  })
})
