/**
 * Where in the journal a session's messages come from. A note is kept of every 1,024th message, and
 * of the first one a MiB behind the note before: however many events printed nothing, a message
 * is found by reading at most that much.
 */
import type { StateTransfer } from '../domain/index.ts'
import { enlarged } from '../domain/index.ts'

/** Messages from one note to the next, at most. */
export const INDEX_STRIDE = 1024
/** A message stands less than this behind the last note before it. */
export const INDEX_BYTES = 1024 * 1024
const NOTES_AT_FIRST = 16

/** Messages first..end - 1, of which the first one's event stands at `position`. */
export interface Stretch {
  readonly first: number
  readonly end: number
  readonly position: number
}

export class SequenceIndex {
  /** Of the noted messages, ascending: 16 bytes for each 1,024 messages or MiB of the day. */
  private sequences = new Float64Array(NOTES_AT_FIRST)
  private positions = new Float64Array(NOTES_AT_FIRST)
  private count = 0
  /** The next note is due at this message or at this position. */
  private dueSequence = 0
  private duePosition = 0

  /** Called for each message in sequence, with the journal position of its event. */
  note(sequence: number, position: number): void {
    if (sequence < this.dueSequence && position < this.duePosition) return
    if (this.count === this.sequences.length) this.grow()
    this.sequences[this.count] = sequence
    this.positions[this.count++] = position
    this.dueSequence = sequence + INDEX_STRIDE
    this.duePosition = position + INDEX_BYTES
  }

  /** @param name of the part in a snapshot */
  transfer(name: string, transfer: StateTransfer): void {
    this.count = transfer.value(`${name}.count`, this.count)
    this.sequences = transfer.column(`${name}.sequences`, this.sequences, this.count)
    this.positions = transfer.column(`${name}.positions`, this.positions, this.count)
    this.dueSequence = transfer.value(`${name}.dueSequence`, this.dueSequence)
    this.duePosition = transfer.value(`${name}.duePosition`, this.duePosition)
  }

  /** The stretch that holds a message that was noted. */
  stretchOf(sequence: number): Stretch {
    const { sequences } = this
    let low = 0
    let high = this.count - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (sequences[middle]! <= sequence) low = middle
      else high = middle - 1
    }
    const first = sequences[low]!
    const end = low + 1 < this.count ? sequences[low + 1]! : first + INDEX_STRIDE
    return { first, end, position: this.positions[low]! }
  }

  private grow(): void {
    this.sequences = enlarged(this.sequences, this.count * 2)
    this.positions = enlarged(this.positions, this.count * 2)
  }
}
