/**
 * Where in the journal a session's messages come from. A note is kept of every 1,024th message, and
 * of the first one a MiB behind the note before: however many events printed nothing, a message
 * is found by reading at most that much.
 */
/** Messages from one note to the next, at most. */
export const INDEX_STRIDE = 1024
/** A message stands less than this behind the last note before it. */
export const INDEX_BYTES = 1024 * 1024

/** Messages first..end - 1, of which the first one's event stands at `position`. */
export interface Stretch {
  readonly first: number
  readonly end: number
  readonly position: number
}

export class SequenceIndex {
  /** Of the noted messages, ascending: 16 bytes for each 1,024 messages or MiB of the day. */
  private readonly sequences: number[] = []
  private readonly positions: number[] = []
  /** The next note is due at this message or at this position. */
  private dueSequence = 0
  private duePosition = 0

  /** Called for each message in sequence, with the journal position of its event. */
  note(sequence: number, position: number): void {
    if (sequence < this.dueSequence && position < this.duePosition) return
    this.sequences.push(sequence)
    this.positions.push(position)
    this.dueSequence = sequence + INDEX_STRIDE
    this.duePosition = position + INDEX_BYTES
  }

  /** The stretch that holds a message that was noted. */
  stretchOf(sequence: number): Stretch {
    const { sequences } = this
    let low = 0
    let high = sequences.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (sequences[middle]! <= sequence) low = middle
      else high = middle - 1
    }
    const first = sequences[low]!
    const end = sequences[low + 1] ?? first + INDEX_STRIDE
    return { first, end, position: this.positions[low]! }
  }
}
