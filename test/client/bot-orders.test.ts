/** What a client believes of its own orders, report by report. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { ExecutionReport, OrderCancelReject } from '../../src/client/index.ts'
import { OwnOrders } from '../../src/client/index.ts'
import { Side } from '../../src/domain/index.ts'

const accepted: ExecutionReport = {
  msgSeqNum: 2,
  possDup: false,
  text: undefined,
  fields: [],
  execType: '0',
  ordStatus: '0',
  clOrdId: 'A',
  origClOrdId: undefined,
  orderId: '1',
  secondaryOrderId: '1',
  execId: '1',
  secondaryExecId: undefined,
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
  lastQty: 0,
  lastPx: 0,
  cumQty: 0,
  leavesQty: 100,
  avgPx: 0,
  lastLiquidityInd: undefined,
  ordRejReason: undefined,
  execRestatementReason: undefined,
  transactTime: '20261120-14:30:00.000',
}

const tooLate = (clOrdId: string): OrderCancelReject => ({
  msgSeqNum: 3,
  possDup: false,
  text: 'Too late to cancel',
  fields: [],
  clOrdId,
  origClOrdId: 'A',
  orderId: '1',
  ordStatus: '0',
  cxlRejResponseTo: '2',
  cxlRejReason: 0,
})

const request = { symbol: 'AAPL', side: Side.Buy }
let orders: OwnOrders

beforeEach(() => {
  orders = new OwnOrders()
  orders.entered({ ...request, clOrdId: 'A', orderQty: 100, price: 1_825_000 })
  orders.onReport(accepted)
})

const seen = () =>
  orders.all().map(({ clOrdId, price, leavesQty, pending }) => [clOrdId, price, leavesQty, pending])

describe('an order of ours', () => {
  it('is live once it was sent, and answered by its first report', () => {
    expect(seen()).toEqual([['A', 1_825_000, 100, 0]])
    expect(orders.unansweredCount).toBe(0)
  })

  it('is a stop that waits until a report does not say so any more', () => {
    const stop = { ...accepted, clOrdId: 'S', orderId: '7', stopPx: 1_830_000, price: 0 }
    const states = () => orders.all().map(({ orderId, isWaiting }) => [orderId, isWaiting])
    orders.entered({ ...request, clOrdId: 'S', orderQty: 100, stopPx: 1_830_000 })
    expect(states().at(-1)).toEqual(['', true])

    orders.onReport({ ...stop, working: false })
    expect(states().at(-1)).toEqual(['7', true])

    orders.onReport({ ...stop, execType: 'D', text: 'Triggered' })
    expect(states().at(-1)).toEqual(['7', false])
  })

  it('is an iceberg as long as its reports show a MaxFloor', () => {
    const floors = () => orders.all().map(({ maxFloor }) => maxFloor)
    orders.entered({ ...request, clOrdId: 'I', orderQty: 100, price: 1_825_000, maxFloor: 20 })
    expect(floors()).toEqual([0, 20])

    orders.onReport({ ...accepted, clOrdId: 'I', orderId: '2', maxFloor: 20 })
    expect(floors()).toEqual([0, 20])

    orders.onReport({ ...accepted, clOrdId: 'I', orderId: '2', execType: '5' })
    expect(floors()).toEqual([0, 0])
  })

  it('takes the price and the ClOrdID of a replacement on its way, and goes back when refused', () => {
    orders.requested({ ...request, clOrdId: 'B', origClOrdId: 'A', price: 1_825_100 })
    expect(seen()).toEqual([['B', 1_825_100, 100, 1]])

    orders.onCancelReject(tooLate('B'))
    expect(seen()).toEqual([['A', 1_825_000, 100, 0]])
  })

  it('keeps the latest of two replacements on their way while the first is confirmed', () => {
    orders.requested({ ...request, clOrdId: 'B', origClOrdId: 'A', price: 1_825_100 })
    orders.requested({ ...request, clOrdId: 'C', origClOrdId: 'B', price: 1_825_200 })
    const replaced = {
      ...accepted,
      execType: '5',
      origClOrdId: 'A',
      clOrdId: 'B',
      price: 1_825_100,
    }
    orders.onReport(replaced)
    expect(seen()).toEqual([['C', 1_825_200, 100, 1]])

    orders.onCancelReject(tooLate('C'))
    expect(seen()).toEqual([['B', 1_825_100, 100, 0]])
  })

  it('keeps its ClOrdID when a cancel is on its way, and ends with it', () => {
    orders.requested({ ...request, clOrdId: 'B', origClOrdId: 'A' })
    expect(seen()).toEqual([['A', 1_825_000, 100, 1]])

    const canceled = { ...accepted, execType: '4', ordStatus: '4', clOrdId: 'B', leavesQty: 0 }
    orders.onReport({ ...canceled, origClOrdId: 'A' })
    expect([seen(), orders.unansweredCount]).toEqual([[], 0])
  })

  it('is filled while its cancel is on its way: the refusal still comes', () => {
    orders.requested({ ...request, clOrdId: 'B', origClOrdId: 'A' })
    const fill = { execType: 'F', ordStatus: '2', lastQty: 100, lastPx: 1_824_900, leavesQty: 0 }
    orders.onReport({ ...accepted, ...fill, cumQty: 100 })
    expect([seen(), orders.unansweredCount]).toEqual([[], 1])

    orders.onCancelReject(tooLate('B'))
    expect(orders.unansweredCount).toBe(0)
    expect(orders.holdings.get('AAPL')).toEqual({
      position: 100,
      cash: -182_490_000,
      volume: 100,
    })
  })
})
