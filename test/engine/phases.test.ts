/** A trading day with phases: what each takes, its auctions, and what the feed is told. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { HaltPolicy } from '../../src/domain/index.ts'
import { Engine } from '../../src/engine/index.ts'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import { reload } from '../support/snapshots.ts'

const DAY = {
  'pre-open': 10,
  continuous: 20,
  'closing-auction': 30,
  'post-close': 40,
  closed: 50,
} as const

let market: EngineDriver

/** Seconds since the day was opened, at most: phases begin at 10, 20, 30, 40 and 50. */
function waitUntil(seconds: number): string[] {
  const opened = market.engine.state.day.plan.at(-1)!.seconds - DAY.closed
  return market.wait(opened + seconds - market.now)
}

beforeEach(() => {
  market = anEngine({ instruments: [{ symbol: 'AAPL' }] })
  market.enter('ACME', 'G1', 'buy 10 @ 170 GTC')
  market.closeDay()
})

const CLOSED = 'leaves 0 cum 0 Rejected "Exchange closed"'

describe('a day with phases', () => {
  it('is told to the feed from its first message to its last', () => {
    const opened = market.openPhasedDay(20261124, DAY)
    const fed = (lines: string[]) => lines.filter((line) => line.startsWith('| feed'))

    expect(fed(opened)).toEqual(['| feed S O', '| feed R AAPL', '| feed H AAPL H', '| feed S S'])
    expect(fed(waitUntil(10))).toEqual(['| feed H AAPL Q'])
    expect(fed(waitUntil(20))).toEqual([
      '| feed S Q',
      '| feed Q 0@0.0000 match 1',
      '| feed H AAPL T',
    ])
    expect(fed(waitUntil(30))).toEqual(['| feed H AAPL Q'])
    expect(fed(waitUntil(40))).toEqual([
      '| feed Q 0@0.0000 match 2',
      '| feed H AAPL H',
      '| feed S M',
    ])
    expect(fed(waitUntil(50))).toEqual([])
    expect(fed(market.closeDay())).toEqual(['| feed S E', '| feed S C'])
  })

  it('that begins late enters at once what is past', () => {
    market.openPhasedDay(20261124, { 'pre-open': -20, continuous: -10, 'closing-auction': 30 })
    expect(market.enter('ACME', 'B1', 'buy 1 @ 180')).toEqual([
      '| feed H AAPL Q',
      '| feed S Q',
      '| feed Q 0@0.0000 match 1',
      '| feed H AAPL T',
      'ACME 8 New B1 buy 1@180.0000 leaves 1 cum 0 | feed A #2 1',
    ])
  })

  it('takes in each phase what it takes', () => {
    market.openPhasedDay(20261124, DAY)
    let id = 0
    const tries = () => {
      const name = ++id
      const entered = market.enter('ACME', `B${name}`, 'buy 1 @ 180')
      const now = market.enter('ACME', `I${name}`, 'buy 1 @ 180 IOC')
      const replaced = market.replace(
        'ACME',
        `R${name}`,
        id === 1 ? 'G1' : `R${name - 1}`,
        'buy 9 @ 170 GTC',
      )
      const word = (lines: string[]): string => lines.at(-1)!.split(' ').slice(1, 3).join(' ')
      return [entered, now, replaced].map(word)
    }
    const rejected = ['8 Rejected', '8 Rejected', '9 replace']
    expect(tries()).toEqual(rejected)
    // A request that was rejected stays tied to its order.
    expect(market.cancel('ACME', 'C1', 'R1')[0]).toContain('8 Canceled C1')
    market.enter('ACME', 'X', 'buy 1 @ 1')

    waitUntil(10)
    expect(market.enter('ACME', 'G2', 'buy 10 @ 170 GTC')[0]).toContain('8 New')
    expect(market.enter('ACME', 'J1', 'buy 1 @ 180 IOC')[0]).toContain('needs continuous trading')
    waitUntil(20)
    expect(market.enter('ACME', 'J2', 'buy 1 @ 180 IOC')[0]).toContain('8 New')
    waitUntil(30)
    expect(market.enter('ACME', 'G3', 'buy 10 @ 170')[0]).toContain('8 New')
    waitUntil(40)
    expect(market.enter('ACME', 'G4', 'buy 10 @ 170')).toEqual([
      `ACME 8 Rejected G4 buy 10@170.0000 ${CLOSED}`,
    ])
    expect(market.replace('ACME', 'R9', 'G2', 'buy 5 @ 170 GTC')).toEqual([
      'ACME 9 replace R9 of G2 New "Exchange closed"',
    ])
    expect(market.cancel('ACME', 'C9', 'G2')[0]).toContain('8 Canceled C9')
  })

  it('opens and closes by auctions', () => {
    market.openPhasedDay(20261124, DAY)
    waitUntil(10)
    market.enter('ACME', 'B1', 'buy 30 @ 181')
    market.enter('GLOBEX', 'S1', 'sell 20 @ 180')
    market.enter('GLOBEX', 'S2', 'sell 5 @ market')

    expect(waitUntil(20)).toEqual([
      '| feed S Q',
      'ACME 8 Trade B1 buy 30@181.0000 last 5@181.0000 leaves 25 cum 5 avg 181 | feed C #2 5 match 1',
      'GLOBEX 8 Trade S2 sell 5@market last 5@181.0000 leaves 0 cum 5 avg 181',
      'ACME 8 Trade B1 buy 30@181.0000 last 20@181.0000 leaves 5 cum 25 avg 181 | feed C #2 20 match 2',
      'GLOBEX 8 Trade S1 sell 20@180.0000 last 20@181.0000 leaves 0 cum 20 avg 181 | feed C #3 20 match 2',
      '| feed Q 25@181.0000 match 3',
      '| feed H AAPL T',
    ])
    waitUntil(30)
    market.enter('GLOBEX', 'S3', 'sell 5 @ 179')
    expect(waitUntil(40)).toEqual([
      'ACME 8 Trade B1 buy 30@181.0000 last 5@181.0000 leaves 0 cum 30 avg 181 | feed C #2 5 match 4',
      'GLOBEX 8 Trade S3 sell 5@179.0000 last 5@181.0000 leaves 0 cum 5 avg 181 | feed C #5 5 match 4',
      '| feed Q 5@181.0000 match 5',
      '| feed H AAPL H',
      '| feed S M',
    ])
  })

  it('ends day orders when it closes, and carries the others into the next', () => {
    market.openPhasedDay(20261124, DAY)
    waitUntil(20)
    market.enter('ACME', 'B1', 'buy 30 @ 171')
    waitUntil(40)

    expect(waitUntil(50)).toEqual(['ACME 8 Expired B1 buy 30@171.0000 leaves 0 cum 0 | feed D #2'])
    market.closeDay()
    expect(market.openPhasedDay(20261125, DAY).at(-1)).toBe(
      'ACME carried G1 buy 10@170.0000 GTC leaves 10 cum 0 day 0 of 10 | feed A #1 10',
    )
  })

  it.each<HaltPolicy>(['accept', 'cancel-only'])(
    'goes on beneath a halt that takes %s, which ends in the phase that it is',
    (policy) => {
      market.openPhasedDay(20261124, DAY)
      waitUntil(10)
      market.halt('AAPL', policy)
      expect(waitUntil(20)).toEqual(['| feed S Q'])
      expect(market.resume()).toEqual([
        'operator resume',
        '| feed Q 0@0.0000 match 1',
        '| feed H AAPL T',
      ])
      market.halt('AAPL', policy)
      waitUntil(30)
      expect(market.resume()).toEqual(['operator resume', '| feed H AAPL Q'])
    },
  )

  it('is the same behind a snapshot', () => {
    market.openPhasedDay(20261124, DAY)
    waitUntil(10)
    market.enter('ACME', 'B1', 'buy 30 @ market')
    market.enter('GLOBEX', 'S1', 'sell 20 @ 160')
    const loaded = reload(market.engine, new Engine())
    expect(loaded.stateHash()).toBe(market.engine.stateHash())
    expect(loaded.state.day).toEqual(market.engine.state.day)
    expect(loaded.isDue(market.now + 10, 0)).toBe(true)
  })
})
