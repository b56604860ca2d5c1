import { describe, expect, it } from 'vitest'
import { secondOfDay, WallClock } from '../../src/runtime/wall-clock.ts'

/** The UTC instant at which a wall shows `2026-03-08 02:30`. */
function instant(timeZone: string, shown: string): string {
  const [date, time] = shown.split(' ') as [string, string]
  const seconds = new WallClock(timeZone).instant(Date.parse(date) / 86_400_000, secondOfDay(time))
  return new Date(seconds * 1000).toISOString().slice(0, 16)
}

describe('a time on the wall', () => {
  // prettier-ignore
  it.each([
    ['America/New_York', '2026-03-08 01:59', '2026-03-08T06:59'],
    ['America/New_York', '2026-03-08 02:00', '2026-03-08T07:00'],
    ['America/New_York', '2026-03-08 02:30', '2026-03-08T07:30'],
    ['America/New_York', '2026-03-08 03:00', '2026-03-08T07:00'],
    ['America/New_York', '2026-11-01 00:59', '2026-11-01T04:59'],
    ['America/New_York', '2026-11-01 01:30', '2026-11-01T05:30'],
    ['America/New_York', '2026-11-01 02:00', '2026-11-01T07:00'],
    ['Europe/London',    '2026-03-29 00:59', '2026-03-29T00:59'],
    ['Europe/London',    '2026-03-29 01:30', '2026-03-29T01:30'],
    ['Europe/London',    '2026-03-29 02:00', '2026-03-29T01:00'],
    ['Europe/London',    '2026-10-25 01:30', '2026-10-25T00:30'],
    ['Europe/London',    '2026-10-25 02:00', '2026-10-25T02:00'],
    ['Europe/Berlin',    '2026-03-29 02:30', '2026-03-29T01:30'],
    ['Europe/Berlin',    '2026-10-25 02:30', '2026-10-25T00:30'],
    ['Australia/Lord_Howe', '2026-10-04 02:15', '2026-10-03T15:45'],
    ['Africa/Cairo',     '2026-04-24 00:00', '2026-04-23T22:00'],
    ['Asia/Tokyo',       '2026-03-08 02:30', '2026-03-07T17:30'],
    ['Pacific/Kiritimati', '2026-03-08 00:00', '2026-03-07T10:00'],
    ['Pacific/Pago_Pago',  '2026-03-08 23:59', '2026-03-09T10:59'],
  ])('in %s %s is %s UTC: twice is the first, never is as if nothing had changed', (zone, shown, utc) => {
    expect(instant(zone, shown)).toBe(utc)
  })
})
