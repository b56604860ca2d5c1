/** An order that is changed by hand stays what it was in everything that is not said. */
import { describe, expect, it } from 'vitest'
import { parseClientCommand } from '../../src/cli/client-command.ts'
import type { ClientCommand } from '../../src/cli/client-command.ts'
import { restate } from '../../src/cli/restate-order.ts'
import type { ExecutionReport } from '../../src/client/index.ts'
import { OrdType, Side, TimeInForce } from '../../src/domain/index.ts'

const iceberg = {
  clOrdId: 'ab-1',
  symbol: 'AAPL',
  side: '2',
  account: 'ACME-1',
  ordType: '2',
  timeInForce: '6',
  stopPx: 0,
  minQty: 0,
  maxFloor: 20,
  execInst: '6',
  expireDate: '20261130',
  expireTime: undefined,
} as ExecutionReport

const changed = (words: string, order: Partial<ExecutionReport> = {}) =>
  restate(
    { ...iceberg, ...order },
    parseClientCommand(`replace ab-1 ${words}`) as ClientCommand & { kind: 'replace' },
  )

describe('a replacement', () => {
  it('says the whole order again', () => {
    expect(changed('200 182.75')).toEqual({
      origClOrdId: 'ab-1',
      symbol: 'AAPL',
      side: Side.Sell,
      account: 'ACME-1',
      ordType: OrdType.Limit,
      timeInForce: TimeInForce.GoodTillDate,
      orderQty: 200,
      price: 1_827_500,
      stopPx: undefined,
      minQty: undefined,
      maxFloor: 20,
      execInst: '6',
      expireDate: '20261130',
      expireTime: undefined,
    })
  })

  it('changes what is said', () => {
    const stop = { ordType: '3', stopPx: 1_800_000, maxFloor: 0, execInst: undefined }

    expect(changed('200 mkt stop 181', stop)).toMatchObject({
      ordType: OrdType.Stop,
      price: undefined,
      stopPx: 1_810_000,
      expireDate: '20261130',
    })
    expect(changed('200 182.75 show 50')).toMatchObject({ maxFloor: 50, execInst: '6' })
  })

  it('lets go of a date with the time in force that it belongs to', () => {
    expect(changed('200 182.75 gtc').timeInForce).toBe(TimeInForce.GoodTillCancel)
    expect(changed('200 182.75 gtc').expireDate).toBeUndefined()
    expect(changed('200 182.75 gtd 2026-11-30T14:30:00Z')).toMatchObject({
      timeInForce: TimeInForce.GoodTillDate,
      expireTime: '20261130-14:30:00',
    })
    expect(changed('200 182.75 gtd 2026-11-30T14:30:00Z').expireDate).toBeUndefined()
  })
})
