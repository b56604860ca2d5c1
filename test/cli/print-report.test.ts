import { describe, expect, it } from 'vitest'
import { describeOpenOrder, describeReport, reportJson } from '../../src/cli/print-report.ts'
import type { ExecutionReport } from '../../src/client/index.ts'

const fill: ExecutionReport = {
  msgSeqNum: 7,
  possDup: false,
  text: undefined,
  fields: [[35, '8']],
  execType: 'F',
  ordStatus: '1',
  clOrdId: 'ab-1',
  origClOrdId: undefined,
  orderId: '12',
  secondaryOrderId: '12',
  execId: '40',
  secondaryExecId: '9',
  symbol: 'AAPL',
  side: '1',
  account: undefined,
  ordType: '2',
  timeInForce: '0',
  orderQty: 100,
  price: 1_825_000,
  stopPx: 0,
  minQty: 0,
  maxFloor: 0,
  execInst: undefined,
  expireDate: undefined,
  expireTime: undefined,
  working: undefined,
  lastQty: 40,
  lastPx: 1_824_900,
  cumQty: 40,
  leavesQty: 60,
  avgPx: 182_490_000,
  lastLiquidityInd: '2',
  ordRejReason: undefined,
  execRestatementReason: undefined,
  transactTime: '20261120-14:30:00.000',
}

describe('an ExecutionReport on the terminal', () => {
  it('tells a fill in one line', () => {
    expect(describeReport(fill)).toBe(
      'Trade    ab-1 buy 100 AAPL @ 182.5 | 40 at 182.49 | done 40, open 60 | average 182.49',
    )
  })

  it('tells of a fill that is another one now, and of one that never was', () => {
    const corrected = {
      ...fill,
      execType: 'G',
      lastPx: 1_820_000,
      avgPx: 182_000_000,
      text: 'typo',
    }
    expect(describeReport(corrected)).toBe(
      'Corrected ab-1 buy 100 AAPL @ 182.5 | 40 at 182 | done 40, open 60 | average 182 | typo',
    )
    const busted = { ...fill, execType: 'H', lastQty: 0, lastPx: 0, cumQty: 0, avgPx: 0 }
    expect(describeReport({ ...busted, leavesQty: 100, text: 'clearly erroneous' })).toBe(
      'Busted   ab-1 buy 100 AAPL @ 182.5 | done 0, open 100 | clearly erroneous',
    )
  })

  it('shows the reason of a rejection and that a report came again', () => {
    const rejection = { ...fill, execType: '8', ordStatus: '8', cumQty: 0, leavesQty: 0 }
    expect(describeReport({ ...rejection, text: 'Unknown symbol', possDup: true })).toBe(
      'Rejected ab-1 buy 100 AAPL @ 182.5 | done 0, open 0 | Unknown symbol | sent again',
    )
  })

  const stop = { ...fill, ordType: '3', price: 0, stopPx: 1_830_000, cumQty: 0, leavesQty: 100 }
  const restated = { ...stop, execType: 'D', ordStatus: '0' }

  it('shows that a stop waits, and for what', () => {
    expect(describeReport({ ...stop, execType: '0', working: false })).toBe(
      'New      ab-1 buy 100 AAPL @ market stop 183 | waits | done 0, open 100',
    )
  })

  it.each([
    [{ text: 'Triggered' }, 'market stop 183 | Triggered | done 0, open 100'],
    [
      { ordType: '4', price: 1_835_000, text: 'Triggered' },
      '183.5 stop 183 | Triggered | done 0, open 100',
    ],
    [
      { ordType: 'K', stopPx: 0, price: 1_825_000, text: 'Left over as limit' },
      '182.5 | Left over as limit | done 0, open 100',
    ],
    [
      { ordType: '2', stopPx: 0, price: 1_825_000, execInst: '6', text: 'Post only: price moved' },
      '182.5 | post only | Post only: price moved | done 0, open 100',
    ],
  ])('says what became of an order without a request: %o', (report, told) => {
    expect(describeReport({ ...restated, ...report })).toBe(`Restated ab-1 buy 100 AAPL @ ${told}`)
  })

  it('calls a stop triggered where the session hears it as an ExecType of its own', () => {
    expect(describeReport({ ...restated, execType: 'L' })).toContain('Triggered ab-1 buy 100 AAPL')
  })

  it('tells what an open order asks for besides', () => {
    const order = { ...fill, execInst: '6 Q', minQty: 10, maxFloor: 20, expireDate: '20261130' }
    expect(describeOpenOrder(order)).toBe(
      'ab-1  buy 60 AAPL @ 182.5 | post only, canceled with the connection, at least 10, shows 20, until 20261130',
    )
    expect(describeOpenOrder(fill)).toBe('ab-1  buy 60 AAPL @ 182.5')
  })

  it('lets no text from the wire move the cursor', () => {
    expect(describeReport({ ...fill, text: '\u001b[2Jgone\n' })).toContain('?[2Jgone?')
  })

  it('is one JSON object with prices in 1/10,000', () => {
    expect(JSON.parse(reportJson('executionReport', fill))).toMatchObject({
      type: 'executionReport',
      price: 1_825_000,
      lastPx: 1_824_900,
      execId: '40',
    })
  })
})
