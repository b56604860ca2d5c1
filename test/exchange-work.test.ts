/** Who is told what, and when, while one message sets off more than a turn takes. */
import { describe, expect, it } from 'vitest'
import { readPacket } from '../src/wire/index.ts'
import type { StageClient } from './support/exchange-stage.ts'
import { ExchangeStage } from './support/exchange-stage.ts'

const TIME = '60=20261123-14:30:00'

interface Heard {
  /** Who sells; an order each. */
  readonly acme: number
  /** Who buys all of them by one order. */
  readonly globex: number
  /** Who asks whether we are there. */
  readonly initech: number
  /** Messages on the feed's lines. */
  readonly feed: number
}

/** GLOBEX buys what ACME sells, a lot an order, and INITECH asks; one execution is done in a turn. */
async function aSweep(orders: number) {
  const stage = new ExchangeStage({
    sessions: ['ACME', 'GLOBEX', 'INITECH'].map((senderCompId) => ({ senderCompId })),
    market: { ordersPerCommandMax: 1 },
  })
  const [acme, globex, initech] = [
    await logOn(stage, 'ACME'),
    await logOn(stage, 'GLOBEX'),
    await logOn(stage, 'INITECH'),
  ]
  for (let i = 1; i <= orders; i++) acme.say(order(`S${i}`, '54=2|38=1'))
  await stage.settle()
  acme.hear()
  const before = messagesOn(stage)
  globex.say(order('B1', `54=1|38=${orders}`))
  initech.say('35=1|112=THERE')

  const heard = { acme: 0, globex: 0, initech: 0, feed: 0 }
  const turn = (): Heard => {
    stage.runLoopTurn()
    heard.acme += acme.hear().length
    heard.globex += globex.hear().length
    heard.initech += initech.hear().length
    heard.feed = messagesOn(stage) - before
    return { ...heard }
  }
  return { stage, turn }
}

async function logOn(stage: ExchangeStage, name: string): Promise<StageClient> {
  const client = stage.connect(name)
  await stage.ask(client, '35=A|98=0|108=30')
  return client
}

const messagesOn = ({ packets }: ExchangeStage): number =>
  packets.reduce((sum, packet) => sum + readPacket(packet)!.count, 0)

const order = (clOrdId: string, terms: string): string =>
  `35=D|11=${clOrdId}|55=AAPL|${terms}|40=2|44=190|${TIME}`

/** What was heard after each turn of the event loop, for so many of them. */
function heardInTurns(turn: () => Heard, turns: number): string[] {
  return Array.from({ length: turns }, turn).map(
    ({ acme, globex, initech, feed }) => `${acme} ${globex} ${initech} ${feed}`,
  )
}

describe('what one message sets off in several turns', () => {
  it('is done before it is told, so that others wait for nothing else', async () => {
    const { turn } = await aSweep(5)

    expect(heardInTurns(turn, 7)).toEqual([
      // The first part is told with the message itself.
      '1 2 0 1',
      '1 2 0 1',
      '1 2 0 1',
      '1 2 0 1',
      '1 2 0 1',
      '5 6 1 5',
      '5 6 1 5',
    ])
  })

  it('is told every 64 turns if it takes that long', async () => {
    const { turn } = await aSweep(150)
    const changes = heardInTurns(turn, 160).filter((heard, i, all) => heard !== all[i - 1])

    expect(changes).toEqual(['1 2 0 1', '66 67 0 66', '130 131 0 130', '150 151 1 150'])
  })
})
