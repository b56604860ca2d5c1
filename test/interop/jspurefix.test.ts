/**
 * A FIX engine that nobody here wrote trades on `buttonwood serve`: jspurefix's initiator, with its
 * own dictionary and its own store. One story, told in order.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { FixClient } from '../../src/client/index.ts'
import { Side } from '../../src/domain/index.ts'
import type { ServedExchange } from '../support/running-exchange.ts'
import { ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'
import { field, typesOf } from './fix-text.ts'
import type { FixObject } from './jspurefix-client.ts'
import { JspurefixClient } from './jspurefix-client.ts'

let folder: ExchangeFolder
let store: string
let exchange: ServedExchange
/** The present connection, and the one before. */
let trader: JspurefixClient
let first: JspurefixClient
/** The other side of every trade, and the states of its orders by ClOrdID. */
let globex: FixClient
const globexStates = new Map<string, string>()

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  store = mkdtempSync(join(tmpdir(), 'buttonwood-jspurefix-'))
  exchange = await folder.serve()
  const options = {
    host: '127.0.0.1',
    port: exchange.ports.fix,
    compId: 'GLOBEX',
    targetCompId: 'BUTTONWOOD',
    username: 'GLOBEX',
    password: 'globex',
  }
  globex = new FixClient(options, {
    onReport: ({ clOrdId, ordStatus }) => globexStates.set(clOrdId, ordStatus),
  })
  await globex.connect()
})

afterAll(async () => {
  await globex.logout()
  await exchange.stop()
  folder.remove()
  rmSync(store, { recursive: true })
})

const logOn = (): Promise<JspurefixClient> =>
  JspurefixClient.logOn({ port: exchange.ports.fix, compId: 'ACME', password: 'acme', store })

/** Enters an order and waits until it has reached a state. */
async function globexOrder(
  clOrdId: string,
  side: number,
  [orderQty, price]: [quantity: number, price: number],
  ordStatus: string,
): Promise<void> {
  globex.newOrder({ clOrdId, symbol: 'AAPL', side, orderQty, price })
  await vi.waitFor(() => expect(globexStates.get(clOrdId)).toBe(ordStatus), { interval: 5 })
}

const terms = (side: 'buy' | 'sell', quantity: number) => ({
  HandlInst: '1',
  Instrument: { Symbol: 'AAPL' },
  Side: side === 'buy' ? '1' : '2',
  TransactTime: new Date(),
  OrderQtyData: { OrderQty: quantity },
})
const limit = (price: number) => ({ OrdType: '2', Price: price })

/** `ExecType/OrdStatus ClOrdID<OrigClOrdID side quantity@price lastQty@lastPx leaves cum avg` */
function line(message: FixObject): string {
  const text = (name: string): string => String((message[name] ?? '-') as string | number)
  if (message['CxlRejReason'] !== undefined) {
    const ids = `${text('ClOrdID')}<${text('OrigClOrdID')}`
    return `refused ${ids} ${text('OrdStatus')} 102=${text('CxlRejReason')} ${text('Text')}`
  }
  if (message['BusinessRejectReason'] !== undefined) {
    return `j ${text('RefMsgType')} 380=${text('BusinessRejectReason')} ${text('Text')}`
  }
  const { OrderQty = '-' } = (message['OrderQtyData'] ?? {}) as { OrderQty?: number }
  return [
    `${text('ExecType')}/${text('OrdStatus')}`,
    `${text('ClOrdID')}<${text('OrigClOrdID')}`,
    text('Side') === '1' ? 'buy' : 'sell',
    `${OrderQty}@${text('Price')}`,
    `last ${text('LastQty')}@${text('LastPx')}`,
    `leaves ${text('LeavesQty')} cum ${text('CumQty')} avg ${text('AvgPx')}`,
    ...(message['Text'] === undefined ? [] : [text('Text')]),
  ].join(' ')
}

describe('jspurefix on buttonwood serve', { timeout: PROCESS_MS }, () => {
  it('logs on', async () => {
    trader = await logOn()
    expect(typesOf(trader.received)).toBe('A')
    expect(field(trader.received[0]!, 34)).toBe('1')
  })

  it('buys from one and sells to another resting order', async () => {
    await globexOrder('G1', Side.Sell, [100, 1_825_000], '0')
    await globexOrder('G2', Side.Buy, [50, 1_824_000], '0')
    trader.send('D', { ClOrdID: 'T0', ...terms('buy', 1), ...limit(180) })
    await trader.hears(1)
    trader.send('D', { ClOrdID: 'T1', ...terms('buy', 60), ...limit(182.5) })
    trader.send('D', { ClOrdID: 'T2', ...terms('sell', 80), ...limit(182.4) })

    expect((await trader.hears(5)).map(line)).toEqual([
      '0/0 T0<- buy 1@180 last -@- leaves 1 cum 0 avg 0',
      '0/0 T1<- buy 60@182.5 last -@- leaves 60 cum 0 avg 0',
      'F/2 T1<- buy 60@182.5 last 60@182.5 leaves 0 cum 60 avg 182.5',
      '0/0 T2<- sell 80@182.4 last -@- leaves 80 cum 0 avg 0',
      'F/1 T2<- sell 80@182.4 last 50@182.4 leaves 30 cum 50 avg 182.4',
    ])
  })

  it('replaces and cancels what is left', async () => {
    const before = trader.objects.length
    trader.send('G', { OrigClOrdID: 'T2', ClOrdID: 'T3', ...terms('sell', 70), ...limit(182.45) })
    trader.send('F', { OrigClOrdID: 'T3', ClOrdID: 'T4', ...terms('sell', 70) })
    trader.send('F', { OrigClOrdID: 'T3', ClOrdID: 'T5', ...terms('sell', 70) })

    expect((await trader.hears(before + 3)).slice(before).map(line)).toEqual([
      '5/1 T3<T2 sell 70@182.45 last -@- leaves 20 cum 50 avg 182.4',
      '4/4 T4<T3 sell 70@182.45 last -@- leaves 0 cum 50 avg 182.4',
      'refused T5<T4 4 102=0 Too late: the order is no longer live',
    ])
  })

  it('is told what is wrong with an order, a request, a message', async () => {
    const before = trader.objects.length
    trader.send('D', { ClOrdID: 'T6', ...terms('buy', 10), ...limit(182.505) })
    trader.send('D', { ClOrdID: 'T7', ...terms('buy', 10), OrdType: 'P', Price: 182.5 })
    trader.send('D', { ClOrdID: 'T1', ...terms('buy', 10), ...limit(182.5) })
    trader.send('G', { OrigClOrdID: 'none', ClOrdID: 'T8', ...terms('buy', 10), ...limit(182.5) })
    trader.send('H', { ClOrdID: 'T0', Instrument: { Symbol: 'AAPL' }, Side: '1' })
    trader.send('B', { Headline: 'Nobody reads it here' })
    trader.send('D', { ClOrdID: 'T9', ...terms('buy', 10), OrdType: 'Z' })
    await trader.waitFor(() => typesOf(trader.received).endsWith('3'))

    expect(trader.objects.slice(before).map(line)).toEqual([
      '8/8 T6<- buy 10@182.505 last -@- leaves 0 cum 0 avg 0 Price(44) not a multiple of tick 0.01',
      '8/8 T7<- buy 10@182.5 last -@- leaves 0 cum 0 avg 0 Unsupported order characteristic: OrdType(40)=P',
      '8/2 T1<- buy 60@182.5 last -@- leaves 0 cum 60 avg 182.5 Duplicate ClOrdID(11)',
      'refused T8<none 8 102=1 Unknown order',
      'I/0 T0<- buy 1@180 last -@- leaves 1 cum 0 avg 0',
      'j B 380=3 Unsupported Message Type',
    ])
    expect(trader.received.at(-1)).toContain('|371=40|372=D|373=5|')
  })

  it('is answered when it asks whether we are there', async () => {
    trader.send('1', { TestReqID: 'are you there?' })
    await trader.waitFor(() => typesOf(trader.received).endsWith('0'))
    expect(field(trader.received.at(-1)!, 112)).toBe('are you there?')
  })

  it('logs out, and is told after the next Logon what was executed meanwhile, by its own store', async () => {
    first = trader
    trader.send('D', { ClOrdID: 'REST', ...terms('buy', 100), ...limit(182.3) })
    await trader.waitFor(() => field(trader.received.at(-1)!, 11) === 'REST')
    await first.logOut()
    const lastSent = Number(field(first.sent.at(-1)!, 34))
    const lastReceived = Number(field(first.received.at(-1)!, 34))

    await globexOrder('G3', Side.Sell, [30, 1_823_000], '2')
    await globexOrder('G4', Side.Sell, [20, 1_822_000], '2')
    trader = await logOn()
    const reports = await trader.hears(2)

    expect(field(trader.sent[0]!, 34)).toBe(String(lastSent + 1))
    expect(field(trader.sent[0]!, 141)).toBe('N')
    expect(field(trader.received[0]!, 34)).toBe(String(lastReceived + 3))
    expect(typesOf(trader.sent)).toBe('A 2')
    // It hangs up with our Logout, which on a busy machine it has not put into its store by then.
    expect([lastReceived, lastReceived + 1]).toContain(Number(field(trader.sent[1]!, 7)))
    expect(reports.map(line)).toEqual([
      'F/1 REST<- buy 100@182.3 last 30@182.3 leaves 70 cum 30 avg 182.3',
      'F/1 REST<- buy 100@182.3 last 20@182.3 leaves 50 cum 50 avg 182.3',
    ])
    const header = reports.map((report) => report['StandardHeader'] as FixObject)
    expect(header.map(({ MsgSeqNum, PossDupFlag }) => [MsgSeqNum, PossDupFlag])).toEqual([
      [lastReceived + 1, true],
      [lastReceived + 2, true],
    ])
  })

  it('goes on under the next numbers after that', async () => {
    const before = trader.objects.length
    trader.send('F', { OrigClOrdID: 'REST', ClOrdID: 'END', ...terms('buy', 100) })

    expect((await trader.hears(before + 1)).slice(before).map(line)).toEqual([
      '4/4 END<REST buy 100@182.3 last -@- leaves 0 cum 50 avg 182.3',
    ])
    const logonNumber = Number(field(trader.received[0]!, 34))
    expect(field(trader.received.at(-1)!, 34)).toBe(String(logonNumber + 1))
  })

  it('never found fault with a message of ours, nor we with one of its', async () => {
    await trader.logOut()
    const warnings = exchange.log.filter(({ level }) => level !== 'info')

    expect(typesOf(first.sent)).toBe('A D D D G F F D D D G H B D 1 D 5')
    expect(typesOf(trader.sent)).toBe('A 2 F 5')
    expect(warnings).toEqual([])
  })
})
