/**
 * The one way to say that history is damaged: which file, where in it, which group, and what to do.
 */
import { ErrorCode, ExchangeError } from '../runtime/index.ts'

export interface DamagedPlace {
  /** Path of the segment file. */
  readonly file: string
  /** Bytes from the start of the file. */
  readonly offset: number
  /** Logical position, and the number of the group that belongs there. */
  readonly position: number
  readonly groupNumber: number
}

export const damage = (place: DamagedPlace, problem: string): ExchangeError =>
  new ExchangeError(
    ErrorCode.JournalDamaged,
    `${place.file}: damaged at offset ${place.offset} (position ${place.position}, ` +
      `group ${place.groupNumber}): ${problem}. Nothing was changed; restore the file from a copy`,
  )
