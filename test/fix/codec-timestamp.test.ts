import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, parseUtcTimestamp } from '../../src/fix/index.ts'

function parsed(text: string) {
  const instant = { epochSeconds: -1, nanoseconds: -1 }
  const bytes = bytesOf(`=${text}\u0001`)
  const view = new DataView(bytes.buffer)
  return parseUtcTimestamp(view, 1, bytes.length - 1, instant) ? instant : null
}

describe('a UTCTimestamp', () => {
  it.each([
    ['20261120-14:30:00', 0],
    ['20261120-14:30:00.123', 123_000_000],
    ['20261120-14:30:00.123456', 123_456_000],
    ['20261120-14:30:00.123456789', 123_456_789],
  ])('%s has its fraction in nanoseconds', (text, nanoseconds) => {
    expect(parsed(text)).toEqual({
      epochSeconds: Date.UTC(2026, 10, 20, 14, 30) / 1000,
      nanoseconds,
    })
  })

  it('counts a leap second into the next minute', () => {
    expect(parsed('20161231-23:59:60')?.epochSeconds).toBe(Date.UTC(2017, 0, 1) / 1000)
  })

  it.each([
    '',
    '20261120',
    '20261120-14:30',
    '20261120 14:30:00',
    '20261120-14-30-00',
    '20261120-24:00:00',
    '20261120-23:60:00',
    '20261120-23:59:61',
    '20260229-00:00:00',
    '19000229-00:00:00',
    '20261301-00:00:00',
    '20260001-00:00:00',
    '20260100-00:00:00',
    '20260431-00:00:00',
    '20261120-14:30:00.',
    '20261120-14:30:00.5',
    '20261120-14:30:00.12',
    '20261120-14:30:00.1234',
    '20261120-14:30:00.12345678',
    '20261120-14:30:00.1234567890',
    '20261120-14:30:00.12x',
    '20261120-14:30:00.12345x',
    '20261120-29:30:00',
    '20261120-14:30:60',
    '20261120-23:58:60',
    '20261120-14:30:00,5',
    '2026112x-14:30:00',
    '20261120-1 :30:00',
    '20261120-14:30:00Z',
    '+0261120-14:30:00',
    '19691231-23:59:59',
    '00000101-00:00:00',
  ])('%j is none', (text) => {
    expect(parsed(text)).toBeNull()
  })

  it('of any millisecond is what Date makes of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (epochMs) => {
        const iso = new Date(epochMs).toISOString().replaceAll('-', '').replace('T', '-')
        const instant = parsed(iso.slice(0, -1))!
        expect(instant.epochSeconds * 1000 + instant.nanoseconds / 1_000_000).toBe(epochMs)
      }),
    )
  })
})
