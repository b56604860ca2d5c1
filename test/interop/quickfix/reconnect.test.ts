/**
 * The connection between QuickFIX C++ and `buttonwood serve` ends in every way that there is, and
 * the next one goes on from the stores of both. One story, told in order.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROCESS_MS } from '../../support/running-exchange.ts'
import { field, fieldsOf, linesOf, numberOf, outlineOf } from '../fix-text.ts'
import type { QuickFixClient } from './quickfix-client.ts'
import { isQuickFixMissing, TradingFloor } from './trading-floor.ts'

const ORDERS = 400

describe.skipIf(isQuickFixMissing)('QuickFIX comes back', { timeout: 2 * PROCESS_MS }, () => {
  let floor: TradingFloor
  let initech: QuickFixClient
  let hooli: QuickFixClient

  beforeAll(async () => {
    floor = await TradingFloor.open(['INITECH', 'HOOLI'])
    initech = await floor.logOn('INITECH')
    hooli = await floor.logOn('HOOLI')
  }, PROCESS_MS)

  afterAll(() => floor.close())

  it('after a Logout, with orders for us and with reports for it that neither has seen', async () => {
    initech.say('buy R1 AAPL 500 182.00')
    await initech.settle()
    initech.say('logout')
    await initech.loggedOut()
    initech.news()
    // A slow machine has asked more than once whether everything was answered.
    const { ours, theirs } = initech.next

    initech.say('buy Q1 AAPL 10 181.00')
    initech.say('cancel Q2 Q1 buy AAPL')
    hooli.say('sell H1 AAPL 30 182.00')
    await hooli.settle()
    initech.say('logon')
    await initech.loggedOn()
    await initech.settleWithResends()
    const { received, sent, told } = initech.news()

    // Two messages of QuickFIX and one of ours wait in the stores.
    expect(outlineOf([sent[0]!, received[0]!])).toEqual([`${ours + 2} A`, `${theirs + 1} A`])
    const asked = [...received, ...sent].filter((message) => field(message, 35) === '2')
    expect(asked.slice(0, 2).map((message) => fieldsOf(message, 49, 7, 16))).toEqual([
      ['BUTTONWOOD', String(ours), '0'],
      ['INITECH', String(theirs), '0'],
    ])
    expect(linesOf(told)).toEqual([
      `#${theirs} again 3 F/1 R1 buy 500@182 last 30@182 leaves 470 cum 30`,
      `#${theirs + 3} 5 0/0 Q1 buy 10@181 leaves 10 cum 0`,
      `#${theirs + 4} 6 4/4 Q2<Q1 buy 10@181 leaves 0 cum 0`,
    ])
  })

  it('after the death of its process, with the numbers of its store', async () => {
    const { ours } = initech.next
    await initech.kill()

    hooli.say('sell H2 AAPL 40 182.00')
    await hooli.settle()
    initech = await floor.logOn('INITECH')
    await initech.settleWithResends()
    const { sent, told } = initech.news()

    expect(outlineOf(sent.slice(0, 1))).toEqual([`${ours} A`])
    expect(linesOf(told)).toEqual(['#12 again 8 F/1 R1 buy 500@182 last 40@182 leaves 430 cum 70'])
  })

  it('after the exchange was stopped, by itself, and its order still trades', async () => {
    const logout = initech.next.theirs
    expect((await floor.exchange.stop()).exitCode).toBe(0)
    await Promise.all([initech.loggedOut(), hooli.loggedOut()])
    await floor.serveAgain()
    await Promise.all([initech.loggedOn(), hooli.loggedOn()])
    hooli.say('sell H3 AAPL 50 182.00')
    await hooli.settleWithResends()
    await initech.settleWithResends()
    const { received, told } = initech.news()

    expect(fieldsOf(received[0]!, 34, 35, 58)).toEqual([
      `${logout}`,
      '5',
      'The exchange is closing',
    ])
    expect(outlineOf(received.slice(1, 2))).toEqual([`${logout + 1} A`])
    expect(withoutNumbers(told)).toEqual(['11 F/1 R1 buy 500@182 last 50@182 leaves 380 cum 120'])
  })

  it(`after the exchange was killed in the middle of ${ORDERS} orders: each counts once`, async () => {
    const ids = Array.from({ length: ORDERS }, (_, at) => `K${at + 1}`)
    for (const id of ids) initech.say(`buy ${id} MSFT 10 415.00`)
    await initech.waitFor(() => initech.told.some((report) => field(report, 11) === 'K1'))
    floor.exchange.kill('SIGKILL')
    await floor.exchange.ended()
    await Promise.all([initech.loggedOut(), hooli.loggedOut()])

    await floor.serveAgain()
    await Promise.all([initech.loggedOn(), hooli.loggedOn()])
    await initech.settleWithResends()
    const { told } = initech.news()

    expect(told.map((report) => field(report, 11))).toEqual(ids)
    expect(told.map((report) => Number(field(report, 17)))).toEqual(ids.map((_, at) => 13 + at))
    const numbers = told.map(numberOf)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  })

  it('and trades on with what rested over all of that', async () => {
    hooli.say('sell H4 AAPL 380 182.00')
    hooli.say('sell H5 MSFT 4000 415.00')
    await hooli.settleWithResends()
    await initech.settleWithResends()

    expect(withoutNumbers(hooli.news().told.slice(-1))).toEqual([
      `${13 + 3 * ORDERS + 3} F/2 H5 sell 4000@415 last 10@415 leaves 0 cum 4000`,
    ])
    const { told } = initech.news()
    expect(told).toHaveLength(1 + ORDERS)
    expect(withoutNumbers(told.slice(0, 2))).toEqual([
      `${13 + ORDERS + 1} F/2 R1 buy 500@182 last 380@182 leaves 0 cum 500`,
      `${13 + ORDERS + 4} F/2 K1 buy 10@415 last 10@415 leaves 0 cum 10`,
    ])
  })

  it('and never found fault with a message of ours, nor we with one of its', () => {
    expect(floor.faults()).toEqual({ quickFix: [], ours: [], logged: [] })
  })
})

/** How often QuickFIX tried to log on in vain decides the numbers of the messages after that. */
const withoutNumbers = (messages: readonly string[]): string[] =>
  linesOf(messages).map((line) => line.replace(/^#\d+( again)? /, ''))
