/** Wall times of a schedule and the instants that come of them, an hour more or less at the change of clocks. */
import { describe, expect, it } from 'vitest'
import type { TradingSchedule } from '../../src/runtime/index.ts'
import { planOf } from '../../src/runtime/index.ts'

const stocks: TradingSchedule = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  holidays: ['2026-12-25'],
  phases: {
    'pre-open': '08:00',
    continuous: '09:30',
    'closing-auction': '15:55',
    'post-close': '16:00',
    closed: '16:30',
  },
  halfDays: {
    '2026-11-27': { 'closing-auction': '12:55', 'post-close': '13:00', closed: '13:30' },
  },
  randomEndSeconds: 0,
  groups: {},
}
const newYork = { timeZone: 'America/New_York', dayRoll: '20:00' }

/** `bonds continuous 2026-11-23T13:00:00`, in the order of the plan; a group without name is left out. */
function plan(
  tradingDate: number,
  schedule: Partial<TradingSchedule> = {},
  roll: Partial<typeof newYork> = {},
  draw: (maxSeconds: number) => number = () => 0,
): string[] {
  const { phases } = planOf(tradingDate, { ...stocks, ...schedule }, { ...newYork, ...roll }, draw)
  return phases.map(({ group, phase, seconds }) =>
    `${group} ${phase} ${new Date(seconds * 1000).toISOString().slice(0, 19)}`.trimStart(),
  )
}

describe('a day of phases', () => {
  it('has the instants of its wall times', () => {
    expect(plan(20261123)).toEqual([
      'pre-open 2026-11-23T13:00:00',
      'continuous 2026-11-23T14:30:00',
      'closing-auction 2026-11-23T20:55:00',
      'post-close 2026-11-23T21:00:00',
      'closed 2026-11-23T21:30:00',
    ])
  })

  it('has those that its schedule has', () => {
    const phases = { continuous: '09:00', closed: '17:00' }

    expect(plan(20261123, { phases })).toEqual([
      'continuous 2026-11-23T14:00:00',
      'closed 2026-11-23T22:00:00',
    ])
  })

  it.each([
    ['a Saturday', 20261128],
    ['a Sunday', 20261129],
    ['a holiday', 20261225],
  ])('is none on %s', (_, tradingDate) => {
    expect(plan(tradingDate)).toEqual([])
  })

  it('may be any of the week', () => {
    expect(plan(20261129, { days: ['sun'], phases: { continuous: '09:00' } })).toEqual([
      'continuous 2026-11-29T14:00:00',
    ])
    expect(plan(20261123, { days: ['sun'] })).toEqual([])
  })

  it('of half a day has the times that the half day names, and the usual ones else', () => {
    expect(plan(20261127)).toEqual([
      'pre-open 2026-11-27T13:00:00',
      'continuous 2026-11-27T14:30:00',
      'closing-auction 2026-11-27T17:55:00',
      'post-close 2026-11-27T18:00:00',
      'closed 2026-11-27T18:30:00',
    ])
  })
})

describe('the calendar day of a time', () => {
  const night = {
    days: ['mon'] as const,
    phases: { 'pre-open': '17:00', continuous: '18:00', closed: '16:59' },
  }

  it('is the one before the trading date, from an afternoon’s day roll to midnight', () => {
    expect(plan(20261123, night, { dayRoll: '17:00' })).toEqual([
      'pre-open 2026-11-22T22:00:00',
      'continuous 2026-11-22T23:00:00',
      'closed 2026-11-23T21:59:00',
    ])
  })

  it('is the one behind the trading date, from midnight to a morning’s day roll', () => {
    const late = { phases: { continuous: '06:00', closed: '04:00' } }

    expect(plan(20261123, late, { dayRoll: '05:00' })).toEqual([
      'continuous 2026-11-23T11:00:00',
      'closed 2026-11-24T09:00:00',
    ])
  })

  it('is the trading date where days roll at midnight', () => {
    const all = { phases: { continuous: '00:00', closed: '23:59' } }

    expect(plan(20261123, all, { dayRoll: '00:00' })).toEqual([
      'continuous 2026-11-23T05:00:00',
      'closed 2026-11-24T04:59:00',
    ])
  })
})

describe('daylight saving', () => {
  const hours = {
    days: ['sun', 'mon', 'fri'] as const,
    phases: { continuous: '09:30', closed: '16:00' },
  }

  // prettier-ignore
  it.each([
    ['America/New_York', 20260306, '2026-03-06T14:30', '2026-03-06T21:00'],
    ['America/New_York', 20260308, '2026-03-08T13:30', '2026-03-08T20:00'],
    ['America/New_York', 20260309, '2026-03-09T13:30', '2026-03-09T20:00'],
    ['America/New_York', 20261030, '2026-10-30T13:30', '2026-10-30T20:00'],
    ['America/New_York', 20261101, '2026-11-01T14:30', '2026-11-01T21:00'],
    ['America/New_York', 20261102, '2026-11-02T14:30', '2026-11-02T21:00'],
    ['Europe/London',    20260327, '2026-03-27T09:30', '2026-03-27T16:00'],
    ['Europe/London',    20260329, '2026-03-29T08:30', '2026-03-29T15:00'],
    ['Europe/London',    20260330, '2026-03-30T08:30', '2026-03-30T15:00'],
    ['Europe/London',    20261023, '2026-10-23T08:30', '2026-10-23T15:00'],
    ['Europe/London',    20261025, '2026-10-25T09:30', '2026-10-25T16:00'],
    ['Europe/London',    20261026, '2026-10-26T09:30', '2026-10-26T16:00'],
    ['Asia/Tokyo',       20260308, '2026-03-08T00:30', '2026-03-08T07:00'],
    ['Asia/Tokyo',       20261101, '2026-11-01T00:30', '2026-11-01T07:00'],
  ])('moves no wall time: %s %i', (timeZone, tradingDate, opens, closes) => {
    expect(plan(tradingDate, hours, { timeZone })).toEqual([
      `continuous ${opens}:00`,
      `closed ${closes}:00`,
    ])
  })

  const night = {
    days: ['sun'] as const,
    phases: { 'pre-open': '02:30', continuous: '03:00', closed: '04:00' },
  }

  it('skips a time: the phase begins as if the clocks had not changed, and the next one not before it', () => {
    expect(plan(20260308, night)).toEqual([
      'pre-open 2026-03-08T07:30:00',
      'continuous 2026-03-08T07:30:00',
      'closed 2026-03-08T08:00:00',
    ])
    const london = { ...night.phases, 'pre-open': '01:30', continuous: '02:15' }
    expect(plan(20260329, { ...night, phases: london }, { timeZone: 'Europe/London' })).toEqual([
      'pre-open 2026-03-29T01:30:00',
      'continuous 2026-03-29T01:30:00',
      'closed 2026-03-29T03:00:00',
    ])
  })

  it('shows a time twice: the phase begins the first time', () => {
    const phases = { 'pre-open': '00:59', continuous: '01:30', closed: '02:00' }

    expect(plan(20261101, { ...night, phases })).toEqual([
      'pre-open 2026-11-01T04:59:00',
      'continuous 2026-11-01T05:30:00',
      'closed 2026-11-01T07:00:00',
    ])
    expect(plan(20261025, { ...night, phases }, { timeZone: 'Europe/London' })).toEqual([
      'pre-open 2026-10-24T23:59:00',
      'continuous 2026-10-25T00:30:00',
      'closed 2026-10-25T02:00:00',
    ])
  })
})

describe('groups', () => {
  const groups = { bonds: { 'pre-open': '07:00', continuous: '09:00' }, fx: {} }
  const phases = { 'pre-open': '08:00', continuous: '09:30', closed: '16:00' }

  it('have the times of their own and the others of all, at equal times behind the instruments without one', () => {
    expect(plan(20261123, { phases, groups })).toEqual([
      'bonds pre-open 2026-11-23T12:00:00',
      'pre-open 2026-11-23T13:00:00',
      'fx pre-open 2026-11-23T13:00:00',
      'bonds continuous 2026-11-23T14:00:00',
      'continuous 2026-11-23T14:30:00',
      'fx continuous 2026-11-23T14:30:00',
      'closed 2026-11-23T21:00:00',
      'bonds closed 2026-11-23T21:00:00',
      'fx closed 2026-11-23T21:00:00',
    ])
  })

  it('have half days with all', () => {
    const halfDays = { '2026-11-27': { closed: '13:00' } }
    const own = { bonds: { continuous: '09:00', closed: '17:00' } }

    expect(
      plan(20261127, { phases: { continuous: '09:30', closed: '16:00' }, groups: own, halfDays }),
    ).toEqual([
      'bonds continuous 2026-11-27T14:00:00',
      'continuous 2026-11-27T14:30:00',
      'closed 2026-11-27T18:00:00',
      'bonds closed 2026-11-27T18:00:00',
    ])
  })
})

describe('the random end of an auction', () => {
  /** 11, 12, 13 … seconds, and what was asked for. */
  function dice(): { draw: (maxSeconds: number) => number; asked: number[] } {
    const asked: number[] = []
    const draw = (maxSeconds: number) => 10 + asked.push(maxSeconds)
    return { draw, asked }
  }

  it('is drawn for the opening and for the closing auction, and moves nothing else', () => {
    const { draw, asked } = dice()

    expect(plan(20261123, { randomEndSeconds: 30 }, {}, draw)).toEqual([
      'pre-open 2026-11-23T13:00:00',
      'continuous 2026-11-23T14:30:11',
      'closing-auction 2026-11-23T20:55:00',
      'post-close 2026-11-23T21:00:12',
      'closed 2026-11-23T21:30:00',
    ])
    expect(asked).toEqual([30, 30])
  })

  it('is the close where the closing auction has no post-close behind it', () => {
    const phases = { continuous: '09:30', 'closing-auction': '15:55', closed: '16:00' }

    expect(plan(20261123, { phases, randomEndSeconds: 30 }, {}, dice().draw)).toEqual([
      'continuous 2026-11-23T14:30:00',
      'closing-auction 2026-11-23T20:55:00',
      'closed 2026-11-23T21:00:11',
    ])
  })

  it('is one for all groups whose auction ends at the same time', () => {
    const groups = {
      bonds: { 'pre-open': '07:00', continuous: '09:00' },
      fx: { 'pre-open': '09:00' },
    }
    const { draw, asked } = dice()
    const phases = { 'pre-open': '08:00', continuous: '09:30' }

    expect(plan(20261123, { phases, groups, randomEndSeconds: 300 }, {}, draw)).toEqual([
      'bonds pre-open 2026-11-23T12:00:00',
      'pre-open 2026-11-23T13:00:00',
      'fx pre-open 2026-11-23T14:00:00',
      'bonds continuous 2026-11-23T14:00:12',
      'continuous 2026-11-23T14:30:11',
      'fx continuous 2026-11-23T14:30:11',
    ])
    expect(asked).toEqual([300, 300])
  })

  it('is not drawn on a day without phases, nor where there is none', () => {
    const { draw, asked } = dice()
    plan(20261225, { randomEndSeconds: 30 }, {}, draw)
    plan(20261123, { randomEndSeconds: 0 }, {}, draw)

    expect(asked).toEqual([])
  })
})
