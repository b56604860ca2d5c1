/**
 * What becomes of an application message before the engine sees it: what no record can hold is
 * refused, what would change the order and is not offered too, the rest is left unread.
 */
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

const REQUEST = '55=AAPL|54=1|60=20261123-14:30:00'
const TERMS = `${REQUEST}|38=100|40=2|44=182.5`

describe('OrderID(37) of a request', () => {
  beforeEach(() => ask(`35=D|11=A1|${TERMS}`))

  it.each(['-4294967296', '-1', '0', '-0', '4294967296', '9007199254740992', 'NONE', '1.0', '2'])(
    '%s is not the order: the request is refused, and the exchange goes on',
    async (orderId) => {
      const refused = (clOrdId: string, to: number) =>
        `35=9|37=1|11=${clOrdId}|41=A1|39=0|1=ACME-1|60=#|434=${to}|102=1|58=OrderID(37) does not match OrigClOrdID(41)`
      expect(await ask(`35=F|11=C1|41=A1|37=${orderId}|${REQUEST}`)).toEqual([refused('C1', 1)])
      expect(await ask(`35=G|11=C2|41=A1|37=${orderId}|${TERMS}`)).toEqual([refused('C2', 2)])
    },
  )

  it.each(['1', '001'])('%s is the order', async (orderId) => {
    expect(await ask(`35=F|11=C1|41=A1|37=${orderId}|${REQUEST}`)).toEqual([
      expect.stringContaining('|150=4|39=4|'),
    ])
  })
})

/** The refusal of a new order; what was sent comes back. */
const refused = (sent: string, fixCode: number, text: string): string =>
  `35=8|37=NONE|17=1|150=8|39=8|151=0|14=0|6=0|60=#|${sent}|103=${fixCode}|58=${text}`
const ECHO = '11=A1|1=ACME-1|55=AAPL|54=1|38=100|40=2|44=182.5|59=0'

describe('a field that would change the order and is not offered', () => {
  const UNSUPPORTED = 'Unsupported order characteristic:'

  // prettier-ignore
  it.each([
    ['100=XNYS',                 'ExDestination(100)=XNYS'],
    ['168=20261123-15:00:00',    'EffectiveTime(168)=20261123-15:00:00'],
    ['211=0.5|835=0',            'PegOffsetValue(211)=0.5'],
    ['836=0',                    'PegOffsetType(836)=0'],
    ['837=0',                    'PegLimitType(837)=0'],
    ['838=1',                    'PegRoundDirection(838)=1'],
    ['840=1',                    'PegScope(840)=1'],
    ['389=-0.5',                 'DiscretionOffsetValue(389)=-0.5'],
    ['847=1',                    'TargetStrategy(847)=1'],
    ['218=25',                   'Spread(218)=25'],
    ['236=.05',                  'Yield(236)=.05'],
    ['192=5',                    'OrderQty2(192)=5'],
    ['469=100',                  'RoundingModulus(469)=100'],
    ['64=20261130',              'SettlDate(64)=20261130'],
    ['200=202612|201=1|202=180', 'MaturityMonthYear(200)=202612'],
    ['65=WI',                    'SymbolSfx(65)=WI'],
    ['21=3',                     'HandlInst(21)=3'],
    ['63=1',                     'SettlType(63)=1'],
    ['423=1',                    'PriceType(423)=1'],
    ['854=1',                    'QtyType(854)=1'],
    ['544=2',                    'CashMargin(544)=2'],
    ['775=1',                    'BookingType(775)=1'],
    ['427=2',                    'GTBookingInst(427)=2'],
    ['121=Y',                    'ForexReq(121)=Y'],
    ['167=OPT',                  'SecurityType(167)=OPT'],
    ['460=4',                    'Product(460)=4'],
    ['461=OCASPS',               'CFICode(461)=OCASPS'],
    ['386=1|336=PRE-OPEN',       'NoTradingSessions(386)=1'],
    ['711=1|311=IBM',            'NoUnderlyings(711)=1'],
    ['15=EUR',                   'Currency(15)=EUR'],
    ['120=EUR',                  'SettlCurrency(120)=EUR'],
  ])('%s is refused, in a new order and in a replacement', async (field, described) => {
    expect(await ask(`35=D|11=A1|${TERMS}|${field}`)).toEqual([
      refused(ECHO, 11, `${UNSUPPORTED} ${described}`),
    ])
    await ask(`35=D|11=A2|${TERMS}`)
    expect(await ask(`35=G|11=C1|41=A2|${TERMS}|${field}`)).toEqual([
      `35=9|37=1|11=C1|41=A2|39=0|1=ACME-1|60=#|434=2|102=99|58=${UNSUPPORTED} ${described}`,
    ])
  })

  it('stipulations are refused in a new order; a replacement has none', async () => {
    expect(await ask(`35=D|11=A1|${TERMS}|232=1|233=MINQTY|234=50`)).toEqual([
      refused(ECHO, 11, `${UNSUPPORTED} NoStipulations(232)=1`),
    ])
  })

  it.each([
    '21=1',
    '21=2',
    '63=0',
    '423=2',
    '854=0',
    '544=1',
    '775=0',
    '427=0',
    '121=N',
    '480=N',
    '15=USD',
    '120=USD',
    '167=CS',
    '167=PS',
    '460=5',
    '460=05',
    '461=ESVUFR',
    '386=0',
    '711=0',
    '232=0',
    '48=AAPL|22=8',
  ])('%s says what is done anyway: the order is accepted', async (field) => {
    expect(await ask(`35=D|11=A1|${TERMS}|${field}`)).toEqual([
      expect.stringContaining('|11=A1|17=1|150=0|39=0|'),
    ])
  })

  it.each([
    '583=LINK',
    '526=X',
    '453=1|448=ME|447=D|452=1',
    '75=20261123',
    '78=1|79=A|80=100',
    '140=181',
    '114=N',
    '528=A',
    '529=1 2',
    '582=1',
    '12=1.5|13=1',
    '207=XNAS',
    '107=Apple',
    '77=O',
    '203=1',
    '58=hello',
    '354=5|355=abcde',
    '5001=x',
    '377=Y',
    '117=Q1',
    '23=I1',
    '481=Y',
    '513=R',
    '494=D',
  ])('%s changes nothing: the order is accepted', async (field) => {
    expect(await ask(`35=D|11=A1|${TERMS}|${field}`)).toEqual([
      expect.stringContaining('|11=A1|17=1|150=0|39=0|'),
    ])
  })
})

describe('Currency(15) of a replacement with an unknown symbol', () => {
  it('is not what it is refused for', async () => {
    await ask(`35=D|11=A1|${TERMS}`)
    const terms = TERMS.replace('55=AAPL', '55=NONE')
    expect(await ask(`35=G|11=C1|41=A1|${terms}|15=USD`)).toEqual([
      '35=9|37=1|11=C1|41=A1|39=0|1=ACME-1|60=#|434=2|102=2|58=Symbol(55) cannot be changed',
    ])
  })
})

describe('SecurityID(48) and SecurityIDSource(22)', () => {
  // prettier-ignore
  it.each([
    ['48=MSFT|22=8',         1,  'Unknown symbol: SecurityID(48)=MSFT with SecurityIDSource(22)=8 is not Symbol(55)'],
    ['48=US0378331005|22=4', 1,  'Unknown symbol: SecurityID(48)=US0378331005 with SecurityIDSource(22)=4 is not Symbol(55)'],
    ['48=AAPL|22=5',         1,  'Unknown symbol: SecurityID(48)=AAPL with SecurityIDSource(22)=5 is not Symbol(55)'],
    ['48=AAPL',              99, 'Conditionally required field missing: SecurityIDSource(22)'],
    ['22=8',                 99, 'Conditionally required field missing: SecurityID(48)'],
  ])('%s is refused', async (fields, fixCode, text) => {
    expect(await ask(`35=D|11=A1|${TERMS}|${fields}`)).toEqual([refused(ECHO, fixCode, text)])
    await ask(`35=D|11=A2|${TERMS}`)
    const [cancel] = await ask(`35=F|11=C1|41=A2|${REQUEST}|${fields}`)
    expect(cancel).toBe(`35=9|37=1|11=C1|41=A2|39=0|1=ACME-1|60=#|434=1|102=99|58=${text}`)
    const [replace] = await ask(`35=G|11=C2|41=A2|${TERMS}|${fields}`)
    expect(replace).toBe(`35=9|37=1|11=C2|41=A2|39=0|1=ACME-1|60=#|434=2|102=99|58=${text}`)
  })
})

describe('what an answer repeats has no control characters', () => {
  // prettier-ignore
  it.each([
    ['11', '\u0000A1', ECHO.replace('11=A1', '11=?A1'), 99, 'ClOrdID(11) too long'],
    ['11', 'A\u00001', ECHO.replace('11=A1', '11=A?1'), 99, 'ClOrdID(11) too long'],
    ['11', '\u0000',   ECHO.replace('11=A1', '11=?'),   99, 'ClOrdID(11) too long'],
    ['11', 'A\t1',     ECHO.replace('11=A1', '11=A?1'), 99, 'ClOrdID(11) too long'],
    ['11', 'A\u007f',  ECHO.replace('11=A1', '11=A?'),  99, 'ClOrdID(11) too long'],
    ['1',  '\u0000',   ECHO.replace('1=ACME-1', '1=?'),  15, 'Unknown account'],
    ['1',  'ACME-1\u0000', ECHO.replace('1=ACME-1', '1=ACME-1?'), 15, 'Unknown account'],
    ['55', '\u0000',   ECHO.replace('55=AAPL', '55=?'), 1,  'Unknown symbol'],
    ['55', 'AAPL\u0000', ECHO.replace('55=AAPL', '55=AAPL?'), 1, 'Unknown symbol'],
    ['55', 'AAPL\u0000\u0000\u0000\u0000', ECHO.replace('55=AAPL', '55=AAPL????'), 1, 'Unknown symbol'],
    ['65', 'W\u0000I', ECHO, 11, 'Unsupported order characteristic: SymbolSfx(65)=W?I'],
  ])('%s=%j', async (tag, value, echo, fixCode, text) => {
    const order = new Map(`11=A1|${TERMS}`.split('|').map((field) => field.split('=') as [string, string]))
    order.set(tag, value)
    const fields = [...order].map((field) => field.join('=')).join('|')
    expect(await ask(`35=D|${fields}`)).toEqual([refused(echo, fixCode, text)])
  })

  it('nor do the ids of a refused request, or the type of a message that does not exist', async () => {
    expect(await ask(`35=F|11=C\u00001|41=\u0000|${REQUEST}`)).toEqual([
      '35=9|37=NONE|39=8|60=#|434=1|11=C?1|41=?|102=99|58=ClOrdID(11) too long',
    ])
    expect(await ask('35=D\u0000')).toEqual(['35=3|45=3|371=35|372=D?|373=11|58=Invalid MsgType'])
  })
})

describe('a message type of 60,000 characters', () => {
  it('is named by its first 16 in the Reject(3)', async () => {
    const [answer] = await ask(`35=${'Z'.repeat(60_000)}`)
    expect(answer).toBe(`35=3|45=2|371=35|372=${'Z'.repeat(16)}|373=11|58=Invalid MsgType`)
  })
})

describe('PossResend(97)=Y with the ClOrdID of a rejected order', () => {
  it('gives the status of an order that the engine rejected', async () => {
    await ask(`35=D|11=A1|${TERMS.replace('38=100', '38=0')}`)
    expect(await ask(`35=D|97=Y|11=A1|${TERMS}`)).toEqual([
      '35=8|37=NONE|11=A1|17=0|150=I|39=8|58=The order was rejected|1=ACME-1|55=AAPL|54=1|38=100|40=2|44=182.5|59=0|151=0|14=0|6=0|60=#',
    ])
  })

  it('gives the status, and the reason again, of an order that the intake refused', async () => {
    const [first] = await ask(`35=D|11=A1|${TERMS}|100=XNYS`)
    const [again] = await ask(`35=D|97=Y|11=A1|${TERMS}|100=XNYS`)
    expect(first).toContain('|17=1|150=8|39=8|')
    expect(again).toBe(first!.replace('|17=1|150=8|', '|17=0|150=I|'))
  })

  it('is a first time for an order that was never here', async () => {
    expect(await ask(`35=D|97=Y|11=A1|${TERMS}|100=XNYS`)).toEqual([
      refused(ECHO, 11, 'Unsupported order characteristic: ExDestination(100)=XNYS'),
    ])
  })
})

describe('a message that is to be delivered to another firm', () => {
  it('goes nowhere: BusinessMessageReject(j) with 380=7, whatever it is', async () => {
    const answer = (msgSeqNum: number, msgType: string) =>
      `35=j|115=HUB|45=${msgSeqNum}|372=${msgType}|380=7|58=DeliverTo firm not available at this time`
    expect(await ask(`35=D|128=HUB|11=A1|${TERMS}`)).toEqual([answer(2, 'D')])
    expect(await ask(`35=F|128=HUB|11=C1|41=A1|${REQUEST}`)).toEqual([answer(3, 'F')])
    expect(await ask(`35=G|128=HUB|11=C1|41=A1|${TERMS}`)).toEqual([answer(4, 'G')])
    expect(await ask(`35=D|11=A1|${TERMS}`)).toEqual([expect.stringContaining('|150=0|')])
  })
})
