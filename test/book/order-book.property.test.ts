/** Any sequence of commands: the real book answers as the naive one does. Failures shrink. */
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { Side } from '../../src/domain/index.ts'
import { BookPair } from './book-pair.ts'
import type { Command } from './book-pair.ts'

const TICK = 100
const TICKS_MAX = 20_000_000

const side = fc.constantFrom(Side.Buy, Side.Sell)
/** Neighbours, prices that meet again after the window of 128 has moved, and prices anywhere. */
const price = fc
  .oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1000, max: 1010 }) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 15 }).map((step) => 760 + 32 * step) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: TICKS_MAX }) },
  )
  .map((ticks) => ticks * TICK)
const quantity = fc.integer({ min: 1, max: 20 })
const pick = fc.nat(1000)

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('limit' as const), side, price, quantity }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('fillOrKill' as const), side, price, quantity }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('market' as const), side, quantity }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reduce' as const), pick, quantity }) },
)

describe('any sequence of commands', () => {
  it('leaves the same executions and the same book as the naive book', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200, size: 'max' }), (commands) => {
        const pair = new BookPair(TICK)
        for (const one of commands) {
          pair.apply(one)
          pair.compareState()
        }
      }),
      { numRuns: 500 },
    )
  })
})
