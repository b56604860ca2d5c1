/** Ranges of ExecIDs as they are typed. */
import { expect, it } from 'vitest'
import { execIdRange } from '../../src/cli/exec-id-range.ts'

it.each([
  ['4711', { first: 4711, last: 4711 }],
  ['4711..4800', { first: 4711, last: 4800 }],
  ['5..5', { first: 5, last: 5 }],
  ['0..5', { first: 0, last: 5 }],
  ['4711..', { first: 4711, last: Number.MAX_SAFE_INTEGER }],
])('takes %s', (text, range) => {
  expect(execIdRange(text)).toEqual(range)
})

it.each([
  ['', 'Use an ExecID such as 4711, or a range: 4711..4800, 4711..'],
  ['..9', 'Use an ExecID'],
  ['a..b', 'Use an ExecID'],
  ['-1..5', 'Use an ExecID'],
  ['1...5', 'Use an ExecID'],
  ['1..2..3', 'Use an ExecID'],
  ['1.5', 'Use an ExecID'],
  ['9..5', '5 is before 9: turn them round.'],
  ['0', 'ExecIDs begin with 1.'],
  ['1..9007199254740992', 'No ExecID is above 9007199254740991.'],
])('refuses %s and says why', (text, why) => {
  expect(() => execIdRange(text)).toThrow(why)
})
