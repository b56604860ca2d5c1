/** Pre-trade risk on the assembled exchange: over FIX, through crashes and days, and from one number on. */
import { describe, expect, it } from 'vitest'
import { Engine } from '../src/engine/index.ts'
import { replayGroup } from '../src/exchange.ts'
import type { ScopeLimits } from '../src/wire/index.ts'
import { CommandType, recordLength, recordType } from '../src/wire/index.ts'
import type { StageClient } from './support/exchange-stage.ts'
import { ExchangeStage } from './support/exchange-stage.ts'
import { limitsOf } from './support/risk.ts'

const LOGON = '35=A|98=0|108=30|141=N'
const ORDER = '35=D|55=AAPL|40=2|60=20261123-14:30:00'
const SESSIONS = [
  { senderCompId: 'ACME', firm: 'ACME', accounts: ['A1'] },
  { senderCompId: 'GLOBEX', firm: 'GLOBEX', accounts: [] },
]

interface Table {
  readonly stage: ExchangeStage
  readonly acme: StageClient
  readonly globex: StageClient
}

async function aTable(limits: Readonly<Record<string, ScopeLimits>>): Promise<Table> {
  const stage = new ExchangeStage({ sessions: SESSIONS })
  stage.exchange.setLimits(limitsOf(limits))
  return { stage, ...(await logOn(stage)) }
}

async function logOn(stage: ExchangeStage, next = { acme: 1, globex: 1 }) {
  const [acme, globex] = [stage.connect('ACME'), stage.connect('GLOBEX')]
  acme.next = next.acme
  globex.next = next.globex
  acme.say(LOGON)
  globex.say(LOGON)
  await stage.settle()
  acme.hear()
  globex.hear()
  return { acme, globex }
}

/** Says a message and gives what comes back, without the parts that every report has. */
async function ask(stage: ExchangeStage, client: StageClient, text: string): Promise<string[]> {
  client.say(text)
  await stage.settle()
  return client.hear().map((line) => line.replace(/^\d+: /, '').replace(/\|60=[^|]*/, ''))
}

const textOf = (lines: readonly string[]): string | undefined =>
  lines.map((line) => /58=([^|]*)/.exec(line)?.[1]).find((text) => text !== undefined)

describe('a limit over FIX', () => {
  it('refuses an order with 103 and a Text that names it, and a replacement with 102=99 and the same', async () => {
    const { stage, acme } = await aTable({ 'account ACME A1': { maxOrderQty: 1000 } })

    expect(await ask(stage, acme, `${ORDER}|11=B1|54=1|38=5000|44=182`)).toEqual([
      '35=8|37=NONE|11=B1|17=1|150=8|39=8|103=3|' +
        '58=Order exceeds limit: order quantity 5000 above 1000 of account A1|' +
        '1=A1|55=AAPL|54=1|38=5000|40=2|44=182|59=0|151=0|14=0|6=0',
    ])
    await ask(stage, acme, `${ORDER}|11=B2|54=1|38=10|44=182`)
    const replace = ORDER.replace('35=D', '35=G')
    expect(await ask(stage, acme, `${replace}|11=R1|41=B2|54=1|38=5000|44=182`)).toEqual([
      '35=9|37=1|11=R1|41=B2|39=0|1=A1|434=2|102=99|' +
        '58=Order exceeds limit: order quantity 5000 above 1000 of account A1',
    ])
  })

  it('is told again with the same body after a restart with other limits', async () => {
    const { stage, acme } = await aTable({ venue: { maxOrderNotional: 1000_0000 } })
    const told = await ask(stage, acme, `${ORDER}|11=B1|54=1|38=10|44=182|110=5|59=3`)
    stage.restart()
    const again = await logOn(stage, { acme: acme.next, globex: 2 })

    const resent = await ask(stage, again.acme, '35=2|7=2|16=2')
    expect(told[0]).toContain('order notional 1820 above 1000 of the venue')
    expect(resent[0]!.replace(/\|?(43|122)=[^|]*/g, '')).toBe(told[0])
  })
})

describe('what the limits have counted', () => {
  it('survives a crash: the same hash, the same refusal, the same room', async () => {
    const limits = { 'firm ACME': { maxPosition: 100, buyingPower: 50_000_0000 } }
    const { stage, acme, globex } = await aTable(limits)
    await ask(stage, acme, `${ORDER}|11=B1|54=1|38=60|44=182`)
    await ask(stage, globex, `${ORDER}|11=S1|54=2|38=20|44=182`)
    stage.limits = limitsOf(limits)
    const hash = stage.exchange.engine.stateHash()
    const commands = countCommands(stage)

    const replayed = new Engine()
    for (const group of stage.groups()) replayGroup(replayed, group)
    expect(replayed.stateHash()).toBe(hash)
    stage.restart()
    // The file says what is in force: no command is needed.
    expect(countCommands(stage)).toEqual({ ...commands, Disconnect: 2 })

    const again = await logOn(stage, { acme: acme.next, globex: globex.next })
    expect(textOf(await ask(stage, again.acme, `${ORDER}|11=B2|54=1|38=41|44=182`))).toBe(
      'Order exceeds limit: position 101 beyond 100 of firm ACME',
    )
    expect(textOf(await ask(stage, again.acme, `${ORDER}|11=B3|54=1|38=40|44=182`))).toBeUndefined()
  })

  it('goes on when the day rolls: the position stays, the orders of the day go', async () => {
    const { stage, acme, globex } = await aTable({ 'firm ACME': { maxPosition: 100 } })
    await ask(stage, acme, `${ORDER}|11=B1|54=1|38=90|44=182`)
    await ask(stage, globex, `${ORDER}|11=S1|54=2|38=20|44=182`)
    stage.limits = stage.exchange.engine.riskLimits
    const { tradingDate, closeSeconds } = stage.exchange.engine.state.day
    stage.clock.advance(closeSeconds * 1000 - stage.clock.epochMs())
    stage.exchange.tick()
    await stage.settle()
    expect(stage.exchange.engine.state.day.tradingDate).toBeGreaterThan(tradingDate)
    stage.restart()

    const again = await logOn(stage, { acme: acme.next, globex: globex.next })
    expect(textOf(await ask(stage, again.acme, `${ORDER}|11=B2|54=1|38=81|44=182`))).toBe(
      'Order exceeds limit: position 101 beyond 100 of firm ACME',
    )
  })

  it('ends with the limits when the file is gone', async () => {
    const { stage } = await aTable({ venue: { killed: true } })
    stage.restart()
    const { acme } = await logOn(stage, { acme: 2, globex: 2 })

    expect(textOf(await ask(stage, acme, `${ORDER}|11=B1|54=1|38=1|44=182`))).toBeUndefined()
  })
})

describe('a limit that operations sets', () => {
  const SET = {
    requestId: 'alice/1',
    by: 'alice',
    why: 'asked by phone',
    action: 'set-limits',
    kind: 'firm',
    firm: '',
    name: 'ACME',
    limits: { maxOrderQty: 10 },
  } as const
  const order = (id: string) => `${ORDER}|11=${id}|54=1|38=11|44=182`

  it('holds over a crash while the file is the same, and ends with what the file says of it', async () => {
    const { stage, acme } = await aTable({ 'firm ACME': { maxOrderQty: 100 } })
    stage.limits = stage.exchange.engine.riskLimits
    const outcome = stage.exchange.desk.perform(SET)
    await stage.settle()
    expect(await outcome).toEqual(SET)
    const refused = 'Order exceeds limit: order quantity 11 above 10 of firm ACME'
    expect(textOf(await ask(stage, acme, order('B1')))).toBe(refused)
    const commands = countCommands(stage)

    stage.restart()
    expect(countCommands(stage).SetRiskLimits).toBe(commands.SetRiskLimits)
    const again = await logOn(stage, { acme: acme.next, globex: 2 })
    expect(textOf(await ask(stage, again.acme, order('B2')))).toBe(refused)
    expect(stage.exchange.desk.limits()).toEqual({
      scopes: [
        {
          kind: 'firm',
          firm: '',
          name: 'ACME',
          limits: { maxOrderQty: 10 },
          byOperations: ['maxOrderQty'],
        },
      ],
    })

    stage.limits = limitsOf({ 'firm ACME': { maxOrderQty: 50 } })
    stage.restart()
    const last = await logOn(stage, { acme: again.acme.next, globex: 3 })
    expect(textOf(await ask(stage, last.acme, order('B3')))).toBeUndefined()
    expect(stage.exchange.desk.limits()).toEqual(stage.limits)
  })
})

describe('a limit that changes in a flood', () => {
  it('judges every order behind one number of the sequence, and none before it', async () => {
    const { stage, acme } = await aTable({})
    const orders = Array.from({ length: 20_000 }, (_, i) => `${ORDER}|11=B${i}|54=1|38=100|44=182`)
    acme.say(...orders)
    stage.runLoopTurn()
    stage.runLoopTurn()
    stage.exchange.setLimits(limitsOf({ 'session ACME': { maxOrderQty: 99 } }))
    await stage.settle()

    const answers = acme.hear().map((line) => /150=(.)/.exec(line)?.[1])
    const accepted = answers.filter((execType) => execType === '0').length
    expect(accepted).toBeGreaterThan(0)
    expect(accepted).toBeLessThan(orders.length)
    expect(answers).toEqual([
      ...Array.from({ length: accepted }, () => '0'),
      ...Array.from({ length: orders.length - accepted }, () => '8'),
    ])
    expect(ordersBeforeLastLimits(stage)).toBe(accepted)
  })

  it('that kills a firm leaves none of its orders, and takes no later one', async () => {
    const { stage, acme, globex } = await aTable({})
    await ask(stage, globex, `${ORDER}|11=B1|54=1|38=1|44=181`)
    acme.say(...Array.from({ length: 20_000 }, (_, i) => `${ORDER}|11=B${i}|54=1|38=1|44=182`))
    stage.runLoopTurn()
    stage.runLoopTurn()
    stage.exchange.setLimits(limitsOf({ 'firm ACME': { killed: true } }))
    await stage.settle()

    const lines = acme.hear()
    const killed = lines.filter((line) => line.includes('150=4')).length
    expect(killed).toBeGreaterThan(0)
    expect(lines.filter((line) => line.includes('150=0')).length).toBe(killed)
    expect(
      lines.filter((line) => line.includes('58=Trading is blocked for firm ACME')).length,
    ).toBe(20_000 - killed)
    expect(stage.exchange.engine.state.orderPool.liveCount).toBe(1)
  })
})

function* commandTypes(stage: ExchangeStage): Generator<number> {
  for (const { view, commandsStart, commandsEnd } of stage.groups()) {
    for (let at = commandsStart; at < commandsEnd; at += recordLength(view, at)) {
      yield recordType(view, at)
    }
  }
}

function ordersBeforeLastLimits(stage: ExchangeStage): number {
  const types = [...commandTypes(stage)]
  const last = types.lastIndexOf(CommandType.SetRiskLimits)
  return types.slice(0, last).filter((type) => type === CommandType.EnterOrder).length
}

/** Of a restart: what it appends. */
function countCommands(stage: ExchangeStage): { SetRiskLimits: number; Disconnect: number } {
  const types = [...commandTypes(stage)]
  const count = (type: number): number => types.filter((one) => one === type).length
  return {
    SetRiskLimits: count(CommandType.SetRiskLimits),
    Disconnect: count(CommandType.Disconnect),
  }
}
