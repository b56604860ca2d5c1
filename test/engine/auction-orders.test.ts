/** Orders for one auction alone: at the opening, 59=2, and at the close, 59=7. */
import { beforeEach, describe, expect, it } from 'vitest'
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
  const lines = market.wait(opened + seconds - market.now)
  return lines.filter((line) => !line.includes('feed I') && !line.includes('feed S'))
}

/** Text(58) of what was refused. */
function refusalOf(lines: readonly string[]): string {
  const last = lines.at(-1)!
  return /Rejected "(.*)"/.exec(last)?.[1] ?? last
}

beforeEach(() => {
  market = anEngine({ instruments: [{ symbol: 'AAPL' }] })
  market.closeDay()
  market.openPhasedDay(20261124, DAY)
})

describe('an order at the opening', () => {
  it('trades in the opening auction; what is left is canceled, and others stay', () => {
    waitUntil(10)
    expect(market.enter('ACME', 'B1', 'buy 30 @ 181 OPEN')).toEqual([
      'ACME 8 New B1 buy 30@181.0000 OPEN leaves 30 cum 0 | feed A #1 30',
    ])
    market.enter('ACME', 'B2', 'buy 30 @ 180')
    market.enter('GLOBEX', 'S1', 'sell 20 @ market OPEN')

    expect(waitUntil(20)).toEqual([
      'ACME 8 Trade B1 buy 30@181.0000 OPEN last 20@181.0000 leaves 10 cum 20 avg 181 | feed C #1 20 match 1',
      'GLOBEX 8 Trade S1 sell 20@market OPEN last 20@181.0000 leaves 0 cum 20 avg 181',
      '| feed Q 20@181.0000 match 2',
      'ACME 8 Canceled B1 buy 30@181.0000 OPEN leaves 0 cum 20 avg 181 Canceled "Left over from the opening auction" | feed D #1',
      '| feed H AAPL T',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B2 30@180.0000'])
  })

  it('without a limit ends with the same words, and before market orders of the day', () => {
    waitUntil(10)
    market.enter('ACME', 'B1', 'buy 30 @ market')
    market.enter('ACME', 'B2', 'buy 30 @ market OPEN')
    expect(waitUntil(20).slice(1, 3)).toEqual([
      'ACME 8 Canceled B2 buy 30@market OPEN leaves 0 cum 0 Canceled "Left over from the opening auction"',
      'ACME 8 Canceled B1 buy 30@market leaves 0 cum 0 Canceled "No more quantity to match a market order"',
    ])
  })

  it('is expired where its session calls it so', () => {
    const reports = { ...market.configuration.sessions[0]!.reports, expiredAs: 'expired' } as const
    const [acme, globex] = market.configuration.sessions
    market.configure({ sessions: [{ ...acme!, reports }, globex!] })
    waitUntil(10)
    market.enter('ACME', 'B1', 'buy 30 @ 181 OPEN')
    expect(waitUntil(20)[1]).toBe(
      'ACME 8 Expired B1 buy 30@181.0000 OPEN leaves 0 cum 0 Expired "Left over from the opening auction" | feed D #1',
    )
  })

  it('is taken in pre-open alone', () => {
    const asked: string[] = []
    const ask = () =>
      asked.push(refusalOf(market.enter('ACME', `B${asked.length}`, 'buy 1 @ 1 OPEN')))
    for (const seconds of [0, 20, 30, 40, 50]) {
      waitUntil(seconds)
      ask()
    }
    market.closeDay()
    ask()
    market.openDay(20261125)
    ask()
    const late = 'Too late to enter: no opening auction is to come today'
    expect(asked).toEqual([
      'Exchange closed',
      late,
      late,
      late,
      late,
      'Exchange closed',
      'Unsupported order characteristic: the market has no opening and no closing auction',
    ])
  })

  it('waits for the auction that ends a halt over the end of pre-open', () => {
    waitUntil(10)
    market.enter('ACME', 'B1', 'buy 30 @ 181 OPEN')
    market.halt()
    expect(waitUntil(20)).toEqual([])
    market.enter('GLOBEX', 'S1', 'sell 20 @ 181')
    expect(market.resume()).toEqual([
      'operator resume',
      'ACME 8 Trade B1 buy 30@181.0000 OPEN last 20@181.0000 leaves 10 cum 20 avg 181 | feed C #1 20 match 1',
      'GLOBEX 8 Trade S1 sell 20@181.0000 last 20@181.0000 leaves 0 cum 20 avg 181 | feed C #2 20 match 1',
      '| feed Q 20@181.0000 match 2',
      'ACME 8 Canceled B1 buy 30@181.0000 OPEN leaves 0 cum 20 avg 181 Canceled "Left over from the opening auction" | feed D #1',
      '| feed H AAPL T',
    ])
  })

  it('ends when the closing auction begins before any opening has taken place', () => {
    waitUntil(10)
    market.enter('ACME', 'B1', 'buy 30 @ 181 OPEN')
    market.enter('ACME', 'B2', 'buy 30 @ market OPEN')
    market.halt()
    waitUntil(30)
    expect(market.resume()).toEqual([
      'operator resume',
      '| feed H AAPL Q',
      'ACME 8 Canceled B2 buy 30@market OPEN leaves 0 cum 0 Canceled "No opening auction took place"',
      'ACME 8 Canceled B1 buy 30@181.0000 OPEN leaves 0 cum 0 Canceled "No opening auction took place" | feed D #1',
    ])
  })
})

describe('an order at the close', () => {
  it('waits without trading and off the feed, is collected, and is canceled when it is left over', () => {
    waitUntil(20)
    market.enter('GLOBEX', 'S1', 'sell 10 @ 180')
    expect(market.enter('ACME', 'B1', 'buy 30 @ 181 CLOSE')).toEqual([
      'ACME 8 New B1 buy 30@181.0000 CLOSE waiting leaves 30 cum 0',
    ])
    market.enter('GLOBEX', 'S2', 'sell 5 @ market CLOSE')
    market.enter('ACME', 'B2', 'buy 30 @ 181 CLOSE')
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: ['S1 10@180.0000'] })

    expect(waitUntil(30)).toEqual([
      '| feed H AAPL Q',
      'ACME 8 Restated B1 buy 30@181.0000 CLOSE leaves 30 cum 0 New "Collected for the closing auction" | feed A #2 30',
      'ACME 8 Restated B2 buy 30@181.0000 CLOSE leaves 30 cum 0 New "Collected for the closing auction" | feed A #4 30',
      'GLOBEX 8 Restated S2 sell 5@market CLOSE leaves 5 cum 0 New "Collected for the closing auction"',
    ])
    expect(market.enter('ACME', 'B3', 'buy 1 @ 170 CLOSE')).toEqual([
      'ACME 8 New B3 buy 1@170.0000 CLOSE leaves 1 cum 0 | feed A #5 1',
    ])
    expect(waitUntil(40)).toEqual([
      'ACME 8 Trade B1 buy 30@181.0000 CLOSE last 5@181.0000 leaves 25 cum 5 avg 181 | feed C #2 5 match 2',
      'GLOBEX 8 Trade S2 sell 5@market CLOSE last 5@181.0000 leaves 0 cum 5 avg 181',
      'ACME 8 Trade B1 buy 30@181.0000 CLOSE last 10@181.0000 leaves 15 cum 15 avg 181 | feed C #2 10 match 3',
      'GLOBEX 8 Trade S1 sell 10@180.0000 last 10@181.0000 leaves 0 cum 10 avg 181 | feed C #1 10 match 3',
      '| feed Q 15@181.0000 match 4',
      'ACME 8 Canceled B1 buy 30@181.0000 CLOSE leaves 0 cum 15 avg 181 Canceled "Left over from the closing auction" | feed D #2',
      'ACME 8 Canceled B2 buy 30@181.0000 CLOSE leaves 0 cum 0 Canceled "Left over from the closing auction" | feed D #4',
      'ACME 8 Canceled B3 buy 1@170.0000 CLOSE leaves 0 cum 0 Canceled "Left over from the closing auction" | feed D #5',
      '| feed H AAPL H',
    ])
  })

  it('is taken while a closing auction is to come or being collected for', () => {
    const asked: string[] = []
    const ask = () =>
      asked.push(refusalOf(market.enter('ACME', `B${asked.length}`, 'buy 1 @ 1 CLOSE')))
    for (const seconds of [0, 10, 20, 30, 40]) {
      waitUntil(seconds)
      ask()
    }
    market.closeDay()
    market.openPhasedDay(20261125, { continuous: 0, closed: 50 })
    ask()
    market.wait(50)
    market.closeDay()
    market.openDay(20261126)
    ask()
    const late = 'Too late to enter: no closing auction is to come today'
    expect(asked).toEqual([
      'Exchange closed',
      expect.stringContaining('8 New B1'),
      expect.stringContaining('8 New B2'),
      expect.stringContaining('8 New B3'),
      late,
      late,
      'Unsupported order characteristic: the market has no opening and no closing auction',
    ])
  })

  it('has no part in the auctions before its own', () => {
    waitUntil(10)
    market.enter('ACME', 'B1', 'buy 30 @ 181 CLOSE')
    market.enter('GLOBEX', 'S1', 'sell 20 @ 180')
    expect(waitUntil(20)).toEqual(['| feed Q 0@0.0000 match 1', '| feed H AAPL T'])
    market.halt()
    expect(market.resume().slice(1)).toEqual(['| feed Q 0@0.0000 match 2', '| feed H AAPL T'])
  })

  it('waits on while operations holds the instrument, and comes when that ends in the closing auction', () => {
    waitUntil(20)
    market.enter('ACME', 'B1', 'buy 30 @ 181 CLOSE')
    market.halt()
    expect(waitUntil(30)).toEqual([])
    market.enter('ACME', 'B2', 'buy 30 @ 182 CLOSE')
    expect(market.resume()).toEqual([
      'operator resume',
      '| feed H AAPL Q',
      'ACME 8 Restated B1 buy 30@181.0000 CLOSE leaves 30 cum 0 New "Collected for the closing auction" | feed A #1 30',
      'ACME 8 Restated B2 buy 30@182.0000 CLOSE leaves 30 cum 0 New "Collected for the closing auction" | feed A #2 30',
    ])
  })

  it('expires with the day when the instrument is held over the closing auction', () => {
    waitUntil(20)
    market.enter('ACME', 'B1', 'buy 30 @ 181 CLOSE')
    market.halt()
    expect(waitUntil(40)).toEqual([])
    expect(market.resume().slice(1)).toEqual(['| feed Q 0@0.0000 match 2', '| feed H AAPL H'])
    expect(waitUntil(50)).toEqual([
      'ACME 8 Expired B1 buy 30@181.0000 CLOSE waiting leaves 0 cum 0',
    ])
  })

  it('is canceled, replaced and asked for like any other order, and keeps its place for less of it', () => {
    waitUntil(20)
    market.enter('ACME', 'B1', 'buy 30 @ 181 CLOSE')
    market.enter('ACME', 'B2', 'buy 30 @ 181 CLOSE')
    market.enter('ACME', 'B3', 'buy 30 @ market CLOSE')
    expect(market.replace('ACME', 'R1', 'B1', 'buy 20 @ 181 CLOSE')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 20@181.0000 CLOSE waiting leaves 20 cum 0 New',
    ])
    expect(market.replace('ACME', 'R2', 'B2', 'buy 40 @ 182 CLOSE')).toEqual([
      'ACME 8 Replaced R2 of B2 buy 40@182.0000 CLOSE waiting leaves 40 cum 0 New',
    ])
    expect(market.status('ACME', 'B1')).toEqual([
      'ACME 8 OrderStatus R1 of B1 buy 20@181.0000 CLOSE waiting leaves 20 cum 0 New',
    ])
    expect(market.cancel('ACME', 'C3', 'B3')).toEqual([
      'ACME 8 Canceled C3 of B3 buy 30@market CLOSE waiting leaves 0 cum 0',
    ])
    expect(waitUntil(30).map((line) => line.split(' ')[3])).toEqual(['AAPL', 'R1', 'R2'])
    expect(market.massCancel('ACME', 'C4')).toHaveLength(3)
    expect(waitUntil(40)).toEqual(['| feed Q 0@0.0000 match 2', '| feed H AAPL H'])
  })

  it('goes with its connection, and with a halt when it says so', () => {
    const [acme, globex] = market.configuration.sessions
    market.configure({ sessions: [{ ...acme!, cancelOnDisconnect: 'disconnect' }, globex!] })
    waitUntil(20)
    market.enter('ACME', 'B1', 'buy 30 @ 181 CLOSE')
    market.enter('GLOBEX', 'B2', 'buy 30 @ 181 CLOSE cancel on halt')
    expect(market.disconnect('ACME').at(-1)).toContain('8 Canceled B1')
    expect(market.halt().at(-1)).toContain('8 Canceled B2')
  })

  it('stays at the close, and no other order becomes one', () => {
    waitUntil(20)
    market.enter('ACME', 'B1', 'buy 30 @ 181 CLOSE')
    market.enter('ACME', 'B2', 'buy 30 @ 181')
    expect(market.replace('ACME', 'R1', 'B1', 'buy 30 @ 181')).toEqual([
      'ACME 9 replace R1 of B1 New "TimeInForce(59) cannot be changed to 0"',
    ])
    expect(market.replace('ACME', 'R2', 'B2', 'buy 30 @ 181 CLOSE')).toEqual([
      'ACME 9 replace R2 of B2 New "TimeInForce(59) cannot be changed to 7"',
    ])
  })

  it('is the same behind a snapshot, before its auction and in it', () => {
    waitUntil(20)
    market.enter('ACME', 'B1', 'buy 30 @ 181 CLOSE')
    market.enter('ACME', 'B2', 'buy 30 @ market CLOSE')
    for (const seconds of [20, 30]) {
      waitUntil(seconds)
      const loaded = reload(market.engine, new Engine())
      expect(loaded.stateHash()).toBe(market.engine.stateHash())
      const { auctionOrders } = loaded.state.markets[1]!
      expect(auctionOrders).toBe(seconds === 20 ? 0 : 2)
    }
  })
})
