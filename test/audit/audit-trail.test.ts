/** The lines of a day: that nothing is missing, that nothing is there twice, and what they say. */
import { beforeAll, describe, expect, it } from 'vitest'
import { AccountTokens, exportDay } from '../../src/audit/index.ts'
import type { Group } from '../../src/journal/index.ts'
import { recordName } from '../../src/journal/index.ts'
import {
  CommandType,
  EventType,
  hasStatusTail,
  isOrderEvent,
  openTradingDay,
  orderEvent,
  recordLength,
  recordType,
  tradingDayOpened,
} from '../../src/wire/index.ts'
import { Dice } from '../support/dice.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'
import type { Line, TradingDay } from './a-trading-day.ts'
import {
  aTradingDay,
  DIRECTORY,
  FIRST_DAY,
  linesOfDay,
  parsed,
  SECOND_DAY,
  SECRET,
  turnsOf,
} from './a-trading-day.ts'
import { aRandomMarket, journalOf, merged } from './random-market.ts'

/** Commands that ask something of the book, or question what it did. */
const BOOK_COMMANDS: readonly number[] = [
  CommandType.EnterOrder,
  CommandType.CancelOrder,
  CommandType.ReplaceOrder,
  CommandType.RefuseOrder,
  CommandType.RefuseRequest,
  CommandType.MassCancel,
  CommandType.NoteDontKnowTrade,
]
/** Events that give a line each, whatever they answer; of a match both give one. */
const ALWAYS_TOLD: readonly number[] = [
  EventType.CancelRejected,
  EventType.MassCancelReported,
  EventType.DontKnowTradeReceived,
]

/** Of the dates that random days have, the last that is on a calendar. */
const LAST_DATE = 20261130

let day: TradingDay
beforeAll(async () => {
  day = await aTradingDay()
})

const withType = (lines: readonly Line[], type: string): Line[] =>
  lines.filter((line) => line['type'] === type)

describe('a message that asked something of the book', () => {
  it('is named by a line, whatever became of it', () => {
    const lines = parsed(linesOfDay(day.disk))
    const asking = [...BOOK_COMMANDS, CommandType.SendMessage].map(recordName)
    const named = lines.filter((line) => asking.includes(String(line['commandType'])))
    const commands = new Set(named.map((line) => line['command']))

    expect(commands.size).toBe(day.asked.length)
  })

  it('stands on its refusal as it was asked', () => {
    const lines = parsed(linesOfDay(day.disk))
    const { asked: duplicate, price } = withType(lines, 'OrderRejected')[0]!
    const unknown = withType(lines, 'OrderRejected').find(({ symbol }) => symbol === 'ZZZZ')
    const tooPrecise = withType(lines, 'OrderRejected').at(-1)!

    // The line tells the order that exists; a replacement has moved it since.
    expect([price, duplicate]).toEqual([
      '182.6000',
      {
        clOrdId: 'A1',
        symbol: 'AAPL',
        account: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        side: '2',
        ordType: '2',
        timeInForce: '1',
        price: '182.5000',
        orderQty: 100,
      },
    ])
    expect(unknown).toMatchObject({ price: '1.25', orderQty: '10', text: 'Unknown symbol' })
    expect(tooPrecise).toMatchObject({
      text: 'Price(44) not a multiple of tick 0.01',
      asked: { price: 'too precise', orderQty: 10 },
    })
  })
})

describe('what a line says', () => {
  it('of a change is what was before and what is now', () => {
    const lines = parsed(linesOfDay(day.disk))

    expect(withType(lines, 'OrderModified')).toEqual([
      expect.objectContaining({
        clOrdId: 'A2',
        origClOrdId: 'A1',
        priceBefore: '182.5000',
        price: '182.6000',
        leavesQtyBefore: 40,
        leavesQty: 60,
        cumQty: 60,
      }),
    ])
  })

  it('of an execution is both orders, before and after', () => {
    const [trade] = withType(parsed(linesOfDay(day.disk)), 'OrderTrade')
    const { resting, incoming } = trade as { resting: Line; incoming: Line }
    const story = ({ firm, clOrdId, leavesQtyBefore, leavesQty, liquidity }: Line) => [
      firm,
      clOrdId,
      leavesQtyBefore,
      leavesQty,
      liquidity,
    ]

    expect(trade).toMatchObject({ matchNumber: 1, lastQty: 60, lastPx: '182.5000' })
    expect(story(resting)).toEqual(['ACME', 'A1', 100, 40, '1'])
    expect(story(incoming)).toEqual(['GLOBEX', 'G1', 60, 0, '2'])
  })

  it('never names an account, not in a Text(58) either', () => {
    const text = linesOfDay(day.disk).join('\n')
    const [limit] = withType(parsed(linesOfDay(day.disk)), 'OrderRejected').filter((line) =>
      String(line['text']).includes('exceeds limit'),
    )

    expect(text).not.toMatch(/ACME-1|ACME-2|HOOLI-1|NOBODY/)
    expect(text).not.toContain(SECRET)
    expect(limit!['text']).toBe(
      `Order exceeds limit: order quantity 5000 above 1000 of account ${String(limit!['account'])}`,
    )
  })
})

describe('the days of a journal', () => {
  it('are told each by itself, complete once the next has begun', () => {
    const [first, second] = [FIRST_DAY, SECOND_DAY].map((date) =>
      parsed(linesOfDay(day.disk, date)),
    )

    expect(first!.at(-2)).toMatchObject({ type: 'NextDayOpened', nextTradingDate: '2026-11-24' })
    expect(first!.at(-1)).toMatchObject({ type: 'Summary', isComplete: true })
    expect(second!.map(({ type }) => type)).toEqual([
      'Trail',
      'DayOpened',
      ...Array.from({ length: 5 }, () => 'TradingStateChanged'),
      'OrderCarried',
      'OrderCanceled',
      'Summary',
    ])
    expect(second!.at(-1)).toMatchObject({ isComplete: false })
    expect(first!.at(-2)!['position']).toBe(second![1]!['position'])
  })

  it.each([
    [20261122, 'the journal has no trading day 2026-11-22; the next one is 2026-11-23'],
    [20261125, 'the journal has no trading day 2026-11-25; the one before it is 2026-11-24'],
  ])('do not have %i, and the message says which there is', (date, message) => {
    const lines: string[] = []
    const tokens = new AccountTokens(SECRET)
    const options = { disk: day.disk, directory: DIRECTORY, tradingDate: date, tokens }

    expect(() => {
      for (const line of exportDay(options)) lines.push(line)
    }).toThrow(message)
    expect(lines).toEqual([])
  })

  it('give the same bytes each time, and other tokens only under another secret', () => {
    const other = linesOfDay(day.disk, FIRST_DAY, SECRET.replace('5', '6'))
    const withoutTokens = (lines: readonly string[]): string[] =>
      lines.slice(1, -1).map((line) => line.replaceAll(/[0-9a-f]{64}/g, 'token'))

    expect(linesOfDay(day.disk)).toEqual(linesOfDay(day.disk))
    const isOrder = (line: string): boolean => line.includes('"OrderAccepted"')
    expect(other.find(isOrder)).not.toBe(linesOfDay(day.disk).find(isOrder))
    expect(withoutTokens(other)).toEqual(withoutTokens(linesOfDay(day.disk)))
  })
})

/** What a day's lines must account for, counted from the records alone. */
interface Counted {
  readonly commands: Set<number>
  readonly execIds: number[]
  told: number
  answers: number
}

/** By trading date. */
function countRecords(disk: MemoryDisk): Map<number, Counted> {
  const days = new Map<number, Counted>()
  const on = (date: number): Counted => {
    const counted = days.get(date) ?? { commands: new Set(), execIds: [], told: 0, answers: 0 }
    days.set(date, counted)
    return counted
  }
  let date = 0
  for (const turn of turnsOf(disk)) {
    countCommands(turn, date, on)
    const { view } = turn
    for (let at = turn.eventsStart; at < turn.eventsEnd; at += recordLength(view, at)) {
      const type = recordType(view, at)
      if (type === EventType.TradingDayOpened) date = tradingDayOpened.decode(view, at).tradingDate
      const counted = on(date)
      if (ALWAYS_TOLD.includes(type)) counted.told++
      if (!isOrderEvent(type)) continue
      if (type === EventType.OrderStatusReported && !hasStatusTail(view, at)) counted.answers++
      const { execId } = orderEvent.decode(view, at)
      if (execId !== 0) counted.execIds.push(execId)
    }
  }
  return days
}

/** @param before date of the day in which the turn begins */
function countCommands(turn: Group, before: number, on: (date: number) => Counted): void {
  const { view } = turn
  let date = before
  let number = turn.commandNumber
  for (let at = turn.commandsStart; at < turn.commandsEnd; at += recordLength(view, at)) {
    const type = recordType(view, at)
    if (type === CommandType.OpenTradingDay) date = openTradingDay.decode(view, at).tradingDate
    if (BOOK_COMMANDS.includes(type)) on(date).commands.add(number)
    number++
  }
}

describe('days of random trading', { timeout: 60_000 }, () => {
  it.each([1, 2])('have a line for each report and each command, seed %i', async (seed) => {
    const disk = await journalOf(merged(aRandomMarket(seed, 5000).recorded, new Dice(seed)))
    const days = [...countRecords(disk)].filter(([date]) => date !== 0 && date <= LAST_DATE)

    expect(days.length).toBeGreaterThan(2)
    for (const [date, { commands, execIds, told, answers }] of days) {
      const lines = parsed(linesOfDay(disk, date))
      const named = new Set(lines.map(({ command }) => Number(command)))
      const sides = lines.flatMap((line) =>
        line['type'] === 'OrderTrade' ? sidesOf(line) : [line],
      ) as Line[]
      const reports = sides.filter((line) => 'leavesQty' in line && line['execId'] !== undefined)
      const types = ['RequestRejected', 'MassCancel', 'TradeQuestioned']
      const toldOf = lines.filter(({ type }) => types.includes(String(type)))
      const repeated = withType(lines, 'OrderRepeated').filter((line) => 'leavesQty' in line)

      expect([...commands].filter((command) => !named.has(command))).toEqual([])
      expect(reports.map(({ execId }) => execId)).toEqual(execIds)
      expect([toldOf.length, repeated.length]).toEqual([told, answers])
    }
  })
})

/** In an auction neither is the one that came. */
const sidesOf = ({ resting, incoming, buy, sell }: Line): unknown[] => [
  resting ?? buy,
  incoming ?? sell,
]
