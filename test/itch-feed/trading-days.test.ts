/** The days of the assembled exchange as the feed tells them. Every random number here is the same. */
import { expect, it } from 'vitest'
import { decodeItch, eachMessage, readPacket } from '../../src/wire/index.ts'
import { ExchangeStage } from '../support/exchange-stage.ts'

const HOUR_MS = 3_600_000

/** Each system event as `session number code time of day`, in the order of the feed. */
function systemEvents({ packets }: ExchangeStage): string[] {
  const found: string[] = []
  for (const bytes of packets) {
    const packet = readPacket(bytes)!
    eachMessage(packet, (sequence, view, at, length) => {
      const message = decodeItch(view, at, length)
      if (message?.type !== 'S') return
      const time = new Date(message.timestampNs / 1e6).toISOString().slice(11, 19)
      found.push(`${packet.session} ${sequence} ${message.eventCode} ${time}`)
    })
  }
  return found
}

it('are two sessions with names and numbers of their own when both have the same date', async () => {
  const stage = new ExchangeStage({
    start: '2026-11-23T14:30:00.000Z',
    market: { dayRoll: '17:00' },
  })
  stage.clock.advance(7.5 * HOUR_MS)
  stage.exchange.tick()
  await stage.settle()

  expect(stage.fatal).toEqual([])
  expect(systemEvents(stage)).toEqual([
    '2611230070 1 O 14:30:00',
    '2611230070 12 S 14:30:00',
    '2611230070 13 Q 14:30:00',
    '2611230070 14 M 22:00:00',
    '2611230070 15 E 22:00:00',
    '2611230070 16 C 22:00:00',
    '2611230080 1 O 22:00:00',
    '2611230080 12 S 22:00:00',
    '2611230080 13 Q 22:00:00',
  ])
})

/** Trading days of one date: each `dayRoll` is in force when the day before it ends. */
async function rollDays(
  stage: ExchangeStage,
  dayRolls: readonly string[],
  beforeRoll = (): void => undefined,
): Promise<string[]> {
  stage.clock.advance(6.5 * HOUR_MS)
  for (const dayRoll of dayRolls) {
    Object.assign(stage.config.market, { dayRoll })
    beforeRoll()
    stage.clock.advance(HOUR_MS)
    stage.exchange.tick()
    await stage.settle()
  }
  stage.room = Infinity
  stage.exchange.tick()
  await stage.settle()
  return [...new Set(systemEvents(stage).map((event) => event.slice(0, 10)))]
}

const FOUR_NAMES = ['2611230070', '2611230080', '2611230090', '26112300A0']

it('have four names when four have the same date, over restarts too', async () => {
  const stage = new ExchangeStage({ market: { dayRoll: '17:00' } })
  const names = await rollDays(stage, ['18:00', '19:00', '20:00'], () => stage.restart())
  expect(names).toEqual(FOUR_NAMES)
})

it('have names of their own while the lines are behind', async () => {
  const stage = new ExchangeStage({ market: { dayRoll: '17:00' } })
  const names = await rollDays(stage, ['18:00', '19:00'], () => (stage.room = 0))
  expect(names).toEqual(FOUR_NAMES.slice(0, 3))
})

it('are told no further when the journal fails, whatever waits for the lines', async () => {
  const stage = new ExchangeStage({ market: { dayRoll: '17:00' } })
  const endDay = (): void => {
    stage.clock.advance(24 * HOUR_MS)
    stage.exchange.tick()
  }
  stage.room = 0
  endDay()
  await stage.settle()
  // The turn that fails is due first, then what waits.
  endDay()
  stage.room = Infinity
  stage.exchange.tick()
  stage.disk.failNext('fdatasync', 'EIO')
  stage.packets.length = 0
  await stage.settle()

  expect(stage.fatal).toEqual([expect.objectContaining({ code: 'EXC_JOURNAL_WRITE' })])
  expect(stage.packets).toEqual([])
})
