/**
 * When do the counts between QuickFIX C++ and `buttonwood serve` begin again at 1, and when not?
 * One story, told in order.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROCESS_MS } from '../../support/running-exchange.ts'
import { field, fieldsOf, linesOf, outlineOf } from '../fix-text.ts'
import type { QuickFixClient } from './quickfix-client.ts'
import { isQuickFixMissing, TradingFloor } from './trading-floor.ts'

const DAY_MS = 86_400_000

describe.skipIf(isQuickFixMissing)('QuickFIX and the numbers', { timeout: 2 * PROCESS_MS }, () => {
  let floor: TradingFloor
  let initech: QuickFixClient

  beforeAll(async () => {
    floor = await TradingFloor.open(['INITECH'])
    initech = await floor.logOn('INITECH')
  }, PROCESS_MS)

  afterAll(() => floor.close())

  it('keeps them over midnight', async () => {
    initech.say('buy R1 AAPL 100 182.00')
    await initech.settle()
    const { ours, theirs } = initech.next
    await initech.kill()

    floor.beganCountingAt('INITECH', lastSunday())
    initech = await floor.logOn('INITECH')
    await initech.settle()

    expect(outlineOf(initech.sent)).toEqual([`${ours} A`, `${ours + 1} 1`])
    expect(outlineOf(initech.received)).toEqual([`${theirs} A`, `${theirs + 1} 0`])
  })

  it('is refused when a week has made it forget them, until its operator resets both sides', async () => {
    const { ours, theirs } = initech.next
    await initech.kill()

    floor.beganCountingAt('INITECH', new Date(Date.now() - 8 * DAY_MS))
    initech = floor.launch('INITECH')
    initech.say('connect')
    await initech.loggedOut()
    const text = `MsgSeqNum too low, expecting ${ours} but received 1`
    expect(initech.received.map((message) => fieldsOf(message, 34, 35, 58))).toEqual([
      [`${theirs}`, '5', text],
    ])
    initech.news()

    initech.say('reset')
    await initech.loggedOn()
    initech.say('cancel C1 R1 buy AAPL')
    await initech.settle()
    const { received, sent, told } = initech.news()

    const logons = [...sent, ...received].filter((message) => field(message, 141) === 'Y')
    expect(logons.slice(-2).map((logon) => fieldsOf(logon, 49, 35, 34))).toEqual([
      ['INITECH', 'A', '1'],
      ['BUTTONWOOD', 'A', '1'],
    ])
    expect(linesOf(told)).toEqual(['#2 2 4/4 C1<R1 buy 100@182 leaves 0 cum 0'])
  })

  it('begins again with every Logon when its settings say ResetOnLogon=Y', async () => {
    await initech.kill()
    floor.changeSettings('INITECH', (text) => `${text}ResetOnLogon=Y\n`)
    initech = await floor.logOn('INITECH')
    initech.say('buy R2 AAPL 100 182.00')
    await initech.settle()
    initech.say('logout')
    await initech.loggedOut()
    initech.say('logon')
    await initech.loggedOn()
    initech.say('cancel C2 R2 buy AAPL')
    await initech.settle()

    expect(outlineOf(initech.sent)).toEqual('1 A,2 D,3 1,4 5,1 A,2 F,3 1'.split(','))
    expect(outlineOf(initech.received)).toEqual('1 A,2 8,3 0,4 5,1 A,2 8,3 0'.split(','))
    const logons = [...initech.sent, ...initech.received].filter((one) => field(one, 35) === 'A')
    expect(logons.map((logon) => field(logon, 141))).toEqual(['Y', 'Y', 'Y', 'Y'])
    expect(linesOf(initech.told)).toEqual([
      '#2 3 0/0 R2 buy 100@182 leaves 100 cum 0',
      '#2 4 4/4 C2<R2 buy 100@182 leaves 0 cum 0',
    ])
  })

  it('begins again when the session file says so, and its own answer to that is no new beginning', async () => {
    await initech.kill()
    floor.changeSettings('INITECH', (text) => text.replace('ResetOnLogon=Y\n', ''))
    await floor.exchange.stop()
    floor.changeSession('INITECH', 'resetOnLogon: true')
    await floor.serveAgain()
    initech = await floor.logOn('INITECH')
    initech.say('buy R3 AAPL 100 182.00')
    await initech.settle()
    initech.say('logout')
    await initech.loggedOut()

    expect(outlineOf(initech.received)).toEqual(['1 A', '2 8', '3 0', '4 5'])
    expect(outlineOf(initech.sent)).toEqual(['4 A', '1 A', '2 D', '3 1', '4 5'])
    expect(linesOf(initech.told)).toEqual(['#2 5 0/0 R3 buy 100@182 leaves 100 cum 0'])
  })

  it('never found fault with a message of ours, nor we with one of its', () => {
    expect(floor.faults()).toEqual({ quickFix: [], ours: [], logged: [] })
  })
})

/** The beginning of this week as QuickFIX counts weeks: on any day but a Sunday, another day. */
function lastSunday(): Date {
  const now = new Date()
  return new Date(
    Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - now.getUTCDay()),
  )
}
