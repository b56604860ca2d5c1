/** Limits of pre-trade risk that operations sets: what they judge, and how they live with those of the file. */
import { describe, expect, it } from 'vitest'
import { Engine } from '../../src/engine/index.ts'
import type { LimitChanges } from '../../src/wire/index.ts'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import { limitsOf } from '../support/risk.ts'
import { reload } from '../support/snapshots.ts'

const ACME = { kind: 'firm', firm: '', name: 'ACME' } as const

const setLimits = (market: EngineDriver, limits: LimitChanges, scope: object = ACME): unknown => {
  market.operate({ action: 'set-limits', ...ACME, ...scope, limits })
  const { body } = market.events.find(({ event }) => event === 'OperatorActed') as { body: string }
  return (JSON.parse(body) as { refused?: string }).refused
}

let ids = 0
/** The largest order that ACME may enter, of those that are tried. */
function largest(market: EngineDriver): number {
  const isTaken = (quantity: number): boolean => {
    const [line = ''] = market.enter('ACME', `Q${++ids}`, `buy ${quantity} @ 100`)
    return !line.includes('Rejected')
  }
  return [1000, 100, 50, 10].find(isTaken) ?? 0
}

describe('a limit that operations sets', () => {
  it('judges from its place in the sequence on, in place of that of the file', () => {
    const market = anEngine()
    market.setLimits(limitsOf({ 'firm ACME': { maxOrderQty: 100, maxOpenOrders: 9 } }))
    market.enter('ACME', 'B1', 'buy 100 @ 100')

    expect(setLimits(market, { maxOrderQty: 50 })).toBeUndefined()
    expect(largest(market)).toBe(50)
    expect(market.enter('ACME', 'B2', 'buy 51 @ 100')).toEqual([
      'ACME 8 Rejected B2 buy 51@100.0000 leaves 0 cum 0 Rejected ' +
        '"Order exceeds limit: order quantity 51 above 50 of firm ACME"',
    ])
    expect(market.bookOf('AAPL').bids).toContain('B1 100@100.0000')
    expect(market.engine.state.risk!.scopes[0]!.limits).toEqual({
      maxOrderQty: 50,
      maxOpenOrders: 9,
    })
  })

  it('ends with null: the file counts again, and where it says nothing there is no limit', () => {
    const market = anEngine()
    market.setLimits(limitsOf({ 'firm ACME': { maxOrderQty: 100 } }))
    setLimits(market, { maxOrderQty: 10, maxOpenOrders: 0 })
    expect(largest(market)).toBe(0)

    setLimits(market, { maxOpenOrders: null })
    expect(largest(market)).toBe(10)
    setLimits(market, { maxOrderQty: null })
    expect(largest(market)).toBe(100)
    expect(market.engine.state.risk!.changes).toEqual([])
  })

  it('counts what is open when it begins to need it', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 10 @ 100')
    market.enter('ACME', 'B2', 'buy 10 @ 100')
    setLimits(market, { maxOpenOrders: 2 })

    expect(market.enter('ACME', 'B3', 'buy 10 @ 100').join()).toContain('open orders 3 above 2')
  })

  it('is refused for what is not there, and when it is so already', () => {
    const market = anEngine({
      instruments: [{ symbol: 'AAPL' }, { symbol: 'SAP', currency: 'EUR' }],
    })

    expect(setLimits(market, { maxOrderQty: 1 }, { name: 'NOBODY' })).toBe(
      'there is no firm NOBODY',
    )
    expect(setLimits(market, { restrictedSymbols: ['AAPL', 'NONE'] })).toBe(
      'restrictedSymbols is NONE; list that instrument',
    )
    expect(setLimits(market, { positions: { NONE: 5 } })).toBe(
      'positions.NONE is no symbol of the instruments',
    )
    expect(setLimits(market, { buyingPower: 5 })).toBe(
      'buyingPower adds USD and EUR; use limits per symbol, or one currency',
    )
    expect(setLimits(market, { maxOrderQty: null })).toBe('operations has set them so already')
    setLimits(market, { maxOrderQty: 5 })
    expect(setLimits(market, { maxOrderQty: 5 })).toBe('operations has set them so already')
  })
})

describe('the file that is read again', () => {
  it('ends what it says something else about, and leaves the rest', () => {
    const market = anEngine()
    market.setLimits(limitsOf({ 'firm ACME': { maxOrderQty: 1000, maxOpenOrders: 90 } }))
    setLimits(market, { maxOrderQty: 10, maxOpenOrders: 80, maxPosition: 500 })

    market.setLimits(limitsOf({ venue: {}, 'firm ACME': { maxOrderQty: 1000, maxOpenOrders: 70 } }))
    expect(largest(market)).toBe(10)
    expect(market.engine.state.risk!.changes).toEqual([
      { ...ACME, limits: { maxOrderQty: 10, maxPosition: 500 } },
    ])
    market.setLimits(limitsOf({ 'firm ACME': { maxOrderQty: 100, maxPosition: 500 } }))
    expect(largest(market)).toBe(100)
    expect(market.engine.state.risk!.changes).toEqual([])
  })
})

it('a snapshot has both, and what comes next is judged by them', () => {
  const market = anEngine()
  market.setLimits(limitsOf({ 'firm ACME': { maxOrderQty: 100 } }))
  setLimits(market, { maxOrderQty: 10 })
  const copy = reload(market.engine, new Engine())

  expect(copy.stateHash()).toBe(market.engine.stateHash())
  expect(copy.state.risk!.changes).toEqual([{ ...ACME, limits: { maxOrderQty: 10 } }])
  expect(copy.riskLimits).toEqual(market.engine.riskLimits)
})
