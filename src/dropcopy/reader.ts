/**
 * The reader's life: open the database, find the place in the journal, copy what is durable, answer
 * questions; and when the database goes away, wait and begin again. Runs in its own process because
 * PGlite blocks its thread, and because nothing here may ever slow down a trade.
 */
import type { Server } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { AssertionError } from '../domain/index.ts'
import type { Logger } from '../runtime/index.ts'
import { Backoff, ErrorCode, ExchangeError, messageOf } from '../runtime/index.ts'
import { JournalCopier, venueAfter } from './copy-journal.ts'
import type { DropCopyDatabase } from './database.ts'
import { openDatabase } from './database.ts'
import { databaseStore } from './database-store.ts'
import { microsecondsOf } from './print-values.ts'
import { journalIn, openTurns } from './journal-turns.ts'
import type { ReaderReport } from './supervisor/messages.ts'
import { ReaderState } from './supervisor/messages.ts'
import { answer } from './queries.ts'
import type { Row } from './queries.ts'
import type { ReaderStatus, SocketQuestion } from './query-socket.ts'
import { listenForQuestions } from './query-socket.ts'
import type { SqlPortAddress } from './sql-port/sql-port.ts'
import { SqlPort } from './sql-port/sql-port.ts'
import type { AppliedRow } from './tables.ts'
import { readTradingDays } from './trading-days.ts'
import { readApplied } from './write-batch.ts'

/** Between batches that were not full: few large transactions cost less than many small ones. */
const LINGER_MS = 20
/** A line in the log at most this often while catching up. */
const PROGRESS_INTERVAL_MS = 5_000
/** Further behind than this is catching up. */
const LIVE_BACKLOG_BYTES = 1 << 20

export interface ReaderOptions {
  readonly dataDir: string
  readonly database: string
  /** Where SQL clients may read the embedded database. */
  readonly listen?: SqlPortAddress | undefined
  readonly logger: Logger
  /** Journal bytes known to be durable at the start. */
  readonly durablePosition: number
  readonly report: (state: ReaderReport) => void
}

export class DropCopyReader {
  private readonly options: ReaderOptions
  private readonly backoff = new Backoff()
  private durablePosition: number
  private applied: AppliedRow | undefined
  private wake: () => void = () => {}
  private isStopping = false
  private lastProgressMs = 0

  constructor(options: ReaderOptions) {
    this.options = options
    this.durablePosition = options.durablePosition
  }

  /** The writer has synced the journal up to here. */
  announce(position: number): void {
    this.durablePosition = Math.max(this.durablePosition, position)
    this.wake()
  }

  /** Ends `run` after everything durable by now is written, or at once when the database is away. */
  stop(): void {
    this.isStopping = true
    this.wake()
  }

  /** @throws ExchangeError JournalMismatch: the database holds a copy of another history */
  async run(): Promise<void> {
    while (!this.isStopping) {
      try {
        await this.copyUntilStopped()
      } catch (error) {
        if (isFinal(error)) throw error
        await this.waitAfter(error)
      }
    }
  }

  private async copyUntilStopped(): Promise<void> {
    const { options } = this
    const database = await openDatabase(options, { logger: options.logger })
    let server: Server | undefined
    let sqlPort: SqlPort | undefined
    try {
      server = await this.listen(database)
      sqlPort = await this.openSqlPort(database)
      this.applied = await readApplied(database.db)
      const { applied } = this
      const turns = openTurns(journalIn(options.dataDir), applied, () => this.durablePosition)
      try {
        const venue = venueAfter(applied, turns.configuration, await readTradingDays(database.db))
        await this.copy(new JournalCopier(databaseStore(database.db), turns, { applied, venue }))
      } finally {
        turns.close()
      }
    } finally {
      server?.close()
      await sqlPort?.close()
      await database.close()
    }
  }

  private async copy(copier: JournalCopier): Promise<void> {
    for (;;) {
      const started = performance.now()
      const rows = await copier.copyBatch()
      this.applied = copier.applied
      if (rows !== undefined) {
        this.backoff.reset()
        this.reportProgress()
        if (this.backlogBytes < LIVE_BACKLOG_BYTES && !this.isStopping) {
          await delay(Math.max(0, LINGER_MS - (performance.now() - started)))
        }
        continue
      }
      if (this.isStopping) return
      this.report(ReaderState.Live)
      await this.news()
    }
  }

  /** Until there is more to copy. */
  private async news(): Promise<void> {
    const seen = this.durablePosition
    if (seen > (this.applied?.position ?? 0) || this.isStopping) {
      // Durable, but not readable yet as a whole group: look again soon.
      await delay(LINGER_MS)
      return
    }
    await new Promise<void>((resolve) => (this.wake = resolve))
  }

  private get status(): ReaderStatus {
    return {
      durablePosition: this.durablePosition,
      appliedPosition: this.applied?.position ?? 0,
    }
  }

  private get backlogBytes(): number {
    return Math.max(0, this.durablePosition - (this.applied?.position ?? 0))
  }

  private reportProgress(): void {
    const isLive = this.backlogBytes < LIVE_BACKLOG_BYTES
    this.report(isLive ? ReaderState.Live : ReaderState.CatchingUp)
    if (isLive || performance.now() - this.lastProgressMs < PROGRESS_INTERVAL_MS) return

    this.lastProgressMs = performance.now()
    const { backlogBytes } = this
    this.options.logger.info(
      { groupNumber: this.applied?.group_number, backlogBytes },
      'drop copy is catching up with the journal',
    )
  }

  private report(state: ReaderState, reason?: string): void {
    const { applied } = this
    this.options.report({
      type: 'state',
      state,
      appliedPosition: applied?.position ?? 0,
      groupNumber: applied?.group_number ?? 0,
      ...(applied && { appliedSeconds: microsecondsOf(applied.time) / 1e6 }),
      ...(reason === undefined ? {} : { reason }),
    })
  }

  private async waitAfter(error: unknown): Promise<void> {
    if (this.isStopping) return
    const reason = messageOf(error)
    const delayMs = this.backoff.nextMs()
    this.options.logger.warn(
      { reason, delayMs },
      'drop copy waits for its database; trading goes on',
    )
    this.report(ReaderState.Waiting, reason)
    const rest = new AbortController()
    this.wake = () => this.isStopping && rest.abort()
    await delay(delayMs, undefined, { signal: rest.signal }).catch(() => {})
  }

  /** Without the socket the copy goes on; only the questions must wait. */
  private async listen(database: DropCopyDatabase): Promise<Server | undefined> {
    try {
      return await listenForQuestions(this.options.dataDir, async (question) =>
        this.answer(database, question),
      )
    } catch (error) {
      const reason = messageOf(error)
      this.options.logger.warn({ reason }, 'drop copy cannot answer questions while it runs')
      return undefined
    }
  }

  /** The same holds for SQL clients. */
  private async openSqlPort({ db, raw }: DropCopyDatabase): Promise<SqlPort | undefined> {
    const { listen, logger } = this.options
    if (!listen || !raw) return undefined
    try {
      const opened = await SqlPort.open({ ...listen, db, raw, logger })
      logger.info({ host: listen.host, port: opened.port }, 'drop copy listens for SQL clients')
      return opened
    } catch (error) {
      const reason = messageOf(error)
      logger.error({ reason }, 'drop copy cannot be read by SQL clients')
      return undefined
    }
  }

  private async answer(database: DropCopyDatabase, question: SocketQuestion): Promise<Row[]> {
    if (question.ask !== 'status') return answer(database.db, question)
    return [{ ...this.status }]
  }
}

/** Trying again cannot help: another history, a damaged journal, a broken invariant of ours. */
const isFinal = (error: unknown): boolean =>
  error instanceof AssertionError ||
  (error instanceof ExchangeError &&
    (error.code === ErrorCode.JournalMismatch || error.code === ErrorCode.JournalDamaged))
