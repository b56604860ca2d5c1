/**
 * A broker on QuickFIX C++ that subscribes to market data: every W and X passes QuickFIX's own
 * dictionary, with its groups.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROCESS_MS } from '../../support/running-exchange.ts'
import { fieldsOf } from '../fix-text.ts'
import type { QuickFixClient } from './quickfix-client.ts'
import { isQuickFixMissing, TradingFloor } from './trading-floor.ts'

describe.skipIf(isQuickFixMissing)('QuickFIX subscribes', { timeout: 2 * PROCESS_MS }, () => {
  let floor: TradingFloor
  let hooli: QuickFixClient
  let broker: QuickFixClient

  beforeAll(async () => {
    floor = await TradingFloor.open(['HOOLI'], { brokers: ['BROKER'] })
    hooli = await floor.logOn('HOOLI')
    broker = await floor.logOn('BROKER')
  }, PROCESS_MS)

  afterAll(() => floor.close())

  it('and is told the book, what changes in it, and what trades', async () => {
    broker.say('watch W1 AAPL MSFT')
    await broker.waitFor(() => broker.told.length >= 2)
    hooli.say('buy B1 AAPL 60 182.00')
    await broker.waitFor(() => broker.told.length >= 3)
    hooli.say('sell S1 AAPL 20 182.00')
    await broker.waitFor(() => broker.told.length >= 4)

    expect(broker.told.map((message) => fieldsOf(message, 35, 262, 268))).toEqual([
      ['W', 'W1', '3'],
      ['W', 'W1', '3'],
      ['X', 'W1', '1'],
      ['X', 'W1', '2'],
    ])
    expect(
      broker.told.slice(2).map((text) => text.match(/\|(27[019]|346)=[^|]+/g)?.join('')),
    ).toEqual(['|279=0|270=182|271=60|346=1', '|279=0|270=182|271=20|279=1|270=182|271=40|346=1'])
  })

  it('and finds no fault with any answer', () => {
    expect(floor.faults()).toEqual({ quickFix: [], ours: [], logged: [] })
  })
})
