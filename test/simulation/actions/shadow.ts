/** What the shadow does beside the exchange. */
import { SNAPSHOT_DIRECTORY } from '../exchange-process.ts'
import type { World } from '../world.ts'
import type { Action } from './action.ts'

const isRunning = ({ process }: World): boolean => process?.state === 'running'

export const shadowActions: readonly Action[] = [
  {
    name: 'the shadow follows',
    weight: 0.6,
    can: (world) =>
      isRunning(world) &&
      !world.shadow.isSnapshotDue &&
      world.shadow.isBehind(world.dropCopy.announced),
    run: ({ shadow, dropCopy }) => shadow.follow(dropCopy.announced),
  },
  {
    name: 'the shadow writes a snapshot',
    weight: 0.6,
    can: (world) => isRunning(world) && world.shadow.isSnapshotDue,
    run: ({ shadow }) => shadow.write(),
  },
  {
    name: 'a snapshot rots',
    weight: 0.03,
    can: ({ disk }) => disk.list(SNAPSHOT_DIRECTORY).length > 0,
    run: ({ disk }, dice) => disk.rot(dice.next, SNAPSHOT_DIRECTORY),
  },
]
