/** Immediate or cancel with MinQty(110): at least so much at once, or nothing. */
import { describe, expect, it } from 'vitest'
import { REPORT_DEFAULTS } from '../../src/wire/index.ts'
import { anEngine } from '../support/engine-driver.ts'

describe('an order with MinQty(110)', () => {
  it('trades all that there is when that is enough, and the rest is canceled', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 30 @ 182.49')
    market.enter('GLOBEX', 'S2', 'sell 30 @ 182.50')

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50 IOC min 60')).toEqual([
      'ACME 8 New B1 buy 100@182.5000 IOC min 60 leaves 100 cum 0',
      'GLOBEX 8 Trade S1 sell 30@182.4900 last 30@182.4900 leaves 0 cum 30 avg 182.49 | feed E #1 30 match 1',
      'ACME 8 Trade B1 buy 100@182.5000 IOC min 60 last 30@182.4900 leaves 70 cum 30 avg 182.49',
      'GLOBEX 8 Trade S2 sell 30@182.5000 last 30@182.5000 leaves 0 cum 30 avg 182.5 | feed E #2 30 match 2',
      'ACME 8 Trade B1 buy 100@182.5000 IOC min 60 last 30@182.5000 leaves 40 cum 60 avg 182.495',
      'ACME 8 Canceled B1 buy 100@182.5000 IOC min 60 leaves 0 cum 60 avg 182.495 Canceled "Unfilled remainder canceled"',
    ])
  })

  it('does not trade at all when there is one share less', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 59 @ 182.50')
    market.enter('GLOBEX', 'S2', 'sell 100 @ 182.51')

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50 IOC min 60')).toEqual([
      'ACME 8 New B1 buy 100@182.5000 IOC min 60 leaves 100 cum 0',
      'ACME 8 Canceled B1 buy 100@182.5000 IOC min 60 leaves 0 cum 0 Canceled "Less than MinQty(110) available"',
    ])
    expect(market.bookOf('AAPL').asks).toEqual(['S1 59@182.5000', 'S2 100@182.5100'])
  })

  it('counts what icebergs hide', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 60 @ 182.50 show 10')

    expect(market.enter('ACME', 'B1', 'buy 60 @ 182.50 IOC min 60').at(-1)).toContain(
      'leaves 0 cum 60',
    )
  })

  it('may be a market order', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S1', 'sell 50 @ 182.50')

    expect(market.enter('ACME', 'B1', 'buy 100 @ market IOC min 51').at(-1)).toContain(
      'Canceled "Less than MinQty(110) available"',
    )
    expect(market.enter('ACME', 'B2', 'buy 100 @ market IOC min 50').at(-1)).toContain('cum 50')
  })

  it('may be a stop, which looks when it is triggered', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ stop 182.50 IOC min 50')
    market.enter('GLOBEX', 'S1', 'sell 50 @ 182.50')

    expect(market.enter('ACME', 'B2', 'buy 1 @ 182.50').slice(3)).toEqual([
      'ACME 8 Restated B1 buy 100@stop 182.5000 IOC min 50 leaves 100 cum 0 New "Triggered"',
      'ACME 8 Canceled B1 buy 100@stop 182.5000 IOC min 50 leaves 0 cum 0 Canceled "Less than MinQty(110) available"',
    ])
  })

  it('expires for a session that says so', () => {
    const reports = { ...REPORT_DEFAULTS, expiredAs: 'expired' } as const
    const market = anEngine({ sessions: [{ compId: 'ACME', reports }] })

    expect(market.enter('ACME', 'B1', 'buy 100 @ 182.50 IOC min 1').at(-1)).toBe(
      'ACME 8 Expired B1 buy 100@182.5000 IOC min 1 leaves 0 cum 0 Expired "Less than MinQty(110) available"',
    )
  })

  it.each([
    ['min -1', '', 'Incorrect quantity: MinQty(110) must be positive'],
    ['min 25', 'min 25 ', 'Incorrect quantity: MinQty(110) must be a multiple of 10'],
    ['min -2', '', 'Incorrect quantity: MinQty(110) must be a multiple of 10'],
    ['min 110', 'min 110 ', 'Incorrect quantity: MinQty(110) above OrderQty(38)'],
    ['min -3', '', 'Incorrect quantity: MinQty(110) above OrderQty(38)'],
  ])('%s of 100 is refused', (terms, told, text) => {
    const market = anEngine({ instruments: [{ symbol: 'AAPL', lotSize: 10 }] })

    expect(market.enter('ACME', 'B1', `buy 100 @ 182.50 IOC ${terms}`)).toEqual([
      `ACME 8 Rejected B1 buy 100@182.5000 IOC ${told}leaves 0 cum 0 Rejected "${text}"`,
    ])
  })
})
