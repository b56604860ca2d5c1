/**
 * Whatever a counterparty sends over a real socket: the complete answer, and afterwards the session
 * goes on under the next numbers, another order is accepted, and the book on the feed is what it was.
 * docs/protocols/fix-session.md and order-entry.md are the rules.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RunningExchange } from '../src/main.ts'
import { FeedWatcher } from './support/feed-watcher.ts'
import { RawFix, utc } from './support/raw-fix.ts'
import { ExchangeFolder } from './support/running-exchange.ts'
import { parseFieldList } from './support/transcript.ts'

let folder: ExchangeFolder
let exchange: RunningExchange
let feed: FeedWatcher
let acme: RawFix
/** What stands on AAPL's book before and after everything here. */
let picture = ''
/** ExecID(17) of the last ExecutionReport. */
let lastExecId = 0
let orders = 0

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  exchange = await folder.start()
  feed = await FeedWatcher.open(folder.config())
  const globex = await connect('GLOBEX', 'globex')
  await globex.logOn()
  for (const [side, price] of [
    [1, 180],
    [2, 185],
  ]) {
    globex.say(newOrder(`11=G${side}|54=${side}|44=${price}`))
    await hear(globex)
  }
  acme = await connect('ACME', 'acme')
  await acme.logOn()
  picture = 'AAPL B 1 100@1800000\nAAPL S 2 100@1850000'
})

afterAll(async () => {
  await exchange.stop()
  await feed.close()
  folder.remove()
})

afterEach(({ task }) => (task.result?.state === 'fail' ? startAfresh() : goOn()))

/** The session goes on: an order is accepted and canceled, and the book is what it was. */
async function goOn(): Promise<void> {
  const clOrdId = `OK${++orders}`
  acme.say(newOrder(`11=${clOrdId}|44=170`))
  const accepted = await hear(acme)
  const orderId = orderIdOf(accepted)
  expect(accepted).toBe(
    `35=8|37=${orderId}|198=${orderId}|11=${clOrdId}|17=#|150=0|39=0|1=ACME-1|55=AAPL|54=1|38=100|40=2|44=170|59=0|151=100|14=0|6=0|60=#`,
  )
  await cancel(clOrdId, orderId)
  expect(feed.picture('AAPL')).toBe(picture)
}

/** What went wrong in one test stays there. */
async function startAfresh(): Promise<void> {
  await acme.end()
  acme = await connect('ACME', 'acme')
  await acme.logOn('141=Y|')
  lastExecId = NaN
  picture = feed.picture('AAPL')
}

const connect = (compId: string, password: string, numbers = {}): Promise<RawFix> =>
  RawFix.connect({ port: exchange.ports.fix, compId, password, ...numbers })

const orderIdOf = (report: string): number => Number(/\|37=(\d+)/.exec(report)?.[1])

async function cancel(clOrdId: string, orderId: number): Promise<void> {
  acme.say(`35=F|41=${clOrdId}|11=C${clOrdId}|55=AAPL|54=1|60=20261123-14:30:00`)
  expect(await hear(acme)).toContain(`|11=C${clOrdId}|41=${clOrdId}|17=#|150=4|39=4|`)
  await feed.deletes(orderId)
}

/** A good order with fields put in the place of its own (`44=1`), taken out (`-44=`) or added. */
function newOrder(change: string): string {
  const order = new Map<number, string>([
    [11, '#'],
    [55, 'AAPL'],
    [54, '1'],
    [38, '100'],
    [40, '2'],
    [44, '182.50'],
    [60, '20261123-14:30:00'],
  ])
  for (const [tag, value] of parseFieldList(change)) {
    if (tag < 0) order.delete(-tag)
    else order.set(tag, value)
  }
  return `35=D|${[...order].map(([tag, value]) => `${tag}=${value}`).join('|')}`
}

/** The next message, with `#` for the next ExecID(17) and for a TransactTime(60) of now. */
async function hear(session: RawFix): Promise<string> {
  const answer = await session.hear()
  const execId = Number(/\|17=(\d+)/.exec(answer)?.[1] ?? 0)
  const isNext = execId === lastExecId + 1 || (execId > 0 && Number.isNaN(lastExecId))
  if (isNext) lastExecId = execId
  return answer
    .replace(/\|17=\d+/, isNext ? '|17=#' : '$&')
    .replace(/(?<=\|60=)[\d:.-]+/, (time) => (Math.abs(ageMs(time)) < 5_000 ? '#' : time))
}

function ageMs(time: string): number {
  const [, year, month, day, clock] = /^(\d{4})(\d\d)(\d\d)-([\d:.]+)$/.exec(time)!
  return Date.now() - Date.parse(`${year}-${month}-${day}T${clock}Z`)
}

/** Sends one message and hears so many answers, with `#` for its MsgSeqNum and ClOrdID. */
async function exchangeOf(text: string, count: number): Promise<string[]> {
  const clOrdId = `X${++orders}`
  const msgSeqNum = acme.say(text.replaceAll('=#', `=${clOrdId}`))
  const answers: string[] = []
  while (answers.length < count) {
    const answer = await hear(acme)
    answers.push(answer.replace(`|45=${msgSeqNum}|`, '|45=#|').replace(`|11=${clOrdId}|`, '|11=#|'))
  }
  return answers
}

/** What is sent in place of a good order's fields, and the answer. */
type Row = readonly [change: string, answer: string]

function answersEach(rows: readonly Row[]): void {
  it.each(rows)('%s', async (change, answer) => {
    expect(await exchangeOf(newOrder(change), 1)).toEqual([answer])
  })
}

const reject = (tag: number, reason: string): string => `35=3|45=#|371=${tag}|372=D|${reason}`
const NO_FORMAT = '373=6|58=Incorrect data format for value'
const NO_VALUE = '373=4|58=Tag specified without a value'
const NOT_LISTED = '373=5|58=Value is incorrect (out of range) for this tag'
const MISSING = '373=1|58=Required tag missing'

/** Refused by the rules of the book: an order of this instrument that may not be. */
const refused = (reason: string, terms: string): string =>
  `35=8|37=NONE|11=#|17=#|150=8|39=8|${reason}|1=ACME-1|${terms}|59=0|151=0|14=0|6=0|60=#`
/** Refused because the exchange has nothing like it: what was sent comes back, or stands for it. */
function unknown(sent: string, reason: string): string {
  const account = /\|1=/.test(sent) ? sent : sent.replace('|', '|1=ACME-1|')
  const order = /\|59=/.test(sent) ? account : `${account}|59=0`
  return `35=8|37=NONE|17=#|150=8|39=8|151=0|14=0|6=0|60=#|${order}|${reason}`
}

// prettier-ignore
describe('a Price(44) or OrderQty(38) that is no number', () => {
  answersEach([
    ['44=1e5',       reject(44, NO_FORMAT)],
    ['44=1E5',       reject(44, NO_FORMAT)],
    ['44=abc',       reject(44, NO_FORMAT)],
    ['44=1,5',       reject(44, NO_FORMAT)],
    ['44=+1',        reject(44, NO_FORMAT)],
    ['44= 1',        reject(44, NO_FORMAT)],
    ['44=1 ',        reject(44, NO_FORMAT)],
    ['44=1 000',     reject(44, NO_FORMAT)],
    ['44=0x10',      reject(44, NO_FORMAT)],
    ['44=1.2.3',     reject(44, NO_FORMAT)],
    ['44=--1',       reject(44, NO_FORMAT)],
    ['44=1-',        reject(44, NO_FORMAT)],
    ['44=-',         reject(44, NO_FORMAT)],
    ['44=.',         reject(44, NO_FORMAT)],
    ['44=NaN',       reject(44, NO_FORMAT)],
    ['44=Infinity',  reject(44, NO_FORMAT)],
    ['44=\u00b2',    reject(44, NO_FORMAT)],
    ['44=1\u0000',   reject(44, NO_FORMAT)],
    ['44=',          reject(44, NO_VALUE)],
    ['38=1e2',       reject(38, NO_FORMAT)],
    ['38=+100',      reject(38, NO_FORMAT)],
    ['38=1,000',     reject(38, NO_FORMAT)],
    ['38=',          reject(38, NO_VALUE)],
  ])
})

const BAND = '103=99|58=Price(44) outside band [146,219]'
const TICK = '103=99|58=Price(44) not a multiple of tick 0.01'
const POSITIVE = '103=99|58=Price(44) must be positive'
const HIGHEST = '103=99|58=Price(44) above 200000'
const BUY_100 = '55=AAPL|54=1|38=100|40=2'

// prettier-ignore
describe('a price that the order may not have', () => {
  answersEach([
    ['44=0',                    refused(POSITIVE, BUY_100)],
    ['44=-0',                   refused(POSITIVE, BUY_100)],
    ['44=-0.00',                refused(POSITIVE, BUY_100)],
    ['44=-1',                   refused(POSITIVE, BUY_100)],
    ['44=-99999999999999999999', refused(POSITIVE, BUY_100)],
    ['44=182.505',              refused(TICK, `${BUY_100}|44=182.505`)],
    ['44=182.50001',            refused(TICK, BUY_100)],
    ['44=0.00001',              refused(TICK, BUY_100)],
    ['44=145.99',               refused(BAND, `${BUY_100}|44=145.99`)],
    ['44=219.01',               refused(BAND, `${BUY_100}|44=219.01`)],
    ['44=200000',               refused(BAND, `${BUY_100}|44=200000`)],
    ['44=200000.0001',          refused(HIGHEST, BUY_100)],
    ['44=99999999999999999999', refused(HIGHEST, BUY_100)],
    ['-44=',                    unknown('11=#|55=AAPL|54=1|38=100|40=2', '103=99|58=Conditionally required field missing: Price(44)')],
    ['40=1',                    unknown('11=#|55=AAPL|54=1|38=100|40=1|44=182.50', '103=11|58=Unsupported order characteristic: Price(44)=182.50')],
  ])
})

const LOT = '103=13|58=Incorrect quantity: must be a multiple of 1'
const QUANTITY = '103=13|58=Incorrect quantity: must be positive'
const LARGEST = '103=3|58=Order exceeds limit: OrderQty(38) above 1000000000'
const BUY = '55=AAPL|54=1|40=2|44=182.5'

// prettier-ignore
describe('a quantity that the order may not have', () => {
  answersEach([
    ['38=0',                    refused(QUANTITY, BUY)],
    ['38=-0',                   refused(QUANTITY, BUY)],
    ['38=-100',                 refused(QUANTITY, BUY)],
    ['38=1.5',                  refused(LOT, BUY)],
    ['38=0.1',                  refused(LOT, BUY)],
    ['38=1000000001',           refused(LARGEST, BUY)],
    ['38=99999999999999999999', refused(LARGEST, BUY)],
    ['-38=',                    reject(38, MISSING)],
  ])
})

const TERMS = '55=AAPL|54=1|38=100|40=2|44=182.50'
const notOffered = (field: string): string => `103=11|58=Unsupported order characteristic: ${field}`

// prettier-ignore
describe('a kind of order that is not offered here', () => {
  answersEach([
    ['40=3|99=182',           unknown('11=#|55=AAPL|54=1|38=100|40=3|44=182.50|59=0|99=182', notOffered('Price(44)=182.50'))],
    ['40=P',                  unknown('11=#|55=AAPL|54=1|38=100|40=P|44=182.50', notOffered('OrdType(40)=P'))],
    ['54=5',                  unknown('11=#|55=AAPL|54=5|38=100|40=2|44=182.50', notOffered('Side(54)=5'))],
    ['59=5',                  unknown(`11=#|${TERMS}|59=5`, '103=11|58=Unsupported TimeInForce')],
    ['18=R',                  unknown(`11=#|${TERMS}|59=0|18=R`, notOffered('ExecInst(18)=R'))],
    ['110=10',                unknown(`11=#|${TERMS}|59=0|110=10`, notOffered('MinQty(110)=10'))],
    ['99=182',                unknown(`11=#|${TERMS}|59=0|99=182`, notOffered('StopPx(99)=182'))],
    ['126=20261231-00:00:00', unknown(`11=#|${TERMS}|59=0|126=20261231-00:00:00`, notOffered('ExpireTime(126)=20261231-00:00:00'))],
  ])
})

const LONG_ID = '123456789012345678901'

// prettier-ignore
describe('an instrument, account or id that is not known or allowed', () => {
  answersEach([
    ['55=XXXX',          unknown('11=#|55=XXXX|54=1|38=100|40=2|44=182.50', '103=1|58=Unknown symbol')],
    ['55=aapl',          unknown('11=#|55=aapl|54=1|38=100|40=2|44=182.50', '103=1|58=Unknown symbol')],
    ['55=AAPL.NYSE',     unknown('11=#|55=AAPL.NYSE|54=1|38=100|40=2|44=182.50', '103=1|58=Unknown symbol')],
    ['1=NOBODY',         unknown(`11=#|1=NOBODY|${TERMS}`, '103=15|58=Unknown account')],
    ['1=GLOBEX-1',       unknown(`11=#|1=GLOBEX-1|${TERMS}`, '103=15|58=Unknown account')],
    [`11=${LONG_ID}`,    unknown(`11=${LONG_ID}|${TERMS}`, '103=99|58=ClOrdID(11) too long')],
    ['11=\u00e9t\u00e9', unknown(`11=\u00e9t\u00e9|${TERMS}`, '103=99|58=ClOrdID(11) too long')],
  ])
})

// prettier-ignore
describe('a message that the FIX 4.4 dictionary does not know', () => {
  answersEach([
    ['40=Z',               reject(40, NOT_LISTED)],
    ['54=0',               reject(54, NOT_LISTED)],
    ['59=9',               reject(59, NOT_LISTED)],
    ['21=9',               reject(21, NOT_LISTED)],
    ['40=22',              reject(40, NO_FORMAT)],
    ['60=yesterday',       reject(60, NO_FORMAT)],
    ['60=20261332-00:00:00', reject(60, NO_FORMAT)],
    ['97=Q',               reject(97, NO_FORMAT)],
    ['999=1',              reject(999, '373=0|58=Invalid tag number')],
    ['39=0',               reject(39, '373=2|58=Tag not defined for this message type')],
    ['58=',                reject(58, NO_VALUE)],
    ['-60=',               reject(60, MISSING)],
    ['-11=',               reject(11, MISSING)],
    ['-55=',               reject(55, MISSING)],
    ['-54=',               reject(54, MISSING)],
    ['-40=',               reject(40, MISSING)],
    ['453=1',              reject(453, '373=16|58=Incorrect NumInGroup count for repeating group')],
  ])

  // What a map of fields cannot say.
  it.each([
    [`${newOrder('')}|55=MSFT`,  reject(55, '373=13|58=Tag appears more than once')],
    [`${newOrder('')}|38=200`,   reject(38, '373=13|58=Tag appears more than once')],
    [`${newOrder('')}|50=DESK`,  reject(50, '373=14|58=Tag specified out of required order')],
    [`${newOrder('')}|-5=1`,     reject(-5, '373=0|58=Invalid tag number')],
    [`${newOrder('')}|0=1`,      reject(0, '373=0|58=Invalid tag number')],
    [`${newOrder('')}|price=1`,  '35=3|45=#|372=D|373=0|58=Invalid tag number'],
    ['35=ZZ',                    '35=3|45=#|371=35|372=ZZ|373=11|58=Invalid MsgType'],
  ])('%s', async (text, answer) => {
    expect(await exchangeOf(text, 1)).toEqual([answer])
  })
})

// prettier-ignore
describe('a change of an order that is not there, or not like this', () => {
  const cancelRequest = '41=NONE|11=#|55=AAPL|54=1|60=20261123-14:30:00'
  const replaceRequest = `${cancelRequest}|38=100|40=2|44=182.50`
  const cancelReject = (reason: string, to: number): string =>
    `35=9|37=NONE|11=#|41=NONE|39=8|60=#|434=${to}|${reason}`

  it.each([
    [`35=F|${cancelRequest}`,                       cancelReject('102=1|58=Unknown order', 1)],
    [`35=F|${cancelRequest}|38=abc`,                '35=3|45=#|371=38|372=F|373=6|58=Incorrect data format for value'],
    [`35=F|41=NONE|11=${LONG_ID}|55=AAPL|54=1|60=20261123-14:30:00`,
                                                    `35=9|37=NONE|41=NONE|39=8|60=#|434=1|11=${LONG_ID}|102=99|58=ClOrdID(11) too long`],
    [`35=G|${replaceRequest}`,                      cancelReject('102=1|58=Unknown order', 2)],
    [`35=G|${cancelRequest}|38=100|40=2|44=1e5`,    '35=3|45=#|371=44|372=G|373=6|58=Incorrect data format for value'],
    [`35=G|${cancelRequest}|38=100|40=2`,           cancelReject('102=99|58=Conditionally required field missing: Price(44)', 2)],
    [`35=G|${cancelRequest}|38=100|40=P|44=182.50`, cancelReject('102=99|58=Unsupported order characteristic: OrdType(40)=P', 2)],
  ])('%s', async (text, answer) => {
    expect(await exchangeOf(text, 1)).toEqual([answer])
  })
})

// prettier-ignore
describe('a message that FIX has and the exchange does not offer', () => {
  const instrument = '11=#|55=AAPL|54=1'
  it.each([
    ['s',  `35=s|${instrument}`],
    ['AE', '35=AE|571=1|570=N|55=AAPL|32=1|31=1'],
    ['E',  '35=E|66=L|394=3|68=1|73=1|11=#|67=1|55=AAPL|54=1|38=1'],
    ['V',  '35=V|262=1|263=0|264=0|267=1|269=0|146=1|55=AAPL'],
    ['c',  '35=c|320=1|321=3'],
    ['B',  '35=B|148=News|33=1|58=text'],
    ['8',  '35=8|37=1|17=1|150=0|39=0|55=AAPL|54=1|151=0|14=0|6=0'],
  ])('35=%s', async (msgType, text) => {
    const answer = `35=j|45=#|372=${msgType}|380=3|58=Unsupported Message Type`
    expect(await exchangeOf(text, 1)).toEqual([answer])
  })
})

/** Not as we would write it, but what the standard allows. */
// prettier-ignore
describe('unusual input that is right', () => {
  const accepted = (terms: string, quantity = 100): string =>
    `35=8|37=@|198=@|11=#|17=#|150=0|39=0|1=ACME-1|${terms}|59=0|151=${quantity}|14=0|6=0|60=#`
  const order = '55=AAPL|54=1|38=100|40=2|44=182.5'

  it.each([
    [newOrder('44=182.500000000'),                     accepted(order)],
    [newOrder('44=00182.5'),                           accepted(order)],
    [newOrder('44=182.'),                              accepted('55=AAPL|54=1|38=100|40=2|44=182')],
    [newOrder('38=1.000'),                             accepted('55=AAPL|54=1|38=1|40=2|44=182.5', 1)],
    [newOrder('38=1000000000'),                        accepted('55=AAPL|54=1|38=1000000000|40=2|44=182.5', 1_000_000_000)],
    [newOrder('60=20261123-14:30:00.123456789'),       accepted(order)],
    [newOrder('5001=whatever'),                        accepted(order)],
    [newOrder('453=0'),                                accepted(order)],
    [newOrder('58=\u00e9'),                            accepted(order)],
    [newOrder('97=Y'),                                 accepted(order)],
    ['35=D|44=182.50|40=2|60=20261123-14:30:00|38=100|54=1|55=AAPL|11=#', accepted(order)],
  ])('%s', async (text, answer) => {
    const [heard] = await exchangeOf(text, 1)
    const orderId = orderIdOf(heard!)
    expect(heard).toBe(answer.replaceAll('@', String(orderId)))
    await cancel(`X${orders}`, orderId)
  })

  it('leading zeros in BodyLength(9), as some clients write it', async () => {
    const testRequest = '35=1|112=padded'
    const [, length] = /9=(\d+)/.exec(acme.encode(testRequest, acme.next).toString())!
    acme.say(`${testRequest}|9=0000${length}`)
    expect(await acme.hear()).toBe('35=0|112=padded')
  })
})

describe('bytes that are not FIX', () => {
  const good = (): Buffer => acme.encode('35=0', acme.next)
  const changed = (from: string, to: string): string => good().toString('latin1').replace(from, to)

  // prettier-ignore
  it.each<[string, () => string | Uint8Array]>([
    ['text',                                  () => 'buy 100 AAPL please\r\n'],
    ['a request of another protocol',         () => 'GET / HTTP/1.1\r\nHost: exchange\r\n\r\n'],
    ['bytes of all kinds',                    () => Uint8Array.from({ length: 1024 }, (_, i) => (i * 167) % 256)],
    ['a message that begins with BodyLength', () => good().subarray('8=FIX.4.4|'.length)],
    ['the second half of a message',          () => good().subarray(30)],
    ['CheckSum wrong',                        () => acme.encode('35=0|10=999', acme.next)],
    ['CheckSum of two digits',                () => acme.encode('35=0|10=07', acme.next)],
    ['BodyLength one too small',              () => acme.encode('35=0|9=53', acme.next)],
    ['BodyLength one too large',              () => acme.encode('35=0|9=55', acme.next)],
    ['BodyLength far too large',              () => acme.encode('35=0|9=99999999', acme.next)],
    ['BodyLength without end',                () => acme.encode('35=0|9=99999999999999999999', acme.next)],
    ['BodyLength negative',                   () => acme.encode('35=0|9=-54', acme.next)],
    ['BodyLength zero',                       () => acme.encode('35=0|9=0', acme.next)],
    ['BodyLength that is no number',          () => acme.encode('35=0|9=abc', acme.next)],
    ['BodyLength empty',                      () => acme.encode('35=0|9=', acme.next)],
    ['MsgType not the third field',           () => changed('35=0\u000149=ACME', '49=ACME\u000135=0')],
    ['a character changed on the way',        () => changed('49=ACME', '49=ACMF')],
  ])('are ignored, their MsgSeqNum is not used: %s', async (_, bytes) => {
    acme.write(bytes())
    // A TestRequest under the same number: its answer is the first that is said.
    acme.say('35=1|112=there?')
    expect(await acme.hear()).toBe('35=0|112=there?')
  })

  it('reveal a lost message with the next good one: it is asked for, sent again and done in order', async () => {
    const lost = acme.next++
    const lostOrder = newOrder('11=LOST|44=171')
    acme.write(acme.encode(`${lostOrder}|10=000`, lost))
    acme.say(newOrder('11=NEXT|44=172'))
    expect(await acme.hear()).toBe(`35=2|7=${lost}|16=0`)

    acme.write(acme.encode(`${lostOrder}|43=Y|122=${utc(-1)}`, lost))
    const reports = [await hear(acme), await hear(acme)]

    expect(reports.map((report) => /11=(\w+)\|17=#\|150=0/.exec(report)?.[1])).toEqual([
      'LOST',
      'NEXT',
    ])
    await cancel('LOST', orderIdOf(reports[0]!))
    await cancel('NEXT', orderIdOf(reports[1]!))
  })
})

describe('a message that ends the session', () => {
  const TIME = '373=10|58=SendingTime accuracy problem'
  const COMP_ID = '373=9|58=CompID problem'

  // prettier-ignore
  it.each<[string, string, counted: boolean, answers: string[]]>([
    ['another sender',          '35=0|49=GLOBEX',           true,  [`35=3|45=#|371=49|372=0|${COMP_ID}`, '35=5|58=CompID problem']],
    ['another target',          '35=0|56=NYSE',             true,  [`35=3|45=#|371=56|372=0|${COMP_ID}`, '35=5|58=CompID problem']],
    ['sent 121 s ago',          `35=0|52=${utc(-121)}`,     true,  [`35=3|45=#|371=52|372=0|${TIME}`, '35=5|58=SendingTime accuracy problem']],
    ['sent in 1000 s',          `35=0|52=${utc(1000)}`,     true,  [`35=3|45=#|371=52|372=0|${TIME}`, '35=5|58=SendingTime accuracy problem']],
    ['sent at no time',         '35=0|52=noon',             true,  [`35=3|45=#|371=52|372=0|${TIME}`, '35=5|58=SendingTime accuracy problem']],
    ['FIX 4.2',                 '35=0|8=FIX.4.2',           false, ['35=5|58=Incorrect BeginString']],
    ['MsgSeqNum missing',       '35=0|-34',                 false, ['35=5|58=MsgSeqNum(34) missing']],
    ['MsgSeqNum no number',     '35=0|34=1.5',              false, ['35=5|58=MsgSeqNum(34) is not a number']],
    ['MsgSeqNum used before',   '35=0|34=1',                false, ['35=5|58=MsgSeqNum too low, expecting @ but received 1']],
    ['a second Logon',          '35=A|98=0|108=30',         true,  ['35=3|45=#|372=A|373=99|58=Logon(A) on an established session', '35=5|58=Logon(A) on an established session']],
  ])('%s: the reason, a Logout, and the next Logon goes on', async (_, text, counted, answers) => {
    const expected = answers.map((answer) => answer.replace('@', String(acme.next)))
    const first = acme.next
    expect(await exchangeOf(text, answers.length)).toEqual(expected)
    acme.say('35=5')
    expect(await acme.closed()).toBe('')

    const next = counted ? first + 1 : first
    acme = await connect('ACME', 'acme', { next, expected: acme.expected })
    expect(await acme.logOn()).toBe('35=A|98=0|108=60')
  })

  it('more than 4096 bytes that are not FIX: the connection is closed without a word', async () => {
    acme.write('x'.repeat(5000))
    expect(await acme.closed()).toBe('')

    const { next, expected } = acme
    acme = await connect('ACME', 'acme', { next, expected })
    expect(await acme.logOn()).toBe('35=A|98=0|108=60')
  })
})

describe('a connection that does not log on', () => {
  const LOGON = '35=A|98=0|108=30'

  // prettier-ignore
  it.each<[string, compId: string, password: string, text: string]>([
    ['an order before the Logon',   'GLOBEX', 'globex', newOrder('11=EARLY')],
    ['a Heartbeat before the Logon','GLOBEX', 'globex', '35=0'],
    ['a wrong password',            'GLOBEX', 'globex', `${LOGON}|553=GLOBEX|554=acme`],
    ['no password',                 'GLOBEX', 'globex', LOGON],
    ['an unknown CompID',           'NOBODY', 'acme',   `${LOGON}|553=NOBODY|554=acme`],
    ['another TargetCompID',        'GLOBEX', 'globex', `${LOGON}|553=GLOBEX|554=globex|56=NYSE`],
    ['a session that is connected', 'ACME',   'acme',   `${LOGON}|553=ACME|554=acme`],
  ])('is closed without a word: %s', async (_, compId, password, text) => {
    const stranger = await connect(compId, password)
    stranger.say(text)
    expect(await stranger.closed()).toBe('')
  })

  it('is closed without a word after more than 4096 bytes that are not FIX', async () => {
    const stranger = await connect('GLOBEX', 'globex')
    stranger.write('x'.repeat(5000))
    expect(await stranger.closed()).toBe('')
  })
})

describe('a Logon that cannot be', () => {
  const refusal = (tag: number, reason: string): string[] => {
    const text = reason.slice(reason.indexOf('58='))
    return [`35=3|45=#|371=${tag}|372=A|${reason}`, `35=5|${text}`]
  }

  // prettier-ignore
  it.each<[string, counted: boolean, answers: string[]]>([
    ['98=1|108=30',       true,  refusal(98, NOT_LISTED)],
    ['98=0|108=1',        true,  refusal(108, '373=5|58=HeartBtInt(108) must be 5 to 60')],
    ['98=0|108=abc',      true,  refusal(108, NO_FORMAT)],
    ['98=0',              true,  refusal(108, MISSING)],
    ['98=0|108=30|999=1', true,  refusal(999, '373=0|58=Invalid tag number')],
    ['98=0|108=30|34=1',  false, ['35=5|58=MsgSeqNum too low, expecting @ but received 1']],
    ['98=0|108=30|141=Y', true,  refusal(34, NOT_LISTED)],
  ])('%s: the reason, a Logout, and the next one may', async (fields, counted, answers) => {
    await acme.logOut()
    const { next, expected } = acme
    acme = await connect('ACME', 'acme', { next, expected })
    const text = `35=A|${fields}|553=ACME|554=acme`
    const expectedAnswers = answers.map((answer) => answer.replace('@', String(next)))
    expect(await exchangeOf(text, answers.length)).toEqual(expectedAnswers)
    acme.say('35=5')
    expect(await acme.closed()).toBe('')

    const goesOn = { next: counted ? next + 1 : next, expected: acme.expected }
    acme = await connect('ACME', 'acme', goesOn)
    expect(await acme.logOn()).toBe('35=A|98=0|108=60')
  })

  it('comes behind bytes that are not FIX: they are ignored', async () => {
    await acme.logOut()
    const { next, expected } = acme
    acme = await connect('ACME', 'acme', { next, expected })
    acme.write('hello\r\n')
    expect(await acme.logOn()).toBe('35=A|98=0|108=60')
  })
})

describe('a drop-copy session', () => {
  it('may not enter, cancel or replace orders', async () => {
    const ops = await connect('OPS', 'ops')
    await ops.logOn()
    // Copies of what the others were told come first.
    const answer = async (): Promise<string> => {
      for (let heard = await ops.hear(); ; heard = await ops.hear()) {
        if (!/^35=[89]\|115=/.test(heard)) return heard
      }
    }
    const change = '41=G1|11=1|55=AAPL|54=1|60=20261123-14:30:00'

    for (const text of [newOrder('11=1'), `35=F|${change}`, `35=G|${change}|38=1|40=2|44=180`]) {
      const msgSeqNum = ops.say(text)
      expect(await answer()).toBe(
        `35=j|45=${msgSeqNum}|372=${text[3]}|380=6|` +
          '58=Not authorized: a drop-copy session only listens',
      )
    }
    await ops.logOut()
  })
})
