/** All of them, in the order of docs/operations/failure-modes.md. */
import { damagedJournal } from './damaged-journal.ts'
import { damagedSnapshot } from './damaged-snapshot.ts'
import { failingDisk } from './failing-disk.ts'
import type { Fault } from './fault.ts'
import { feedNetwork } from './feed-network.ts'
import { fullDisk } from './full-disk.ts'
import { killInStart } from './kill-in-start.ts'
import { killInWrite } from './kill-in-write.ts'
import { killedReaders } from './killed-readers.ts'
import { movedJournal } from './moved-journal.ts'
import { olderVersion } from './older-version.ts'
import { killedBySignal, uncaughtException } from './own-faults.ts'
import { paused } from './paused.ts'
import { postgresFaults } from './postgres.ts'
import { powerCut } from './power-cut.ts'
import { readOnlyDisk } from './read-only-disk.ts'
import { slowDisk } from './slow-disk.ts'
import { stopUnderLoad } from './stop-under-load.ts'
import { twoServers } from './two-servers.ts'
import { wallClock } from './wall-clock.ts'

export const faults: readonly Fault[] = [
  killInWrite,
  killInStart,
  damagedJournal,
  damagedSnapshot,
  powerCut,
  failingDisk,
  fullDisk,
  readOnlyDisk,
  slowDisk,
  movedJournal,
  twoServers,
  olderVersion,
  killedBySignal,
  uncaughtException,
  stopUnderLoad,
  ...postgresFaults,
  killedReaders,
  feedNetwork,
  wallClock,
  paused,
]
