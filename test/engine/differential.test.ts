/**
 * 100,000 random commands into the engine and into the naive engine. The seed is fixed; a failure
 * names the command at which the two part, and the property below finds a short way there.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reason } from '../../src/domain/index.ts'
import {
  CancelReason,
  CancelRejectReason,
  MassCancelRejectReason,
  RejectReason,
  RestateReason,
} from '../../src/domain/index.ts'
import { EventType } from '../../src/wire/index.ts'
import { anyIntent, randomIntent, seeded } from '../support/engine-intents.ts'
import { EnginePair, VENUE } from './engine-pair.ts'

const COMMANDS = 100_000

const byCode = (a: number, b: number): number => a - b
/**
 * Every reason that is the engine's but those that need four million live orders, 65,535 names of
 * groups, another configuration, or limits of risk; what operations kills and limits refuses as they do.
 */
const BY_OPERATIONS: readonly Reason[] = [
  RejectReason.Killed,
  RejectReason.OrderQtyLimit,
  CancelRejectReason.OrderQtyLimit,
]
const REASONS_MET = [RejectReason, CancelRejectReason, CancelReason, RestateReason]
  .flatMap((table) => Object.values<Reason>(table))
  .filter((one) => one !== RejectReason.LiveOrdersReached)
  .filter((one) => one !== RejectReason.StpGroupsReached)
  .filter((one) => one !== CancelRejectReason.StpGroupsReached)
  .filter((one) => one !== CancelReason.SessionClosed)
  .filter((one) => one !== CancelReason.Killed)
  .filter((one) => BY_OPERATIONS.includes(one) || one.values !== 'behind')
  .map(({ code }) => code)
  .concat(0, MassCancelRejectReason.DuplicateClOrdId.code)
  .sort(byCode)
/** Every event but a reset of a session's numbers. */
const EVENTS_MET = Object.keys(EventType)
  .filter((name) => name !== 'SequenceReset')
  .sort()

describe('the engine does what the naive engine does', () => {
  it('over 100,000 random commands: the same events and the same state after each', () => {
    const random = seeded(44)
    const pair = new EnginePair()

    for (let at = 0; at < COMMANDS; at++) {
      const intent = randomIntent(VENUE, random)
      try {
        pair.act(intent)
      } catch (cause) {
        throw new Error(`command ${at}, ${JSON.stringify(intent)}`, { cause })
      }
    }
    expect([...pair.seen.reasons].sort(byCode)).toEqual(REASONS_MET)
    expect([...pair.seen.events].sort()).toEqual(EVENTS_MET)
    expect([...pair.seen.crosses].sort()).toEqual(['C', 'H', 'O'])
    expect([...pair.seen.levels].sort(byCode)).toEqual([0, 1, 2, 3])
    expect([...pair.seen.extensions].sort(byCode)).toEqual([1, 2])
  }, 300_000)

  it('over any few commands', () => {
    fc.assert(
      fc.property(fc.array(anyIntent(VENUE), { maxLength: 60 }), (intents) => {
        const pair = new EnginePair()
        for (const intent of intents) pair.act(intent)
      }),
      { numRuns: 300 },
    )
  })
})
