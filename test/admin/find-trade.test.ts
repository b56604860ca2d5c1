/** A trade out of a journal of many segments, beside what an engine has told of it. */
import { describe, expect, it } from 'vitest'
import { TradeFinder } from '../../src/admin/index.ts'
import type { TradeWalk } from '../../src/admin/find-trade.ts'
import { BYTES_PER_SLICE } from '../../src/admin/find-trade.ts'
import type { Journal } from '../../src/journal/index.ts'
import { RecordBuffer } from '../../src/wire/index.ts'
import { openJournal, SEGMENT_1 } from '../journal/turns.ts'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import { MemoryDisk } from '../support/memory-disk.ts'

/** A few trades each. */
const SEGMENT_BYTES = 4096
const TRADES_PER_DAY = 60
const DAYS = 3

/** Matches 1 to 180 of three days; the first of each day is of G, which is good till canceled. */
function aMarket(tradesPerDay = TRADES_PER_DAY): EngineDriver {
  const market = anEngine()
  market.enter('ACME', 'G', 'buy 50 AAPL @ 182.50 GTC')
  for (let day = 0; day < DAYS; day++) {
    if (day > 0) nextDay(market, day)
    market.enter('GLOBEX', `S${day}`, 'sell 10 AAPL @ 182.50')
    for (let i = 1; i < tradesPerDay; i++) {
      market.enter('ACME', `B${day}-${i}`, 'buy 10 MSFT @ 182.50')
      market.enter('GLOBEX', `S${day}-${i}`, 'sell 10 MSFT @ 182.50')
    }
  }
  return market
}

function nextDay(market: EngineDriver, day: number): void {
  market.closeDay()
  market.openDay(20261123 + day)
}

/** What the engine has told, on a disk. */
function journalOf({ recorded }: EngineDriver, segmentBytes = SEGMENT_BYTES) {
  const disk = new MemoryDisk()
  const journal = openJournal(disk, { segmentBytes })
  const commands = new RecordBuffer(64)
  for (const { turn, events } of recorded) {
    const records = new RecordBuffer(64)
    records.bytes = events
    records.view = new DataView(events.buffer)
    records.length = events.length
    const { epochSeconds, nanoseconds } = turn
    journal.append({ epochSeconds, nanoseconds, feedSequence: 0 }, commands, records)
  }
  return { disk, journal }
}

interface Desk {
  readonly finder: TradeFinder
  readonly disk: MemoryDisk
  readonly journal: Journal
  /** Indexes of the segments that were read. */
  readonly read: Set<number>
  /** Times that others had their turn. */
  rests: number
  isStopped: boolean
}

function aDesk(market: EngineDriver, segmentBytes?: number): Desk {
  const { disk, journal } = journalOf(market, segmentBytes)
  const { orders } = market.engine.state
  const read = new Set<number>()
  const desk = { disk, journal, read, rests: 0, isStopped: false }
  const finder = new TradeFinder({
    journal: {
      segmentStarts: () => journal.segmentStarts(),
      walkEvents: () => watched(journal, read),
    },
    isOfDay: (orderId) => orders.find(orderId) !== 0,
    rest: () => Promise.resolve(void desk.rests++),
    isStopped: () => desk.isStopped,
  })
  return Object.assign(desk, { finder })
}

/** Notes the segment of each event. */
function watched(journal: Journal, read: Set<number>): TradeWalk {
  const walk = journal.walkEvents()
  const starts = journal.segmentStarts()
  const next = walk.next.bind(walk)
  walk.next = () => {
    if (!next()) return false
    read.add(starts.findLastIndex((start) => start <= walk.position))
    return true
  }
  return walk
}

describe('a trade is found in the journal', () => {
  const market = aMarket()

  it('whichever it is, of the day or an earlier one, as the engine has told it', async () => {
    const { finder, journal } = aDesk(market)
    expect(journal.segmentStarts().length).toBeGreaterThan(20)

    for (const matchNumber of market.told.matchNumbers) {
      expect(await finder.find(matchNumber)).toEqual(market.tradeOf(matchNumber))
    }
    expect(market.told.matchNumbers).toHaveLength(DAYS * TRADES_PER_DAY)
  })

  it('with what an order of an earlier day was told last, and without that of one that lives', async () => {
    const { finder } = aDesk(market)
    const { buy, sell, ...trade } = (await finder.find(1))!

    expect(trade).toEqual({ locate: 1, price: 1_825_000, quantity: 10 })
    expect(buy).toEqual({ session: 1, orderId: 1, execId: 3 })
    expect(sell).toEqual({
      session: 2,
      orderId: 2,
      execId: 4,
      ended: { report: expect.any(String), notional: '18250000' },
    })
  })

  it('but not where there is none: before the first, behind the last', async () => {
    const { finder } = aDesk(market)
    for (const matchNumber of [0, DAYS * TRADES_PER_DAY + 1, 999_999_999]) {
      expect(await finder.find(matchNumber)).toBeUndefined()
    }
    const empty = aDesk(anEngine())
    expect(await empty.finder.find(1)).toBeUndefined()
  })

  it.each([121, 150, 180])('by looking into few segments: %i', async (matchNumber) => {
    const { finder, journal, read } = aDesk(market)
    await finder.find(matchNumber)

    expect(read.size).toBeLessThanOrEqual(Math.log2(journal.segmentStarts().length) + 2)
  })
})

describe('a trade that was corrected', () => {
  /** Match 1 of the first day is match 181, and then 182, by reports of the third. */
  function corrected(): EngineDriver {
    const market = aMarket()
    market.correct(1, '8 @ 182.50')
    market.correct(181, '8 @ 182.40')
    return market
  }

  it('is found under each number, as it was told then', async () => {
    const market = corrected()
    const { finder } = aDesk(market)

    for (const [matchNumber, price, quantity] of [
      [1, 1_825_000, 10],
      [181, 1_825_000, 8],
      [182, 1_824_000, 8],
    ]) {
      const found = await finder.find(matchNumber!)
      expect(found).toMatchObject({ price, quantity })
      expect(found).toEqual(market.tradeOf(matchNumber!))
    }
  })

  it('leaves its order of an earlier day with what stands', async () => {
    const { finder } = aDesk(corrected())
    const { sell } = (await finder.find(182))!
    expect(sell.ended!.notional).toBe(String(8 * 1_824_000))
  })

  it('and then busted is found as it was before', async () => {
    const market = corrected()
    market.bust(182)
    const { finder } = aDesk(market)
    const { sell, ...trade } = (await finder.find(182))!

    expect(trade).toMatchObject({ price: 1_824_000, quantity: 8 })
    expect(sell.ended!.notional).toBe('0')
  })
})

it('lets others have their turn while it reads much', async () => {
  const desk = aDesk(aMarket(1000), 1 << 20)
  const slices = Math.floor(desk.journal.nextPosition / BYTES_PER_SLICE)
  await desk.finder.find(1)

  expect(slices).toBeGreaterThan(4)
  expect(desk.rests).toBeGreaterThanOrEqual(slices - 1)
})

it('reads no further when nobody waits for it any more', async () => {
  const desk = aDesk(aMarket(1000), 1 << 20)
  desk.isStopped = true
  await desk.finder.find(1)

  // One for each of two searches, and what the last order was told.
  expect(desk.rests).toBeLessThanOrEqual(3)
})

it('says which file it cannot read, when one of an earlier day is gone', async () => {
  const { finder, disk } = aDesk(aMarket())
  disk.unlink(SEGMENT_1)

  await expect(finder.find(1)).rejects.toMatchObject({
    code: 'EXC_JOURNAL_UNREADABLE',
    message: expect.stringContaining(SEGMENT_1) as string,
  })
  expect(await finder.find(180)).toBeDefined()
})
