/**
 * Whose turn it is with the database's only session. The reader's transactions and the questions of
 * `dropcopy.sock` go first: of all SQL clients together one at a time waits with them, and after a
 * turn they rest for as long as it took, so that they never have more than half of the time.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { DropCopyDb } from '../database.ts'

const REST_MS_MAX = 2_000

export class DatabaseTurns {
  private readonly db: DropCopyDb
  private lastEnded: Promise<void> = Promise.resolve()
  private restUntilMs = 0

  constructor(db: DropCopyDb) {
    this.db = db
  }

  /** Runs `work` while nobody else has the session. */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.lastEnded
    let end = (): void => {}
    this.lastEnded = new Promise((resolve) => (end = resolve))
    await before
    try {
      const restMs = this.restUntilMs - performance.now()
      if (restMs > 0) await delay(restMs)
      return await this.db.connection().execute(() => this.time(work))
    } finally {
      end()
    }
  }

  private async time<Result>(work: () => Promise<Result>): Promise<Result> {
    const startedMs = performance.now()
    try {
      return await work()
    } finally {
      const endedMs = performance.now()
      this.restUntilMs = endedMs + Math.min(REST_MS_MAX, endedMs - startedMs)
    }
  }
}
