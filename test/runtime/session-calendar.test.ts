import { describe, expect, it } from 'vitest'
import type { SessionSchedule } from '../../src/runtime/index.ts'
import { SessionCalendar } from '../../src/runtime/index.ts'

const newYork = { days: [], timeZone: 'America/New_York' } as const
const iso = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16)

/** The period that holds a UTC instant, `2026-11-23T14:00 2026-11-23T22:00`, or `closed`. */
function period(schedule: SessionSchedule, at: string): string {
  const found = new SessionCalendar(schedule).periodAt(Date.parse(`${at}Z`) / 1000)
  return found === undefined ? 'closed' : `${iso(found.startSeconds)} ${iso(found.endSeconds)}`
}

describe('hours of the day', () => {
  const hours = { ...newYork, start: '09:00', end: '17:00' }

  it('begin with the first second and end before the last', () => {
    expect(period(hours, '2026-11-23T13:59:59')).toBe('closed')
    expect(period(hours, '2026-11-23T14:00:00')).toBe('2026-11-23T14:00 2026-11-23T22:00')
    expect(period(hours, '2026-11-23T21:59:59')).toBe('2026-11-23T14:00 2026-11-23T22:00')
    expect(period(hours, '2026-11-23T22:00:00')).toBe('closed')
  })

  it('are those of the wall clock on both days on which it changes', () => {
    expect(period(hours, '2026-03-06T20:00')).toBe('2026-03-06T14:00 2026-03-06T22:00')
    expect(period(hours, '2026-03-09T20:00')).toBe('2026-03-09T13:00 2026-03-09T21:00')
    expect(period(hours, '2026-10-30T20:00')).toBe('2026-10-30T13:00 2026-10-30T21:00')
    expect(period(hours, '2026-11-02T20:00')).toBe('2026-11-02T14:00 2026-11-02T22:00')
  })

  it('may cross midnight, and belong to the day on which they start', () => {
    const night = { ...newYork, start: '18:00', end: '17:00', days: ['sun', 'mon'] as const }
    expect(period(night, '2026-11-22T22:59')).toBe('closed')
    expect(period(night, '2026-11-22T23:00')).toBe('2026-11-22T23:00 2026-11-23T22:00')
    expect(period(night, '2026-11-24T21:59')).toBe('2026-11-23T23:00 2026-11-24T22:00')
    expect(period(night, '2026-11-24T23:00')).toBe('closed')
  })

  it('that end when they start are the whole day, one period after the other', () => {
    const always = { ...newYork, start: '00:00', end: '00:00' }
    expect(period(always, '2026-11-23T04:59:59')).toBe('2026-11-22T05:00 2026-11-23T05:00')
    expect(period(always, '2026-11-23T05:00')).toBe('2026-11-23T05:00 2026-11-24T05:00')
  })

  it('last an hour less on the day that has one less', () => {
    const always = { ...newYork, start: '00:00', end: '00:00' }
    expect(period(always, '2026-03-08T12:00')).toBe('2026-03-08T05:00 2026-03-09T04:00')
    const skipped = { ...newYork, start: '02:30', end: '05:00' }
    expect(period(skipped, '2026-03-08T08:00')).toBe('2026-03-08T07:30 2026-03-08T09:00')
  })
})

describe('hours of the week', () => {
  const week = { ...newYork, start: 'sun 18:00', end: 'fri 17:00' }

  it('are one period', () => {
    expect(period(week, '2026-11-22T22:59')).toBe('closed')
    expect(period(week, '2026-11-22T23:00')).toBe('2026-11-22T23:00 2026-11-27T22:00')
    expect(period(week, '2026-11-25T12:00')).toBe('2026-11-22T23:00 2026-11-27T22:00')
    expect(period(week, '2026-11-27T21:59')).toBe('2026-11-22T23:00 2026-11-27T22:00')
    expect(period(week, '2026-11-28T12:00')).toBe('closed')
  })

  it('that end when they start are the whole week', () => {
    const whole = { ...newYork, start: 'sat 12:00', end: 'sat 12:00' }
    expect(period(whole, '2026-11-28T16:59')).toBe('2026-11-21T17:00 2026-11-28T17:00')
    expect(period(whole, '2026-11-28T17:00')).toBe('2026-11-28T17:00 2026-12-05T17:00')
  })

  it('may end on the day on which they start, before they start', () => {
    const long = { ...newYork, start: 'mon 09:00', end: 'mon 08:00' }
    expect(period(long, '2026-11-30T12:59')).toBe('2026-11-23T14:00 2026-11-30T13:00')
    expect(period(long, '2026-11-30T13:30')).toBe('closed')
  })
})
