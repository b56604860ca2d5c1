/**
 * What a client on QuickFIX C++ asks about its orders and about the market: each answer passes
 * QuickFIX's own dictionary, repeating groups too, before the client sees it.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PROCESS_MS } from '../../support/running-exchange.ts'
import { field, fieldsOf, linesOf } from '../fix-text.ts'
import type { QuickFixClient } from './quickfix-client.ts'
import { isQuickFixMissing, TradingFloor } from './trading-floor.ts'

describe.skipIf(isQuickFixMissing)('QuickFIX asks', { timeout: 2 * PROCESS_MS }, () => {
  let floor: TradingFloor
  let hooli: QuickFixClient

  beforeAll(async () => {
    floor = await TradingFloor.open(['HOOLI'])
    hooli = floor.launch('HOOLI')
    await hooli.connect()
    hooli.say('buy B1 AAPL 60 182.00')
    hooli.say('sell S1 MSFT 7 420.00')
    await hooli.settle()
    hooli.news()
  }, PROCESS_MS)

  afterAll(() => floor.close())

  /** What the application is given in answer. */
  async function ask(command: string): Promise<readonly string[]> {
    hooli.say(command)
    await hooli.settle()
    return hooli.news().told
  }

  it('for all its orders, and is told each with its place among them', async () => {
    const told = await ask('mass-status M1')

    expect(linesOf(told)).toEqual([
      '#5 0 I/0 B1 buy 60@182 leaves 60 cum 0',
      '#6 0 I/0 S1 sell 7@420 leaves 7 cum 0',
    ])
    expect(told.map((message) => fieldsOf(message, 584, 911, 912))).toEqual([
      ['M1', '2', undefined],
      ['M1', '2', 'Y'],
    ])
  })

  it('for all its orders to be canceled, and is told how many, and each', async () => {
    const [report, ...canceled] = await ask('mass-cancel C1')

    expect(fieldsOf(report!, 35, 11, 530, 531, 533)).toEqual(['r', 'C1', '7', '7', '2'])
    expect(linesOf(canceled)).toEqual([
      '#9 3 4/4 C1<B1 buy 60@182 leaves 0 cum 0',
      '#10 4 4/4 C1<S1 sell 7@420 leaves 0 cum 0',
    ])
  })

  it('why it was not done, when it says the same again', async () => {
    const [report] = await ask('mass-cancel C1')
    expect(fieldsOf(report!, 35, 531, 532, 58)).toEqual(['r', '0', '0', 'Duplicate ClOrdID(11)'])
  })

  it('for its orders when it has none', async () => {
    const [answer] = await ask('mass-status M2')
    expect(fieldsOf(answer!, 150, 39, 55, 54, 103, 911, 912, 58)).toEqual([
      'I',
      '8',
      '[N/A]',
      '7',
      '5',
      '0',
      'Y',
      'No open orders',
    ])
  })

  it('what is listed, and reads every instrument with its tick', async () => {
    const [list] = await ask('list L1')

    expect(fieldsOf(list!, 35, 320, 560, 393, 893, 146)).toEqual(['y', 'L1', '0', '5', 'Y', '5'])
    expect(list!.match(/\|55=\w+/g)).toHaveLength(5)
    expect(list!.match(/\|872=MinPriceIncrement=0\.01\|/g)).toHaveLength(5)
  })

  it('whether an instrument trades, and until when', async () => {
    const [security] = await ask('security S1')
    expect(fieldsOf(security!, 35, 324, 55, 326)).toEqual(['f', 'S1', 'AAPL', '17'])
    const [day] = await ask('day T1')
    expect(fieldsOf(day!, 35, 335, 336, 340)).toEqual(['h', 'T1', 'DAY', '2'])
    expect(field(day!, 344)).toMatch(/^\d{8}-\d\d:\d\d:\d\d\.000$/)
  })

  it('nothing more when it doubts a trade', async () => {
    expect(await ask('doubt 1')).toEqual([])
  })

  it('and finds no fault with any answer', async () => {
    // What serve logs comes through a pipe of its own.
    await vi.waitUntil(() => floor.faults().logged.length > 0, { timeout: PROCESS_MS })
    const { quickFix, ours, logged } = floor.faults()
    expect({ quickFix, ours, logged }).toEqual({
      quickFix: [],
      ours: [],
      logged: [expect.objectContaining({ msg: 'counterparty does not know a trade' })],
    })
  })
})
