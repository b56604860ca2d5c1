/**
 * The end of a trading day and the beginning of the next: what expires, what is carried over, what
 * is forgotten, and what goes on.
 */
import { describe, expect, it } from 'vitest'
import { anEngine } from '../support/engine-driver.ts'
import type { EngineDriver } from '../support/engine-driver.ts'

function aBusyDay(): EngineDriver {
  const market = anEngine({ instruments: [{ symbol: 'AAPL' }, { symbol: 'MSFT', lotSize: 100 }] })
  market.enter('ACME', 'DAY', 'buy 100 @ 182.50')
  market.enter('ACME', 'GTC', 'buy 100 @ 182.50 GTC')
  market.enter('ACME', 'BEST', 'buy 100 @ 182.60 GTC')
  market.enter('GLOBEX', 'S1', 'sell 130 @ 182.60')
  market.enter('GLOBEX', 'S2', 'sell 100 @ 190 GTC')
  market.cancel('ACME', 'C1', 'BEST')
  market.enter('GLOBEX', 'S3', 'sell 70 @ 182.60')
  market.enter('ACME', 'B4', 'buy 5 @ 182.55 GTC')
  return market
}

describe('the close of a trading day', () => {
  it('expires day orders, keeps good-till-cancel ones, and ends the feed', () => {
    const market = aBusyDay()

    expect(market.closeDay()).toEqual([
      'ACME 8 Expired DAY buy 100@182.5000 leaves 0 cum 0 | feed D #1',
      'GLOBEX 8 Expired S1 sell 130@182.6000 leaves 0 cum 100 avg 182.6 | feed D #4',
      'GLOBEX 8 Expired S3 sell 70@182.6000 leaves 0 cum 0 | feed D #6',
      '| feed S M',
      '| feed S E',
      '| feed S C',
    ])
    expect(market.bookOf('AAPL')).toEqual({
      bids: ['B4 5@182.5500', 'GTC 100@182.5000'],
      asks: ['S2 100@190.0000'],
    })
  })

  it('happens once', () => {
    const market = aBusyDay()
    market.closeDay()

    expect(market.closeDay()).toEqual([])
  })

  it('refuses orders and replacements until the next day, and lets cancels through', () => {
    const market = aBusyDay()
    market.closeDay()

    expect([
      ...market.enter('ACME', 'B9', 'buy 1 @ 1'),
      ...market.replace('ACME', 'R9', 'GTC', 'buy 50 @ 182.50 GTC'),
      ...market.cancel('ACME', 'C9', 'GTC'),
    ]).toEqual([
      'ACME 8 Rejected B9 buy 1@1.0000 leaves 0 cum 0 Rejected "Exchange closed"',
      'ACME 9 replace R9 of GTC New "Exchange closed"',
      // No feed message: 'C' was the last of its session.
      'ACME 8 Canceled C9 of GTC buy 100@182.5000 GTC leaves 0 cum 0',
    ])
  })
})

describe('the open of a trading day', () => {
  it('starts a feed session, lists the instruments and adds the orders carried over', () => {
    const market = aBusyDay()
    market.replace('ACME', 'R1', 'GTC', 'buy 100 @ 182.45 GTC')
    market.closeDay()

    expect(market.openDay(20261124)).toEqual([
      'day 20261124 261124AAA1',
      '| feed S O',
      '| feed R AAPL',
      '| feed H AAPL T',
      '| feed R MSFT',
      '| feed H MSFT T',
      '| feed S S',
      '| feed S Q',
      'ACME carried B4 buy 5@182.5500 GTC leaves 5 cum 0 day 0 of 5 | feed A #7 5',
      'ACME carried R1 buy 100@182.4500 GTC leaves 100 cum 0 day 0 of 100 | feed A #8 100',
      'GLOBEX carried S2 sell 100@190.0000 GTC leaves 100 cum 0 day 0 of 100 | feed A #5 100',
    ])
    expect(market.engine.feedCount).toBe(10)
  })

  it('carries what was filled, and the order trades on under its OrderID', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50 GTC')
    market.enter('GLOBEX', 'S1', 'sell 40 @ 182.50')
    market.closeDay()
    market.openDay(20261124)

    expect(market.enter('GLOBEX', 'S1', 'sell 60 @ 182.40')).toEqual([
      'GLOBEX 8 New S1 sell 60@182.4000 leaves 60 cum 0',
      'ACME 8 Trade B1 buy 100@182.5000 GTC last 60@182.5000 leaves 0 cum 100 avg 182.5 day 60 of 60 182.5 | feed E #1 60 match 2',
      'GLOBEX 8 Trade S1 sell 60@182.4000 last 60@182.5000 leaves 0 cum 60 avg 182.5',
    ])
  })

  it('forgets closed orders and their ClOrdIDs, not those of the orders carried over', () => {
    const market = aBusyDay()
    market.closeDay()
    market.openDay(20261124)

    expect(market.enter('ACME', 'DAY', 'buy 1 @ 1')[0]).toMatch('8 New DAY')
    expect(market.cancel('GLOBEX', 'C7', 'S1')[0]).toMatch('"Unknown order"')
    expect(market.enter('ACME', 'GTC', 'buy 1 @ 1')).toEqual([
      'ACME 8 Rejected GTC buy 100@182.5000 GTC leaves 100 cum 0 New "Duplicate ClOrdID(11)" day 0 of 100',
    ])
  })

  it('goes on with order, execution, match and message numbers', () => {
    const market = aBusyDay()
    market.closeDay()
    const { nextOrderReference, nextExecId, nextMatchNumber } = market.engine.state.numbers
    const nextMsgSeqNum = market.engine.state.ledger.nextMsgSeqNum[1]
    market.openDay(20261124)
    market.enter('ACME', 'B1', 'buy 1 @ 182.50')

    expect(market.events).toMatchObject([
      { orderId: nextOrderReference, execId: nextExecId, msgSeqNum: nextMsgSeqNum },
    ])
    expect(market.engine.state.numbers.nextMatchNumber).toBe(nextMatchNumber)
  })

  it('counts the orders of the day again', () => {
    const market = anEngine({ ordersPerDayMax: 1 })
    market.enter('ACME', 'B1', 'buy 1 @ 182.50')
    market.closeDay()
    market.openDay(20261124)

    expect(market.enter('ACME', 'B2', 'buy 1 @ 182.50')[0]).toMatch('8 New B2')
    expect(market.enter('ACME', 'B3', 'buy 1 @ 182.50')[0]).toMatch('Orders per day limit reached')
  })
})

describe('the configuration in mid-day', () => {
  const listed = (market: EngineDriver, isListed: boolean) =>
    market.configuration.instruments.map((one, i) => (i === 0 ? { ...one, listed: isListed } : one))

  it('cancels the orders of an instrument that leaves it, and tells the feed', () => {
    const market = aBusyDay()

    expect(market.configure({ instruments: listed(market, false) })).toEqual([
      '| feed R AAPL',
      '| feed H AAPL H',
      'ACME 8 Canceled B4 buy 5@182.5500 GTC leaves 0 cum 0 Canceled "Instrument delisted" | feed D #7',
      'ACME 8 Canceled DAY buy 100@182.5000 leaves 0 cum 0 Canceled "Instrument delisted" | feed D #1',
      'ACME 8 Canceled GTC buy 100@182.5000 GTC leaves 0 cum 0 Canceled "Instrument delisted" | feed D #2',
      'GLOBEX 8 Canceled S1 sell 130@182.6000 leaves 0 cum 100 avg 182.6 Canceled "Instrument delisted" | feed D #4',
      'GLOBEX 8 Canceled S3 sell 70@182.6000 leaves 0 cum 0 Canceled "Instrument delisted" | feed D #6',
      'GLOBEX 8 Canceled S2 sell 100@190.0000 GTC leaves 0 cum 0 Canceled "Instrument delisted" | feed D #5',
    ])
    expect(market.enter('ACME', 'B9', 'buy 1 @ 1')[0]).toMatch('"Unknown symbol"')
    expect(market.configure({ instruments: listed(market, true) })).toEqual([
      '| feed R AAPL',
      '| feed H AAPL T',
    ])
    expect(market.enter('ACME', 'B10', 'buy 1 @ 1')[0]).toMatch('8 New')
  })

  it.each([{ active: false }, { role: 'drop-copy' }] as const)(
    'cancels all orders of a session that may not trade any more: %o',
    (change) => {
      const market = aBusyDay()
      const [acme, globex] = market.configuration.sessions

      expect(market.configure({ sessions: [acme!, { ...globex!, ...change }] })).toEqual([
        'GLOBEX 8 Canceled S1 sell 130@182.6000 leaves 0 cum 100 avg 182.6 Canceled "Session may not trade any more" | feed D #4',
        'GLOBEX 8 Canceled S2 sell 100@190.0000 GTC leaves 0 cum 0 Canceled "Session may not trade any more" | feed D #5',
        'GLOBEX 8 Canceled S3 sell 70@182.6000 leaves 0 cum 0 Canceled "Session may not trade any more" | feed D #6',
      ])
      expect(market.bookOf('AAPL').bids).toHaveLength(3)
      expect(market.configure({ sessions: [acme!, globex!] })).toEqual([])
    },
  )

  it('lists an instrument at the next locate, and a session at the next index', () => {
    const market = aBusyDay()
    const { instruments, sessions } = market.configuration
    const ibm = { ...instruments[0]!, locate: 3, symbol: 'IBM' }
    const fresh = { ...sessions[0]!, index: 3, compId: 'FRESH' }

    expect(
      market.configure({ instruments: [...instruments, ibm], sessions: [...sessions, fresh] }),
    ).toEqual(['| feed R IBM', '| feed H IBM T'])
    expect(market.enter('FRESH', 'B1', 'buy 1 IBM @ 1')).toEqual([
      'FRESH 8 New B1 buy 1@1.0000 leaves 1 cum 0 | feed A #8 1',
    ])
  })

  it('moves a price band at once, for what comes next', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 1 @ 100')
    const [aapl] = market.configuration.instruments
    market.configure({ instruments: [{ ...aapl!, priceBandPercent: 5 }] })

    expect(market.enter('ACME', 'B2', 'buy 1 @ 100')[0]).toMatch('outside band [173.38,191.62]')
    expect(market.bookOf('AAPL').bids).toEqual(['B1 1@100.0000'])
  })

  it('with 5,000 instruments is in force in well under a second', () => {
    const instruments = Array.from({ length: 5000 }, () => ({ lotSize: 100 }))
    const start = performance.now()
    const market = anEngine({ instruments })

    expect(performance.now() - start).toBeLessThan(1500)
    expect(market.enter('ACME', 'B1', 'buy 100 S5000 @ 182.50')[0]).toMatch('8 New')
  })
})
