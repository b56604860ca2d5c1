import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FixClientHandler } from '../../src/client/index.ts'
import { FixClient } from '../../src/client/index.ts'
import { OrdType, Side, TimeInForce } from '../../src/domain/index.ts'
import type { FixMessage } from '../../src/fix/index.ts'
import { ErrorCode } from '../../src/runtime/index.ts'
import { FixVenue } from '../support/fix-venue.ts'
import { parseFieldList } from '../support/transcript.ts'

let venue: FixVenue
let port: number
let folder: string

beforeEach(async () => {
  venue = new FixVenue()
  port = await venue.open()
  folder = mkdtempSync(join(tmpdir(), 'fix-client-'))
})

afterEach(async () => {
  await venue.close()
  rmSync(folder, { recursive: true })
})

function makeClient(handler: FixClientHandler = {}, options: { sequenceFile?: string } = {}) {
  const address = { host: '127.0.0.1', port, compId: 'ACME', targetCompId: 'BUTTONWOOD' }
  return new FixClient({ ...address, username: 'ACME', password: 'acme', ...options }, handler)
}

/** A promise and what fulfils it. */
function signal<T>() {
  let give: (value: T) => void = () => undefined
  const given = new Promise<T>((resolve) => (give = resolve))
  return { given, give }
}

const buy = { symbol: 'AAPL', side: Side.Buy, orderQty: 100, price: 1_825_000 }

/** Fields of the answer to a new order: accepted. */
const accepted = (order: FixMessage): [number, string][] => [
  [37, '7'],
  [11, order.string(11)!],
  [17, '12'],
  [150, '0'],
  [39, '0'],
  [55, 'AAPL'],
  [54, '1'],
  [38, '100'],
  [40, '2'],
  [44, '182.5'],
  [151, '100'],
  [14, '0'],
  [6, '0'],
]

describe('a FIX client', () => {
  it('logs on with user name and password and starts the numbers again', async () => {
    const client = makeClient()
    await client.connect()

    const logon = new Map(venue.received[0])
    expect([98, 108, 141, 553, 554].map((tag) => logon.get(tag))).toEqual([
      '0',
      '30',
      'Y',
      'ACME',
      'acme',
    ])
    expect(client.isLoggedOn).toBe(true)
    await client.logout()
  })

  it('sends what an order asks for besides, and reads it back from the report', async () => {
    const report = signal<object>()
    const told = '99=180|636=N|18=6|110=50|111=20|126=20261130-14:30:00'
    venue.onApplication = (order) => venue.send('8', [...accepted(order), ...parseFieldList(told)])
    const client = makeClient({ onReport: report.give })
    await client.connect()

    client.newOrder({
      ...buy,
      clOrdId: 'A-1',
      stopPx: 1_800_000,
      minQty: 50,
      maxFloor: 20,
      execInst: '6',
      expireTime: '20261130-14:30:00',
    })

    expect(await report.given).toMatchObject({
      stopPx: 1_800_000,
      working: false,
      execInst: '6',
      minQty: 50,
      maxFloor: 20,
      expireDate: undefined,
      expireTime: '20261130-14:30:00',
    })
    const sent = new Map(venue.received.at(-1))
    expect([40, 44, 99, 110, 111, 18, 126, 432].map((tag) => sent.get(tag))).toEqual([
      '4',
      '182.5',
      '180',
      '50',
      '20',
      '6',
      '20261130-14:30:00',
      undefined,
    ])
    await client.logout()
  })

  it.each([
    ['a market order', {}, '1'],
    ['a limit order', { price: 1_825_000 }, '2'],
    ['a stop', { stopPx: 1_800_000 }, '3'],
    ['a stop limit', { price: 1_825_000, stopPx: 1_800_000 }, '4'],
    ['what it is said to be', { ordType: OrdType.MarketWithLeftOverAsLimit }, 'K'],
  ])('takes an order for %s by its prices', async (_, terms, ordType) => {
    const client = makeClient({})
    await client.connect()

    client.newOrder({ ...buy, price: undefined, clOrdId: 'A-1', ...terms })
    await client.logout()

    const sent = venue.received.find((message) => new Map(message).get(35) === 'D')
    expect(new Map(sent).get(40)).toBe(ordType)
  })

  it('sends an order as decimal text and hands out the report as scaled integers', async () => {
    const report = signal<object>()
    venue.onApplication = (order) => venue.send('8', accepted(order))
    const client = makeClient({ onReport: report.give })
    await client.connect()

    client.newOrder({ ...buy, clOrdId: 'A-1', timeInForce: TimeInForce.GoodTillCancel })

    expect(await report.given).toMatchObject({
      execType: '0',
      ordStatus: '0',
      clOrdId: 'A-1',
      orderId: '7',
      execId: '12',
      price: 1_825_000,
      orderQty: 100,
      leavesQty: 100,
      cumQty: 0,
      lastQty: 0,
      possDup: false,
    })
    const sent = venue.received.at(-1)!.filter(([tag]) => ![8, 9, 52, 60, 10].includes(tag))
    expect(sent).toEqual([
      [35, 'D'],
      [49, 'ACME'],
      [56, 'BUTTONWOOD'],
      [34, '2'],
      [11, 'A-1'],
      [55, 'AAPL'],
      [54, '1'],
      [38, '100'],
      [40, '2'],
      [44, '182.5'],
      [59, '1'],
    ])
    await client.logout()
  })

  it('writes the orders of one turn to the socket at once', async () => {
    const client = makeClient()
    await client.connect()
    const before = venue.chunks.length
    const arrived = signal<void>()
    let orders = 0
    venue.onApplication = () => {
      if (++orders === 50) arrived.give()
    }

    for (let i = 0; i < 50; i++) client.newOrder({ ...buy, clOrdId: client.nextClOrdId() })
    await arrived.given

    expect(venue.chunks.length - before).toBe(1)
    await client.logout()
  })

  it('goes on with its numbers after a restart and gets the reports that it missed', async () => {
    const sequenceFile = join(folder, 'clients', 'ACME.json')
    const first = makeClient({}, { sequenceFile })
    await first.connect()
    await first.logout()
    expect(JSON.parse(readFileSync(sequenceFile, 'utf8'))).toEqual({
      nextOutbound: 3,
      expectedInbound: 3,
    })

    venue.send('8', [
      [37, '7'],
      [17, '13'],
      [150, '4'],
      [39, '4'],
      [55, 'AAPL'],
      [54, '1'],
      [151, '0'],
      [14, '0'],
      [6, '0'],
    ])
    const report = signal<object>()
    const second = makeClient({ onReport: report.give }, { sequenceFile })
    await second.connect()

    expect(await report.given).toMatchObject({ execId: '13', msgSeqNum: 3, possDup: true })
    await second.logout()
  })

  it('tells that the connection broke, and connects again', async () => {
    const lost = signal<unknown>()
    const client = makeClient({
      onDisconnect: (reason, graceful) => lost.give({ reason, graceful }),
    })
    await client.connect()

    venue.drop()
    expect(await lost.given).toMatchObject({ graceful: false })
    expect(() => client.newOrder({ ...buy, clOrdId: 'A-1' })).toThrow('not logged on')

    await client.connect()
    expect(client.isLoggedOn).toBe(true)
    await client.logout()
  })

  it('waits at logout for the other side', async () => {
    const ended = signal<unknown>()
    const client = makeClient({
      onDisconnect: (reason, graceful) => ended.give({ reason, graceful }),
    })
    await client.connect()
    await client.logout('Done for today')

    expect(await ended.given).toEqual({ reason: 'Logged out', graceful: true })
    const [logout] = venue.received.filter((fields) => new Map(fields).get(35) === '5')
    expect(new Map(logout).get(58)).toBe('Done for today')
  })

  it('says nothing after its Logout, be it to refuse a message', async () => {
    const client = makeClient()
    await client.connect()
    const loggedOut = client.logout()
    venue.send('8', [[150, 'x']])
    await loggedOut

    expect(venue.received.map((fields) => new Map(fields).get(35))).toEqual(['A', '5'])
    expect(() => client.sendEncoded(new Uint8Array(1), 1)).toThrow('not logged on')
  })

  it('gives the reason of a refused Logon', async () => {
    const sequenceFile = join(folder, 'ACME.json')
    writeFileSync(sequenceFile, '{"nextOutbound":2,"expectedInbound":1}')
    venue.session.expectedMsgSeqNum = 10

    await expect(makeClient({}, { sequenceFile }).connect()).rejects.toMatchObject({
      code: ErrorCode.FixLogon,
      message: expect.stringContaining('MsgSeqNum too low, expecting 10 but received 2') as string,
    })
  })

  it('says so when nobody listens', async () => {
    await venue.close()
    await expect(makeClient().connect()).rejects.toMatchObject({ code: ErrorCode.FixConnect })
    await venue.open()
  })

  it('refuses a sequence file that it cannot read', async () => {
    const sequenceFile = join(folder, 'ACME.json')
    writeFileSync(sequenceFile, '{"nextOutbound":0}')
    await expect(makeClient({}, { sequenceFile }).connect()).rejects.toMatchObject({
      code: ErrorCode.ClientState,
    })
  })
})
