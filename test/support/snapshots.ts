/** States that go into a snapshot on a disk in memory and come back out of it. */
import type { StateTransfer } from '../../src/domain/index.ts'
import type { SnapshotPoint } from '../../src/snapshot/index.ts'
import { SnapshotStore } from '../../src/snapshot/index.ts'
import { MemoryDisk } from './memory-disk.ts'

export const SNAPSHOTS = '/data/snapshots'

interface Transferred {
  transfer(transfer: StateTransfer): void
}

export const aPoint = (given: Partial<SnapshotPoint> = {}): SnapshotPoint => ({
  journalId: 'a-journal',
  groupNumber: 1,
  crc: 1,
  position: 64,
  commands: 1,
  epochSeconds: 0,
  nanoseconds: 0,
  stateHash: '',
  seal: '',
  channels: 1,
  ...given,
})

/** Writes it to the end. @returns the file's size */
export function runThrough(steps: Generator<void, number, void>): number {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** A disk with nothing but one snapshot. */
export function diskWith(saved: Transferred, point = aPoint()): MemoryDisk {
  const disk = new MemoryDisk()
  const store = new SnapshotStore({ disk, directory: SNAPSHOTS })
  runThrough(store.write(point, (transfer) => saved.transfer(transfer)))
  return disk
}

/** What stands in the snapshot of a state. */
export function bytesOf(saved: Transferred): Uint8Array {
  const disk = diskWith(saved)
  return disk.bytesOf(`${SNAPSHOTS}/${disk.list(SNAPSHOTS)[0]!}`)
}

/** Loads into another what was saved. */
export function reload<T extends Transferred>(saved: Transferred, into: T): T {
  const store = new SnapshotStore({ disk: diskWith(saved), directory: SNAPSHOTS })
  into.transfer(store.newest(() => undefined)!)
  return into
}
