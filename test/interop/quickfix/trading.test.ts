/**
 * Two counterparties on QuickFIX C++ trade on `buttonwood serve`, with the settings that
 * `buttonwood session new` printed and QuickFIX's own dictionary. One story, told in order.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROCESS_MS } from '../../support/running-exchange.ts'
import { field, fieldsOf, linesOf, typesOf } from '../fix-text.ts'
import type { QuickFixClient } from './quickfix-client.ts'
import { isQuickFixMissing, TradingFloor } from './trading-floor.ts'

describe.skipIf(isQuickFixMissing)('QuickFIX trades', { timeout: 2 * PROCESS_MS }, () => {
  let floor: TradingFloor
  let initech: QuickFixClient
  let hooli: QuickFixClient

  beforeAll(async () => {
    floor = await TradingFloor.open(['INITECH', 'HOOLI'])
    initech = floor.launch('INITECH')
    hooli = floor.launch('HOOLI')
  }, PROCESS_MS)

  afterAll(() => floor.close())

  /** What both were told since the last time. */
  async function news(): Promise<{ initech: string[]; hooli: string[] }> {
    await initech.settle()
    await hooli.settle()
    return { initech: linesOf(initech.news().told), hooli: linesOf(hooli.news().told) }
  }

  it('logs on with user name and password of the settings that session new prints', async () => {
    await initech.connect()
    await hooli.connect()

    const [logon] = initech.sent
    expect(fieldsOf(logon!, 35, 34, 108, 141, 553)).toEqual(['A', '1', '30', undefined, 'INITECH'])
    const [answer] = initech.received
    expect(fieldsOf(answer!, 35, 34, 98, 108, 141)).toEqual(['A', '1', '0', '30', undefined])
  })

  it('is told of an order that trades in two parts, on both sides', async () => {
    hooli.say('sell S1 AAPL 100 182.50')
    await hooli.settle()
    initech.say('buy B1 AAPL 60 182.50')
    await initech.settle()
    initech.say('buy B2 AAPL 70 182.55')

    expect(await news()).toEqual({
      initech: [
        '#2 2 0/0 B1 buy 60@182.5 leaves 60 cum 0',
        '#3 4 F/2 B1 buy 60@182.5 last 60@182.5 leaves 0 cum 60',
        '#5 5 0/0 B2 buy 70@182.55 leaves 70 cum 0',
        '#6 7 F/1 B2 buy 70@182.55 last 40@182.5 leaves 30 cum 40',
      ],
      hooli: [
        '#2 1 0/0 S1 sell 100@182.5 leaves 100 cum 0',
        '#4 3 F/1 S1 sell 100@182.5 last 60@182.5 leaves 40 cum 60',
        '#5 6 F/2 S1 sell 100@182.5 last 40@182.5 leaves 0 cum 100',
      ],
    })
  })

  it('replaces what is left and cancels it', async () => {
    initech.say('replace B3 B2 buy AAPL 90 182.40')
    initech.say('replace B4 B3 buy AAPL 60 182.40')
    initech.say('cancel B5 B4 buy AAPL')

    expect(await news()).toEqual({
      initech: [
        '#8 8 5/1 B3<B2 buy 90@182.4 leaves 50 cum 40',
        '#9 9 5/1 B4<B3 buy 60@182.4 leaves 20 cum 40',
        '#10 10 4/4 B5<B4 buy 60@182.4 leaves 0 cum 40',
      ],
      hooli: [],
    })
  })

  it('is told why an order, a replacement and a cancel are refused', async () => {
    hooli.say('buy S2 AAPL 100 182.505')
    hooli.say('buy S3 NONE 100 182.50')
    hooli.say('buy S1 AAPL 100 182.50')
    hooli.say('replace S4 NONE buy AAPL 10 182.50')
    hooli.say('cancel S5 S1 sell AAPL')

    expect((await news()).hooli).toEqual([
      '#8 11 8/8 S2 buy 100@182.505 leaves 0 cum 0 Price(44) not a multiple of tick 0.01',
      '#9 12 8/8 S3 buy 100@182.50 leaves 0 cum 0 Unknown symbol',
      '#10 13 8/2 S1 sell 100@182.5 leaves 0 cum 100 Duplicate ClOrdID(11)',
      '#11 9 S4<NONE 8 1 Unknown order',
      '#12 9 S5<S1 2 0 Too late: the order is no longer live',
    ])
  })

  it('is told the state of an order when it asks, and of none when there is none', async () => {
    hooli.say('status S1 sell AAPL')
    hooli.say('status S9 sell AAPL')

    await hooli.settle()
    expect(linesOf(hooli.news().told)).toEqual([
      '#14 0 I/2 S1 sell 100@182.5 leaves 0 cum 100',
      '#15 0 I/8 S9 sell 0@- leaves 0 cum 0 Unknown order',
    ])
  })

  it('is told what is wrong with a message, and goes on', async () => {
    hooli.say('buy S6 AAPL 1e2 182.50')
    hooli.say('news N1')
    await hooli.settle()
    hooli.news()

    const rejects = hooli.received.filter((message) => /\|35=[3j]\|/.test(message))
    expect(rejects.map((message) => fieldsOf(message, 35, 372, 371, 373, 380, 58))).toEqual([
      ['3', 'D', '38', '6', undefined, 'Incorrect data format for value'],
      ['j', 'B', undefined, undefined, '3', 'Unsupported Message Type'],
    ])
  })

  it('is asked whether it is there when it says nothing, and goes on when it is', async () => {
    hooli.say('logout')
    await hooli.loggedOut()
    await hooli.end()
    floor.changeSettings('HOOLI', (text) => text.replace('HeartBtInt=30', 'HeartBtInt=5'))
    hooli = await floor.logOn('HOOLI')

    // The process stands still: 6 seconds after its last word it is asked, 6 more and it is given up.
    hooli.signal('SIGSTOP')
    await wait(8_500)
    hooli.signal('SIGCONT')
    await hooli.waitFor(() => hooli.sent.some((message) => field(message, 112) === 'TEST-1'))

    expect(typesOf(hooli.received)).toMatch(/^A 0 1/)
    const answers = hooli.sent.filter((message) => field(message, 112) === 'TEST-1')
    expect(typesOf(answers)).toBe('0')
    await hooli.settle()
  })

  it('logs out: one Logout each way', async () => {
    initech.say('logout')
    hooli.say('logout')
    await Promise.all([initech.loggedOut(), hooli.loggedOut()])

    expect(typesOf([initech.sent.at(-1)!, initech.received.at(-1)!])).toBe('5 5')
    expect(initech.events.slice(-3)).toEqual([
      'Initiated logout request',
      'Received logout response',
      'Disconnecting',
    ])
  })

  it('never found fault with a message of ours, nor we with one of its but those two', () => {
    const { quickFix, ours, logged } = floor.faults()

    expect(typesOf(initech.sent)).toMatch(/^A D 1 D 1 G G F 1 1( 0)* 5$/)
    expect({ quickFix, ours: typesOf(ours), logged }).toEqual({
      quickFix: [],
      ours: '3 j',
      logged: [],
    })
  })
})
