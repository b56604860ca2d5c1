/** What one session's file chooses for itself. */
import { describe, expect, it } from 'vitest'
import { ExchangeStage } from '../support/exchange-stage.ts'

async function answersTo(session: object, ...said: string[]): Promise<string[]> {
  const stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME', ...session }] })
  const client = stage.connect('ACME')
  client.say('35=A|98=0|108=60', ...said)
  await stage.settle()
  return client.hear().slice(1)
}

describe('a session that chooses', () => {
  it('checkLatency is held to that many seconds', async () => {
    const testRequest = '35=1|52=20261123-14:30:05.000|112=X'
    expect(await answersTo({ checkLatency: 5 }, testRequest)).toEqual(['2: 35=0|112=X'])
    expect(await answersTo({ checkLatency: 4 }, testRequest)).toEqual([
      '2: 35=3|45=2|371=52|372=1|373=10|58=SendingTime accuracy problem',
      '3: 35=5|58=SendingTime accuracy problem',
    ])
  })

  it('validateUserTags is told of tags that FIX does not know', async () => {
    const testRequest = '35=1|112=X|5001=Y'
    expect(await answersTo({}, testRequest)).toEqual(['2: 35=0|112=X'])
    expect(await answersTo({ validateUserTags: true }, testRequest)).toEqual([
      '2: 35=3|45=2|371=5001|372=1|373=3|58=Undefined tag',
    ])
  })

  it('resetOnLogon starts again at each Logon, and is told so', async () => {
    const stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME', resetOnLogon: true }] })
    for (let i = 0; i < 2; i++) {
      const client = stage.connect('ACME')
      client.say('35=A|98=0|108=60')
      await stage.settle()
      expect(client.hear()).toEqual(['1: 35=A|98=0|108=60|141=Y'])
      client.line.break()
      await stage.settle()
    }
  })

  it('resetOnLogon takes the answer of a counterparty that acknowledges it for that', async () => {
    const stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME', resetOnLogon: true }] })
    const client = stage.connect('ACME')
    client.say('35=A|34=13|98=0|108=60')
    await stage.settle()
    client.next = 1
    client.say('35=A|98=0|108=60|141=Y', '35=1|112=NEXT')
    await stage.settle()
    expect(client.hear()).toEqual(['1: 35=A|98=0|108=60|141=Y', '2: 35=0|112=NEXT'])
  })
})
