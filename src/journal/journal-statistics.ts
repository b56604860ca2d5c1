/**
 * Counts what a journal holds: what `journal stat` shows. Feed it every group in order.
 */
import { recordLength, recordType } from '../wire/index.ts'
import { recordName } from './describe-record.ts'
import type { Group } from './group.ts'

export interface JournalStatistics {
  readonly groups: number
  /** Of the groups, headers included; segment files are larger. */
  readonly bytes: number
  readonly commands: number
  readonly events: number
  /** Records by type name, the most frequent first. */
  readonly records: Readonly<Record<string, number>>
  readonly largestGroupBytes: number
  /** Start-up count of the last group. */
  readonly run: number
  /** Sequenced time, ISO 8601 with nanoseconds; undefined in an empty journal. */
  readonly firstTime: string | undefined
  readonly lastTime: string | undefined
}

/** Reads the groups to their end. */
export function countJournal(groups: Iterable<Group>): JournalStatistics {
  const counts = Array.from({ length: 256 }, () => 0)
  const totals = { groups: 0, bytes: 0, commands: 0, events: 0, largestGroupBytes: 0, run: 0 }
  let firstTime: string | undefined
  let lastSeconds = 0
  let lastNanoseconds = 0
  for (const group of groups) {
    totals.groups++
    totals.bytes += group.length
    totals.commands += group.commandCount
    totals.events += group.eventCount
    totals.largestGroupBytes = Math.max(totals.largestGroupBytes, group.length)
    totals.run = group.run
    countRecords(group, counts)
    firstTime ??= printTime(group.epochSeconds, group.nanoseconds)
    lastSeconds = group.epochSeconds
    lastNanoseconds = group.nanoseconds
  }
  const lastTime = firstTime === undefined ? undefined : printTime(lastSeconds, lastNanoseconds)
  return { ...totals, records: named(counts), firstTime, lastTime }
}

function countRecords(group: Group, counts: number[]): void {
  const { view, commandsStart, eventsEnd } = group
  for (let at = commandsStart; at < eventsEnd; at += recordLength(view, at)) {
    const type = recordType(view, at)
    counts[type] = counts[type]! + 1
  }
}

const named = (counts: readonly number[]): Record<string, number> =>
  Object.fromEntries(
    counts
      .map((count, type) => [recordName(type), count] as const)
      .filter(([, count]) => count > 0)
      .sort(([, a], [, b]) => b - a),
  )

/** `2026-11-21T14:30:00.000000001Z` */
export const printTime = (epochSeconds: number, nanoseconds: number): string =>
  `${new Date(epochSeconds * 1000).toISOString().slice(0, 19)}.${String(nanoseconds).padStart(9, '0')}Z`
