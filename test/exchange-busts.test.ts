/** Busts on the assembled exchange: a trade is looked up in the journal while the exchange goes on. */
import { beforeEach, expect, it } from 'vitest'
import type { OperatorCommand } from '../src/wire/index.ts'
import { ExchangeStage } from './support/exchange-stage.ts'

const bust = (requestId: string): OperatorCommand => ({
  requestId,
  by: 'oscar',
  why: 'erroneous',
  action: 'bust',
  matchNumber: 1,
  restore: 'none',
  reason: 'error',
})

let stage: ExchangeStage
/** Match 1 is on the tape. */
beforeEach(async () => {
  stage = new ExchangeStage()
  const acme = stage.connect('ACME')
  acme.say('35=A|98=0|108=30|141=N')
  acme.say('35=D|55=AAPL|40=2|60=20261123-14:30:00|11=B1|54=1|38=10|44=182')
  acme.say('35=D|55=AAPL|40=2|60=20261123-14:30:00|11=S1|54=2|38=10|44=182')
  await stage.settle()
})

async function outcomeOf(requestId: string): Promise<object> {
  const outcome = stage.exchange.desk.perform(bust(requestId))
  await stage.settle()
  const { trade: _, ...record } = { trade: undefined, ...((await outcome) as OperatorCommand) }
  return record
}

it('a bust that waits behind the end of the day is refused, and a new one is done', async () => {
  const { day } = stage.exchange.engine.state
  stage.clock.advance(day.closeSeconds * 1000 - stage.clock.epochMs())
  // The end of the day is queued; the trade is looked up while it still is one of the day.
  stage.exchange.tick()

  expect(await outcomeOf('oscar/1')).toEqual({
    ...bust('oscar/1'),
    refused: 'a trading day has opened since trade 1 was looked up: make a new request',
  })
  expect([stage.fatal, day.tradingDate]).toEqual([[], 20261124])
  expect(await outcomeOf('oscar/2')).toEqual(bust('oscar/2'))
})
