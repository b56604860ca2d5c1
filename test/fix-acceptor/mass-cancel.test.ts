/** OrderMassCancelRequest(q) as a client sends it, and the answers as it sees them. */
import { beforeEach, describe, expect, it } from 'vitest'
import { ExchangeStage } from '../support/exchange-stage.ts'
import type { StageClient } from '../support/exchange-stage.ts'

let stage: ExchangeStage
let acme: StageClient

beforeEach(async () => {
  stage = new ExchangeStage({
    sessions: [{ senderCompId: 'ACME' }, { senderCompId: 'GLOBEX' }],
    market: { ordersPerCommandMax: 1 },
  })
  acme = stage.connect('ACME')
  await ask('35=A|98=0|108=30')
  await ask(newOrder('A1', '55=AAPL|54=1|38=100|44=182.5'))
  await ask(newOrder('A2', '55=MSFT|54=2|38=7|44=420'))
  await ask(newOrder('A3', '55=AAPL|54=2|38=30|44=183'))
})

/** The answers to messages: fields behind the header, `#` for the time. */
async function ask(...texts: string[]): Promise<string[]> {
  acme.say(...texts)
  await stage.settle()
  expect(stage.fatal).toEqual([])
  return acme.hear().map((answer) => answer.replace(/^\d+: /, '').replace(/\|60=[^|]*/, '|60=#'))
}

const newOrder = (clOrdId: string, terms: string): string =>
  `35=D|11=${clOrdId}|${terms}|40=2|60=20261123-14:30:00`
const massCancel = (terms: string): string => `35=q|11=C1|${terms}|60=20261123-14:30:00`

const A1 =
  '37=1|198=1|11=C1|41=A1|17=4|150=4|39=4|1=ACME-1|55=AAPL|54=1|38=100|40=2|44=182.5|59=0|151=0|14=0|6=0|60=#'
const A2 =
  '37=2|198=2|11=C1|41=A2|17=#|150=4|39=4|1=ACME-1|55=MSFT|54=2|38=7|40=2|44=420|59=0|151=0|14=0|6=0|60=#'
const A3 =
  '37=3|198=3|11=C1|41=A3|17=#|150=4|39=4|1=ACME-1|55=AAPL|54=2|38=30|40=2|44=183|59=0|151=0|14=0|6=0|60=#'

/** Reports with ExecIDs that go on from the three of the new orders. */
const numbered = (...reports: string[]): string[] =>
  reports.map((report, i) => `35=8|${report.replace('17=#', `17=${i + 4}`)}`)

describe('OrderMassCancelRequest(q)', () => {
  it.each([
    ['530=7', '7', ''],
    ['530=3|460=5', '3', ''],
    ['530=5|167=CS', '5', ''],
    ['530=6|336=DAY', '6', '|336=DAY'],
  ])('cancels all orders, in parts that nobody sees: %s', async (terms, response, echo) => {
    const order = newOrder('A4', '55=AAPL|54=1|38=1|44=182')

    expect(await ask(massCancel(terms), order)).toEqual([
      `35=r|37=4|11=C1|530=${response}|531=${response}|533=3|60=#${echo}`,
      ...numbered(A1, A2, A3),
      '35=8|37=5|198=5|11=A4|17=7|150=0|39=0|1=ACME-1|55=AAPL|54=1|38=1|40=2|44=182|59=0|151=1|14=0|6=0|60=#',
    ])
  })

  it.each([
    ['530=1|55=AAPL', '55=AAPL', [A1, A3]],
    ['530=7|54=2', '54=2', [A2, A3]],
    ['530=1|55=AAPL|54=2', '55=AAPL|54=2', [A3]],
    ['530=1|55=IBM', '55=IBM', []],
    ['530=7|54=5', '54=5', []],
  ])('cancels those that it names: %s', async (terms, echo, orders) => {
    const type = terms.slice(4, 5)
    expect(await ask(massCancel(terms))).toEqual([
      `35=r|37=4|11=C1|530=${type}|531=${type}|533=${orders.length}|60=#|${echo}`,
      ...numbered(...orders.map((order) => order.replace('17=4', '17=#'))),
    ])
  })

  it('never reaches the orders of another session', async () => {
    const globex = stage.connect('GLOBEX')
    globex.say('35=A|98=0|108=30', massCancel('530=7'))
    await stage.settle()

    expect(globex.hear().map((text) => text.replace(/\|60=.*/, ''))).toEqual([
      '1: 35=A|98=0|108=30',
      '2: 35=r|37=4|11=C1|530=7|531=7|533=0',
    ])
    expect(await ask(massCancel('530=7'))).toHaveLength(4)
  })

  // prettier-ignore
  it.each([
    ['530=2',              '532=0|58=Unsupported MassCancelRequestType(530): 1, 3, 5, 6 or 7 are offered', ''],
    ['530=1|55=NOSUCH',    '532=1|58=Unknown symbol',                                                     '|55=NOSUCH'],
    ['530=1|55=AAPL|48=MSFT|22=8', '532=1|58=Unknown symbol',                                             '|55=AAPL'],
    ['530=1',              '532=1|58=Conditionally required field missing: Symbol(55)',                   ''],
    ['530=3|460=4',        '532=3|58=Unknown Product(460)',                                               ''],
    ['530=3',              '532=3|58=Conditionally required field missing: Product(460)',                 ''],
    ['530=5|167=FUT',      '532=5|58=Unknown SecurityType(167)',                                          ''],
    ['530=5',              '532=5|58=Conditionally required field missing: SecurityType(167)',            ''],
    ['530=6|336=NIGHT',    '532=6|58=Unknown TradingSessionID(336)',                                      '|336=NIGHT'],
    ['530=6',              '532=6|58=Conditionally required field missing: TradingSessionID(336)',        ''],
  ])('is refused, and leaves everything as it is: %s', async (terms, reject, echo) => {
    const type = terms.slice(4, 5)
    const refused = `|530=${type}|531=0|${reject}|60=#${echo}`
    expect(await ask(massCancel(terms))).toEqual([`35=r|37=NONE|11=C1${refused}`])
    // Its id is used up.
    expect(await ask(massCancel('530=7'))).toEqual([
      '35=r|37=NONE|11=C1|530=7|531=0|532=0|58=Duplicate ClOrdID(11)|60=#',
    ])
    expect(await ask('35=AF|584=M|585=7')).toHaveLength(3)
  })

  it('is refused when its ClOrdID is none', async () => {
    const id = 'C'.repeat(21)
    expect(await ask(`35=q|11=${id}|530=7|60=20261123-14:30:00`)).toEqual([
      `35=r|37=NONE|530=7|531=0|532=0|58=ClOrdID(11) too long|60=#|11=${id}`,
    ])
  })

  it('tells each order as pending first to a session that wants it', async () => {
    stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME', includePendings: true }] })
    acme = stage.connect('ACME')
    await ask('35=A|98=0|108=30')
    await ask(newOrder('A1', '55=AAPL|54=1|38=100|44=182.5'))

    const [report, ...told] = await ask(massCancel('530=7'))
    expect(report).toMatch('|531=7|533=1|')
    expect(told.map((text) => /11=.*(?=\|1=)/.exec(text)![0])).toEqual([
      '11=C1|41=A1|17=3|150=6|39=6',
      '11=C1|41=A1|17=4|150=4|39=4',
    ])
  })

  it('is done once, also when it comes again with PossResend(97)', async () => {
    await ask(massCancel('530=7'))
    await ask(newOrder('A4', '55=AAPL|54=1|38=1|44=182'))

    expect(await ask(massCancel('530=7|97=Y'))).toEqual([
      '35=r|37=NONE|11=C1|530=7|531=0|532=0|58=Duplicate ClOrdID(11)|60=#',
    ])
    expect(await ask('35=AF|584=M|585=7')).toHaveLength(1)
  })

  it.each([1, 2])('is done to its end after a crash behind part %i of it', async (parts) => {
    acme.say(massCancel('530=7'))
    for (let part = 0; part < parts; part++) stage.runLoopTurn()
    expect(stage.exchange.engine.hasWork).toBe(true)
    stage.restart()
    acme = stage.connect('ACME')
    acme.next = 6
    await ask('35=A|98=0|108=30')

    const again = await ask('35=2|7=5|16=8')
    expect(again.map((text) => text.replace(/\|(43|122)=[^|]*/g, ''))).toEqual([
      '35=r|37=4|11=C1|530=7|531=7|533=3|60=#',
      ...numbered(A1, A2, A3),
    ])
  })

  it('is executed again after a crash, and its reports are there by resend', async () => {
    const told = await ask(massCancel('530=7'))
    stage.restart()
    acme = stage.connect('ACME')
    acme.next = 6
    await ask('35=A|98=0|108=30')

    const again = await ask('35=2|7=5|16=8')
    expect(again.map((text) => text.replace(/\|(43|122)=[^|]*/g, ''))).toEqual(told)
  })
})
