import { describe, expect, it } from 'vitest'
import { parseClientCommand } from '../../src/cli/client-command.ts'
import { OrdType, Side, TimeInForce } from '../../src/domain/index.ts'

describe('a line typed into the client', () => {
  it('is a limit order for the day', () => {
    expect(parseClientCommand('buy AAPL 100 182.50')).toEqual({
      kind: 'order',
      side: Side.Buy,
      symbol: 'AAPL',
      orderQty: 100,
      price: 1_825_000,
      timeInForce: TimeInForce.Day,
    })
  })

  it('is a market order with a time in force', () => {
    expect(parseClientCommand('  sell  AAPL 100 mkt ioc ')).toEqual({
      kind: 'order',
      side: Side.Sell,
      symbol: 'AAPL',
      orderQty: 100,
      price: undefined,
      timeInForce: TimeInForce.ImmediateOrCancel,
    })
  })

  it.each([
    ['sell AAPL 100 mkt stop 180', { price: undefined, stopPx: 1_800_000 }],
    ['sell AAPL 100 179.5 stop 180', { price: 1_795_000, stopPx: 1_800_000 }],
    [
      'sell AAPL 100 182.5 gtc show 20 POST-ONLY',
      { timeInForce: TimeInForce.GoodTillCancel, maxFloor: 20, execInst: '6' },
    ],
    ['sell AAPL 100 182.5 min 50 ioc', { timeInForce: TimeInForce.ImmediateOrCancel, minQty: 50 }],
    [
      'sell AAPL 100 182.5 gtd 2026-11-30',
      { timeInForce: TimeInForce.GoodTillDate, expireDate: '20261130' },
    ],
    [
      'sell AAPL 100 182.5 gtd 2026-11-30T15:30:00+01:00',
      { timeInForce: TimeInForce.GoodTillDate, expireTime: '20261130-14:30:00' },
    ],
    [
      'sell AAPL 100 mkt type market-to-limit',
      { price: undefined, ordType: OrdType.MarketWithLeftOverAsLimit },
    ],
    [
      'sell AAPL 100 182.5 ioc gtd 2026-11-30',
      { timeInForce: TimeInForce.ImmediateOrCancel, expireDate: '20261130' },
    ],
  ])('is an order that asks for more: %s', (line, more) => {
    expect(parseClientCommand(line)).toEqual({
      kind: 'order',
      side: Side.Sell,
      symbol: 'AAPL',
      orderQty: 100,
      price: 1_825_000,
      timeInForce: TimeInForce.Day,
      ...more,
    })
  })

  it('is a replacement that changes more than quantity and price', () => {
    expect(parseClientCommand('replace ab-1 200 mkt stop 181 gtc')).toEqual({
      kind: 'replace',
      id: 'ab-1',
      orderQty: 200,
      price: undefined,
      stopPx: 1_810_000,
      timeInForce: TimeInForce.GoodTillCancel,
    })
  })

  it('is a cancel or a replacement of an order by its ID', () => {
    expect(parseClientCommand('cancel ab-1')).toEqual({ kind: 'cancel', id: 'ab-1' })
    expect(parseClientCommand('replace ab-1 200 182.75')).toEqual({
      kind: 'replace',
      id: 'ab-1',
      orderQty: 200,
      price: 1_827_500,
    })
  })

  it.each([
    'buy AAPL',
    'buy AAPL 0 182.50',
    'buy AAPL 1.5 182.50',
    'buy AAPL 100 182.12345',
    'buy AAPL 100 -1',
    'buy AAPL 100 1e3',
    'buy AAPL 100 182.50 GTX',
    'buy AAPL 100 182.50 DAY now',
    'buy AAPL 100 182.50 stop',
    'buy AAPL 100 182.50 stop -1',
    'buy AAPL 100 182.50 show 1.5',
    'buy AAPL 100 182.50 min 0',
    'buy AAPL 100 182.50 gtd 2026-02-31',
    'buy AAPL 100 182.50 gtd 2026-11-30T25:00:00Z',
    'buy AAPL 100 182.50 gtd tomorrow',
    'buy AAPL 100 182.50 type iceberg',
    'replace ab-1 200',
    'replace ab-1 200 182.75 show',
    'cancel',
  ])('says how to write it: %s', (line) => {
    expect(parseClientCommand(line)).toEqual({
      kind: 'problem',
      text: expect.stringMatching(/^use: /) as string,
    })
  })

  it('names an unknown command', () => {
    expect(parseClientCommand('hold AAPL')).toEqual({
      kind: 'problem',
      text: 'no such command: hold; help lists them',
    })
  })
})
