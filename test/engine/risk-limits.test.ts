/**
 * Pre-trade risk as a risk officer sees it: each limit once, with the Text(58) that its refusal has,
 * and what uses it up and gives it back.
 */
import { describe, expect, it } from 'vitest'
import { RejectReason, RISK_ROWS } from '../../src/domain/index.ts'
import type { ScopeLimits } from '../../src/wire/index.ts'
import type { EngineDriver, EngineOptions } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import { exposureOf, limitsOf } from '../support/risk.ts'

const SESSIONS = [
  { compId: 'ACME', accounts: ['A1', 'A2'] },
  { compId: 'ACME2', firm: 'ACME', accounts: ['A1'] },
  { compId: 'GLOBEX' },
]

/** A market in which firm ACME has limits; GLOBEX has none. */
function under(limits: ScopeLimits, options: EngineOptions = {}): EngineDriver {
  const market = anEngine({ sessions: SESSIONS, ...options })
  market.setLimits(limitsOf({ 'firm ACME': limits }))
  return market
}

/** Why an order of ACME is refused; undefined = it is not. */
function refusal(market: EngineDriver, id: string, terms: string, account = 0): string | undefined {
  return textOf(market.enter('ACME', id, terms, { account }))
}

const textOf = (lines: readonly string[]): string | undefined =>
  lines.map((line) => /"(.*)"/.exec(line)?.[1]).find((text) => text !== undefined)

describe('limits of one order', () => {
  it('refuse more shares than maxOrderQty, in a new order and in a replacement', () => {
    const market = under({ maxOrderQty: 1000 })

    expect(market.enter('ACME', 'B1', 'buy 5000 @ 182')).toEqual([
      'ACME 8 Rejected B1 buy 5000@182.0000 leaves 0 cum 0 Rejected ' +
        '"Order exceeds limit: order quantity 5000 above 1000 of firm ACME"',
    ])
    market.enter('ACME', 'B2', 'buy 1000 @ 182')
    expect(market.replace('ACME', 'R1', 'B2', 'buy 1001 @ 182')).toEqual([
      'ACME 9 replace R1 of B2 New "Order exceeds limit: order quantity 1001 above 1000 of firm ACME"',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B2 1000@182.0000'])
  })

  it('judge nobody else', () => {
    const market = under({ maxOrderQty: 1000 })

    expect(textOf(market.enter('GLOBEX', 'B1', 'buy 5000 @ 182'))).toBeUndefined()
    expect(textOf(market.enter('ACME2', 'B1', 'buy 5000 @ 182'))).toContain('firm ACME')
  })

  it('refuse what is worth more than maxOrderNotional, exactly beyond 2^53 too', () => {
    const market = under({ maxOrderNotional: 1_000_000_0000 })

    expect(refusal(market, 'B1', 'buy 5000 @ 200')).toBeUndefined()
    expect(refusal(market, 'B2', 'buy 5000 @ 200.01')).toBe(
      'Order exceeds limit: order notional 1000050 above 1000000 of firm ACME',
    )
    expect(refusal(market, 'B3', 'sell 1000000 @ 199999.99')).toBe(
      'Order exceeds limit: order notional 199999990000 above 1000000 of firm ACME',
    )
  })

  it('hold a price against the reference price and the last execution', () => {
    const market = under({ priceCollarPercent: 500 })

    expect(refusal(market, 'B1', 'buy 1 @ 191.62')).toBeUndefined()
    expect(refusal(market, 'B2', 'buy 1 @ 191.63')).toBe(
      'Price(44) 191.63 outside collar 5% around reference price 182.5 of firm ACME',
    )
    expect(refusal(market, 'S1', 'sell 1 @ 173.37')).toBe(
      'Price(44) 173.37 outside collar 5% around reference price 182.5 of firm ACME',
    )
    market.cancel('ACME', 'C1', 'B1')
    market.enter('GLOBEX', 'G1', 'sell 1 @ 176')
    market.enter('GLOBEX', 'G2', 'buy 1 @ 176')
    expect(refusal(market, 'B3', 'buy 1 @ 184.81')).toBe(
      'Price(44) 184.81 outside collar 5% around last price 176 of firm ACME',
    )
  })

  it('hold it against a distance too, and a stop limit against its StopPx', () => {
    const market = under({ priceCollarAbsolute: 1_0000 })

    expect(refusal(market, 'B1', 'buy 1 @ 183.51')).toBe(
      'Price(44) 183.51 outside collar 1 around reference price 182.5 of firm ACME',
    )
    expect(refusal(market, 'B2', 'buy 1 @ 201 stop 200')).toBeUndefined()
    expect(refusal(market, 'B3', 'buy 1 @ 201.01 stop 200')).toBe(
      'Price(44) 201.01 outside collar 1 around StopPx(99) 200 of firm ACME',
    )
  })

  it('give a market order the end of its collar for a limit', () => {
    const market = under({ priceCollarAbsolute: 1_0000 })
    market.enter('GLOBEX', 'S1', 'sell 10 @ 183.50')
    market.enter('GLOBEX', 'S2', 'sell 10 @ 183.51')

    expect(market.enter('ACME', 'B1', 'buy 20 @ market')).toEqual([
      'ACME 8 New B1 buy 20@market leaves 20 cum 0',
      'GLOBEX 8 Trade S1 sell 10@183.5000 last 10@183.5000 leaves 0 cum 10 avg 183.5 | feed E #1 10 match 1',
      'ACME 8 Trade B1 buy 20@market last 10@183.5000 leaves 10 cum 10 avg 183.5',
      'ACME 8 Canceled B1 buy 20@market leaves 0 cum 10 avg 183.5 Canceled "No more quantity inside the price collar"',
    ])
    expect(textOf(market.enter('ACME', 'B2', 'buy 1 @ market FOK'))).toBe(
      'Fill or kill: not enough quantity',
    )
  })

  it('refuse a restricted symbol, and leave the others alone', () => {
    const market = under({ restrictedSymbols: ['MSFT'] })

    expect(refusal(market, 'B1', 'buy 1 MSFT @ 182')).toBe(
      'Symbol MSFT is restricted for firm ACME',
    )
    expect(refusal(market, 'B2', 'buy 1 AAPL @ 182')).toBeUndefined()
  })

  it('refuse the same order of one account within duplicateWindowMs', () => {
    const market = under({ duplicateWindowMs: 3 })

    expect(refusal(market, 'B1', 'buy 1 @ 182', 1)).toBeUndefined()
    expect(refusal(market, 'B2', 'buy 1 @ 182', 1)).toBe(
      'Duplicate order: the same 1 ms before, within 3 ms of firm ACME',
    )
    expect(refusal(market, 'B3', 'buy 1 @ 182', 2)).toBeUndefined()
    // The account is the same on every session; what was refused does not begin the time anew.
    expect(textOf(market.enter('ACME2', 'B1', 'buy 1 @ 182', { account: 1 }))).toBeUndefined()
  })
})

describe('limits of what is open', () => {
  it('count live orders, and let a canceled one go', () => {
    const market = under({ maxOpenOrders: 2 })
    market.enter('ACME', 'B1', 'buy 1 @ 182')
    market.enter('ACME2', 'B1', 'buy 1 @ stop 190')

    expect(refusal(market, 'B2', 'sell 1 @ 190')).toBe(
      'Order exceeds limit: open orders 3 above 2 of firm ACME',
    )
    expect(textOf(market.replace('ACME', 'R1', 'B1', 'buy 2 @ 182'))).toBeUndefined()
    market.cancel('ACME', 'C1', 'R1')
    expect(refusal(market, 'B3', 'sell 1 @ 190')).toBeUndefined()
  })

  it('add what open buys and sells are worth, of a symbol and in all', () => {
    const market = under({ maxGrossOpenPerSymbol: 3000_0000, maxGrossOpen: 4000_0000 })
    market.enter('ACME', 'B1', 'buy 10 @ 100')
    market.enter('ACME', 'S1', 'sell 10 @ 200')

    expect(refusal(market, 'B2', 'buy 1 @ 100')).toBe(
      'Order exceeds limit: gross open notional of the symbol 3100 above 3000 of firm ACME',
    )
    expect(refusal(market, 'B3', 'buy 11 MSFT @ 100')).toBe(
      'Order exceeds limit: gross open notional 4100 above 4000 of firm ACME',
    )
    expect(refusal(market, 'B4', 'buy 10 MSFT @ 100')).toBeUndefined()
  })

  it('limit the larger side, which no cancel of the other can make larger', () => {
    const market = under({ maxNetOpenPerSymbol: 2000_0000, maxNetOpen: 3000_0000 })
    market.enter('ACME', 'B1', 'buy 20 @ 100')
    expect(refusal(market, 'S1', 'sell 10 @ 200')).toBeUndefined()

    expect(refusal(market, 'B2', 'buy 1 @ 100')).toBe(
      'Order exceeds limit: net open notional of the symbol 2100 above 2000 of firm ACME',
    )
    expect(refusal(market, 'B3', 'buy 11 MSFT @ 100')).toBe(
      'Order exceeds limit: net open notional 3100 above 3000 of firm ACME',
    )
  })

  it('count a market order or a stop at the end of its collar, without one at the price it is near', () => {
    const market = under({ maxGrossOpen: 100_000_0000 })
    market.enter('ACME', 'B1', 'buy 10 @ stop 190')
    expect(exposureOf(market, 'firm ACME')).toMatchObject({
      openOrders: 1,
      buyNotional: 1900_0000n,
    })

    market.setLimits(
      limitsOf({ 'firm ACME': { maxGrossOpen: 100_000_0000, priceCollarPercent: 1000 } }),
    )
    market.enter('ACME', 'B2', 'buy 10 @ stop 200')
    expect(exposureOf(market, 'firm ACME')).toMatchObject({
      openOrders: 2,
      buyNotional: 4100_0000n,
    })
  })

  it('let a replacement make smaller what is above a lowered limit', () => {
    const market = under({ maxGrossOpen: 10_000_0000 })
    market.enter('ACME', 'B1', 'buy 100 @ 100')
    market.setLimits(limitsOf({ 'firm ACME': { maxGrossOpen: 5_000_0000 } }))

    expect(textOf(market.replace('ACME', 'R1', 'B1', 'buy 80 @ 100'))).toBeUndefined()
    expect(textOf(market.replace('ACME', 'R2', 'R1', 'buy 81 @ 100'))).toBe(
      'Order exceeds limit: gross open notional 8100 above 5000 of firm ACME',
    )
  })
})

describe('a position', () => {
  it('may reach maxPosition on either side, counting everything that is open', () => {
    const market = under({ maxPosition: 100, positions: { AAPL: 40 } })
    market.enter('ACME', 'B1', 'buy 30 @ 182')

    expect(refusal(market, 'B2', 'buy 31 @ 182')).toBe(
      'Order exceeds limit: position 101 beyond 100 of firm ACME',
    )
    expect(refusal(market, 'S1', 'sell 141 @ 183')).toBe(
      'Order exceeds limit: position -101 beyond -100 of firm ACME',
    )
    market.enter('GLOBEX', 'S1', 'sell 30 @ 182')
    expect(exposureOf(market, 'firm ACME', 'AAPL')).toMatchObject({ position: 70, buyQty: 0 })
    expect(refusal(market, 'B3', 'buy 30 @ 182')).toBeUndefined()
  })

  it('is all that may be sold where allowShort is false', () => {
    const market = under({ allowShort: false, positions: { AAPL: 10 } })
    market.enter('ACME', 'S1', 'sell 6 @ 183')

    expect(refusal(market, 'S2', 'sell 5 @ 183')).toBe(
      'Order exceeds limit: open sells 11 above position 10 of firm ACME, which may not sell short',
    )
    expect(refusal(market, 'S3', 'sell 4 @ stop 180')).toBeUndefined()
    market.enter('GLOBEX', 'B1', 'buy 6 @ 183')
    expect(refusal(market, 'S4', 'sell 1 @ 183')).toContain('open sells 5 above position 4')
  })
})

describe('buying power', () => {
  it('is used by open and executed buys, and given back by executed sells', () => {
    const market = under({ buyingPower: 1000_0000, buyingPowerUsed: 100_0000 })
    market.enter('ACME', 'B1', 'buy 8 @ 100')
    market.enter('GLOBEX', 'S1', 'sell 4 @ 100')

    expect(refusal(market, 'B2', 'buy 2 @ 100')).toBe(
      'Order exceeds limit: buying power used 1100 above 1000 of firm ACME',
    )
    market.enter('ACME', 'S2', 'sell 1 @ 101')
    expect(refusal(market, 'B3', 'buy 2 @ 100')).toContain('buying power used 1100')
    market.enter('GLOBEX', 'B1', 'buy 1 @ 101')
    expect(refusal(market, 'B4', 'buy 2 @ 100')).toBeUndefined()
    expect(exposureOf(market, 'firm ACME')).toMatchObject({
      powerUsed: 399_0000n,
      buyNotional: 600_0000n,
    })
  })

  it('does not let a market order buy without a collar, which bounds what it can cost', () => {
    const market = under({ buyingPower: 2000_0000 })

    expect(refusal(market, 'B1', 'buy 10 @ market')).toBe(
      'Order exceeds limit: a market order to buy without a price collar, buying power 2000 of firm ACME',
    )
    market.setLimits(
      limitsOf({ 'firm ACME': { buyingPower: 2000_0000, priceCollarPercent: 1000 } }),
    )
    expect(refusal(market, 'B2', 'buy 10 @ market')).toBe(
      'Order exceeds limit: buying power used 2007.5 above 2000 of firm ACME',
    )
  })
})

describe('a killed scope', () => {
  const KILLED = { 'firm ACME': { killed: true } }

  it('has its live orders canceled, on all sessions, and nobody else has', () => {
    const market = under({})
    market.enter('ACME', 'B1', 'buy 1 @ 182')
    market.enter('ACME2', 'B2', 'buy 2 @ stop 190')
    market.enter('GLOBEX', 'B3', 'buy 3 @ 182')

    expect(market.setLimits(limitsOf(KILLED))).toEqual([
      'ACME 8 Canceled B1 buy 1@182.0000 leaves 0 cum 0 Canceled "Trading is blocked by pre-trade risk" | feed D #1',
      'ACME2 8 Canceled B2 buy 2@stop 190.0000 waiting leaves 0 cum 0 Canceled "Trading is blocked by pre-trade risk"',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B3 3@182.0000'])
  })

  it('takes no order until it is not killed any more', () => {
    const market = under({ killed: true })

    expect(refusal(market, 'B1', 'buy 1 @ 182')).toBe('Trading is blocked for firm ACME')
    market.setLimits(limitsOf({}))
    expect(refusal(market, 'B2', 'buy 1 @ 182')).toBeUndefined()
  })

  it('is emptied in as many turns as it takes', () => {
    const market = under({}, { ordersPerCommandMax: 2 })
    for (let i = 1; i <= 5; i++) market.enter('ACME', `B${i}`, 'buy 1 @ 182')
    market.setLimits(limitsOf(KILLED))

    expect(market.bookOf('AAPL').bids).toEqual([])
    const commands = market.recorded.slice(-3).map(({ commands: bytes }) => bytes[4])
    expect(commands).toEqual([12, 35, 35])
  })
})

describe('of several limits', () => {
  /** Each of them is broken by both orders below, but for those of the other side. */
  const BROKEN: ScopeLimits = {
    killed: true,
    restrictedSymbols: ['AAPL'],
    maxOrderQty: 1,
    maxOrderNotional: 1,
    priceCollarPercent: 1,
    duplicateWindowMs: 60_000,
    maxOpenOrders: 1,
    maxGrossOpenPerSymbol: 1,
    maxGrossOpen: 1,
    maxNetOpenPerSymbol: 1,
    maxNetOpen: 1,
    maxPosition: 1,
    allowShort: false,
    buyingPower: 1,
  }

  it.each(['buy 10 @ 300', 'sell 10 @ 100'])('the first that is broken answers: %s', (terms) => {
    const market = under({ duplicateWindowMs: 60_000 })
    market.enter('ACME', 'B0', terms)
    const answers: (string | undefined)[] = []
    Object.keys(BROKEN).forEach((_, first) => {
      const left = Object.fromEntries(Object.entries(BROKEN).slice(first))
      market.setLimits(limitsOf({ 'firm ACME': left }))
      market.enter('ACME', `B${first + 1}`, terms)
      const { reason } = market.events[0] as { reason: number }
      answers.push(Object.keys(RISK_ROWS)[reason - RejectReason.Killed.code])
    })

    const rows = Object.keys(RISK_ROWS).filter((name) => name !== 'BuyingPowerUnbounded')
    const order = [...new Set(answers)].filter((name) => name !== undefined)
    expect(order).toEqual(rows.filter((name) => order.includes(name)))
    expect(order.length).toBeGreaterThan(11)
  })
})

describe('scopes', () => {
  it('judge together, the wide ones first: venue, firm, session, account', () => {
    const market = anEngine({ sessions: SESSIONS })
    const limits = {
      venue: { maxOrderQty: 400 },
      'firm ACME': { maxOrderQty: 300 },
      'session ACME': { maxOrderQty: 200 },
      'account ACME A1': { maxOrderQty: 100 },
    }
    market.setLimits(limitsOf(limits))

    expect(refusal(market, 'B1', 'buy 500 @ 182', 1)).toContain('above 400 of the venue')
    expect(refusal(market, 'B2', 'buy 400 @ 182', 1)).toContain('above 300 of firm ACME')
    expect(refusal(market, 'B3', 'buy 300 @ 182', 1)).toContain('above 200 of session ACME')
    expect(refusal(market, 'B4', 'buy 200 @ 182', 1)).toContain('above 100 of account A1')
    expect(refusal(market, 'B5', 'buy 200 @ 182', 2)).toBeUndefined()
    expect(textOf(market.enter('GLOBEX', 'B1', 'buy 500 @ 182'))).toContain('of the venue')
  })

  it('of an account go with the firm, whichever session uses it', () => {
    const market = anEngine({ sessions: SESSIONS })
    market.setLimits(limitsOf({ 'account ACME A1': { maxOpenOrders: 1 } }))
    market.enter('ACME', 'B1', 'buy 1 @ 182', { account: 1 })

    expect(textOf(market.enter('ACME2', 'B1', 'buy 1 @ 182', { account: 1 }))).toBe(
      'Order exceeds limit: open orders 2 above 1 of account A1',
    )
  })

  it('count what is live when limits come, and a firm takes its sessions along', () => {
    const market = under({}, { ordersPerCommandMax: 1 })
    market.enter('ACME', 'B1', 'buy 1 @ 182')
    market.enter('GLOBEX', 'B2', 'buy 2 @ 100')
    market.setLimits(limitsOf({ 'firm ACME': { maxGrossOpen: 1000_0000 } }))
    expect(exposureOf(market, 'firm ACME')).toMatchObject({ openOrders: 1, buyNotional: 182_0000n })

    const { sessions } = market.configuration
    market.configure({ sessions: sessions.map((one) => ({ ...one, firm: 'ACME' })) })
    expect(exposureOf(market, 'firm ACME')).toMatchObject({ openOrders: 2, buyNotional: 382_0000n })
  })
})

describe('what has been counted', () => {
  it('goes on over the night, with the orders that live on', () => {
    const market = under({ maxPosition: 100, maxOpenOrders: 10, buyingPower: 100_000_0000 })
    market.enter('ACME', 'B1', 'buy 10 @ 182')
    market.enter('GLOBEX', 'S1', 'sell 10 @ 182')
    market.enter('ACME', 'B2', 'buy 20 @ 181 GTC')
    market.enter('ACME', 'B3', 'buy 30 @ 181')
    market.closeDay()
    market.openDay(20261124)

    expect(exposureOf(market, 'firm ACME', 'AAPL')).toMatchObject({ position: 10, buyQty: 20 })
    expect(exposureOf(market, 'firm ACME')).toMatchObject({
      openOrders: 1,
      powerUsed: 1820_0000n,
      buyNotional: 3620_0000n,
    })
    expect(refusal(market, 'B4', 'buy 71 @ 181')).toContain('position 101 beyond 100')
  })

  it('is kept while no limit asks for it, and begins only once', () => {
    const market = under({ maxPosition: 100, positions: { AAPL: 40 } })
    market.setLimits(limitsOf({}))
    market.enter('ACME', 'B1', 'buy 10 @ 182')
    market.enter('GLOBEX', 'S1', 'sell 10 @ 182')
    market.setLimits(limitsOf({ 'firm ACME': { maxPosition: 100, positions: { AAPL: 7 } } }))

    expect(exposureOf(market, 'firm ACME', 'AAPL')).toMatchObject({ position: 50 })
  })
})

describe('an order that the exchange changes', () => {
  it('counts at the price to which it was moved, left over or reduced', () => {
    const market = under(
      { maxGrossOpen: 100_000_0000 },
      {
        sessions: [
          { compId: 'ACME', postOnly: 'slide', selfTrade: { prevention: 'decrement', group: 'A' } },
          { compId: 'GLOBEX' },
        ],
      },
    )
    market.enter('GLOBEX', 'S1', 'sell 10 @ 183')
    market.enter('ACME', 'B1', 'buy 10 @ 184 post only')
    expect(exposureOf(market, 'firm ACME')).toMatchObject({ buyNotional: 1829_9000n })
    market.cancel('ACME', 'C1', 'B1')

    market.enter('ACME', 'B2', 'buy 15 @ market or limit')
    expect(market.bookOf('AAPL').bids).toEqual(['B2 5@183.0000'])
    expect(exposureOf(market, 'firm ACME')).toMatchObject({ buyNotional: 915_0000n, openOrders: 1 })

    market.enter('ACME', 'S3', 'sell 2 @ 183')
    expect(exposureOf(market, 'firm ACME')).toMatchObject({
      buyNotional: 549_0000n,
      sellNotional: 0n,
      openOrders: 1,
    })
  })

  it('is judged at the price to which it would be moved', () => {
    const sessions = [{ compId: 'ACME', postOnly: 'slide' as const }, { compId: 'GLOBEX' }]
    const market = under({ maxGrossOpen: 1830_0000 }, { sessions })
    market.enter('GLOBEX', 'B1', 'buy 10 @ 183')

    expect(refusal(market, 'S1', 'sell 10 @ 182 post only')).toBe(
      'Order exceeds limit: gross open notional 1830.1 above 1830 of firm ACME',
    )
  })

  it('buys no dearer than it counts when it is a stop that was there before the buying power', () => {
    const market = under({})
    market.enter('ACME', 'B1', 'buy 20 @ stop 183')
    market.setLimits(limitsOf({ 'firm ACME': { buyingPower: 3660_0000 } }))
    market.enter('GLOBEX', 'S1', 'sell 15 @ 183')
    market.enter('GLOBEX', 'S2', 'sell 50 @ 190')
    market.enter('GLOBEX', 'B2', 'buy 5 @ 183')

    expect(exposureOf(market, 'firm ACME')).toMatchObject({ powerUsed: 1830_0000n, openOrders: 0 })
    expect(market.bookOf('AAPL').asks).toEqual(['S2 50@190.0000'])
  })
})
