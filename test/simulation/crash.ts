/** Where and how a life of the exchange ends. */

/** Places inside the exchange at which it can end. */
export type CrashPoint =
  /** Before anything of a group is written. */
  | 'before-write'
  /** In the middle of the write. */
  | 'torn-write'
  /** Written and not synced. */
  | 'before-sync'
  /** Durable, and nobody has been told. */
  | 'after-sync'
  /** Before bytes go to a client's socket, after others may have gone. */
  | 'fix-send'
  /** Before a packet goes to the feed. */
  | 'feed-send'
  /** Around the files of segments. */
  | 'rename'
  | 'sync-directory'
  | 'prepare'
  /** At any other operation of the disk. */
  | 'disk'

export const CRASH_POINTS: readonly CrashPoint[] = [
  'before-write',
  'torn-write',
  'before-sync',
  'after-sync',
  'fix-send',
  'feed-send',
  'rename',
  'sync-directory',
  'prepare',
  'disk',
]

/** kill: the operating system goes on and keeps what was written. power: only what was synced is sure. */
export type CrashKind = 'kill' | 'power'

export interface CrashPlan {
  readonly point: CrashPoint
  /** How many times the point is passed before. */
  passes: number
  readonly kind: CrashKind
}

/** Ends the code at hand; what it did before has happened, nothing of it can be undone. */
export class Crash extends Error {}
