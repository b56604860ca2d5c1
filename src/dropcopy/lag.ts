/**
 * How far the database is behind the journal: the last group applied against the newest durable one.
 * The journal's end is taken first and the position after it, so that what is said of rows that are
 * read later still holds for them.
 */
import type { JournalEnd } from '../journal/index.ts'
import { microsecondsOf, printTime } from './print-values.ts'
import type { Row } from './queries.ts'

export interface Lag {
  readonly groups: number
  /** Of journal. */
  readonly bytes: number
  /**
   * From the last group applied to the newest durable one, by the exchange's own clock; undefined
   * when nothing was applied yet.
   */
  readonly microseconds: number | undefined
}

/** What the comparison of position and journal shows. */
export type Standing =
  | { readonly is: 'level' }
  | { readonly is: 'behind'; readonly lag: Lag }
  /** The database does not belong to this journal. */
  | { readonly is: 'other'; readonly why: string }

/** @param applied the row of `applied`; undefined in an empty database */
export function standingOf(applied: Row | undefined, end: JournalEnd): Standing {
  const groupNumber = Number(applied?.['group_number'] ?? 0)
  if (applied && applied['journal_id'] !== end.journalId) {
    return { is: 'other', why: `of journal ${String(applied['journal_id'])}, not ${end.journalId}` }
  }
  if (groupNumber >= end.groupNumber) return { is: 'level' }

  const bytes = end.position - Number(applied?.['position'] ?? 0)
  const newest = printTime(end.epochSeconds, end.nanoseconds)
  const microseconds = applied && microsecondsOf(newest) - microsecondsOf(String(applied['time']))
  return { is: 'behind', lag: { groups: end.groupNumber - groupNumber, bytes, microseconds } }
}

/** One line for the operator; undefined when the database is level. */
export function describeStanding(standing: Standing): string | undefined {
  switch (standing.is) {
    case 'level':
      return undefined
    case 'other':
      return `the database does not belong to this journal: it is a copy ${standing.why}`
    case 'behind': {
      const { groups, bytes, microseconds } = standing.lag
      const amounts = [`${bytes} bytes`]
      if (microseconds !== undefined) amounts.push(`${printSeconds(microseconds)} seconds`)
      const counted = groups === 1 ? '1 group' : `${groups} groups`
      return `the database is ${counted} (${amounts.join(', ')}) behind the journal`
    }
  }
}

/** For people and programs: the position, and how far it is behind; nulls where nobody knows. */
export function statusRow(applied: Row | undefined, standing: Standing | undefined): Row {
  const { groups, bytes, microseconds } = lagOf(standing)
  return {
    journal_id: applied?.['journal_id'] ?? null,
    group_number: applied?.['group_number'] ?? 0,
    position: applied?.['position'] ?? 0,
    time: applied?.['time'] ?? null,
    trading_date: applied?.['trading_date'] ?? null,
    behind_groups: groups ?? null,
    behind_bytes: bytes ?? null,
    behind_seconds: microseconds === undefined ? null : printSeconds(microseconds),
  }
}

function lagOf(standing: Standing | undefined): Partial<Lag> {
  switch (standing?.is) {
    case 'level':
      return { groups: 0, bytes: 0, microseconds: 0 }
    case 'behind':
      return standing.lag
    default:
      return {}
  }
}

/** `1.250000` → `1.25`; whole seconds without a point. */
export function printSeconds(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000)
  const fraction = String(microseconds % 1_000_000).padStart(6, '0')
  return `${seconds}.${fraction}`.replace(/\.?0+$/, '')
}
