/** Pauses: what would trade too far from the last auction or the last price waits for another auction. */
import { describe, expect, it } from 'vitest'
import type { VolatilityGuard } from '../../src/domain/index.ts'
import { Engine } from '../../src/engine/index.ts'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import { reload } from '../support/snapshots.ts'

/** 10 % around the last auction, 2 % around the last price. */
const GUARD = { staticPercent: 1_000, dynamicPercent: 200, pauseSeconds: 300 }

/** Reference price 100. */
function guarded(guard: Partial<VolatilityGuard> = {}): EngineDriver {
  const volatility = { ...GUARD, ...guard }
  return anEngine({ instruments: [{ symbol: 'AAPL', referencePrice: 1_000_000, volatility }] })
}

const isFed = (line: string): boolean => line.startsWith('| feed')

describe('a trade too far away', () => {
  it('pauses the instrument; what is near enough has traded, and the rest waits', () => {
    const market = guarded()
    market.enter('GLOBEX', 'S1', 'sell 10 @ 102')
    market.enter('GLOBEX', 'S2', 'sell 10 @ 102.01')

    expect(market.enter('ACME', 'B1', 'buy 30 @ 103')).toEqual([
      'ACME 8 New B1 buy 30@103.0000 leaves 30 cum 0',
      'GLOBEX 8 Trade S1 sell 10@102.0000 last 10@102.0000 leaves 0 cum 10 avg 102 | feed E #1 10 match 1',
      'ACME 8 Trade B1 buy 30@103.0000 last 10@102.0000 leaves 20 cum 10 avg 102',
      '| feed H AAPL P LUDP',
      'ACME displayed B1 buy 30@103.0000 leaves 20 cum 10 avg 102 | feed A #3 20',
    ])
    expect(market.enter('GLOBEX', 'S3', 'sell 5 @ 101')).toEqual([
      'GLOBEX 8 New S3 sell 5@101.0000 leaves 5 cum 0 | feed A #4 5',
    ])
    expect(market.wait(299).filter((line) => !line.includes('feed I'))).toEqual([])
    expect(market.wait(1)).toEqual([
      'ACME 8 Trade B1 buy 30@103.0000 last 5@103.0000 leaves 15 cum 15 avg 102.333333 | feed C #3 5 match 2',
      'GLOBEX 8 Trade S3 sell 5@101.0000 last 5@103.0000 leaves 0 cum 5 avg 103 | feed C #4 5 match 2',
      'ACME 8 Trade B1 buy 30@103.0000 last 10@103.0000 leaves 5 cum 25 avg 102.6 | feed C #3 10 match 3',
      'GLOBEX 8 Trade S2 sell 10@102.0100 last 10@103.0000 leaves 0 cum 10 avg 103 | feed C #2 10 match 3',
      '| feed Q 15@103.0000 match 4',
      '| feed H AAPL T',
    ])
  })

  it('tells between which prices the auction executes, where it has a collar', () => {
    const market = anEngine({
      instruments: [
        {
          symbol: 'AAPL',
          referencePrice: 1_000_000,
          volatility: GUARD,
          auction: { collarPercent: 500, extensionSeconds: 60, extensionsMax: 1 },
        },
      ],
    })
    market.enter('GLOBEX', 'S1', 'sell 10 @ 102.01')
    expect(market.enter('ACME', 'B1', 'buy 30 @ 103').filter(isFed)).toEqual([
      '| feed H AAPL P LUDP',
      '| feed J 95.0000 to 105.0000 of 100.0000, extended 0',
    ])
  })

  it.each([
    ['buy 30 @ market', 'waits', 'New'],
    ['buy 30 @ 103 IOC', 'is canceled', 'Canceled'],
  ])('%s %s', (terms, _what, state) => {
    const market = guarded()
    market.enter('GLOBEX', 'S1', 'sell 10 @ 102.01')
    const lines = market.enter('ACME', 'B1', terms)
    expect([lines.at(-1)!.includes(`8 ${state}`) || lines.at(-1), lines.filter(isFed)]).toEqual([
      state === 'New' ? '| feed H AAPL P LUDP' : true,
      ['| feed H AAPL P LUDP'],
    ])
  })

  it.each([
    ['buy 10 @ 105', 'sell 10 @ market', 'sell 10 @ 99', 'sell 10 @ 99 FOK'],
    ['sell 10 @ 95', 'buy 10 @ market', 'buy 10 @ 101', 'buy 10 @ 101 FOK'],
  ])('is no trade with %s that waits either, though it is a better price', (waits, ...orders) => {
    for (const terms of orders) {
      const market = guarded()
      market.enter('GLOBEX', 'W1', waits)
      const lines = market.enter('ACME', 'A1', terms)
      expect(lines.some((line) => line.includes('Trade'))).toBe(false)
      const isAll = terms.endsWith('FOK')
      expect(lines.includes('| feed H AAPL P LUDP')).toBe(!isAll)
      expect(lines.some((line) => line.includes('not enough quantity'))).toBe(isAll)
    }
  })

  it('does not let fill or kill trade, and pauses nothing for it', () => {
    const market = guarded()
    market.enter('GLOBEX', 'S1', 'sell 10 @ 102')
    market.enter('GLOBEX', 'S2', 'sell 10 @ 102.01')
    expect(market.enter('ACME', 'B1', 'buy 20 @ 103 FOK').at(-1)).toBe(
      'ACME 8 Canceled B1 buy 20@103.0000 FOK leaves 0 cum 0 Canceled "Fill or kill: not enough quantity"',
    )
  })

  it('is measured from the last price before the order, and from the last auction', () => {
    const market = guarded({ staticPercent: 300 })
    const paused = () => market.events.some(({ event }) => event === 'TradingStateChanged')
    let id = 0
    const trade = (price: number) => {
      market.enter('GLOBEX', `S${++id}`, `sell 1 @ ${price}`)
      market.enter('ACME', `B${id}`, `buy 1 @ ${price}`)
      return paused()
    }
    // 2 % of 100, then of 102; 3 % of 100 is 103.
    expect([trade(102), trade(103), trade(103.01)]).toEqual([false, false, true])
    market.wait(300)
    // The auction was at 103.01.
    expect([trade(105), trade(106), trade(106.11)]).toEqual([false, false, true])
  })

  it('keeps triggered stops in line until the auction', () => {
    const market = guarded()
    market.enter('ACME', 'B9', 'buy 1 @ stop 102')
    market.enter('GLOBEX', 'S1', 'sell 10 @ 102')
    market.enter('GLOBEX', 'S2', 'sell 10 @ 105')
    market.enter('ACME', 'B1', 'buy 15 @ 105')
    expect(market.stopsOf('AAPL').buys).toEqual(['B9 1@102.0000'])
    expect(market.wait(300).slice(-3)).toEqual([
      'ACME 8 Restated B9 buy 1@stop 102.0000 leaves 1 cum 0 New "Triggered"',
      'GLOBEX 8 Trade S2 sell 10@105.0000 last 1@105.0000 leaves 4 cum 6 avg 105 | feed E #3 1 match 4',
      'ACME 8 Trade B9 buy 1@stop 102.0000 last 1@105.0000 leaves 0 cum 1 avg 105',
    ])
  })

  it('goes on behind a snapshot, over the end of a day, and gives way to a halt', () => {
    const market = guarded()
    market.enter('GLOBEX', 'S1', 'sell 10 @ 105 GTC')
    market.enter('ACME', 'B1', 'buy 10 @ 105 GTC')
    const loaded = reload(market.engine, new Engine())
    expect(loaded.stateHash()).toBe(market.engine.stateHash())
    market.closeDay()
    expect(market.openDay(20261124)).toContain('| feed H AAPL P LUDP')
    market.halt()
    expect(market.wait(400)).toEqual([])
    expect(market.resume().filter(isFed)).toEqual([
      '| feed Q 10@105.0000 match 2',
      '| feed H AAPL T',
    ])
  })
})
