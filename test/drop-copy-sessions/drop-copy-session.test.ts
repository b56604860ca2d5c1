/** A drop-copy session over days, hours and lives: where it begins, what its numbers do, who is let in. */
import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { StageOptions } from '../support/exchange-stage.ts'
import type { StageClient } from '../support/exchange-stage.ts'
import type { OFFICE } from './drop-copy-stage.ts'
import { DropCopyStage } from './drop-copy-stage.ts'

const LOGON = '35=A|98=0|108=30'
const SHORT_LOGON = '35=A|98=0|108=5'
const ASK_ALL = '35=AF|584=Q|585=7'
const RESET = `${LOGON}|141=Y`
const HOUR_MS = 3_600_000

const stages: DropCopyStage[] = []
afterEach(() => {
  for (const stage of stages.splice(0)) stage.remove()
})

function aStage(options: StageOptions = {}, office: Partial<typeof OFFICE> = {}): DropCopyStage {
  const stage = new DropCopyStage(options, office)
  stages.push(stage)
  return stage
}

/** A trader of the exchange, logged on. */
async function trader(stage: DropCopyStage, compId = 'ACME', next = 1): Promise<StageClient> {
  const client = stage.exchange.connect(compId)
  client.next = next
  await stage.exchange.ask(client, LOGON)
  return client
}

const order = (clOrdId: string, more = ''): string =>
  `35=D|11=${clOrdId}|55=AAPL|54=1|38=100|60=20261123-14:30:00|${more || '40=2|44=182.50'}`

/** `2 A1 0`: MsgSeqNum(34), ClOrdID(11), ExecType(150) of reports; `1 35=A` of others. */
const brief = (heard: readonly string[]): string[] =>
  heard.map((message) => {
    const number = /^\d+/.exec(message)![0]
    const value = (tag: number) => new RegExp(`\\|${tag}=([^|]*)`).exec(message)?.[1]
    if (value(150) === undefined) return message.replace(': ', ' ').replace(/\|98=0.*/, '')
    const again = message.includes('|43=Y') ? ' again' : ''
    return `${number} ${value(11)} ${value(150)}${again}`
  })

/** ClOrdIDs(11) of statuses. */
const ordersIn = (statuses: readonly string[]): string[] =>
  statuses.map((status) => /\|11=(\w+)/.exec(status)![1]!)

describe('a drop-copy session', () => {
  it('that was never connected begins with the trading day', async () => {
    const stage = aStage()
    const acme = await trader(stage)
    await stage.exchange.ask(acme, order('YESTERDAY'))
    stage.exchange.clock.advance(24 * HOUR_MS)
    stage.exchange.restart()
    stage.startAgain()
    const again = await trader(stage, 'ACME', acme.next)
    await stage.exchange.ask(again, order('TODAY'))

    expect(brief(await stage.ask(stage.connect(), LOGON))).toEqual(['1 35=A', '2 TODAY 0'])
  })

  it('is told of the orders that an earlier day has left, as their own session is', async () => {
    const stage = aStage()
    const acme = await trader(stage)
    await stage.exchange.ask(acme, order('DAY'))
    await stage.exchange.ask(acme, order('GTC', '59=1|40=2|44=182.40|111=50'))
    await stage.exchange.ask(acme, order('STOP', '59=1|40=4|44=190|99=189'))
    const office = stage.connect()
    await stage.ask(office, SHORT_LOGON)
    expect(ordersIn(await stage.ask(office, ASK_ALL))).toEqual(['DAY', 'GTC', 'STOP'])
    office.line.hangUp()
    acme.line.hangUp()
    stage.exchange.clock.advance(24 * HOUR_MS)
    await stage.advance(200)

    const again = await trader(stage, 'ACME', acme.next)
    const own = await stage.exchange.ask(again, ASK_ALL)
    const next = stage.connect()
    next.next = office.next
    await stage.ask(next, LOGON)
    const told = await stage.ask(next, ASK_ALL)
    expect(told.map((status) => status.replace(/^\d+: 35=8\|115=ACME/, '35=8'))).toEqual(own)
    expect(ordersIn(own)).toEqual(['GTC', 'STOP'])
  })

  it('is told of an order behind a cancel that was refused, a reject and a restatement', async () => {
    const stage = aStage({
      sessions: [
        {
          senderCompId: 'ACME',
          includePendings: true,
          timestampPrecision: 'microseconds',
          selfTradePrevention: 'decrement',
        },
      ],
    })
    const acme = await trader(stage)
    await stage.exchange.ask(acme, order('A1'))
    await stage.exchange.ask(acme, order('A2', '40=2|44=182.30'))
    await stage.exchange.ask(
      acme,
      '35=G|11=A3|41=A2|55=AAPL|54=1|38=200|60=20261123-14:30:00|40=2|44=182.305',
    )
    await stage.exchange.ask(
      acme,
      '35=G|11=A4|41=A1|55=AAPL|54=1|38=60|60=20261123-14:30:00|40=2|44=182.50',
    )
    const against = order('A5', '40=2|44=181').replace('54=1|38=100', '54=2|38=20')
    await stage.exchange.ask(acme, against)
    await stage.exchange.ask(acme, order('A1'))
    const office = stage.connect()
    await stage.ask(office, LOGON)
    const told = await stage.ask(office, ASK_ALL)
    // Behind the other: these are events of the journal.
    const own = await stage.exchange.ask(acme, ASK_ALL)

    expect(told.map((status) => status.replace(/^\d+: 35=8\|115=ACME/, '35=8'))).toEqual(own)
    expect(ordersIn(own)).toEqual(['A4', 'A2'])
    expect(own[0]).toMatch(/\|38=40\|/)
    expect(own.join()).toMatch(/\|60=20261123-14:30:00\.000000\|/)
  })

  it('begins its numbers with each period of its hours again, and its copies go on', async () => {
    const schedule = { start: '00:00', end: '23:00', days: [], timeZone: 'UTC' }
    const stage = aStage({}, { schedule })
    const acme = await trader(stage)
    await stage.exchange.ask(acme, order('A1'))
    const office = stage.connect()
    expect(brief(await stage.ask(office, LOGON))).toEqual(['1 35=A', '2 A1 0'])
    await stage.exchange.ask(acme, order('A2'))
    await stage.settle()
    expect(brief(office.hear())).toEqual(['3 A2 0'])

    stage.exchange.clock.advance(9 * HOUR_MS)
    await stage.advance(100)
    const late = stage.connect()
    late.next = office.next
    expect(await stage.ask(late, LOGON)).toEqual([])
    stage.exchange.clock.advance(2 * HOUR_MS)
    stage.exchange.restart()
    stage.startAgain()
    const again = await trader(stage, 'ACME', acme.next)
    await stage.exchange.ask(again, order('A3'))
    const fresh = brief(await stage.ask(stage.connect(), LOGON))
    expect(fresh.filter((line) => !/ (4|C)$/.test(line))).toEqual([
      '1 35=A',
      expect.stringMatching(/^\d+ A3 0$/),
    ])
  })

  it('that does not read is cut off after its time, and goes on where it was', async () => {
    const stage = aStage()
    const acme = await trader(stage)
    const office = stage.connect({ kernelBytes: 300 })
    office.say(LOGON)
    await stage.settle()
    expect(brief(office.hear())).toEqual(['1 35=A'])
    for (let i = 1; i <= 5; i++) await stage.exchange.ask(acme, order(`A${i}`))
    await stage.advance(9_900)
    expect(stage.acceptor.sessionCount).toBe(1)
    await stage.advance(300)
    expect([stage.acceptor.sessionCount, stage.acceptor.counts.reached.slowReaderMs]).toEqual([
      0, 1,
    ])

    const again = stage.connect()
    again.next = office.next
    const heard = brief(await stage.ask(again, LOGON, '35=2|7=2|16=0'))
    const copies = heard.filter((line) => / A\d 0/.test(line))
    expect(copies.map((line) => line.replace(/^\d+ | again/g, '')).sort()).toEqual([
      'A1 0',
      'A2 0',
      'A3 0',
      'A4 0',
      'A5 0',
    ])
    expect(new Set(copies.map((line) => /^\d+/.exec(line)![0])).size).toBe(5)
  })

  it('that reads slowly but steadily has everything, and stays', async () => {
    const stage = aStage()
    const acme = await trader(stage)
    const office = stage.connect({ kernelBytes: 5_000 })
    const heard = await stage.ask(office, LOGON)
    for (let i = 1; i <= 600; i++) acme.say(order(`A${i}`))
    await stage.exchange.settle()
    stage.burst(office, 6)
    for (let round = 0; round < 100; round++) {
      heard.push(...office.hear(3_000))
      await stage.settle()
    }

    expect(brief(heard)).toEqual([
      '1 35=A',
      ...Array.from({ length: 600 }, (_, i) => `${i + 2} A${i + 1} 0`),
    ])
    expect(stage.acceptor.backlogBytes).toBe(0)
  })

  it('hears of no number that is not in its file', async () => {
    const stage = aStage()
    const acme = await trader(stage)
    const office = stage.connect()
    await stage.ask(office, LOGON)
    for (let i = 1; i <= 20; i++) {
      await stage.exchange.ask(acme, order(`A${i}`))
      await stage.ask(office, `35=1|112=${i}`, order('NO'), ASK_ALL)
    }
    office.say('35=5')
    await stage.settle()

    expect(brief(office.hear())).toEqual([expect.stringMatching(/^\d+ 35=5$/)])
    expect(stage.unkept).toEqual([])
  })

  it('begins its numbers with each Logon where its file says so, and its copies go on', async () => {
    const stage = aStage({}, { resetOnLogon: true })
    const acme = await trader(stage)
    await stage.exchange.ask(acme, order('A1'))
    const office = stage.connect()
    expect(brief(await stage.ask(office, LOGON))).toEqual(['1 35=A', '2 A1 0'])
    office.line.hangUp()
    await stage.settle()
    await stage.exchange.ask(acme, order('A2'))

    const again = stage.connect()
    again.next = office.next
    expect(await stage.ask(again, LOGON)).toEqual([
      '1: 35=A|98=0|108=30|141=Y',
      expect.stringMatching(/^2: 35=8\|115=ACME\|.*\|11=A2\|/),
    ])
  })

  it('keeps the rules of a session: heartbeats, gaps, the Logout', async () => {
    const stage = aStage()
    const office = stage.connect()
    await stage.ask(office, LOGON)
    expect(await stage.ask(office, '35=1|112=there?')).toEqual(['2: 35=0|112=there?'])
    expect(await stage.ask(office, '35=0|34=5')).toEqual(['3: 35=2|7=3|16=0'])
    expect(await stage.ask(office, '35=4|34=3|43=Y|122=20261123-14:30:00|123=Y|36=6')).toEqual([])
    expect(await stage.ask(office, '35=5|34=6')).toEqual(['4: 35=5'])
    office.line.hangUp()
    await stage.advance(12_000)

    const again = stage.connect()
    again.next = 7
    expect(await stage.ask(again, LOGON)).toEqual(['5: 35=A|98=0|108=30'])
    await stage.advance(30_000)
    expect(again.hear()).toEqual(['6: 35=0'])
  })

  it('goes on with its numbers, theirs too, in another process', async () => {
    const stage = aStage()
    const acme = await trader(stage)
    await stage.exchange.ask(acme, order('A1'))
    const office = stage.connect()
    expect(brief(await stage.ask(office, LOGON))).toEqual(['1 35=A', '2 A1 0'])
    await stage.ask(office, '35=0')
    stage.startAgain()
    const other = await stage.exchange.ask(acme, order('A2'))
    expect(other).toHaveLength(1)

    const again = stage.connect()
    again.next = office.next
    expect(brief(await stage.ask(again, `${LOGON}|789=2`))).toEqual([
      '3 35=A',
      '2 A1 0 again',
      expect.stringMatching(/^3 35=4\|43=Y.*\|36=4$/),
      '4 A2 0',
    ])
  })

  it('hears of a firm for as long as the configuration of the time says that it is', async () => {
    const session = (firm: string) => [{ senderCompId: 'ACME', firm }]
    const stage = aStage({ sessions: session('OTHERS') }, { dropCopyOf: ['OURS'] })
    const acme = await trader(stage)
    await stage.exchange.ask(acme, order('A1'))
    stage.exchange.restart(session('OURS'))
    const during = await trader(stage, 'ACME', acme.next)
    await stage.exchange.ask(during, order('A2'))
    stage.exchange.restart(session('OTHERS'))
    const after = await trader(stage, 'ACME', during.next)
    await stage.exchange.ask(after, order('A3'))
    stage.startAgain()

    expect(brief(await stage.ask(stage.connect(), LOGON))).toEqual(['1 35=A', '2 A2 0'])
  })

  it('may take over its own connection that no longer answers, where its file says so', async () => {
    const stage = aStage({}, { duplicateLogon: 'takeover' })
    const dead = stage.connect()
    await stage.ask(dead, '35=A|98=0|108=5')
    const early = stage.connect()
    early.next = 2
    expect(await stage.ask(early, LOGON)).toEqual([])
    await stage.advance(7_000)
    const again = stage.connect()
    again.next = 2
    expect(brief(await stage.ask(again, LOGON))).toEqual([expect.stringMatching(/^\d 35=A$/)])
    expect(stage.acceptor.sessionCount).toBe(1)
  })

  it('is let in by one process only', async () => {
    const stage = aStage()
    await stage.ask(stage.connect(), LOGON)
    const first = stage.letAnotherBegin()
    await stage.settle()
    expect(await stage.ask(stage.connect(), LOGON)).toEqual([])
    expect(stage.errors).toEqual([])
    first.close()
  })

  it('is not let in while its numbers are damaged, and begins at 1 when they are gone', async () => {
    const stage = aStage()
    const office = stage.connect()
    await stage.ask(office, LOGON)
    stage.startAgain()
    const bytes = readFileSync(stage.numbersFile)
    bytes[9]! ^= 1
    writeFileSync(stage.numbersFile, bytes)

    const refused = stage.connect()
    refused.next = office.next
    expect(await stage.ask(refused, LOGON)).toEqual([])
    expect(refused.line.isOver).toBe(true)
    expect(stage.errors).toEqual([
      { session: 'OFFICE', code: 'EXC_DROP_COPY_NUMBERS', reason: expect.any(String) },
    ])
    bytes[9]! ^= 1
    writeFileSync(stage.numbersFile, bytes)
    expect(await stage.ask(stage.connect(), RESET)).toEqual(['1: 35=A|98=0|108=30|141=Y'])
  })
})
