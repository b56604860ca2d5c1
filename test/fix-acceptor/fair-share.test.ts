/** However many flood, a turn of the event loop stays short, so that nobody waits long for his turn. */
import { describe, expect, it } from 'vitest'
import type { StageClient } from '../support/exchange-stage.ts'
import { ExchangeStage } from '../support/exchange-stage.ts'

const SHARE = 16
const FLOOD = 1_000

async function aStage(flooders: number) {
  const names = ['ACME', ...Array.from({ length: flooders }, (_, i) => `MOB-${i}`)]
  const stage = new ExchangeStage({
    limits: { messagesPerTurnMax: SHARE },
    sessions: names.map((senderCompId) => ({ senderCompId })),
  })
  const clients = names.map((name) => stage.connect(name))
  for (const client of clients) client.say('35=A|98=0|108=60')
  await stage.settle()
  for (const client of clients) client.hear()
  const [citizen, ...mob] = clients
  return { stage, citizen: citizen!, mob }
}

function flood(mob: readonly StageClient[]): void {
  for (const client of mob) client.say(...Array.from({ length: FLOOD }, () => '35=1|112=FLOOD'))
}

const heard = (mob: readonly StageClient[]): number[] => mob.map((one) => one.hear().length)
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

describe('a turn of the event loop', () => {
  // Two whole shares: one of whoever floods alone, one of those beside him.
  it.each([
    [1, SHARE],
    [2, SHARE],
    [4, SHARE / 2],
    [8, SHARE / 4],
    [31, 1],
    [60, 1],
  ])('hears %i that flood %i messages of each', async (flooders, each) => {
    const { stage, citizen, mob } = await aStage(flooders)
    flood(mob)
    for (let turn = 0; turn < 4; turn++) {
      citizen.say('35=1|112=WARM')
      stage.runLoopTurn()
    }
    heard(mob)
    for (let turn = 0; turn < 10; turn++) {
      citizen.say('35=1|112=UP')
      stage.runLoopTurn()
      const answered = heard(mob)
      expect(new Set(answered).size).toBe(1)
      expect(answered[0]).toBeLessThanOrEqual(each)
      expect(answered[0]).toBeGreaterThanOrEqual(Math.floor(each / 2))
    }
  })

  it('is short from the first on, when they all begin at once', async () => {
    const { stage, citizen, mob } = await aStage(32)
    citizen.say('35=1|112=X')
    flood(mob)
    stage.runLoopTurn()
    expect(sum(heard(mob))).toBeLessThan(10 * SHARE)
  })

  it('answers whoever asks little at once, while the others wait', async () => {
    const { stage, citizen, mob } = await aStage(8)
    flood(mob)
    for (let turn = 0; turn < 20; turn++) {
      citizen.say(`35=1|112=${turn}`)
      stage.runLoopTurn()
      expect(citizen.hear()).toEqual([`${turn + 2}: 35=0|112=${turn}`])
    }
  })

  it('gives whole shares again once the others are silent, and loses nothing', async () => {
    const { stage, citizen, mob } = await aStage(8)
    flood(mob)
    await stage.settle()
    expect(heard(mob)).toEqual(mob.map(() => FLOOD))

    flood(mob.slice(0, 1))
    for (let turn = 0; turn < 3; turn++) {
      citizen.say('35=1|112=X')
      stage.runLoopTurn()
    }
    heard(mob)
    citizen.say('35=1|112=X')
    stage.runLoopTurn()
    expect(heard(mob)[0]).toBe(SHARE)
  })
})
