import { describe, expect, it } from 'vitest'
import { tradingDayAt } from '../../src/runtime/index.ts'

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
