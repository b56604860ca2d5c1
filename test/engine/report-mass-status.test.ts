/** OrderMassStatusRequest(AF): FIX 4.4 volume 4. */
import { describe, expect, it } from 'vitest'
import { Side } from '../../src/domain/index.ts'
import { anEngine } from '../support/engine-driver.ts'
import type { EngineDriver } from '../support/engine-driver.ts'

/** Four orders of ACME, of two instruments, sides and accounts; one of GLOBEX, and some that ended. */
function aMarket(): EngineDriver {
  const market = anEngine({
    sessions: [{ compId: 'ACME', accounts: ['ONE', 'TWO'] }, { compId: 'GLOBEX' }],
  })
  market.enter('ACME', 'A1', 'buy 10 @ 100', { account: 1 })
  market.enter('ACME', 'A2', 'sell 20 @ 110', { account: 2 })
  market.enter('ACME', 'A3', 'buy 30 MSFT @ 100 GTC', { account: 2 })
  market.enter('GLOBEX', 'G1', 'sell 4 @ 100')
  market.enter('GLOBEX', 'G2', 'buy 5 @ 99')
  market.enter('ACME', 'A4', 'sell 40 MSFT @ 110', { account: 1 })
  market.enter('ACME', 'A5', 'sell 50 @ 110')
  market.cancel('ACME', 'A6', 'A5')
  market.enter('ACME', 'A7', 'sell 50 @ 110 IOC')
  return market
}

const A1 = 'ACME 8 OrderStatus A1 buy 10@100.0000 leaves 6 cum 4 avg 100 PartiallyFilled'
const A2 = 'ACME 8 OrderStatus A2 sell 20@110.0000 leaves 20 cum 0 New'
const A3 = 'ACME 8 OrderStatus A3 buy 30@100.0000 GTC leaves 30 cum 0 New'
const A4 = 'ACME 8 OrderStatus A4 sell 40@110.0000 leaves 40 cum 0 New'

describe('the status of many orders', () => {
  it('is one report of each live order of the session, the last of them marked', () => {
    expect(aMarket().massStatus('ACME', { echo: '584=M1\x01' })).toEqual([
      `${A1} | 584=M1| of 4 reports`,
      `${A2} | 584=M1| of 4 reports`,
      `${A3} | 584=M1| of 4 reports`,
      `${A4} | 584=M1| of 4 reports the last`,
    ])
  })

  it('uses up no ExecID, and no report of it is on the feed', () => {
    const market = aMarket()
    const { nextExecId } = market.engine.state.numbers
    market.massStatus('ACME')

    expect(market.events).toMatchObject(Array(4).fill({ execId: 0, feed: '' }))
    expect(market.engine.state.numbers.nextExecId).toBe(nextExecId)
  })

  it.each([
    ['an instrument', { locate: 2 }, [A3, A4]],
    ['a side', { side: Side.Buy }, [A1, A3]],
    ['an account', { account: 2 }, [A2, A3]],
    ['all three', { locate: 2, side: Side.Sell, account: 1 }, [A4]],
  ])('may be that of %s', (_, selection, expected) => {
    const total = expected.length
    const lines = expected.map((line) => `${line} | of ${total} reports`)

    expect(aMarket().massStatus('ACME', selection)).toEqual([
      ...lines.slice(0, -1),
      `${lines.at(-1)} the last`,
    ])
  })

  it.each([
    ['nothing is live', 'GLOBEX', { locate: 2 }],
    ['nothing is of that account', 'ACME', { locate: 1, side: Side.Sell, account: 1 }],
    ['nothing is on that side', 'ACME', { side: 0x35 }],
  ])('is one answer when %s', (_, compId, selection) => {
    const market = aMarket()

    expect(market.massStatus(compId, { ...selection, echo: '584=M1\x01' })).toEqual([
      `${compId} 8 584=M1\x01none|`,
    ])
    expect(market.events).toMatchObject([{ event: 'MessageSent', execId: 0 }])
  })
})
