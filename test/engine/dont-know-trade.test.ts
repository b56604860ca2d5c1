/** DontKnowTrade(Q): FIX 4.4 volume 4. */
import { describe, expect, it } from 'vitest'
import { anEngine } from '../support/engine-driver.ts'
import type { EngineDriver } from '../support/engine-driver.ts'

/** ACME bought 10 of GLOBEX: orders 1 and 2, reports 1 to 4. */
function aTrade(): EngineDriver {
  const market = anEngine()
  market.enter('ACME', 'B1', 'buy 10 @ 100 GTC')
  market.enter('GLOBEX', 'S1', 'sell 4 @ 100')
  return market
}

describe('a trade that a counterparty does not know', () => {
  it('is kept with its words, as no message', () => {
    const market = aTrade()

    expect(market.dontKnow('ACME', 3, 1, 'which one?')).toEqual([
      'ACME doubts 3 of 1: B which one?',
    ])
    expect(market.events).toMatchObject([{ msgSeqNum: 0, feed: '' }])
  })

  it('stands: nothing of the exchange is changed', () => {
    const market = aTrade()
    const hash = market.engine.stateHash()
    market.dontKnow('ACME', 3, 1)

    expect(market.engine.stateHash()).toBe(hash)
  })

  it.each([
    ['an ExecID that was never given out', 5, 1],
    ['no ExecID', 0, 1],
    ['an OrderID that was never given out', 3, 3],
    ['no OrderID', 3, 0],
    ['another session’s order', 3, 2],
  ])('is unknown to us too: %s', (_, execId, orderId) => {
    expect(aTrade().dontKnow('ACME', execId, orderId, 'which one?')).toEqual(['ACME j unknown|'])
  })

  it('may be of an order that ended on another day', () => {
    const market = aTrade()
    market.closeDay()
    market.openDay(20261124)

    expect(market.dontKnow('GLOBEX', 4, 2)).toEqual(['GLOBEX doubts 4 of 2: B'])
    expect(market.dontKnow('GLOBEX', 3, 1)).toEqual(['GLOBEX j unknown|'])
  })
})
