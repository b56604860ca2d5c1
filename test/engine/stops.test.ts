/** Stop (40=3) and stop limit (40=4) orders as a trader sees them. */
import { describe, expect, it } from 'vitest'
import type { EngineDriver, EngineOptions } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'

/** A market whose last trade was at a price; the orders of it are gone. */
function tradedAt(price: number, options: EngineOptions = {}): EngineDriver {
  const market = anEngine(options)
  trade(market, price)
  return market
}

let trades = 0
function trade(market: EngineDriver, price: number, quantity = 1): string[] {
  trades++
  market.enter('GLOBEX', `TS${trades}`, `sell ${quantity} @ ${price}`)
  return market.enter('GLOBEX', `TB${trades}`, `buy ${quantity} @ ${price}`)
}

const idsOf = (market: EngineDriver, execType: string): string[] =>
  market.events.flatMap((event) =>
    'execType' in event && event.execType === execType.charCodeAt(0) ? [event.clOrdId] : [],
  )

describe('a stop', () => {
  it('is accepted, waits outside the book, and the feed hears nothing of it', () => {
    const market = tradedAt(182)

    expect(market.enter('ACME', 'B1', 'buy 100 @ stop 183')).toEqual([
      'ACME 8 New B1 buy 100@stop 183.0000 waiting leaves 100 cum 0',
    ])
    expect(market.bookOf('AAPL')).toEqual({ bids: [], asks: [] })
    expect(market.stopsOf('AAPL')).toEqual({ buys: ['B1 100@183.0000'], sells: [] })
  })

  it('comes in as a market order when a trade is at its price, and what it cannot trade is canceled', () => {
    const market = tradedAt(182)
    market.enter('ACME', 'B1', 'buy 100 @ stop 183')
    market.enter('GLOBEX', 'S1', 'sell 50 @ 183')
    market.enter('GLOBEX', 'S2', 'sell 60 @ 183.50')

    expect(market.enter('GLOBEX', 'B2', 'buy 10 @ 183')).toEqual([
      'GLOBEX 8 New B2 buy 10@183.0000 leaves 10 cum 0',
      'GLOBEX 8 Trade S1 sell 50@183.0000 last 10@183.0000 leaves 40 cum 10 avg 183 | feed E #4 10 match 2',
      'GLOBEX 8 Trade B2 buy 10@183.0000 last 10@183.0000 leaves 0 cum 10 avg 183',
      'ACME 8 Restated B1 buy 100@stop 183.0000 leaves 100 cum 0 New "Triggered"',
      'GLOBEX 8 Trade S1 sell 50@183.0000 last 40@183.0000 leaves 0 cum 50 avg 183 | feed E #4 40 match 3',
      'ACME 8 Trade B1 buy 100@stop 183.0000 last 40@183.0000 leaves 60 cum 40 avg 183',
      'GLOBEX 8 Trade S2 sell 60@183.5000 last 60@183.5000 leaves 0 cum 60 avg 183.5 | feed E #5 60 match 4',
      'ACME 8 Trade B1 buy 100@stop 183.0000 last 60@183.5000 leaves 0 cum 100 avg 183.3',
    ])
    expect(market.stopsOf('AAPL').buys).toEqual([])
  })

  it('that nobody trades with is canceled as a market order is', () => {
    const market = tradedAt(182)
    market.enter('ACME', 'S1', 'sell 100 @ stop 181')

    expect(trade(market, 181).slice(-2)).toEqual([
      'ACME 8 Restated S1 sell 100@stop 181.0000 leaves 100 cum 0 New "Triggered"',
      'ACME 8 Canceled S1 sell 100@stop 181.0000 leaves 0 cum 0 Canceled "No more quantity to match a market order"',
    ])
  })

  it.each([
    ['buy 100 @ stop 182', 'at'],
    ['buy 100 @ stop 181.99', 'above'],
    ['sell 100 @ stop 182', 'at'],
    ['sell 100 @ stop 182.01', 'below'],
  ])('%s is triggered at once when the last trade was %s its price', (terms) => {
    const market = tradedAt(182)
    market.enter('ACME', 'X', terms)

    expect(market.events.map(({ event }) => event)).toEqual([
      'OrderAccepted',
      'OrderRestated',
      'OrderCanceled',
    ])
  })

  it.each(['buy 100 @ stop 182.01', 'sell 100 @ stop 181.99'])('%s waits', (terms) => {
    const market = tradedAt(182)
    expect(market.enter('ACME', 'X', terms)).toHaveLength(1)
    expect(trade(market, 182).join(' ')).not.toContain('Triggered')
  })

  it('waits while nothing has ever traded, and for a quote never', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ stop 183')
    market.enter('GLOBEX', 'S1', 'sell 100 @ 190')

    expect(market.enter('GLOBEX', 'B2', 'buy 100 @ 185')).toHaveLength(1)
    expect(market.stopsOf('AAPL').buys).toEqual(['B1 100@183.0000'])
  })

  it('of one instrument is not triggered by a trade of another', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 MSFT @ stop 183')
    expect(trade(market, 184)).toHaveLength(3)
  })

  it('is told with ExecType(150)=L to a session with extended codes', () => {
    const reports = {
      timestampPrecision: 'milliseconds',
      expiredAs: 'canceled',
      includePendings: true,
      extendedCodes: true,
    } as const
    const market = tradedAt(182, { sessions: [{ compId: 'ACME', reports }, { compId: 'GLOBEX' }] })

    expect(market.enter('ACME', 'B1', 'buy 100 @ stop 182').slice(0, 3)).toEqual([
      'ACME 8 PendingNew B1 buy 100@stop 182.0000 waiting leaves 100 cum 0',
      'ACME 8 New B1 buy 100@stop 182.0000 waiting leaves 100 cum 0',
      'ACME 8 Triggered B1 buy 100@stop 182.0000 leaves 100 cum 0 New "Triggered"',
    ])
  })
})

describe('a stop limit', () => {
  it('comes in with its limit, and what it cannot trade rests and is added to the feed', () => {
    const market = tradedAt(182)
    market.enter('ACME', 'B1', 'buy 100 @ 183.20 stop 183')
    market.enter('GLOBEX', 'S1', 'sell 10 @ 183')
    market.enter('GLOBEX', 'S2', 'sell 30 @ 183.20')

    expect(market.enter('GLOBEX', 'B2', 'buy 10 @ 183').slice(3)).toEqual([
      'ACME 8 Restated B1 buy 100@183.2000 stop 183.0000 leaves 100 cum 0 New "Triggered"',
      'GLOBEX 8 Trade S2 sell 30@183.2000 last 30@183.2000 leaves 0 cum 30 avg 183.2 | feed E #5 30 match 3',
      'ACME 8 Trade B1 buy 100@183.2000 stop 183.0000 last 30@183.2000 leaves 70 cum 30 avg 183.2 | feed A #3 70',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B1 70@183.2000'])
  })

  it('that meets nobody is added to the feed by the report that it was triggered', () => {
    const market = tradedAt(182)
    market.enter('ACME', 'B1', 'buy 100 @ 181 stop 183')

    expect(trade(market, 183).at(-1)).toBe(
      'ACME 8 Restated B1 buy 100@181.0000 stop 183.0000 leaves 100 cum 0 New "Triggered" | feed A #3 100',
    )
  })

  it('may be an iceberg, or all or nothing', () => {
    const market = tradedAt(182)
    market.enter('ACME', 'B1', 'buy 100 @ 183 stop 183 show 20')
    market.enter('ACME', 'B2', 'buy 100 @ 183 stop 183 FOK')

    expect(trade(market, 183).slice(-3)).toEqual([
      'ACME 8 Restated B1 buy 100@183.0000 stop 183.0000 show 20 leaves 100 cum 0 New "Triggered" | feed A #3 20',
      'ACME 8 Restated B2 buy 100@183.0000 stop 183.0000 FOK leaves 100 cum 0 New "Triggered"',
      'ACME 8 Canceled B2 buy 100@183.0000 stop 183.0000 FOK leaves 0 cum 0 Canceled "Fill or kill: not enough quantity"',
    ])
  })
})

describe('stops that are reached together', () => {
  it('are triggered buys first, what the price reached first before the rest, then by age', () => {
    const market = tradedAt(182)
    market.enter('ACME', 'FAR', 'buy 1 @ stop 183.50')
    market.enter('ACME', 'OLD', 'buy 1 @ stop 183')
    market.enter('ACME', 'YOUNG', 'buy 1 @ stop 183')
    market.enter('ACME', 'NEAR', 'buy 1 @ stop 182.50')
    market.enter('ACME', 'BEYOND', 'buy 1 @ stop 184.01')
    trade(market, 184)

    expect(idsOf(market, 'D')).toEqual(['NEAR', 'OLD', 'YOUNG', 'FAR'])
    expect(market.stopsOf('AAPL').buys).toEqual(['BEYOND 1@184.0100'])
  })

  it('of sells are triggered from the highest price down', () => {
    const market = tradedAt(182)
    for (const stop of [180, 181.5, 181]) market.enter('ACME', `S${stop}`, `sell 1 @ stop ${stop}`)
    trade(market, 180)

    expect(idsOf(market, 'D')).toEqual(['S181.5', 'S181', 'S180'])
  })

  it('of both sides, by one order that trades at both their prices, are triggered buys first', () => {
    const market = tradedAt(182)
    market.enter('ACME', 'SELL', 'sell 1 @ stop 181')
    market.enter('ACME', 'BUY', 'buy 1 @ stop 182.50')
    market.enter('GLOBEX', 'G1', 'sell 10 @ 181')
    market.enter('GLOBEX', 'G2', 'sell 10 @ 182.50')
    market.enter('GLOBEX', 'G3', 'buy 20 @ 182.50')

    expect(idsOf(market, 'D')).toEqual(['BUY', 'SELL'])
  })

  it('trade one after the other: what the first trades reaches the next', () => {
    const market = tradedAt(182)
    market.enter('GLOBEX', 'A1', 'sell 10 @ 183')
    market.enter('GLOBEX', 'A2', 'sell 10 @ 184')
    market.enter('GLOBEX', 'A3', 'sell 10 @ 185')
    market.enter('ACME', 'B184', 'buy 10 @ stop 184')
    market.enter('ACME', 'B183', 'buy 10 @ stop 183')
    market.enter('GLOBEX', 'B', 'buy 10 @ 183')

    const told = market.events.map((event) =>
      'clOrdId' in event ? `${event.event} ${event.clOrdId}` : event.event,
    )
    expect(told).toEqual([
      'OrderAccepted B',
      'OrderExecuted A1',
      'OrderExecuted B',
      'OrderRestated B183',
      'OrderExecuted A2',
      'OrderExecuted B183',
      'OrderRestated B184',
      'OrderExecuted A3',
      'OrderExecuted B184',
    ])
  })
})

describe('a stop that waits', () => {
  it('is canceled as any other order, and the feed has nothing to take off', () => {
    const market = tradedAt(182)
    market.enter('ACME', 'B1', 'buy 100 @ stop 183')

    expect(market.cancel('ACME', 'C1', 'B1')).toEqual([
      'ACME 8 Canceled C1 of B1 buy 100@stop 183.0000 waiting leaves 0 cum 0',
    ])
    expect(trade(market, 184)).toHaveLength(3)
  })

  it('keeps its place in line with a lower quantity and loses it with a higher one', () => {
    const market = tradedAt(182)
    for (const id of ['B1', 'B2', 'B3']) market.enter('ACME', id, 'buy 100 @ stop 183')

    expect(market.replace('ACME', 'LESS', 'B1', 'buy 60 @ stop 183')).toEqual([
      'ACME 8 Replaced LESS of B1 buy 60@stop 183.0000 waiting leaves 60 cum 0 New',
    ])
    expect(market.replace('ACME', 'MORE', 'B2', 'buy 160 @ stop 183')).toEqual([
      'ACME 8 Replaced MORE of B2 buy 160@stop 183.0000 waiting leaves 160 cum 0 New',
    ])
    expect(market.stopsOf('AAPL').buys).toEqual([
      'LESS 60@183.0000',
      'B3 100@183.0000',
      'MORE 160@183.0000',
    ])
  })

  it('is triggered at once by a new StopPx(99) that the last trade has passed', () => {
    const market = tradedAt(182)
    market.enter('ACME', 'B1', 'buy 100 @ 181 stop 183')

    expect(market.replace('ACME', 'R1', 'B1', 'buy 100 @ 181 stop 182')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 100@181.0000 stop 182.0000 waiting leaves 100 cum 0 New',
      'ACME 8 Restated R1 buy 100@181.0000 stop 182.0000 leaves 100 cum 0 New "Triggered" | feed A #3 100',
    ])
  })

  it('is carried over to the next day when it is good till cancel, and told to no feed', () => {
    const market = tradedAt(182)
    market.enter('ACME', 'B1', 'buy 100 @ stop 183 GTC')
    market.closeDay()

    expect(market.openDay(20261124).at(-1)).toBe(
      'ACME carried B1 buy 100@stop 183.0000 GTC waiting leaves 100 cum 0 day 0 of 100',
    )
    expect(trade(market, 183)[3]).toContain('8 Restated B1')
  })

  it.each(['', ' IOC', ' FOK'])('ends with the day otherwise: %j', (timeInForce) => {
    const market = tradedAt(182)
    market.enter('ACME', 'B1', `buy 100 @ stop 183${timeInForce}`)

    expect(market.closeDay()[0]).toBe(
      `ACME 8 Expired B1 buy 100@stop 183.0000${timeInForce} waiting leaves 0 cum 0`,
    )
    expect(market.stopsOf('AAPL').buys).toEqual([])
  })

  it('is canceled with a lost connection where the session asks for it', () => {
    const market = tradedAt(182, {
      sessions: [{ compId: 'ACME', cancelOnDisconnect: 'disconnect' }, { compId: 'GLOBEX' }],
    })
    market.enter('ACME', 'B1', 'buy 100 @ stop 183 IOC')

    expect(market.disconnect('ACME').at(-1)).toBe(
      'ACME 8 Canceled B1 buy 100@stop 183.0000 IOC waiting leaves 0 cum 0 Canceled "Cancel on disconnect"',
    )
  })
})

describe('a stop that was triggered', () => {
  it('may be replaced with the StopPx(99) that it had, and with no other', () => {
    const market = tradedAt(182)
    market.enter('ACME', 'B1', 'buy 100 @ 181 stop 182')

    expect(market.replace('ACME', 'R1', 'B1', 'buy 100 @ 180 stop 182')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 100@180.0000 stop 182.0000 leaves 100 cum 0 New | feed U #3 to #4 100',
    ])
    expect(market.replace('ACME', 'R2', 'R1', 'buy 100 @ 180 stop 183')).toEqual([
      'ACME 9 replace R2 of R1 New "StopPx(99) cannot be changed: the stop was triggered"',
    ])
  })
})

describe('a StopPx(99) that cannot be', () => {
  it.each([
    ['stop 182.005', 'stop 182.0050', 'StopPx(99) not a multiple of tick 0.01'],
    ['stop -1', '', 'StopPx(99) must be positive'],
    ['stop -2', '', 'StopPx(99) not a multiple of tick 0.01'],
    ['stop -3', '', 'StopPx(99) above 200000'],
  ])('%s is refused, and what cannot be represented is not told', (terms, told, text) => {
    const market = tradedAt(182)

    expect(market.enter('ACME', 'B1', `buy 100 @ ${terms}`)).toEqual([
      `ACME 8 Rejected B1 buy 100@${told} leaves 0 cum 0 Rejected "${text}"`,
    ])
    expect(market.events).toMatchObject([{ stopPx: told === '' ? 0 : 1_820_050 }])
  })
})
