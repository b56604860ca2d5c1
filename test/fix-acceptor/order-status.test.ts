/** Questions about orders as a client asks them, and the answers as it sees them. */
import { beforeEach, describe, expect, it } from 'vitest'
import { ExchangeStage } from '../support/exchange-stage.ts'
import type { StageClient } from '../support/exchange-stage.ts'

let stage: ExchangeStage
let acme: StageClient

beforeEach(async () => {
  stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME' }] })
  acme = stage.connect('ACME')
  await ask('35=A|98=0|108=30')
})

/** The answers to a message, with `#` for the time. */
const ask = async (text: string): Promise<string[]> =>
  (await stage.ask(acme, text)).map((answer) => answer.replace(/\|60=[^|]*/, '|60=#'))

const newOrder = (clOrdId: string, terms = '54=1|38=100|44=182.5'): string =>
  `35=D|11=${clOrdId}|55=AAPL|${terms}|40=2|60=20261123-14:30:00`

describe('OrderStatusRequest(H)', () => {
  it('is answered with the order, its OrdStatusReqID(790), and no ExecID', async () => {
    await ask(newOrder('A1'))

    expect(await ask('35=H|11=A1|55=AAPL|54=1|790=Q1')).toEqual([
      '35=8|37=1|198=1|11=A1|17=0|150=I|39=0|1=ACME-1|55=AAPL|54=1|38=100|40=2|44=182.5|59=0|151=100|14=0|6=0|60=#|790=Q1',
    ])
    expect(await ask('35=H|11=A1|55=AAPL|54=1')).toEqual([
      '35=8|37=1|198=1|11=A1|17=0|150=I|39=0|1=ACME-1|55=AAPL|54=1|38=100|40=2|44=182.5|59=0|151=100|14=0|6=0|60=#',
    ])
  })

  it('about an old ClOrdID tells the current one, and the old one as 41', async () => {
    await ask(newOrder('A1'))
    await ask(`${newOrder('A2').replace('35=D', '35=G')}|41=A1`)

    expect(await ask('35=H|11=A1|55=AAPL|54=1')).toEqual([
      '35=8|37=1|198=1|11=A2|41=A1|17=0|150=I|39=0|1=ACME-1|55=AAPL|54=1|38=100|40=2|44=182.5|59=0|151=100|14=0|6=0|60=#',
    ])
  })

  it.each([
    ['11=A1|55=AAPL|54=1', '11=A1|55=AAPL|54=1'],
    ['11=A1|55=NOSUCH|54=2', '11=A1|55=NOSUCH|54=2'],
    ['11=A1|37=x|55=AAPL|54=1', '11=A1|55=AAPL|54=1'],
    [`11=${'A'.repeat(21)}|55=AAPL|54=1`, `11=${'A'.repeat(21)}|55=AAPL|54=1`],
  ])('about an order that is not there: %s', async (asked, told) => {
    expect(await ask(`35=H|${asked}|790=Q1`)).toEqual([
      `35=8|37=NONE|17=0|150=I|39=8|151=0|14=0|6=0|60=#|790=Q1|${told}|38=0|103=5|58=Unknown order`,
    ])
  })

  it('is sent again by a resend like every other report, with the same body', async () => {
    await ask(newOrder('A1'))
    const [answer] = await ask('35=H|11=A1|55=AAPL|54=1|790=Q1')
    await ask('35=F|11=C1|41=A1|55=AAPL|54=1|60=20261123-14:30:00')

    const [, again] = await ask('35=2|7=2|16=3')
    expect(again!.replace(/\|(43|122)=[^|]*/g, '')).toBe(answer)
  })

  it('is refused when its answer could not repeat its own id', async () => {
    const id = 'Q'.repeat(65)

    expect(await ask(`35=H|11=A1|55=AAPL|54=1|790=${id}`)).toEqual([
      `35=j|45=2|372=H|379=${id.slice(1)}|380=0|58=OrdStatusReqID(790) too long`,
    ])
  })
})

describe('OrderMassStatusRequest(AF)', () => {
  const A1 =
    '37=1|198=1|11=A1|17=0|150=I|39=0|1=ACME-1|55=AAPL|54=1|38=100|40=2|44=182.5|59=0|151=100|14=0|6=0|60=#'
  const A2 =
    '37=2|198=2|11=A2|17=0|150=I|39=0|1=ACME-1|55=MSFT|54=2|38=7|40=2|44=420|59=0|151=7|14=0|6=0|60=#'
  const none = (what: string, reject: string): string =>
    `35=8|37=NONE|17=0|150=I|39=8|151=0|14=0|6=0|60=#|584=M1|${what}|38=0|${reject}|911=0|912=Y`

  beforeEach(async () => {
    await ask(newOrder('A1'))
    await ask('35=D|11=A2|55=MSFT|54=2|38=7|44=420|40=2|60=20261123-14:30:00')
  })

  it.each(['585=7', '585=3|460=5', '585=5|167=CS', '585=6|336=DAY', '585=7|1=ACME-1'])(
    'tells all open orders: %s',
    async (scope) => {
      expect(await ask(`35=AF|584=M1|${scope}`)).toEqual([
        `35=8|${A1}|584=M1|911=2`,
        `35=8|${A2}|584=M1|911=2|912=Y`,
      ])
    },
  )

  it.each([
    ['585=1|55=MSFT', A2],
    ['585=7|54=1', A1],
    ['585=1|55=AAPL|48=AAPL|22=8', A1],
  ])('tells those that it names: %s', async (scope, order) => {
    expect(await ask(`35=AF|584=M1|${scope}`)).toEqual([`35=8|${order}|584=M1|911=1|912=Y`])
  })

  // prettier-ignore
  it.each([
    ['585=1|55=AMZN',               none('55=AMZN|54=7', '103=5|58=No open orders')],
    ['585=1|55=AAPL|54=2',          none('55=AAPL|54=2', '103=5|58=No open orders')],
    ['585=7|54=5',                  none('55=[N/A]|54=5', '103=5|58=No open orders')],
    ['585=1|55=NOSUCH',             none('55=NOSUCH|54=7', '103=1|58=Unknown symbol')],
    ['585=1|55=AAPL|48=MSFT|22=8',  none('55=AAPL|54=7', '103=1|58=Unknown symbol')],
    ['585=7|1=NOBODY',              none('55=[N/A]|54=7', '103=15|58=Unknown account')],
    ['585=3|460=4',                 none('55=[N/A]|54=7', '103=99|58=Unknown Product(460)')],
    ['585=5|167=PS',                none('55=[N/A]|54=7', '103=99|58=Unknown SecurityType(167)')],
    ['585=6|336=NIGHT',             none('55=[N/A]|54=7', '103=99|58=Unknown TradingSessionID(336)')],
  ])('says so when there is none, or can be none: %s', async (scope, answer) => {
    expect(await ask(`35=AF|584=M1|${scope}`)).toEqual([answer])
  })

  // prettier-ignore
  it.each([
    ['584=M1|585=8',         '380=0|58=Unsupported MassStatusReqType(585): 1, 3, 5, 6 or 7 are offered'],
    ['584=M1|585=1',         '380=5|58=Conditionally required field missing: Symbol(55)'],
    ['584=M1|585=6',         '380=5|58=Conditionally required field missing: TradingSessionID(336)'],
    [`584=${'M'.repeat(65)}|585=7`, `379=${'M'.repeat(64)}|380=0|58=MassStatusReqID(584) too long`],
  ])('is refused when it asks for what is not offered: %s', async (asked, reject) => {
    expect(await ask(`35=AF|${asked}`)).toEqual([`35=j|45=4|372=AF|${reject}`])
  })
})

describe('questions with long answers', () => {
  const MASS_STATUS = '35=AF|584=M|585=7'
  const refused = (msgSeqNum: number, msgType: string): string =>
    `35=j|45=${msgSeqNum}|372=${msgType}|380=0|58=Message rate exceeded: 10 per s`

  it('are ten in a second for each session, of both kinds; others are not counted', async () => {
    for (let i = 0; i < 5; i++) {
      expect(await ask(MASS_STATUS)).toEqual([expect.stringContaining('No open orders')])
      expect(await ask('35=x|320=L|559=4')).toEqual([expect.stringContaining('35=y|')])
    }
    expect(await ask(MASS_STATUS)).toEqual([refused(12, 'AF')])
    expect(await ask('35=x|320=L|559=4')).toEqual([refused(13, 'x')])
    expect(await ask('35=H|11=A|55=AAPL|54=1')).toEqual([expect.stringContaining('150=I')])

    stage.clock.advance(1000)
    expect(await ask(MASS_STATUS)).toEqual([expect.stringContaining('No open orders')])
  })

  it('do not keep anybody from canceling', async () => {
    for (let i = 0; i < 20; i++) {
      expect(await ask(`35=q|11=C${i}|530=7|60=20261123-14:30:00`)).toEqual([
        expect.stringContaining('531=7|533=0'),
      ])
    }
  })
})

describe('the status of more orders than one turn may touch', () => {
  beforeEach(async () => {
    stage = new ExchangeStage({
      sessions: [{ senderCompId: 'ACME' }],
      market: { ordersPerCommandMax: 3 },
    })
    acme = stage.connect('ACME')
    await ask('35=A|98=0|108=30')
    for (let i = 1; i <= 10; i++) await ask(newOrder(`A${i}`))
  })
  const ten = Array.from({ length: 10 }, (_, i) => `A${i + 1}`)
  const idAnd = (tag: number, text: string): string =>
    ['11', `${tag}`].map((one) => new RegExp(`\\|${one}=([^|]*)`).exec(text)?.[1]).join(' ')

  it('comes whole before anything that was asked behind it', async () => {
    acme.say('35=AF|584=M1|585=7', '35=F|11=C1|41=A1|55=AAPL|54=1|60=20261123-14:30:00')
    await stage.settle()

    const heard = acme.hear().map((text) => idAnd(150, text))
    expect(heard).toEqual([...ten.map((id) => `${id} I`), 'C1 4'])
    expect(stage.fatal).toEqual([])
  })

  it('repeats the id of its own request, whatever is asked meanwhile', async () => {
    for (const id of ['M1', 'M2', 'M3']) {
      acme.say(`35=AF|584=${id}|585=7`)
      stage.runLoopTurn()
    }
    await stage.settle()

    const expected = ['M1', 'M2', 'M3'].flatMap((id) => ten.map((clOrdId) => `${clOrdId} ${id}`))
    expect(acme.hear().map((text) => idAnd(584, text))).toEqual(expected)
  })
})
