/**
 * Which command an event answers, found again from the turn alone: thousands of random commands are executed
 * one by one, so that it is known, and put together to turns of many.
 */
import { describe, expect, it } from 'vitest'
import { AskedCommand } from '../../src/audit/asked-command.ts'
import { Side } from '../../src/domain/index.ts'
import { recordName } from '../../src/journal/index.ts'
import { CommandType, recordLength, recordType } from '../../src/wire/index.ts'
import { Dice } from '../support/dice.ts'
import { anEngine } from '../support/engine-driver.ts'
import { aRandomMarket, merged } from './random-market.ts'

describe('the command that an event answers', () => {
  it.each([1, 2, 3])('is found for every event of random turns, seed %i', (seed) => {
    const turns = merged(aRandomMarket(seed, 10_000).recorded, new Dice(seed))
    const asked = new AskedCommand()
    const types = new Map<string, number>()
    let most = 0

    for (const turn of turns) {
      const { view, commandNumber, eventsStart, eventsEnd, causes } = turn
      const found: number[] = []
      asked.beginTurn(turn)
      for (let at = eventsStart; at < eventsEnd; at += recordLength(view, at)) {
        asked.note(turn, at)
        found.push(asked.number)
        types.set(recordName(asked.type), (types.get(recordName(asked.type)) ?? 0) + 1)
      }
      expect(found, `turn of command ${commandNumber}`).toEqual(causes)
      most = Math.max(most, new Set(causes).size)
    }

    // Work is its command's: no event is ContinueWork's, and none PlanDay's.
    const unseen = ['ContinueWork', 'PlanDay']
    const expected = Object.keys(CommandType).filter((name) => !unseen.includes(name))
    expect([...types.keys()].sort()).toEqual(expected.sort())
    expect(most).toBeGreaterThan(20)
  })

  it('is the mass cancel for the orders that it cancels, also when a cancel stands behind it', () => {
    const market = anEngine()
    const { Buy } = Side
    market.enter('ACME', 'A1', 'buy 10 @ 182')
    market.enter('ACME', 'A2', 'buy 10 @ 181')
    const turns = market.recorded.length
    market.massCancel('ACME', 'M1')
    market.cancel('ACME', 'C1', 'A2', { side: Buy })
    const [turn] = merged(market.recorded.slice(turns), { chance: () => false })
    const asked = new AskedCommand()
    asked.beginTurn(turn!)
    const answered: string[] = []
    const { view, eventsStart, eventsEnd } = turn!
    for (let at = eventsStart; at < eventsEnd; at += recordLength(view, at)) {
      asked.note(turn!, at)
      answered.push(`${recordName(recordType(view, at))} of ${recordName(asked.type)}`)
    }

    expect(answered).toEqual([
      'MassCancelReported of MassCancel',
      'OrderCanceled of MassCancel',
      'OrderCanceled of MassCancel',
      'CancelRejected of CancelOrder',
    ])
  })
})
