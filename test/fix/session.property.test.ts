import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LossyLine } from '../support/lossy-line.ts'

type End = 'initiator' | 'acceptor'
type Step =
  | { kind: 'say'; by: End }
  | { kind: 'carry'; to: End }
  | { kind: 'cut'; to: End; bytes: number }
  | { kind: 'break' }

const end = fc.constantFrom<End>('initiator', 'acceptor')
const bytes = fc.integer({ min: 1, max: 150 })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('say' as const), by: end }) },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('carry' as const), to: end }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), to: end, bytes }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('break' as const) }) },
)

describe('two sessions over a line that breaks', () => {
  it('deliver every application message exactly once and in order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const line = new LossyLine()
        const said = { initiator: [] as string[], acceptor: [] as string[] }

        line.connect()
        for (const next of steps) {
          if (next.kind === 'say') said[next.by].push(line[next.by].say())
          if (next.kind === 'carry') line.carryMessage(line[next.to])
          if (next.kind === 'cut') line.carry(line[next.to], next.bytes)
          if (next.kind === 'break') {
            line.break()
            line.connect()
          }
        }
        line.settle()
        // What was said before a Logon has only been stored: the next one brings it.
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
