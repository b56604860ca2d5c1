/** Orders that are good till a date or a time: TimeInForce(59)=6. The tests' day is 2026-11-23, 14:30 UTC. */
import { describe, expect, it } from 'vitest'
import { anEngine } from '../support/engine-driver.ts'

const HOUR = 3600

describe('an order with ExpireTime(126)', () => {
  it('is accepted and rests; when its time comes it ends, and leaves the feed', () => {
    const market = anEngine()

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 14:31:00')).toEqual([
      'ACME 8 New B1 buy 100@182.5000 GTD 14:31:00 leaves 100 cum 0 | feed A #1 100',
    ])
    expect(market.wait(59)).toEqual([])
    expect(market.wait(1)).toEqual([
      'ACME 8 Expired B1 buy 100@182.5000 GTD 14:31:00 leaves 0 cum 0 | feed D #1',
    ])
    expect(market.bookOf('AAPL').bids).toEqual([])
  })

  it('is ended before the first message that is judged when its time has come', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 14:31:00')
    // A command takes a millisecond, and there were five: the next one comes at 14:31:00.000.
    market.wait(59.994)

    expect(market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50')).toEqual([
      'ACME 8 Expired B1 buy 100@182.5000 GTD 14:31:00 leaves 0 cum 0 | feed D #1',
      'GLOBEX 8 New S1 sell 100@182.5000 leaves 100 cum 0 | feed A #2 100',
    ])
  })

  it('ends at night too, when there is no feed', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 22:00:00')
    market.closeDay()

    expect(market.wait(8 * HOUR)).toEqual([
      'ACME 8 Expired B1 buy 100@182.5000 GTD 22:00:00 leaves 0 cum 0',
    ])
  })

  it('keeps what it has executed', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 14:31:00')
    market.enter('GLOBEX', 'S1', 'sell 40 @ 182.50')

    expect(market.wait(60)).toEqual([
      'ACME 8 Expired B1 buy 100@182.5000 GTD 14:31:00 leaves 0 cum 40 avg 182.5 | feed D #1',
    ])
  })

  it.each([
    ['now', '14:30:00'],
    ['earlier', '14:29:59'],
  ])('of %s is refused', (_, time) => {
    expect(anEngine().enter('ACME', 'B1', `buy 100 @ 182.50 GTD ${time}`)).toEqual([
      `ACME 8 Rejected B1 buy 100@182.5000 GTD ${time} leaves 0 cum 0 Rejected "ExpireTime(126) in the past"`,
    ])
  })
})

describe('orders whose times have come together', () => {
  it('end with the earliest first, by the time that was asked for last', () => {
    const market = anEngine()
    market.enter('ACME', 'FIRST', 'buy 100 @ 182.40 GTD 14:31:00')
    market.enter('ACME', 'B2', 'buy 100 @ 182.30 GTD 14:32:00')
    market.enter('ACME', 'B3', 'buy 100 @ 182.20 GTD 14:33:00')
    market.replace('ACME', 'LATER', 'FIRST', 'buy 100 @ 182.40 GTD 14:34:00')
    market.wait(HOUR)

    expect(market.events.map((event) => 'clOrdId' in event && event.clOrdId)).toEqual([
      'B2',
      'B3',
      'LATER',
    ])
  })
})

describe('an order with ExpireDate(432)', () => {
  it('of today ends at the close', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 20261123')

    expect(market.closeDay()[0]).toBe(
      'ACME 8 Expired B1 buy 100@182.5000 GTD 20261123 leaves 0 cum 0 | feed D #1',
    )
  })

  it('of a later day is carried over, and ends at the close of that one', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 20261124')

    expect(market.closeDay()).toEqual(['| feed S M', '| feed S E', '| feed S C'])
    expect(market.openDay(20261124).at(-1)).toBe(
      'ACME carried B1 buy 100@182.5000 GTD 20261124 leaves 100 cum 0 day 0 of 100 | feed A #1 100',
    )
    expect(market.closeDay()[0]).toBe(
      'ACME 8 Expired B1 buy 100@182.5000 GTD 20261124 leaves 0 cum 0 day 0 of 100 | feed D #1',
    )
  })

  it('of a day that was no trading day never sees the next one', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 20261128')
    market.enter('ACME', 'B2', 'buy 100 @ 182.40 GTD 20261130')
    market.closeDay()
    const opening = market.openDay(20261130).slice(-2)

    expect(opening).toEqual([
      'ACME 8 Expired B1 buy 100@182.5000 GTD 20261128 leaves 0 cum 0 day 0 of 100',
      'ACME carried B2 buy 100@182.4000 GTD 20261130 leaves 100 cum 0 day 0 of 100 | feed A #2 100',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B2 100@182.4000'])
    expect(market.cancel('ACME', 'C1', 'B1')).toEqual([
      'ACME 9 cancel C1 of B1 Expired "Too late: the order is no longer live"',
    ])
  })

  it('before this trading day is refused', () => {
    expect(anEngine().enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 20261122')).toEqual([
      'ACME 8 Rejected B1 buy 100@182.5000 GTD 20261122 leaves 0 cum 0 Rejected "ExpireDate(432) in the past"',
    ])
  })
})

describe('a lost connection', () => {
  const sessions = [{ compId: 'ACME', cancelOnDisconnect: 'disconnect' }] as const

  it('cancels day orders and leaves those that are good till a date', () => {
    const market = anEngine({ sessions })
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 20261124')
    market.enter('ACME', 'B2', 'buy 100 @ 182.50')

    expect(market.disconnect('ACME')).toEqual([
      'ACME disconnected',
      'ACME 8 Canceled B2 buy 100@182.5000 leaves 0 cum 0 Canceled "Cancel on disconnect" | feed D #2',
    ])
  })

  it('cancels both when the session asks for it', () => {
    const market = anEngine({ sessions: [{ ...sessions[0], cancelGoodTill: true }] })
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 20261124')
    market.enter('ACME', 'B2', 'buy 100 @ 182.50')

    expect(market.disconnect('ACME')).toHaveLength(3)
    expect(market.bookOf('AAPL').bids).toEqual([])
  })
})

describe('a replacement', () => {
  it('may make a day order good till a date, in its place', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')

    expect(market.replace('ACME', 'R1', 'B1', 'buy 100 @ 182.50 GTD 20261124')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 100@182.5000 GTD 20261124 leaves 100 cum 0 New',
    ])
    expect(market.closeDay()).toHaveLength(3)
  })

  it('without a date makes it a day order again: its time no longer ends it', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTD 14:31:00')
    market.replace('ACME', 'R1', 'B1', 'buy 100 @ 182.50')

    expect(market.wait(HOUR)).toEqual([])
    expect(market.closeDay()[0]).toContain('8 Expired R1')
  })

  it('with a time that has passed is refused, and the order lives on', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')

    expect(market.replace('ACME', 'R1', 'B1', 'buy 100 @ 182.50 GTD 14:29:00')).toEqual([
      'ACME 9 replace R1 of B1 New "ExpireTime(126) in the past"',
    ])
  })
})

describe('ExecInst(18)=Q', () => {
  it('takes an order along with a lost connection, whatever the file of the session says', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTC while connected')
    market.enter('ACME', 'B2', 'buy 100 @ 182.50')

    expect(market.disconnect('ACME')).toEqual([
      'ACME disconnected',
      'ACME 8 Canceled B1 buy 100@182.5000 GTC while connected leaves 0 cum 0 Canceled "Cancel on disconnect" | feed D #1',
    ])
  })

  it('says nothing about a Logout', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 while connected')

    expect(market.disconnect('ACME', true)).toEqual(['ACME disconnected'])
  })
})
