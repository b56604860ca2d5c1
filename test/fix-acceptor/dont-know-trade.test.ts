/** DontKnowTrade(Q) as a client sends it, and what operations hear of it. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Logger } from '../../src/runtime/index.ts'
import { silentLogger } from '../../src/runtime/index.ts'
import { ExchangeStage } from '../support/exchange-stage.ts'
import type { StageClient } from '../support/exchange-stage.ts'

let stage: ExchangeStage
let acme: StageClient
let warnings: unknown[][]

beforeEach(async () => {
  warnings = []
  const warn = (...about: unknown[]) => warnings.push(about)
  const logger = Object.assign(Object.create(silentLogger) as Logger, { warn })
  stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME' }], logger })
  acme = stage.connect('ACME')
  await ask('35=A|98=0|108=30')
  await ask('35=D|11=A1|55=AAPL|54=1|38=10|40=2|44=182.5|60=20261123-14:30:00')
  await ask('35=D|11=A2|55=AAPL|54=2|38=4|40=2|44=182.5|60=20261123-14:30:00')
})

const ask = (text: string): Promise<string[]> => stage.ask(acme, text)

const doubt = (fields: string): string => `35=Q|${fields}|55=AAPL|54=1|38=10`

describe('DontKnowTrade(Q)', () => {
  it('is raised to operations and counted, once it is durable; nothing is sent back', async () => {
    expect(await ask(`${doubt('37=1|17=3|127=B')}|32=4|31=182.5|58=not ours`)).toEqual([])

    expect(warnings).toEqual([
      [
        { session: 'ACME', execId: 3, orderId: 1, reason: 'WrongSide', text: 'not ours' },
        'counterparty does not know a trade',
      ],
    ])
    expect(stage.exchange.acceptor.counts.doubtedTrades).toBe(1)
  })

  it('is not raised again by a restart', async () => {
    await ask(doubt('37=1|17=3|127=Z'))
    expect(warnings).toMatchObject([[{ reason: 'DKReason Other', text: '' }, expect.any(String)]])
    stage.restart()
    await stage.settle()

    expect(warnings).toHaveLength(1)
  })

  it('of a trade that is none is refused to whoever is behind the counterparty', async () => {
    const told = await ask(doubt('37=9|17=9|127=A').replace('35=Q', '35=Q|115=DESK'))
    expect(told).toEqual([
      '35=j|128=DESK|45=4|372=Q|379=9|380=1|58=Unknown ExecID(17) or OrderID(37)',
    ])
  })

  it.each(['37=1|17=5', '37=1|17=0', '37=1|17=-3', '37=1|17=abc', '37=x|17=3', '37=9|17=3'])(
    'of a trade that is none is refused: %s',
    async (ids) => {
      const execId = /17=(.*)/.exec(ids)![1]!
      expect(await ask(doubt(`${ids}|127=A`))).toEqual([
        `35=j|45=4|372=Q|379=${execId}|380=1|58=Unknown ExecID(17) or OrderID(37)`,
      ])
      expect(warnings).toEqual([])
    },
  )
})
