/** What the server and the reader's process say to each other over their IPC channel. */
import type { SqlPortAddress } from '../sql-port/sql-port.ts'
import type { DurableMessage, ReaderLogLine } from '../../runtime/index.ts'

export type ToReader =
  | {
      readonly type: 'start'
      readonly dataDir: string
      /** `embedded` or a URL: here and not among the arguments, where `ps` would show its password. */
      readonly database: string
      readonly durablePosition: number
      /** Where SQL clients may read the embedded database. */
      readonly listen?: SqlPortAddress | undefined
    }
  | DurableMessage

/** Where the reader is with its work. */
export const ReaderState = {
  Starting: 'starting',
  /** Behind the journal by more than what just happened. */
  CatchingUp: 'catching-up',
  Live: 'live',
  /** The database cannot be reached; the reader tries again. */
  Waiting: 'waiting',
  /** It will not be started again: the database does not belong to this journal. */
  Stopped: 'stopped',
} as const
export type ReaderState = (typeof ReaderState)[keyof typeof ReaderState]

export interface ReaderReport {
  readonly type: 'state'
  readonly state: ReaderState
  /** Journal bytes in the database. */
  readonly appliedPosition: number
  readonly groupNumber: number
  /** Time of that group, seconds since 1970; left out while the database has none. */
  readonly appliedSeconds?: number
  /** Why it waits or stopped. */
  readonly reason?: string
}

export type FromReader = ReaderReport | ReaderLogLine

/** Exit code of a reader that must not be started again before somebody looked. */
export const EXIT_STOPPED = 3
