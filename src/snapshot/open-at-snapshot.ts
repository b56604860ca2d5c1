/** Where a reader that needs the state of all history begins: behind the newest snapshot that fits. */
import type { Disk } from '../journal/index.ts'
import { JournalReader } from '../journal/index.ts'
import { messageOf } from '../runtime/index.ts'
import type { SnapshotPoint } from './contents.ts'
import type { SnapshotReader } from './snapshot-reader.ts'
import type { SnapshotStore } from './snapshot-store.ts'

export interface OpenAtSnapshotOptions {
  readonly disk: Disk
  /** `dataDir/journal` */
  readonly directory: string
  readonly snapshots: SnapshotStore
  /** Of the feed: a snapshot of others is of no use. */
  readonly channels: number
  /** End of the journal as far as it is durable. */
  readonly durablePosition: number
}

/**
 * @returns the journal behind the snapshot, to be loaded and closed; at its beginning without one
 * @throws ExchangeError JournalUnreadable, JournalDamaged
 */
export function openAtSnapshot({
  disk,
  directory,
  snapshots,
  channels,
  durablePosition,
}: OpenAtSnapshotOptions): { journal: JournalReader; snapshot: SnapshotReader | undefined } {
  let journal: JournalReader | undefined
  const snapshot = snapshots.newest((point) => {
    journal?.close()
    journal = undefined
    const problem = problemOf(point, channels, durablePosition)
    if (problem !== undefined) return problem
    try {
      journal = JournalReader.open({ disk, directory, after: point })
      return journal.position === point.position ? undefined : 'the journal has another group there'
    } catch (error) {
      return messageOf(error)
    }
  })
  if (snapshot !== undefined) return { journal: journal!, snapshot }
  journal?.close()
  return { journal: JournalReader.open({ disk, directory }), snapshot }
}

/** What a snapshot's own words say against it. */
export function problemOf(
  { channels, position }: SnapshotPoint,
  channelsWanted: number,
  durablePosition: number,
): string | undefined {
  if (channels !== channelsWanted) return `it is of a feed with ${channels} channels`
  return position > durablePosition ? 'the journal ends before it' : undefined
}
