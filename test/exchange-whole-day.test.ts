/**
 * A whole trading day of the assembled exchange, in seconds of its clock: orders before the open, the opening
 * auction, trading, a pause and the auction that ends it, a halt, a bust, the closing auction, the end of day
 * orders, and the next evening, when what is good till cancel is carried over and restated, and a trade of the
 * day before is corrected. What counterparties and subscribers are told, and what the drop copy has in the end,
 * is compared with the record in test/golden.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answer,
  databaseStore,
  JournalCopier,
  openTurns,
  printRows,
  readTradingDays,
  venueAfter,
} from '../src/dropcopy/index.ts'
import type { Listing, QueryFilter } from '../src/dropcopy/index.ts'
import { Engine } from '../src/engine/index.ts'
import { replayGroup } from '../src/exchange.ts'
import { decodeItch, eachMessage, readPacket } from '../src/wire/index.ts'
import type { OperatorAction } from '../src/wire/index.ts'
import { KINDS, scratchDatabaseIn } from './dropcopy/support/both.ts'
import type { ScratchDatabase } from './dropcopy/support/scratch.ts'
import type { StageClient } from './support/exchange-stage.ts'
import { ExchangeStage } from './support/exchange-stage.ts'

/** Three minutes from the roll of the day to its end. */
const schedule = {
  days: ['mon' as const, 'tue' as const],
  holidays: [],
  phases: {
    'pre-open': '20:01',
    continuous: '20:02',
    'closing-auction': '20:04',
    'post-close': '20:05',
    closed: '20:06',
  },
  halfDays: {},
  randomEndSeconds: 5,
  groups: {},
}
const AAPL = {
  symbol: 'AAPL',
  description: '',
  currency: 'USD',
  referencePrice: 1_000_000,
  tickSize: 100,
  lotSize: 1,
  priceBandPercent: 0,
  maxOrderQty: 1_000_000,
  matching: 'price-time' as const,
  volatility: { staticPercent: 1_000, dynamicPercent: 200, pauseSeconds: 10 },
}

const LISTINGS = [
  ['executions', {}],
  ['orders', {}],
  ['trades', {}],
  ['positions', {}],
  ['summary', { day: '2026-11-24' }],
  ['summary', { day: '2026-11-25' }],
] as const satisfies readonly (readonly [Listing, Partial<QueryFilter>])[]

class Day {
  readonly stage = new ExchangeStage({
    start: '2026-11-24T00:59:58.000Z',
    market: { dayRoll: '20:00', schedule },
    instruments: [AAPL],
    sessions: [
      { senderCompId: 'ACME' },
      { senderCompId: 'GLOBEX', firm: 'GLOBEX', accounts: ['GLOBEX-1'], restateGoodTill: true },
    ],
  })
  readonly record: string[] = []
  private readonly clients = new Map<string, StageClient>()
  /** MsgSeqNum(34) by CompID. */
  private readonly lastHeard = new Map<string, number>()
  private heardPackets = 0
  private requests = 0

  /** With the numbers of the evening before, and asks for what it has missed. */
  async logOn(compId: string): Promise<void> {
    const client = this.stage.connect(compId)
    const before = this.clients.get(compId)
    client.next = before?.next ?? 1
    this.clients.set(compId, client)
    await this.stage.ask(client, '35=A|98=0|108=60')
    if (before !== undefined) client.say(`35=2|7=${this.lastHeard.get(compId)! + 1}|16=0`)
    await this.stage.settle()
    this.note(`${compId} logs on`)
  }

  /** New York time of an evening, `20:01:30`; everybody who is there says so meanwhile. */
  async until(time: string, date = '2026-11-23'): Promise<void> {
    const end = Date.parse(`${date}T${time}-05:00`)
    while (this.stage.clock.epochMs() < end) {
      for (const client of this.clients.values()) client.say('35=0')
      await this.stage.advance(Math.min(end - this.stage.clock.epochMs(), 30_000))
    }
    this.note(`until ${time}`)
  }

  /** Everybody logs out, and a day passes at once. */
  async untilTheNext(): Promise<void> {
    for (const client of this.clients.values()) client.say('35=5')
    await this.stage.settle()
    this.note('everybody logs out')
    this.stage.clock.advance(86_400_000)
    await this.stage.advance(100)
    this.note('a day later')
  }

  async say(compId: string, order: string): Promise<void> {
    this.clients.get(compId)!.say(`35=D|55=AAPL|60=20261124-01:00:00|${order}`)
    await this.stage.settle()
    this.note(`${compId} ${order}`)
  }

  async operate(action: OperatorAction): Promise<void> {
    const requestId = `ops/${++this.requests}`
    void this.stage.exchange.desk.perform({ requestId, by: 'ops', why: 'a day', ...action })
    await this.stage.settle()
    this.note(action.action)
  }

  /** What everybody has heard since the last note; heartbeats and the second's imbalance are left out. */
  private note(what: string): void {
    this.record.push('', `# ${what}`)
    for (const [compId, client] of this.clients) {
      for (const text of client.hear()) {
        this.lastHeard.set(compId, Number.parseInt(text, 10))
        if (!/\|?35=[01](\||$)/.test(text)) this.record.push(`${compId} ${text}`)
      }
    }
    const packets = this.stage.packets.slice(this.heardPackets)
    this.heardPackets += packets.length
    for (const packet of packets) {
      eachMessage(readPacket(packet)!, (_, view, at, length) => {
        const { type, ...fields } = decodeItch(view, at, length)!
        if (type !== 'I') this.record.push(`feed ${type} ${JSON.stringify(fields)}`)
      })
    }
  }
}

async function aWholeDay(): Promise<Day> {
  const day = new Day()
  await day.logOn('ACME')
  await day.logOn('GLOBEX')
  await day.until('20:00:30')
  await day.say('ACME', '11=early|54=1|38=1|40=2|44=100')
  await day.until('20:01:30')
  await day.say('ACME', '11=B1|54=1|38=300|40=2|44=101')
  await day.say('ACME', '11=B2|54=1|38=50|40=1')
  await day.say('ACME', '11=O1|54=1|38=30|40=2|44=98|59=2')
  await day.say('GLOBEX', '11=S1|54=2|38=200|40=2|44=99.50')
  await day.say('GLOBEX', '11=S2|54=2|38=400|40=2|44=104|59=1')
  await day.say('GLOBEX', '11=C1|54=2|38=20|40=1|59=7')
  await day.until('20:02:30')
  await day.say('ACME', '11=B3|54=1|38=100|40=2|44=104')
  await day.say('GLOBEX', '11=S3|54=2|38=10|40=2|44=102')
  await day.until('20:02:45')
  await day.operate({ action: 'halt', symbol: 'AAPL', orders: 'cancel-only', reason: 'T1' })
  await day.say('GLOBEX', '11=S4|54=2|38=10|40=2|44=103')
  await day.operate({ action: 'bust', matchNumber: 7, reason: 'erroneous', restore: 'none' })
  await day.operate({ action: 'bust', matchNumber: 7, reason: 'erroneous', restore: 'none' })
  await day.operate({ action: 'resume', symbol: 'AAPL' })
  await day.until('20:04:30')
  await day.say('ACME', '11=B4|54=1|38=140|40=2|44=104|59=1')
  await day.until('20:05:30')
  await day.say('ACME', '11=late|54=1|38=1|40=2|44=100')
  await day.until('20:06:30')
  await day.untilTheNext()
  await day.logOn('ACME')
  await day.logOn('GLOBEX')
  await day.until('20:07:00', '2026-11-24')
  const restated = { price: 1_035_000, quantity: 100, reason: 'wrong price' }
  await day.operate({ action: 'correct', matchNumber: 11, ...restated, restore: 'none' })
  return day
}

describe('a whole day', () => {
  let day: Day
  beforeAll(async () => {
    day = await aWholeDay()
  })

  it('is told as the record has it, and executed again to the same state', async () => {
    await expect(day.record.join('\n')).toMatchFileSnapshot('golden/whole-day.txt')
    expect(day.stage.fatal).toEqual([])
    const again = new Engine()
    for (const group of day.stage.groups()) replayGroup(again, group)
    expect(again.stateHash()).toBe(day.stage.exchange.engine.stateHash())
  })

  describe.each(KINDS)('in the drop copy of %s', (kind) => {
    let database: ScratchDatabase
    beforeAll(async () => {
      database = await scratchDatabaseIn(kind)
    })
    afterAll(() => database.remove())

    it('has the rows of the record', async () => {
      const { db } = database
      const turns = openTurns({ disk: day.stage.disk, directory: '/data/journal' }, undefined)
      const venue = venueAfter(undefined, undefined, await readTradingDays(db))
      const copier = new JournalCopier(databaseStore(db), turns, { applied: undefined, venue })
      while ((await copier.copyBatch()) !== undefined);
      turns.close()

      const lines: string[] = []
      for (const [listing, filter] of LISTINGS) {
        const question = { ask: 'list', listing, filter: { limit: 1000, ...filter } } as const
        lines.push('', `# ${listing}`, ...printRows(listing, await answer(db, question), 'csv'))
      }
      await expect(lines.join('\n')).toMatchFileSnapshot('golden/whole-day.csv')
    })
  })
})
