/** The journal as the drop copy reads it: turn by turn, from where the database stopped. */
import { join } from 'node:path'
import type { Disk, Group } from '../journal/index.ts'
import { JournalReader, NodeDisk, readJournalEnd } from '../journal/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import type { VenueConfiguration } from '../wire/index.ts'
import type { TurnSource } from './copy-journal.ts'
import type { AppliedRow } from './tables.ts'

export interface JournalTurns extends TurnSource {
  /** In force where the reading begins; undefined before the first one. */
  readonly configuration: VenueConfiguration | undefined
  close(): void
}

/** Where a journal is. */
export interface JournalPlace {
  readonly disk: Disk
  readonly directory: string
}

/** The journal of `serve` with this dataDir. */
export const journalIn = (dataDir: string): JournalPlace => ({
  disk: new NodeDisk(),
  directory: join(dataDir, 'journal'),
})

/**
 * @param applied the last group in the database; undefined = from the first one
 * @param until how far the journal is durable; left out when no server writes it
 * @throws ExchangeError JournalMismatch when the journal does not hold that group
 */
export function openTurns(
  place: JournalPlace,
  applied: AppliedRow | undefined,
  until: () => number = () => Infinity,
): JournalTurns {
  const reader = openReader(place, applied)
  return {
    journalId: reader.journalId,
    configuration: reader.configuration,
    next: () => reader.next(until()),
    close: () => reader.close(),
  }
}

/** Every turn from the first one on. */
export function* allTurns(dataDir: string): Generator<Group, void, undefined> {
  const reader = openReader(journalIn(dataDir), undefined)
  try {
    yield* reader.read()
  } finally {
    reader.close()
  }
}

/** Number of the last whole group. */
export const endOfJournal = (dataDir: string): number =>
  readJournalEnd(journalIn(dataDir)).groupNumber

function openReader(place: JournalPlace, applied: AppliedRow | undefined): JournalReader {
  if (!applied) return JournalReader.open(place)

  const { journal_id: journalId, group_number: groupNumber, crc } = applied
  try {
    return JournalReader.open({ ...place, after: { journalId, groupNumber, crc } })
  } catch (error) {
    const isOther = error instanceof ExchangeError && error.code === ErrorCode.JournalMismatch
    if (!isOther) throw error
    throw new ExchangeError(
      ErrorCode.JournalMismatch,
      `the drop copy's database does not belong to this journal: ${error.message}: ` +
        'stop the server and run `buttonwood dropcopy rebuild --yes`, or point it to the right database',
      { cause: error },
    )
  }
}
