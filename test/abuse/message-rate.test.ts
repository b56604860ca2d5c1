/**
 * A session that sends more in a second than `messagesPerSecondMax`, on the clock of the test. What
 * each flood must come to stands beside it. docs/operations/limits.md
 */
import { describe, expect, it } from 'vitest'
import { ExchangeStage } from '../support/exchange-stage.ts'
import type { StageClient } from '../support/exchange-stage.ts'

const MAX = 5
const LOGON = '35=A|98=0|108=60'

const testRequests = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `35=1|112=${from + i}`)
const answers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `35=0|112=${from + i}`)
/** What was heard since the last time, without its numbers. */
const told = (client: StageClient): string[] =>
  client.hear().map((text) => text.replace(/^\d+: /, ''))

const bites = (stage: ExchangeStage): number =>
  stage.exchange.acceptor.counts.reached.messagesPerSecondMax

async function aStage() {
  const heartBtInt = { min: 1, max: 60 }
  const stage = new ExchangeStage({
    limits: { messagesPerSecondMax: MAX },
    sessions: ['ACME', 'MALLORY'].map((senderCompId) => ({ senderCompId, heartBtInt })),
  })
  const [citizen, mallory] = [stage.connect('ACME'), stage.connect('MALLORY')]
  for (const client of [citizen, mallory]) client.say(LOGON)
  await stage.settle()
  for (const client of [citizen, mallory]) client.hear()
  return { stage, citizen, mallory }
}

describe('a session that floods', () => {
  // Pass: the limit in a second, the rest in the seconds after, in order; each time is counted.
  it('is answered as often in a second as it may, and loses nothing', async () => {
    const { stage, mallory } = await aStage()
    mallory.say(...testRequests(1, 12))
    await stage.settle()
    expect(told(mallory)).toEqual(answers(1, 5))
    await stage.advance(900)
    expect(told(mallory)).toEqual([])
    expect(bites(stage)).toBe(1)

    await stage.advance(100)
    expect(told(mallory)).toEqual(answers(6, 10))
    await stage.advance(900)
    expect(told(mallory)).toEqual([])
    await stage.advance(100)
    expect(told(mallory)).toEqual(answers(11, 12))
    expect(bites(stage)).toBe(2)
  })

  // Pass: nothing is taken out of the kernel meanwhile, so TCP holds the sender back.
  it('is not read while it waits', async () => {
    const { stage, mallory } = await aStage()
    mallory.say(...testRequests(1, 5))
    await stage.settle()
    mallory.say(...testRequests(6, 7))
    await stage.advance(900)
    expect(mallory.line.toServerBytes).toBeGreaterThan(0)
    await stage.advance(100)
    expect(mallory.line.toServerBytes).toBe(0)
    expect(told(mallory)).toEqual(answers(1, 7))
  })

  // Pass: every answer of the other at once, at its own rate.
  it('does nothing to another', async () => {
    const { stage, citizen, mallory } = await aStage()
    for (let second = 0; second < 3; second++) {
      mallory.say(...testRequests(1, 1_000))
      for (let i = 0; i < MAX - 1; i++) {
        citizen.say(`35=1|112=${i}`)
        await stage.settle()
        expect(told(citizen)).toEqual(answers(i, i))
      }
      await stage.advance(1_000)
    }
    expect(bites(stage)).toBe(4)
  })

  // Pass: no bite, however long it goes on.
  it('just below the limit is never held', async () => {
    const { stage, mallory } = await aStage()
    for (let second = 0; second < 10; second++) {
      mallory.say(...testRequests(1, MAX - 1))
      await stage.settle()
      expect(told(mallory)).toEqual(answers(1, MAX - 1))
      await stage.advance(1_000)
    }
    expect(bites(stage)).toBe(0)
  })

  // Pass: our own Heartbeat; no TestRequest and no Logout over bytes that we ourselves left unread.
  it('is not called silent for what it was not let say, also when a tick comes late', async () => {
    const { stage, mallory } = await aStage()
    mallory.say('35=A|34=1|98=0|108=1|141=Y', ...testRequests(1, 12))
    await stage.settle()
    mallory.hear()
    stage.clock.advance(1_300)
    stage.exchange.tick()
    await stage.settle()
    expect(told(mallory)).toEqual(['35=0', ...answers(5, 9)])
  })

  // Pass: the session ends with the connection; what waited unread is heard before.
  it('and hangs up is heard to the end', async () => {
    const { stage, mallory } = await aStage()
    mallory.say(...testRequests(1, 7))
    mallory.line.hangUp()
    await stage.advance(900)
    expect(stage.exchange.acceptor.sessionCount).toBe(2)
    await stage.advance(200)
    expect(stage.exchange.acceptor.sessionCount).toBe(1)
    expect(bites(stage)).toBe(1)
  })
})
