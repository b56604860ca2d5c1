/** Market with left over as limit: OrdType(40)=K. */
import { describe, expect, it } from 'vitest'
import { anEngine } from '../support/engine-driver.ts'

function withOffers() {
  const market = anEngine()
  market.enter('GLOBEX', 'S1', 'sell 30 @ 182.50')
  market.enter('GLOBEX', 'S2', 'sell 20 @ 183')
  return market
}

describe('a market order with left over as limit', () => {
  it('trades at any price, and what is left waits at the price of its last execution', () => {
    const market = withOffers()

    expect(market.enter('ACME', 'B1', 'buy 80 @ market or limit')).toEqual([
      'ACME 8 New B1 buy 80@market or limit leaves 80 cum 0',
      'GLOBEX 8 Trade S1 sell 30@182.5000 last 30@182.5000 leaves 0 cum 30 avg 182.5 | feed E #1 30 match 1',
      'ACME 8 Trade B1 buy 80@market or limit last 30@182.5000 leaves 50 cum 30 avg 182.5',
      'GLOBEX 8 Trade S2 sell 20@183.0000 last 20@183.0000 leaves 0 cum 20 avg 183 | feed E #2 20 match 2',
      'ACME 8 Trade B1 buy 80@market or limit last 20@183.0000 leaves 30 cum 50 avg 182.7',
      'ACME 8 Restated B1 buy 80@183.0000 leaves 30 cum 50 avg 182.7 PartiallyFilled "Left over as limit" | feed A #3 30',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B1 30@183.0000'])
  })

  it('that trades in full has no left over', () => {
    expect(withOffers().enter('ACME', 'B1', 'buy 50 @ market or limit').at(-1)).toBe(
      'ACME 8 Trade B1 buy 50@market or limit last 20@183.0000 leaves 0 cum 50 avg 182.7',
    )
  })

  it('that meets nobody is canceled', () => {
    expect(anEngine().enter('ACME', 'B1', 'buy 80 @ market or limit')).toEqual([
      'ACME 8 New B1 buy 80@market or limit leaves 80 cum 0',
      'ACME 8 Canceled B1 buy 80@market or limit leaves 0 cum 0 Canceled "No more quantity to match a market order"',
    ])
  })

  it('leaves nothing over when it is immediate or cancel', () => {
    expect(withOffers().enter('ACME', 'B1', 'buy 80 @ market or limit IOC').at(-1)).toBe(
      'ACME 8 Canceled B1 buy 80@market or limit IOC leaves 0 cum 50 avg 182.7 Canceled "Unfilled remainder canceled"',
    )
  })
})

describe('what was left over', () => {
  it('trades as a limit order does: at its price and no worse', () => {
    const market = withOffers()
    market.enter('ACME', 'B1', 'buy 80 @ market or limit')
    market.enter('GLOBEX', 'S3', 'sell 10 @ 183.01')

    expect(market.enter('GLOBEX', 'S4', 'sell 30 @ 182')[1]).toBe(
      'ACME 8 Trade B1 buy 80@183.0000 last 30@183.0000 leaves 0 cum 80 avg 182.8125 | feed E #3 30 match 3',
    )
  })

  it('keeps its price when a replacement sends none, and takes the one that it sends', () => {
    const market = withOffers()
    market.enter('ACME', 'B1', 'buy 80 @ market or limit GTC')

    expect(market.replace('ACME', 'R1', 'B1', 'buy 70 @ market or limit GTC')).toEqual([
      'ACME 8 Replaced R1 of B1 buy 70@183.0000 GTC leaves 20 cum 50 avg 182.7 PartiallyFilled | feed X #3 10',
    ])
    expect(market.replace('ACME', 'R2', 'R1', 'buy 70 @ 182 or limit GTC')).toEqual([
      'ACME 8 Replaced R2 of R1 buy 70@182.0000 GTC leaves 20 cum 50 avg 182.7 PartiallyFilled | feed U #3 to #4 20',
    ])
  })
})
