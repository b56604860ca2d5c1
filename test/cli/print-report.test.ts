import { describe, expect, it } from 'vitest'
import { describeReport, reportJson } from '../../src/cli/print-report.ts'
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

  it('shows the reason of a rejection and that a report came again', () => {
    const rejection = { ...fill, execType: '8', ordStatus: '8', cumQty: 0, leavesQty: 0 }
    expect(describeReport({ ...rejection, text: 'Unknown symbol', possDup: true })).toBe(
      'Rejected ab-1 buy 100 AAPL @ 182.5 | done 0, open 0 | Unknown symbol | sent again',
    )
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
