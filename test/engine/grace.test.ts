/** A lost session that may come back within its grace: docs/protocols/order-entry.md, "Lost connections". */
import { beforeEach, describe, expect, it } from 'vitest'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'

let market: EngineDriver

beforeEach(() => {
  market = anEngine({
    sessions: [
      { compId: 'ACME', cancelOnDisconnect: 'disconnect', cancelOnDisconnectGraceMs: 3000 },
      { compId: 'GLOBEX' },
    ],
  })
  market.enter('ACME', 'B1', 'buy 100 @ 182.50')
})

const wait = (seconds: number): string[] => market.lines({ kind: 'wait', seconds })
const logOn = (): string[] => market.lines({ kind: 'logOn', session: 1, resetSeqNum: false })
const CANCELED =
  'ACME 8 Canceled B1 buy 100@182.5000 leaves 0 cum 0 Canceled "Cancel on disconnect" | feed D #1'

describe('a lost session with a grace', () => {
  it('keeps its orders until it is over', () => {
    expect(market.disconnect('ACME')).toEqual(['ACME disconnected'])
    expect(wait(2)).toEqual([])
    expect(wait(1)).toEqual([CANCELED])
  })

  it('trades meanwhile', () => {
    market.disconnect('ACME')
    expect(market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50')).toHaveLength(3)
    expect(wait(5)).toEqual([])
  })

  it('keeps them for good when it comes back', () => {
    market.disconnect('ACME')
    wait(2)
    logOn()
    expect(wait(60)).toEqual([])
    expect(market.bookOf('AAPL').bids).toEqual(['B1 100@182.5000'])
  })

  it('has the whole grace again when it is lost again', () => {
    market.disconnect('ACME')
    wait(2)
    logOn()
    market.disconnect('ACME')
    expect(wait(2)).toEqual([])
    expect(wait(1)).toEqual([CANCELED])
  })

  it('loses them before anything else is judged, however late the clock ticks', () => {
    market.disconnect('ACME')
    const [canceled] = [...wait(3), ...market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50')]
    expect(canceled).toBe(CANCELED)
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: ['S1 100@182.5000'] })
  })

  it('keeps them after a Logout, when the file says so', () => {
    market.disconnect('ACME', true)
    expect(wait(10)).toEqual([])
  })
})
