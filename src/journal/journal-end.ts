/**
 * The last group of a journal, found from behind: how far a copy is behind its journal is asked
 * often, and only the last segment is read for it.
 */
import { GroupCursor } from './group-cursor.ts'
import type { JournalReaderOptions } from './journal-reader.ts'
import { openSegments } from './journal-reader.ts'

export interface JournalEnd {
  readonly journalId: string
  /** Of the last group; 0 in an empty journal. */
  readonly groupNumber: number
  /** Bytes of all groups. */
  readonly position: number
  /** Of the last group; 0 in an empty journal. */
  readonly epochSeconds: number
  readonly nanoseconds: number
}

/**
 * @param until what the live writer announced as durable; without it every whole group up to the tail
 * @throws ExchangeError JournalUnreadable when there is no journal, JournalDamaged
 */
export function readJournalEnd(
  place: Pick<JournalReaderOptions, 'disk' | 'directory'>,
  until = Infinity,
): JournalEnd {
  const segments = openSegments(place)
  try {
    const { journalId } = segments.header(0)
    // A segment that was just begun holds no group yet: the last one is in the segment before.
    for (let index = segments.count - 1; index >= 0; index--) {
      const cursor = new GroupCursor(segments, index)
      if (!cursor.next(until)) continue
      while (cursor.next(until));
      const { groupNumber, nextPosition: position, epochSeconds, nanoseconds } = cursor.group
      return { journalId, groupNumber, position, epochSeconds, nanoseconds }
    }
    return { journalId, groupNumber: 0, position: 0, epochSeconds: 0, nanoseconds: 0 }
  } finally {
    segments.close()
  }
}
