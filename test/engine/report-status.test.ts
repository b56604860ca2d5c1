/** OrderStatusRequest(H): FIX 4.4 volume 4, matrices G. */
import { describe, expect, it } from 'vitest'
import { anEngine } from '../support/engine-driver.ts'
import type { EngineDriver } from '../support/engine-driver.ts'

/** B1 buys 100 at 182.50 for ACME; `filled` of it is sold to it at once. */
function aMarketWithB1(filled = 0): EngineDriver {
  const market = anEngine()
  market.enter('ACME', 'B1', 'buy 100 @ 182.50')
  if (filled > 0) market.enter('GLOBEX', 'S1', `sell ${filled} @ 182.50`)
  return market
}

const UNKNOWN = ['ACME 8 unknown|']

describe('the status of an order', () => {
  it.each([
    [0, 'leaves 100 cum 0 New'],
    [40, 'leaves 60 cum 40 avg 182.5 PartiallyFilled'],
    [100, 'leaves 0 cum 100 avg 182.5 Filled'],
  ])('is its own at that moment: %i filled', (filled, state) => {
    expect(aMarketWithB1(filled).status('ACME', 'B1')).toEqual([
      `ACME 8 OrderStatus B1 buy 100@182.5000 ${state}`,
    ])
  })

  it('is told after its end too', () => {
    const market = aMarketWithB1()
    market.cancel('ACME', 'C1', 'B1')

    expect(market.status('ACME', 'C1')).toEqual([
      'ACME 8 OrderStatus C1 buy 100@182.5000 leaves 0 cum 0 Canceled',
    ])
  })

  it('repeats what the request asked by, and nothing of the answer about an unknown order', () => {
    expect(aMarketWithB1().status('ACME', 'B1', { echo: '790=Q1\x01' })).toEqual([
      'ACME 8 OrderStatus B1 buy 100@182.5000 leaves 100 cum 0 New | 790=Q1|',
    ])
  })

  it('tells under an old ClOrdID of the chain what it is called now (G.1.c)', () => {
    const market = aMarketWithB1()
    market.replace('ACME', 'B2', 'B1', 'buy 100 @ 182.40')
    market.replace('ACME', 'B3', 'B2', 'buy 90 @ 182.40')
    const order = 'buy 90@182.4000 leaves 90 cum 0 New'

    expect(market.status('ACME', 'B1')).toEqual([`ACME 8 OrderStatus B3 of B1 ${order}`])
    expect(market.status('ACME', 'B2')).toEqual([`ACME 8 OrderStatus B3 of B2 ${order}`])
    expect(market.status('ACME', 'B3')).toEqual([`ACME 8 OrderStatus B3 ${order}`])
  })

  it('has no ExecID and uses none up, changes nothing, and is not on the feed', () => {
    const market = aMarketWithB1()
    const [hash, { nextExecId }] = [market.engine.stateHash(), { ...market.engine.state.numbers }]
    market.status('ACME', 'B1')

    expect(market.events).toMatchObject([{ execId: 0, feed: '', msgSeqNum: 3 }])
    expect(market.engine.state.numbers.nextExecId).toBe(nextExecId)
    // The MsgSeqNum of the answer is all that is new.
    market.engine.state.ledger.nextMsgSeqNum[1]!--
    expect(market.engine.stateHash()).toBe(hash)
  })
})

describe('an order that is not there', () => {
  it.each(['B2', ''])('is unknown: %j', (clOrdId) => {
    expect(aMarketWithB1().status('ACME', clOrdId)).toEqual(UNKNOWN)
  })

  it('has no ExecID, and its ClOrdID is not used up by asking', () => {
    const market = aMarketWithB1()
    market.status('ACME', 'B2')

    expect(market.events).toMatchObject([{ event: 'MessageSent', execId: 0 }])
    expect(market.enter('ACME', 'B2', 'buy 1 @ 1')[0]).toMatch('8 New B2')
  })

  it('is that of another session', () => {
    expect(aMarketWithB1().status('GLOBEX', 'B1')).toEqual(['GLOBEX 8 unknown|'])
    expect(aMarketWithB1().status('GLOBEX', '', { orderId: 1 })).toEqual(['GLOBEX 8 unknown|'])
  })

  it('is one that was rejected', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.505')

    expect(market.status('ACME', 'B1')).toEqual(UNKNOWN)
  })
})

describe('OrderID(37) of a status request', () => {
  const B1 = 'buy 100@182.5000 leaves 100 cum 0 New'

  it('finds the order, with or without a ClOrdID of it', () => {
    const market = aMarketWithB1()

    expect(market.status('ACME', 'B1', { orderId: 1 })).toEqual([`ACME 8 OrderStatus B1 ${B1}`])
    expect(market.status('ACME', 'NEVER', { orderId: 1 })).toEqual([`ACME 8 OrderStatus B1 ${B1}`])
    expect(market.status('ACME', '', { orderId: 1 })).toEqual([`ACME 8 OrderStatus B1 ${B1}`])
  })

  it('finds the order beside a ClOrdID that was refused, which is no id of the order', () => {
    const market = aMarketWithB1()
    market.enter('ACME', 'B2', 'buy 10 @ 182.405')

    expect(market.status('ACME', 'B2', { orderId: 1 })).toEqual([`ACME 8 OrderStatus B1 ${B1}`])
  })

  it('contradicts the ClOrdID of another order', () => {
    const market = aMarketWithB1()
    market.enter('ACME', 'B2', 'buy 10 @ 182.40')

    expect(market.status('ACME', 'B2', { orderId: 1 })).toEqual(UNKNOWN)
  })

  it.each([2, 3, Number.MAX_SAFE_INTEGER])('%i is nobody’s', (orderId) => {
    expect(aMarketWithB1().status('ACME', 'B1', { orderId })).toEqual(UNKNOWN)
  })

  it('finds orders of yesterday, which stand in another order, and those of today', () => {
    const market = anEngine()
    // The best price stands first when the day opens.
    for (let i = 1; i <= 40; i++) market.enter('ACME', `B${i}`, `buy ${i} @ ${100 + i} GTC`)
    market.closeDay()
    market.openDay(20261124)
    for (let i = 41; i <= 50; i++) market.enter('ACME', `B${i}`, `buy ${i} @ ${100 + i}`)

    for (let i = 1; i <= 50; i++) {
      expect(market.status('ACME', '', { orderId: i })[0]).toMatch(`OrderStatus B${i} buy ${i}@`)
    }
    expect(market.status('ACME', '', { orderId: 51 })).toEqual(UNKNOWN)
  })
})
