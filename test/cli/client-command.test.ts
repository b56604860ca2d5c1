import { describe, expect, it } from 'vitest'
import { parseClientCommand } from '../../src/cli/client-command.ts'
import { Side, TimeInForce } from '../../src/domain/index.ts'

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
    'replace ab-1 200',
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
