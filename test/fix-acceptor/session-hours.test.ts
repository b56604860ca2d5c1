/** Sessions with hours: who comes outside them, and numbers that start again with every period. */
import { describe, expect, it } from 'vitest'
import { ExchangeStage } from '../support/exchange-stage.ts'

const LOGON = '35=A|98=0|108=60'
const DAY_MS = 86_400_000

/** New York, Monday 23 November 2026, 16:59:30; ACME's hours are 09:00 to 17:00. */
const late = () =>
  new ExchangeStage({
    start: '2026-11-23T21:59:30Z',
    sessions: [
      {
        senderCompId: 'ACME',
        schedule: { start: '09:00', end: '17:00', days: [], timeZone: undefined },
      },
    ],
  })

describe('a session with hours', () => {
  it('is logged out when they are over, and nobody logs on until they begin', async () => {
    const stage = late()
    const client = stage.connect('ACME')
    client.say(LOGON)
    await stage.settle()
    expect(client.hear()).toEqual(['1: 35=A|98=0|108=60'])

    await stage.advance(30_000)
    expect(client.hear()).toEqual(['2: 35=5|58=The session hours are over'])
    client.say('35=5')
    await stage.settle()
    const again = stage.connect('ACME')
    again.next = 3
    again.say(LOGON)
    await stage.settle()
    expect(again.hear()).toEqual([])
    expect(again.line.isOver).toBe(true)
  })

  it('starts its numbers again with the next period, over a restart too, and keeps its orders', async () => {
    const stage = late()
    const client = stage.connect('ACME')
    client.say(LOGON)
    await stage.settle()
    client.say('35=D|11=A1|55=AAPL|54=1|38=100|40=2|44=182.50|59=1|60=20261123-21:59:30')
    await stage.settle()
    client.line.break()
    await stage.settle()

    stage.clock.advance(DAY_MS / 2)
    stage.restart()
    stage.clock.advance(DAY_MS / 4)
    await stage.advance(100)
    const next = stage.connect('ACME')
    next.say(LOGON, '35=F|41=A1|11=C1|55=AAPL|54=1|60=20261124-16:00:00')
    await stage.settle()
    const heard = next.hear()
    expect(heard[0]).toBe('1: 35=A|98=0|108=60')
    expect(heard[1]).toMatch(/^2: 35=8\|.*\|11=C1\|41=A1\|.*\|150=4\|/)
  })

  it('keeps its numbers over a disconnect within a period', async () => {
    const stage = late()
    const client = stage.connect('ACME')
    client.say(LOGON)
    await stage.settle()
    client.line.break()
    await stage.advance(5_000)

    const again = stage.connect('ACME')
    again.next = 2
    again.say(LOGON)
    await stage.settle()
    expect(again.hear()).toEqual(['2: 35=A|98=0|108=60'])
  })
})
