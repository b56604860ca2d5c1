/**
 * What the comparison at the end of the demo found: a row for each thing that several sources
 * count, and the table that a person reads.
 */
import type { Span } from './styled-line.ts'
import { grouped } from './demo-view.ts'

const SOURCES = ['fix', 'feed', 'journal', 'database'] as const
type Source = (typeof SOURCES)[number]
type Counts = Readonly<Partial<Record<Source, number>>>

export interface Finding {
  readonly what: string
  readonly counts: Counts
  /** Empty = all sources agree. */
  readonly differences: readonly string[]
  readonly remark: string
}

const NAMES: Readonly<Record<Source, string>> = {
  fix: 'FIX',
  feed: 'feed',
  journal: 'journal',
  database: 'database',
}

/** Counts that are not equal are a difference; others are given. */
export function finding(
  what: string,
  counts: Counts,
  { differences = [], remark = '' }: Partial<Pick<Finding, 'differences' | 'remark'>> = {},
): Finding {
  const known = SOURCES.filter((source) => counts[source] !== undefined)
  const areEqual = new Set(known.map((source) => counts[source])).size <= 1
  const unequal = known.map((source) => `${NAMES[source]} ${counts[source]}`).join(', ')
  return { what, counts, differences: areEqual ? differences : [unequal, ...differences], remark }
}

export const agrees = ({ differences }: Finding): boolean => differences.length === 0

const WHAT_WIDTH = 18
const COUNT_WIDTH = 11

/** A heading, a row each, under it what differs, and the verdict. */
export function tableOf(findings: readonly Finding[]): Span[][] {
  const verdict: Span = findings.every(agrees)
    ? ['FIX, feed, journal and database agree.', 'good']
    : ['FIX, feed, journal and database do not agree.', 'bad']
  const heading = SOURCES.map((source) => NAMES[source].padStart(COUNT_WIDTH)).join('')
  return [
    [[`${' '.repeat(WHAT_WIDTH + 1)}${heading}`, 'dim']],
    ...findings.flatMap((one) => [rowOf(one), ...one.differences.map(differenceLine)]),
    [],
    [verdict],
  ]
}

function rowOf(one: Finding): Span[] {
  const counts = SOURCES.map((source) => {
    const count = one.counts[source]
    return (count === undefined ? '·' : grouped(count)).padStart(COUNT_WIDTH)
  })
  return [
    [` ${one.what.padEnd(WHAT_WIDTH)}${counts.join('')}  `],
    agrees(one) ? ['✓', 'good'] : ['✗', 'bad'],
    [agrees(one) && one.remark !== '' ? ` ${one.remark}` : '', 'dim'],
  ]
}

const differenceLine = (what: string): Span[] => [[`   ${what}`, 'bad']]
