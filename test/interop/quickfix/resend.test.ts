/**
 * Messages get lost between QuickFIX C++ and `buttonwood serve`, in both directions, while both are
 * logged on: its counts are set back or forward, as an operator does it. One story, told in order.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROCESS_MS } from '../../support/running-exchange.ts'
import {
  contentOf,
  field,
  fieldsOf,
  firstSendingOf,
  isAgain,
  isReport,
  linesOf,
  numberOf,
  outlineOf,
} from '../fix-text.ts'
import type { QuickFixClient } from './quickfix-client.ts'
import { isQuickFixMissing, TradingFloor } from './trading-floor.ts'

const ORDERS = 400

describe.skipIf(isQuickFixMissing)('QuickFIX with a gap', { timeout: 2 * PROCESS_MS }, () => {
  let floor: TradingFloor
  let initech: QuickFixClient
  beforeAll(async () => {
    floor = await TradingFloor.open(['INITECH'])
    initech = await floor.logOn('INITECH')
  }, PROCESS_MS)

  afterAll(() => floor.close())

  /** What was reported so far, from a MsgSeqNum(34) on, as it came the first time. */
  const reportsFrom = (first: number): string[] =>
    initech.received
      .filter((message) => isReport(message) && !isAgain(message) && numberOf(message) >= first)
      .map(contentOf)

  it('is given again what it missed, under the same numbers, the rest as gap fills', async () => {
    initech.say('sell S1 AAPL 100 182.50')
    initech.say('buy B1 AAPL 60 182.50')
    await initech.settle()
    initech.say('buy B2 AAPL 60 182.00')
    initech.say('replace B3 B2 buy AAPL 50 182.10')
    initech.say('cancel B4 NONE buy AAPL')
    await initech.settle()
    initech.news()

    initech.say('next-target 4')
    await initech.settleWithResends()
    const { received, sent, told } = initech.news()

    expect(sent.map((message) => fieldsOf(message, 35, 7, 16))).toEqual([
      ['1', undefined, undefined],
      ['2', '4', '0'],
      ['1', undefined, undefined],
    ])
    expect(outlineOf(received)).toEqual([
      '11 0',
      '4 8 again',
      '5 8 again',
      '6 4 again to 7',
      '7 8 again',
      '8 8 again',
      '9 9 again',
      '10 4 again to 12',
      '12 0',
    ])
    expect(received.filter(isReport).map(firstSendingOf)).toEqual(reportsFrom(4))
    expect(linesOf(told)).toEqual([
      '#4 again 3 F/1 S1 sell 100@182.5 last 60@182.5 leaves 40 cum 60',
      '#5 again 4 F/2 B1 buy 60@182.5 last 60@182.5 leaves 0 cum 60',
      '#7 again 5 0/0 B2 buy 60@182 leaves 60 cum 0',
      '#8 again 6 5/0 B3<B2 buy 50@182.1 leaves 50 cum 0',
      '#9 again 9 B4<NONE 8 1 Unknown order',
    ])
  })

  it(`is given the whole session again, ${ORDERS} orders long, while it trades on`, async () => {
    for (let order = 1; order <= ORDERS; order++) initech.say(`buy C${order} MSFT 10 415.00`)
    await initech.settle()
    initech.news()
    const before = reportsFrom(1)

    initech.say('next-target 1')
    initech.say('sell D1 MSFT 15 415.00')
    await initech.settleWithResends()
    const { received, told } = initech.news()
    const again = received.filter((message) => isReport(message) && isAgain(message))

    expect(before).toHaveLength(7 + ORDERS)
    expect(again.map(firstSendingOf)).toEqual(reportsFrom(1))
    expect(told.map(numberOf)).toEqual(reportsFrom(1).map(numberOf))
    expect(linesOf(told.slice(before.length))).toEqual([
      '#414 407 0/0 D1 sell 15@415 leaves 15 cum 0',
      '#415 408 F/2 C1 buy 10@415 last 10@415 leaves 0 cum 10',
      '#416 409 F/1 D1 sell 15@415 last 10@415 leaves 5 cum 10',
      '#417 410 F/1 C2 buy 10@415 last 5@415 leaves 5 cum 5',
      '#418 411 F/2 D1 sell 15@415 last 5@415 leaves 0 cum 15',
    ])
  })

  it('fills the gap that we ask it to fill, and what came behind it counts once', async () => {
    const { ours, theirs } = initech.next

    initech.say(`next-sender ${ours + 7}`)
    initech.say('buy E1 AAPL 10 182.00')
    initech.say('cancel E2 E1 buy AAPL')
    await initech.settleWithResends()
    const { received, sent, told } = initech.news()

    const asked = received.filter((message) => field(message, 35) === '2')
    expect(asked.map((message) => fieldsOf(message, 34, 7, 16))).toEqual([
      [`${theirs}`, `${ours}`, '0'],
    ])
    expect(outlineOf(sent.filter(isAgain)).slice(0, 2)).toEqual([
      `${ours} 4 again to ${ours + 7}`,
      `${ours + 7} D again`,
    ])
    expect(linesOf(told)).toEqual([
      `#${theirs + 1} 412 0/0 E1 buy 10@182 leaves 10 cum 0`,
      `#${theirs + 2} 413 4/4 E2<E1 buy 10@182 leaves 0 cum 0`,
    ])
  })

  it('misses something while we do too: both ask, both are served', async () => {
    const { ours, theirs } = initech.next

    initech.say(`next-target ${theirs - 5}`)
    initech.say(`next-sender ${ours + 3}`)
    initech.say('buy F1 AAPL 10 182.00')
    await initech.settleWithResends()
    const { received, sent, told } = initech.news()

    const asked = [...received, ...sent].filter((message) => field(message, 35) === '2')
    expect(asked.map((message) => fieldsOf(message, 49, 7))).toEqual([
      ['BUTTONWOOD', `${ours}`],
      ['INITECH', `${theirs - 5}`],
    ])
    expect(linesOf(told)).toEqual([
      `#${theirs - 4} again 412 0/0 E1 buy 10@182 leaves 10 cum 0`,
      `#${theirs - 3} again 413 4/4 E2<E1 buy 10@182 leaves 0 cum 0`,
      `#${theirs + 1} 414 0/0 F1 buy 10@182 leaves 10 cum 0`,
    ])
  })

  it('hangs up over a number lower than it expects, and goes on when its operator has put that right', async () => {
    const { theirs } = initech.next

    initech.say('next-target 9000')
    initech.say('buy G1 AAPL 10 182.00')
    await initech.loggedOut()
    initech.say(`next-target ${theirs}`)
    await initech.loggedOn()
    await initech.settle()
    const { received, sent, told } = initech.news()

    const text = `MsgSeqNum too low, expecting 9000 but received ${theirs}`
    expect(
      field(
        sent.find((message) => field(message, 35) === '5')!,
        58,
      ),
    ).toBe(text)
    expect(outlineOf(received)).toEqual([
      `${theirs} 8`,
      // Our answer to its Logout, which it did not wait for, is covered by the gap fill.
      `${theirs + 2} A`,
      `${theirs + 3} 2`,
      `${theirs} 8 again`,
      `${theirs + 1} 4 again to ${theirs + 4}`,
      `${theirs + 4} 0`,
    ])
    expect(linesOf(told)).toEqual([`#${theirs} again 415 0/0 G1 buy 10@182 leaves 10 cum 0`])
  })

  it('never found fault with a message of ours, nor we with one of its', () => {
    expect(floor.faults()).toEqual({ quickFix: [], ours: [], logged: [] })
  })
})
