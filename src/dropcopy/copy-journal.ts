/**
 * Copies turns of the journal into the database, a batch a transaction, from where the database
 * says it stopped. What is not written yet stays in the journal: memory holds one batch.
 */
import type { AppliedRow } from './tables.ts'
import type { VenueConfiguration } from '../wire/index.ts'
import type { CopyStore } from './copy-store.ts'
import type { Venue } from './execution-row.ts'
import { printDate, printTime } from './print-values.ts'
import type { RecordedTurn } from './row-batch.ts'
import { RowBatch } from './row-batch.ts'
import { READER, writeBatch } from './write-batch.ts'

/** Rows in a transaction, about: a turn is never split. scripts/bench/dropcopy.ts */
const BATCH_ROWS = 2_000
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
})

/** The venue where the copying goes on. */
export function venueAfter(
  applied: AppliedRow | undefined,
  configuration: VenueConfiguration | undefined,
): Venue {
  const tradingDate = Number((applied?.trading_date ?? '0').replaceAll('-', ''))
  return { configuration: configuration ?? emptyVenue().configuration, tradingDate }
}

export class JournalCopier {
  /** The last group in the database; undefined = none. */
  applied: AppliedRow | undefined
  private readonly store: CopyStore
  private readonly turns: TurnSource
  private readonly venue: Venue
  private readonly batch = new RowBatch()

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
    let to: AppliedRow | undefined
    for (let turns = 0; turns < BATCH_TURNS_MAX && this.batch.rowCount < BATCH_ROWS; turns++) {
      const turn = this.turns.next()
      if (!turn) break
      this.batch.add(turn, this.venue)
      to = this.positionAfter(turn)
    }
    if (!to) return undefined

    await writeBatch(this.store, this.batch, { from: this.applied, to })
    const rows = this.batch.rowCount
    this.applied = to
    this.batch.clear()
    return rows
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
    }
  }
}
