/** A session's message rate: docs/protocols/order-entry.md, "Message rate". */
import { beforeEach, describe, expect, it } from 'vitest'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'

let market: EngineDriver
let requests: number

beforeEach(() => {
  requests = 0
  market = anEngine({
    sessions: [{ compId: 'ACME', throttle: { messagesPerSecond: 3 } }, { compId: 'GLOBEX' }],
  })
})

/** A message every millisecond, at the best. */
const enter = (): string => market.enter('ACME', `B${++requests}`, 'buy 10 @ 182.50')[0]!
const TOO_MANY = '"Message rate exceeded: 3 per s"'

describe('a session with three messages a second', () => {
  it('has those three, and what is more is refused', () => {
    for (let i = 0; i < 3; i++) expect(enter()).toContain('8 New')
    expect(enter()).toBe(`ACME 8 Rejected B4 buy 10@182.5000 leaves 0 cum 0 Rejected ${TOO_MANY}`)
  })

  it('has one more a third of a second later, and three after a second', () => {
    for (let i = 0; i < 3; i++) enter()
    market.lines({ kind: 'wait', seconds: 1 })
    for (let i = 0; i < 3; i++) expect(enter()).toContain('8 New')
    expect(enter()).toContain(TOO_MANY)
  })

  it('saves up no more than a second', () => {
    market.lines({ kind: 'wait', seconds: 3600 })
    for (let i = 0; i < 3; i++) expect(enter()).toContain('8 New')
    expect(enter()).toContain(TOO_MANY)
  })

  it('cancels whatever it has sent, and that counts for nothing', () => {
    for (let i = 0; i < 4; i++) enter()
    for (let i = 1; i <= 3; i++) {
      expect(market.cancel('ACME', `C${i}`, `B${i}`)[0]).toContain('8 Canceled')
    }
  })

  it('is told so by an OrderCancelReject when it replaces', () => {
    for (let i = 0; i < 3; i++) enter()
    expect(market.replace('ACME', 'R1', 'B1', 'buy 20 @ 182.50')).toEqual([
      `ACME 9 replace R1 of B1 New ${TOO_MANY}`,
    ])
  })

  it('uses up the ClOrdID of what was refused', () => {
    for (let i = 0; i < 4; i++) enter()
    market.lines({ kind: 'wait', seconds: 1 })
    expect(market.enter('ACME', 'B4', 'buy 10 @ 182.50')[0]).toContain('"Duplicate ClOrdID(11)"')
  })

  it('counts an order that is sent again, which is answered as a duplicate all the same', () => {
    market.enter('ACME', 'B1', 'buy 10 @ 182.50')
    market.enter('ACME', 'B1', 'buy 10 @ 182.50')
    market.enter('ACME', 'B1', 'buy 10 @ 182.50', { possResend: true })
    expect(market.enter('ACME', 'B1', 'buy 10 @ 182.50')[0]).toContain('"Duplicate ClOrdID(11)"')
    expect(market.enter('ACME', 'B2', 'buy 10 @ 182.50')[0]).toContain(TOO_MANY)
  })

  it('counts a rejected order that is sent again', () => {
    for (let i = 0; i < 3; i++) market.enter('ACME', 'B1', 'buy 0 @ 182.50')
    expect(market.enter('ACME', 'B2', 'buy 10 @ 182.50')[0]).toContain(TOO_MANY)
  })

  it('counts a replacement that is sent again, with PossResend too', () => {
    market.enter('ACME', 'B1', 'buy 10 @ 182.50')
    market.replace('ACME', 'R1', 'B1', 'buy 20 @ 182.50')
    market.replace('ACME', 'R1', 'B1', 'buy 20 @ 182.50', { possResend: true })
    expect(market.enter('ACME', 'B2', 'buy 10 @ 182.50')[0]).toContain(TOO_MANY)
  })

  it('takes nothing from another', () => {
    for (let i = 0; i < 4; i++) enter()
    for (let i = 0; i < 10; i++) {
      expect(market.enter('GLOBEX', `G${i}`, 'buy 10 @ 182.50')[0]).toContain('8 New')
    }
  })
})
