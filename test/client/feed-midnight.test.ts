/** The midnight that timestamps count from, as far as a subscriber can know it. */
import { expect, it } from 'vitest'
import { feedMidnight } from '../../src/client/index.ts'

const seconds = (time: string): number => Date.parse(time) / 1000
const ns = (hours: number): number => hours * 3_600e9

it.each([
  ['of the trading date', '261121AB10', 9.5, '2026-11-21T09:30:00Z', '2026-11-21T00:00:00Z'],
  [
    'also when a day is heard late',
    '261121AB10',
    9.5,
    '2026-11-22T20:00:00Z',
    '2026-11-21T00:00:00Z',
  ],
  [
    'also by a clock that is slow',
    '261121AB10',
    9.5,
    '2026-11-21T09:26:00Z',
    '2026-11-21T00:00:00Z',
  ],
  [
    'also by a clock that is hours slow, when no zone opens so early',
    '261121AB10',
    9.5,
    '2026-11-21T03:00:00Z',
    '2026-11-21T00:00:00Z',
  ],
  [
    'before, in a zone ahead of UTC, also when its day is joined minutes before its end',
    '261121AB10',
    23,
    '2026-11-21T22:57:00Z',
    '2026-11-20T00:00:00Z',
  ],
  [
    'before, in a zone ahead of UTC',
    '261121AB10',
    23,
    '2026-11-20T23:00:00Z',
    '2026-11-20T00:00:00Z',
  ],
])('is that %s', (_, session, hours, now, midnight) => {
  const heard = { session, timestampNs: ns(hours), nowSeconds: seconds(now) }
  expect(feedMidnight(heard)).toBe(seconds(midnight))
})

it.each(['', 'DEMO', '0000000123', '261341AB10', '260230AB10'])('is not known of %j', (session) => {
  expect(feedMidnight({ session, timestampNs: 0, nowSeconds: 0 })).toBeUndefined()
})
