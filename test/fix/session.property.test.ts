import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LossyLine } from '../support/lossy-line.ts'

type Step =
  | { kind: 'say'; by: 'initiator' | 'acceptor' }
  | { kind: 'carry'; to: 'initiator' | 'acceptor'; bytes: number }
  | { kind: 'break' }
  | { kind: 'connect' }

const end = fc.constantFrom('initiator' as const, 'acceptor' as const)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('say' as const), by: end }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('carry' as const),
      to: end,
      bytes: fc.integer({ min: 1, max: 400 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('break' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('connect' as const) }) },
)

describe('two sessions over a line that breaks', () => {
  it('deliver every application message exactly once and in order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const line = new LossyLine()
        const said = { initiator: [] as string[], acceptor: [] as string[] }

        for (const next of steps) {
          if (next.kind === 'say') said[next.by].push(line[next.by].say())
          if (next.kind === 'carry') line.carry(line[next.to], next.bytes)
          if (next.kind === 'break') line.break()
          if (next.kind === 'connect' && line.initiator.session.state === 'disconnected') {
            line.break()
            line.connect()
          }
        }
        line.break()
        line.connect()
        line.settle()

        expect(line.acceptor.delivered).toEqual(said.initiator)
        expect(line.initiator.delivered).toEqual(said.acceptor)
        expect([...line.initiator.disconnects, ...line.acceptor.disconnects]).toEqual([])
        expect(line.initiator.session.state).toBe('logged-on')
        expect(line.initiator.session.hasGap || line.acceptor.session.hasGap).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})
