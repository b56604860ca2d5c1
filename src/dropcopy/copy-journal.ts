/**
 * Copies turns of the journal into the database, a batch a transaction, from where the database
 * says it stopped. What is not written yet stays in the journal: memory holds two batches.
 */
import type { AppliedRow } from './tables.ts'
import type { VenueConfiguration } from '../wire/index.ts'
import type { CopyStore } from './copy-store.ts'
import type { Venue } from './execution-row.ts'
import { printDate, printTime } from './print-values.ts'
import type { RecordedTurn } from './row-batch.ts'
import { RowBatch } from './row-batch.ts'
import { TradingDays } from './trading-days.ts'
import { READER, writeBatch } from './write-batch.ts'

/** Rows in a transaction, about: a turn is never split. scripts/bench/dropcopy.ts */
const BATCH_ROWS = 10_000
/** Rows made before the database's answer is looked for again: less than it takes a millisecond for. */
const SLICE_ROWS = 200
/** Turns that give no rows (heartbeats) move the position too, and must not hold the thread. */
const BATCH_TURNS_MAX = 4_096

/** A turn with what is needed to continue after it. */
export interface CopiedTurn extends RecordedTurn {
  readonly crc: number
  /** Journal bytes up to and including it. */
  readonly nextPosition: number
}

/** The journal's turns after a position; undefined when there is no further one for now. */
export interface TurnSource {
  readonly journalId: string
  next(): CopiedTurn | undefined
}

export const emptyVenue = (): Venue => ({
  configuration: {
    compId: '',
    instruments: [],
    sessions: [],
    ordersPerDayMax: 0,
    ordersPerCommandMax: 0,
  },
  tradingDate: 0,
  days: new TradingDays(),
})

/** The venue where the copying goes on. */
export function venueAfter(
  applied: AppliedRow | undefined,
  configuration: VenueConfiguration | undefined,
  days: TradingDays,
): Venue {
  const tradingDate = Number((applied?.trading_date ?? '0').replaceAll('-', ''))
  return { configuration: configuration ?? emptyVenue().configuration, tradingDate, days }
}

/** A batch, and how far it reaches. */
interface Filling {
  readonly batch: RowBatch
  to: AppliedRow | undefined
  turns: number
}

const emptyFilling = (): Filling => ({ batch: new RowBatch(), to: undefined, turns: 0 })

/** Sockets have been read once. */
const afterInput = () => new Promise<void>((resolve) => setImmediate(resolve))

export class JournalCopier {
  /** The last group in the database; undefined = none. */
  applied: AppliedRow | undefined
  private readonly store: CopyStore
  private readonly turns: TurnSource
  private readonly venue: Venue
  private filling = emptyFilling()
  private spare = emptyFilling()

  constructor(
    store: CopyStore,
    turns: TurnSource,
    start: { applied: AppliedRow | undefined; venue: Venue },
  ) {
    this.store = store
    this.turns = turns
    this.applied = start.applied
    this.venue = start.venue
  }

  /**
   * Copies one batch. After an error the copier is of no more use: start again from `readApplied`.
   * @returns rows written; undefined when there was no turn to copy
   */
  async copyBatch(): Promise<number | undefined> {
    const { filling } = this
    this.fill(filling, BATCH_ROWS)
    if (!filling.to) return undefined

    this.filling = this.spare
    this.spare = filling
    const writing = writeBatch(this.store, filling.batch, { from: this.applied, to: filling.to })
    if (filling.batch.rowCount >= BATCH_ROWS) await this.fillDuring(writing)
    await writing

    const rows = filling.batch.rowCount
    this.applied = filling.to
    filling.batch.clear()
    filling.to = undefined
    filling.turns = 0
    return rows
  }

  /** While catching up, the next batch is made while the database is busy with this one. */
  private async fillDuring(writing: Promise<void>): Promise<void> {
    let isWriting = true
    const end = () => void (isWriting = false)
    writing.then(end, end)
    while (isWriting && this.fill(this.filling, this.filling.batch.rowCount + SLICE_ROWS)) {
      await afterInput()
    }
  }

  /** @returns whether there may be more to add */
  private fill(filling: Filling, rows: number): boolean {
    const { batch } = filling
    const rowsMax = Math.min(rows, BATCH_ROWS)
    while (batch.rowCount < rowsMax && filling.turns < BATCH_TURNS_MAX) {
      const turn = this.turns.next()
      if (!turn) return false
      batch.add(turn, this.venue)
      filling.to = this.positionAfter(turn)
      filling.turns++
    }
    return batch.rowCount < BATCH_ROWS && filling.turns < BATCH_TURNS_MAX
  }

  private positionAfter(turn: CopiedTurn): AppliedRow {
    return {
      reader: READER,
      journal_id: this.turns.journalId,
      group_number: turn.groupNumber,
      crc: turn.crc,
      position: turn.nextPosition,
      time: printTime(turn.epochSeconds, turn.nanoseconds),
      trading_date: printDate(this.venue.tradingDate),
      messages_after: this.applied?.messages_after ?? 0,
      summaries_after: this.applied?.summaries_after ?? null,
    }
  }
}
