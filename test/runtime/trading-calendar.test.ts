import { describe, expect, it } from 'vitest'
import { scheduledDayAt, tradingDayAt } from '../../src/runtime/index.ts'

const at = (iso: string) => Date.parse(iso) / 1000
const newYork = { timeZone: 'America/New_York', dayRoll: '00:00' }
const day = (iso: string, zone = newYork) => {
  const { tradingDate, midnightSeconds, closeSeconds } = tradingDayAt(at(iso), zone)
  return [
    tradingDate,
    new Date(midnightSeconds * 1000).toISOString(),
    new Date(closeSeconds * 1000).toISOString(),
  ]
}

describe('the always-open trading day', () => {
  it('ends at the next roll in the exchange’s zone and counts time from UTC midnight of its date', () => {
    expect(day('2026-11-20T05:00:00Z')).toEqual([
      20261120,
      '2026-11-20T00:00:00.000Z',
      '2026-11-21T05:00:00.000Z',
    ])
  })

  it('keeps the date of the zone when UTC is already a day ahead', () => {
    expect(day('2026-11-21T04:30:00Z')).toEqual([
      20261120,
      '2026-11-20T00:00:00.000Z',
      '2026-11-21T05:00:00.000Z',
    ])
  })

  it('is 23 hours long when clocks go forward and 25 when they go back', () => {
    expect(day('2026-03-08T05:00:00Z')[2]).toBe('2026-03-09T04:00:00.000Z')
    expect(day('2026-11-01T04:00:00Z')[2]).toBe('2026-11-02T05:00:00.000Z')
  })

  it('rolls once where daylight saving skips the wall time of the roll', () => {
    const zone = { timeZone: 'America/New_York', dayRoll: '02:30' }
    const [, , close] = day('2026-03-08T05:00:00Z', zone)
    expect(Date.parse(String(close))).toBeGreaterThan(Date.parse('2026-03-08T05:00:00Z'))
    expect(Date.parse(String(close))).toBeLessThanOrEqual(Date.parse('2026-03-08T07:30:00Z'))
  })

  it('never counts from a midnight that is still to come, in a zone ahead of UTC', () => {
    const zone = { timeZone: 'Asia/Tokyo', dayRoll: '00:00' }
    expect(day('2026-11-20T15:00:00Z', zone)).toEqual([
      20261121,
      '2026-11-20T00:00:00.000Z',
      '2026-11-21T15:00:00.000Z',
    ])
  })
})

describe('the trading day of a schedule', () => {
  const scheduled = (iso: string, dayRoll: string, timeZone = 'America/New_York') => {
    const { tradingDate, midnightSeconds, openSeconds, closeSeconds } = scheduledDayAt(at(iso), {
      timeZone,
      dayRoll,
    })
    expect(openSeconds).toBe(at(iso))
    const print = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16)
    return `${tradingDate} from ${print(midnightSeconds)} to ${print(closeSeconds)}`
  }

  it('has the date of its end where it rolls in the afternoon, whenever it is opened', () => {
    const monday = '20261123 from 2026-11-23T00:00 to 2026-11-24T01:00'

    expect(scheduled('2026-11-23T01:00:00Z', '20:00')).toBe(monday)
    expect(scheduled('2026-11-23T15:00:00Z', '20:00')).toBe(monday)
    expect(scheduled('2026-11-24T00:59:59Z', '20:00')).toBe(monday)
    expect(scheduled('2026-11-24T01:00:00Z', '20:00')).toBe(
      '20261124 from 2026-11-24T00:00 to 2026-11-25T01:00',
    )
  })

  it('has the date of its beginning where it rolls before noon, whenever it is opened', () => {
    const monday = '20261123 from 2026-11-23T00:00 to 2026-11-24T10:00'

    expect(scheduled('2026-11-23T10:00:00Z', '05:00')).toBe(monday)
    expect(scheduled('2026-11-24T09:59:59Z', '05:00')).toBe(monday)
    expect(scheduled('2026-11-24T03:00:00Z', '00:00')).toBe(
      '20261123 from 2026-11-23T00:00 to 2026-11-24T05:00',
    )
  })

  it('counts from the midnight before the opening where that of its date is still to come', () => {
    expect(scheduled('2026-11-22T22:00:00Z', '17:00')).toBe(
      '20261123 from 2026-11-22T00:00 to 2026-11-23T22:00',
    )
    expect(scheduled('2026-11-22T20:00:00Z', '05:00', 'Asia/Tokyo')).toBe(
      '20261123 from 2026-11-22T00:00 to 2026-11-23T20:00',
    )
  })

  it('ends an hour earlier or later by UTC behind a change of the clocks', () => {
    expect(scheduled('2026-03-08T01:00:00Z', '20:00')).toBe(
      '20260308 from 2026-03-08T00:00 to 2026-03-09T00:00',
    )
    expect(scheduled('2026-11-01T00:00:00Z', '20:00')).toBe(
      '20261101 from 2026-11-01T00:00 to 2026-11-02T01:00',
    )
  })
})
