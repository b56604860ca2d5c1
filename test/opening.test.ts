/** The commands of a trading day that begins: in the queue, with the plan of its phases if it has some. */
import { describe, expect, it } from 'vitest'
import { describeRecord } from '../src/journal/index.ts'
import { dayToOpen, queueTradingDay } from '../src/opening.ts'
import type { TradingSchedule } from '../src/runtime/index.ts'
import { loadConfig } from '../src/runtime/index.ts'
import { CommandQueue, recordLength } from '../src/wire/index.ts'

const shipped = loadConfig({ file: 'config/exchange.yaml', env: {} })
const at = (iso: string) => Date.parse(iso) / 1000
const schedule: TradingSchedule = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  holidays: ['2026-12-25'],
  phases: { 'pre-open': '08:00', continuous: '09:30', closed: '16:00' },
  halfDays: {},
  randomEndSeconds: 30,
  groups: {},
}

/** What is queued for the day that holds an instant; every random number is the largest possible. */
function queued(iso: string, market: object, isOpen = false): unknown[] {
  const config = { ...shipped, market: { ...shipped.market, dayRoll: '20:00', ...market } }
  const queue = new CommandQueue()
  const day = dayToOpen(at(iso), config, (max) => max - 1)
  queueTradingDay(queue, { ...day, isOpen, feedSession: '261123AAA0' })

  const { view, length } = queue.take()!
  const records: unknown[] = []
  for (let from = 0; from < length; from += recordLength(view, from)) {
    records.push(describeRecord(view, from))
  }
  return records
}

const mondayOf = (open: string) => ({
  record: 'OpenTradingDay',
  session: 0,
  tradingDate: 20261123,
  midnightSeconds: at('2026-11-23T00:00:00Z'),
  openSeconds: at(open),
  closeSeconds: at('2026-11-24T01:00:00Z'),
  feedSession: '261123AAA0',
  isPhased: 1,
})
const planOfMonday = {
  record: 'PlanDay',
  session: 0,
  plan: {
    phases: [
      { group: '', phase: 'pre-open', seconds: at('2026-11-23T13:00:00Z') },
      { group: '', phase: 'continuous', seconds: at('2026-11-23T14:30:30Z') },
      { group: '', phase: 'closed', seconds: at('2026-11-23T21:00:00Z') },
    ],
  },
}

describe('a trading day that opens', () => {
  it('is followed by its plan where the market has a schedule', () => {
    const sunday = '2026-11-23T01:00:00Z'

    expect(queued(sunday, { schedule })).toEqual([mondayOf(sunday), planOfMonday])
  })

  it('has the whole plan at noon too: what is over is due at once', () => {
    const noon = '2026-11-23T17:00:00Z'

    expect(queued(noon, { schedule })).toEqual([mondayOf(noon), planOfMonday])
  })

  it('comes behind the end of the one before', () => {
    const sunday = '2026-11-23T01:00:00Z'

    expect(queued(sunday, { schedule }, true)).toEqual([
      { record: 'CloseTradingDay', session: 0 },
      mondayOf(sunday),
      planOfMonday,
    ])
  })

  it('has a plan without phases on a holiday: nothing trades all day', () => {
    const [open, plan] = queued('2026-12-25T12:00:00Z', { schedule })

    expect(open).toMatchObject({ tradingDate: 20261225, isPhased: 1 })
    expect(plan).toEqual({ record: 'PlanDay', session: 0, plan: { phases: [] } })
  })

  it('has no plan where the market is always open', () => {
    const sunday = '2026-11-23T01:00:00Z'

    expect(queued(sunday, {})).toEqual([
      {
        ...mondayOf(sunday),
        tradingDate: 20261122,
        midnightSeconds: at('2026-11-22T00:00:00Z'),
        isPhased: 0,
      },
    ])
  })
})
