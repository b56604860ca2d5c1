/** Halts, what is taken meanwhile, and the auction that ends them: FIX 4.4 volume 4, matrix K. */
import { describe, expect, it } from 'vitest'
import type { HaltPolicy } from '../../src/domain/index.ts'
import { TradingState } from '../../src/domain/index.ts'
import { Engine } from '../../src/engine/index.ts'
import { OPERATIONS_KEPT_MAX } from '../../src/engine/known-operations.ts'
import type { EngineDriver, EngineOptions } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import { reload } from '../support/snapshots.ts'

/** A market whose AAPL is halted, with two orders that wait. */
function halted(orders: HaltPolicy = 'accept', options: EngineOptions = {}): EngineDriver {
  const market = anEngine(options)
  market.enter('ACME', 'B1', 'buy 100 @ 182')
  market.enter('GLOBEX', 'S1', 'sell 100 @ 183')
  market.halt('AAPL', orders)
  return market
}

const HALTED = '"Trading in the symbol is halted"'

describe('a halt', () => {
  it('is told to the feed with its reason, and changes no order', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182')

    expect(market.halt('AAPL', 'accept', 'T12')).toEqual(['operator halt', '| feed H AAPL H T12'])
    expect(market.bookOf('AAPL')).toEqual({ bids: ['B1 100@182.0000'], asks: [] })
  })

  it('K.1.b cancels the orders that ask for it', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182 cancel on halt')
    market.enter('ACME', 'B2', 'buy 100 @ 181')
    market.enter('ACME', 'B3', 'buy 100 @ stop 190 cancel on halt')
    market.enter('ACME', 'M1', 'buy 100 MSFT @ 182 cancel on halt')

    expect(market.halt()).toEqual([
      'operator halt',
      '| feed H AAPL H T1',
      'ACME 8 Canceled B1 buy 100@182.0000 cancel on halt leaves 0 cum 0 Canceled "Cancel on trading halt" | feed D #1',
      'ACME 8 Canceled B3 buy 100@stop 190.0000 cancel on halt waiting leaves 0 cum 0 Canceled "Cancel on trading halt"',
    ])
    expect(market.bookOf('AAPL').bids).toEqual(['B2 100@181.0000'])
    expect(market.bookOf('MSFT').bids).toEqual(['M1 100@182.0000'])
  })

  it('takes orders that wait, even if they cross, and nothing trades', () => {
    const market = halted()

    expect(market.enter('ACME', 'B2', 'buy 50 @ 184')).toEqual([
      'ACME 8 New B2 buy 50@184.0000 leaves 50 cum 0 | feed A #3 50',
    ])
    expect(market.enter('ACME', 'B3', 'buy 10 @ market')).toEqual([
      'ACME 8 New B3 buy 10@market leaves 10 cum 0',
    ])
    expect(market.replace('ACME', 'B4', 'B1', 'buy 100 @ 183.50')).toEqual([
      'ACME 8 Replaced B4 of B1 buy 100@183.5000 leaves 100 cum 0 New | feed U #1 to #5 100',
    ])
    expect(market.cancel('GLOBEX', 'C1', 'S1')).toEqual([
      'GLOBEX 8 Canceled C1 of S1 sell 100@183.0000 leaves 0 cum 0 | feed D #2',
    ])
    expect(market.cancel('ACME', 'C2', 'B3')).toEqual([
      'ACME 8 Canceled C2 of B3 buy 10@market leaves 0 cum 0',
    ])
  })

  it.each(['buy 10 @ 184 IOC', 'buy 10 @ 184 FOK', 'buy 10 @ 184 min 5', 'buy 10 @ market IOC'])(
    'refuses %s, which cannot wait for an auction',
    (terms) => {
      expect(halted().enter('ACME', 'B2', terms)[0]).toContain(
        'Rejected "Unsupported order characteristic: the order needs continuous trading',
      )
    },
  )

  it('refuses a market order whose price a collar bounds', () => {
    const market = halted()
    const limits = { priceCollarPercent: 500 }
    market.setLimits({ scopes: [{ kind: 'venue', firm: '', name: '', limits }] })

    expect(market.enter('ACME', 'B2', 'buy 10 @ market')[0]).toContain('needs continuous trading')
    expect(market.enter('ACME', 'B3', 'buy 10 @ 183')[0]).toContain('8 New B3')
  })

  it('lets a stop wait that its last trade has reached, until there is trading', () => {
    const market = anEngine()
    market.enter('GLOBEX', 'S0', 'sell 1 @ 184')
    market.enter('ACME', 'B0', 'buy 1 @ 184')
    market.halt()

    expect(market.enter('ACME', 'B1', 'buy 100 @ stop 183')).toEqual([
      'ACME 8 New B1 buy 100@stop 183.0000 waiting leaves 100 cum 0',
    ])
    market.enter('GLOBEX', 'S1', 'sell 60 @ 185')
    expect(market.resume()).toEqual([
      'operator resume',
      '| feed Q 0@0.0000 match 2',
      '| feed H AAPL T',
      'ACME 8 Restated B1 buy 100@stop 183.0000 leaves 100 cum 0 New "Triggered"',
      'GLOBEX 8 Trade S1 sell 60@185.0000 last 60@185.0000 leaves 0 cum 60 avg 185 | feed E #4 60 match 3',
      'ACME 8 Trade B1 buy 100@stop 183.0000 last 60@185.0000 leaves 40 cum 60 avg 185',
      'ACME 8 Canceled B1 buy 100@stop 183.0000 leaves 0 cum 60 avg 185 Canceled "No more quantity to match a market order"',
    ])
  })

  it('that takes cancels only refuses orders, and replacements that are more than a reduction', () => {
    const market = halted('cancel-only')

    expect(market.enter('ACME', 'B2', 'buy 10 @ 182')).toEqual([
      `ACME 8 Rejected B2 buy 10@182.0000 leaves 0 cum 0 Rejected ${HALTED}`,
    ])
    expect(market.replace('ACME', 'B3', 'B1', 'buy 100 @ 181')).toEqual([
      `ACME 9 replace B3 of B1 New ${HALTED}`,
    ])
    expect(market.replace('ACME', 'B4', 'B1', 'buy 60 @ 182')).toEqual([
      'ACME 8 Replaced B4 of B1 buy 60@182.0000 leaves 60 cum 0 New | feed X #1 40',
    ])
    expect(market.cancel('ACME', 'C1', 'B4')[0]).toContain('8 Canceled C1 of B4')
  })

  it('that rejects takes nothing but cancels', () => {
    const market = halted('reject')

    expect(market.enter('ACME', 'B2', 'buy 10 @ 182')[0]).toContain(HALTED)
    expect(market.replace('ACME', 'B3', 'B1', 'buy 60 @ 182')[0]).toContain(HALTED)
    expect(market.cancel('ACME', 'C1', 'B1')[0]).toContain('8 Canceled C1 of B1')
  })

  it('outlives the day and a snapshot; market orders that are good till cancel wait on, untold', () => {
    const market = halted()
    market.enter('ACME', 'B2', 'buy 10 @ market')
    market.enter('ACME', 'B3', 'buy 10 @ market GTC')
    expect(market.closeDay()).toContain('ACME 8 Expired B2 buy 10@market leaves 0 cum 0')
    const opened = market.openDay(20261124)

    expect(opened.filter((line) => line.includes('feed H'))).toEqual([
      '| feed H AAPL H T1',
      '| feed H MSFT T',
    ])
    expect(opened.at(-1)).toBe('ACME carried B3 buy 10@market GTC leaves 10 cum 0 day 0 of 10')
    const { state } = reload(market.engine, new Engine())
    const [, aapl, msft] = state.markets.map((one) => one && [one.tradingState, one.haltReason])
    expect([aapl, msft]).toEqual([
      [TradingState.Halted, 'T1'],
      [TradingState.Trading, ''],
    ])
  })

  it('of every instrument halts those that trade, too', () => {
    const market = halted()
    expect(market.halt('*', 'reject', 'M1')).toEqual([
      'operator halt',
      '| feed H AAPL H M1',
      '| feed H MSFT H M1',
    ])
    expect(market.resume('*').filter((line) => line.includes('feed H'))).toEqual([
      '| feed H AAPL T',
      '| feed H MSFT T',
    ])
  })
})

describe('an auction', () => {
  it('executes what crosses at one price, market orders first, and is told to the feed', () => {
    const market = halted()
    market.collect()
    market.enter('ACME', 'B2', 'buy 100 @ 184')
    market.enter('ACME', 'B3', 'buy 30 @ market')
    market.enter('GLOBEX', 'S2', 'sell 20 @ 183')
    market.enter('GLOBEX', 'S3', 'sell 5 @ 190')

    expect(market.resume()).toEqual([
      'operator resume',
      'ACME 8 Trade B3 buy 30@market last 30@184.0000 leaves 0 cum 30 avg 184',
      'GLOBEX 8 Trade S1 sell 100@183.0000 last 30@184.0000 leaves 70 cum 30 avg 184 | feed C #2 30 match 1',
      'ACME 8 Trade B2 buy 100@184.0000 last 70@184.0000 leaves 30 cum 70 avg 184 | feed C #3 70 match 2',
      'GLOBEX 8 Trade S1 sell 100@183.0000 last 70@184.0000 leaves 0 cum 100 avg 184 | feed C #2 70 match 2',
      'ACME 8 Trade B2 buy 100@184.0000 last 20@184.0000 leaves 10 cum 90 avg 184 | feed C #3 20 match 3',
      'GLOBEX 8 Trade S2 sell 20@183.0000 last 20@184.0000 leaves 0 cum 20 avg 184 | feed C #5 20 match 3',
      '| feed Q 120@184.0000 match 4',
      '| feed H AAPL T',
    ])
    expect(market.bookOf('AAPL')).toEqual({
      bids: ['B2 10@184.0000', 'B1 100@182.0000'],
      asks: ['S3 5@190.0000'],
    })
  })

  it('cancels what market orders could not trade, and leaves K orders over at its price', () => {
    const market = halted()
    market.cancel('ACME', 'C1', 'B1')
    market.enter('ACME', 'B2', 'buy 120 @ market')
    market.enter('ACME', 'B3', 'buy 120 @ market or limit')
    market.enter('GLOBEX', 'S2', 'sell 60 @ 182')

    expect(market.resume().slice(-5)).toEqual(
      [
        'GLOBEX 8 Trade S1 sell 100@183.0000 last 40@183.0000 leaves 0 cum 100 avg 183 | feed C #2 40 match 3',
        '| feed Q 160@183.0000 match 4',
        'ACME 8 Restated B3 buy 120@183.0000 leaves 80 cum 40 avg 183 PartiallyFilled "Left over as limit" | feed A #4 80',
        '| feed H AAPL T',
      ].toSpliced(
        0,
        0,
        'ACME 8 Trade B3 buy 120@market or limit last 40@183.0000 leaves 80 cum 40 avg 183',
      ),
    )
    expect(market.bookOf('AAPL')).toEqual({ bids: ['B3 80@183.0000'], asks: [] })

    market.halt()
    market.enter('GLOBEX', 'S3', 'sell 100 @ market')
    expect(market.resume().slice(-3)).toEqual([
      '| feed Q 80@183.0000 match 6',
      'GLOBEX 8 Canceled S3 sell 100@market leaves 0 cum 80 avg 183 Canceled "No more quantity to match a market order"',
      '| feed H AAPL T',
    ])
  })

  it('takes all of an iceberg, and shows its next slice', () => {
    const market = halted()
    market.enter('ACME', 'B2', 'buy 50 @ 183 show 20')
    market.enter('GLOBEX', 'S2', 'sell 5 @ 182.50')

    expect(market.resume().filter((line) => line.startsWith('ACME'))).toEqual([
      'ACME 8 Trade B2 buy 50@183.0000 show 20 last 5@183.0000 leaves 45 cum 5 avg 183 | feed C #3 5 match 1',
      'ACME 8 Trade B2 buy 50@183.0000 show 20 last 15@183.0000 leaves 30 cum 20 avg 183 | feed C #3 15 match 2',
      'ACME displayed B2 buy 50@183.0000 show 20 leaves 30 cum 20 avg 183 | feed A #5 20',
      'ACME 8 Trade B2 buy 50@183.0000 show 20 last 20@183.0000 leaves 10 cum 40 avg 183 | feed C #5 20 match 3',
      'ACME displayed B2 buy 50@183.0000 show 20 leaves 10 cum 40 avg 183 | feed A #6 10',
      'ACME 8 Trade B2 buy 50@183.0000 show 20 last 10@183.0000 leaves 0 cum 50 avg 183 | feed C #6 10 match 4',
    ])
  })

  it('is told of each second before, with what it would give', () => {
    const market = halted()
    market.collect()
    expect(market.wait(1)).toEqual(['| feed I H 0@0.0000 O 0   of 182.5000'])
    market.enter('ACME', 'B2', 'buy 130 @ 200')
    expect(market.wait(1)).toEqual(['| feed I H 100@200.0000 B 30 9 of 182.5000'])
    market.enter('GLOBEX', 'S2', 'sell 30 @ 183')
    expect(market.wait(5)).toEqual(['| feed I H 130@183.0000 N 0 L of 182.5000'])
    market.resume()
    expect([market.wait(1), market.engine.isDue(market.now + 9, 0)]).toEqual([[], false])
  })

  it('triggers the stops that its price has reached, when there is trading', () => {
    const market = halted()
    market.enter('ACME', 'B2', 'buy 10 @ 183')
    market.enter('ACME', 'B3', 'buy 10 @ stop 183')

    expect(market.resume().slice(-5)).toEqual([
      '| feed Q 10@183.0000 match 2',
      '| feed H AAPL T',
      'ACME 8 Restated B3 buy 10@stop 183.0000 leaves 10 cum 0 New "Triggered"',
      'GLOBEX 8 Trade S1 sell 100@183.0000 last 10@183.0000 leaves 80 cum 20 avg 183 | feed E #2 10 match 3',
      'ACME 8 Trade B3 buy 10@stop 183.0000 last 10@183.0000 leaves 0 cum 10 avg 183',
    ])
  })
})

describe('a request of operations', () => {
  it('is done once, however often it is asked for, also behind a snapshot', () => {
    const market = anEngine()
    market.operate({ action: 'halt', symbol: 'AAPL', orders: 'accept', reason: '' }, 'A/1')
    market.resume()
    const again = () => market.operate({ action: 'collect', symbol: 'AAPL' }, 'A/1')

    expect(again()).toEqual(['operator halt again'])
    expect(again()).toEqual(['operator halt again'])
    const { operations } = reload(market.engine, new Engine()).state
    expect([...operations.keys()]).toEqual(['A/1', 'R1'])
  })

  it('is known for a thousand later ones', () => {
    const market = anEngine({ record: false })
    for (let i = 0; i <= OPERATIONS_KEPT_MAX; i++) {
      market.operate({ action: 'news', headline: 'hello' }, `N${i}`)
    }
    const ask = (requestId: string) => market.operate({ action: 'collect', symbol: 'X' }, requestId)

    expect(ask('N1')).toEqual(['operator news again'])
    expect(ask('N0')).toEqual(['operator collect refused: X is not listed'])
  })

  it.each([
    [{ action: 'halt', symbol: 'XXXX', orders: 'accept', reason: '' }, 'XXXX is not listed'],
    [{ action: 'resume', symbol: 'AAPL' }, 'it is not halted'],
    [{ action: 'kill', kind: 'firm', firm: '', name: 'NOBODY' }, 'there is no firm NOBODY'],
    [{ action: 'kill', kind: 'symbol', firm: '', name: '*' }, 'there is no symbol *'],
    [{ action: 'unkill', kind: 'venue', firm: '', name: '' }, 'operations has not killed it'],
    [{ action: 'disconnect', session: 'NOBODY' }, 'there is no session NOBODY'],
    [{ action: 'reset-sequence', session: 'ACME' }, 'ACME is logged on: disconnect it first'],
  ] as const)('that cannot be done is refused in words: %o', (action, refused) => {
    const market = anEngine()
    const hash = market.engine.stateHash()
    expect(market.operate(action)).toEqual([`operator ${action.action} refused: ${refused}`])
    expect(market.engine.stateHash()).not.toBe(hash)
  })
})

describe('a kill', () => {
  it('cancels what the scope has, refuses what comes, and outlives other limits', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182')
    market.enter('GLOBEX', 'B2', 'buy 100 @ 181')
    const acme = { kind: 'session', firm: '', name: 'ACME' } as const

    expect(market.operate({ action: 'kill', ...acme })).toEqual([
      'operator kill',
      'ACME 8 Canceled B1 buy 100@182.0000 leaves 0 cum 0 Canceled "Kill switch" | feed D #1',
    ])
    market.setLimits({ scopes: [] })
    expect(market.enter('ACME', 'B3', 'buy 1 @ 182')[0]).toContain('8 Rejected B3')
    expect(market.operate({ action: 'unkill', ...acme })).toEqual(['operator unkill'])
    expect(market.enter('ACME', 'B4', 'buy 1 @ 182')[0]).toContain('8 New B4')
  })

  it('of a symbol takes the orders of everybody in it, and leaves other symbols alone', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182')
    market.enter('GLOBEX', 'S1', 'sell 10 @ stop 180')
    market.enter('GLOBEX', 'M1', 'sell 10 MSFT @ 183')
    const aapl = { kind: 'symbol', firm: '', name: 'AAPL' } as const

    expect(market.operate({ action: 'kill', ...aapl })).toEqual([
      'operator kill',
      'ACME 8 Canceled B1 buy 100@182.0000 leaves 0 cum 0 Canceled "Kill switch" | feed D #1',
      'GLOBEX 8 Canceled S1 sell 10@stop 180.0000 waiting leaves 0 cum 0 Canceled "Kill switch"',
    ])
    const copy = reload(market.engine, new Engine())
    expect(copy.stateHash()).toBe(market.engine.stateHash())
    expect(market.enter('ACME', 'B2', 'buy 1 @ 182')).toEqual([
      'ACME 8 Rejected B2 buy 1@182.0000 leaves 0 cum 0 Rejected "Trading is blocked for symbol AAPL"',
    ])
    expect(market.enter('ACME', 'M2', 'buy 10 MSFT @ 183')[1]).toContain('Trade M1')
    expect(market.operate({ action: 'kill', ...aapl })).toEqual([
      'operator kill refused: it is killed already',
    ])
    market.operate({ action: 'unkill', ...aapl })
    expect(market.enter('ACME', 'B3', 'buy 1 @ 182')[0]).toContain('8 New B3')
  })
})
