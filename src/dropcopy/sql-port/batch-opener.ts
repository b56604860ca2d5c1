/** A batch for a client: taken when the first of its statements needs the database, given back at the end. */
import type { DatabaseTurns } from './database-turns.ts'
import type { BatchLimits, RawDatabase } from './read-only-batch.ts'
import { ReadOnlyBatch } from './read-only-batch.ts'
import type { StatementWatchdog } from './statement-watchdog.ts'

/** The database as all clients share it. */
export interface SharedDatabase {
  readonly raw: RawDatabase
  readonly turns: DatabaseTurns
  readonly watchdog: StatementWatchdog
  readonly limits: BatchLimits
}

export class BatchOpener {
  private readonly database: SharedDatabase
  private readonly settings: ReadonlyMap<string, string>
  private opened: Promise<ReadOnlyBatch> | undefined
  private turn: Promise<void> | undefined
  private release: () => void = () => {}

  constructor(database: SharedDatabase, settings: ReadonlyMap<string, string>) {
    this.database = database
    this.settings = settings
  }

  open(): Promise<ReadOnlyBatch> {
    this.opened ??= this.begin()
    return this.opened
  }

  /** Ends what was begun; nothing when nothing was. */
  async close(): Promise<void> {
    this.release()
    await this.turn
  }

  private begin(): Promise<ReadOnlyBatch> {
    const { raw, turns, watchdog, limits } = this.database
    const released = new Promise<void>((resolve) => (this.release = resolve))
    return new Promise((resolve, reject) => {
      this.turn = turns
        .take(async () => {
          const batch = new ReadOnlyBatch(raw, watchdog, limits)
          try {
            await batch.begin(this.settings)
            resolve(batch)
            await released
          } finally {
            await batch.end()
          }
        })
        .catch(reject)
    })
  }
}
