/**
 * Where in the journal the feed's messages come from: the position of the record of every 1,024th
 * message of the session, so that an old message is found by reading at most that many.
 */
export const INDEX_STRIDE = 1024
const FIRST_CAPACITY = 1024

export class SequenceIndex {
  private positions = new Float64Array(FIRST_CAPACITY)
  private count = 0

  /** A new session starts at message 1 again. */
  clear(): void {
    this.count = 0
  }

  /** Notes the journal position of message `sequence`; called for each, in sequence. */
  note(sequence: number, position: number): void {
    if ((sequence - 1) % INDEX_STRIDE !== 0) return
    if (this.count === this.positions.length) this.grow()
    this.positions[this.count++] = position
  }

  /**
   * The last indexed message at or before `sequence`, and its record's journal position; read on
   * from there and count. Undefined before the session's first message.
   */
  positionOf(sequence: number): { sequence: number; position: number } | undefined {
    const entry = Math.min(Math.floor((sequence - 1) / INDEX_STRIDE), this.count - 1)
    if (entry < 0) return undefined
    return { sequence: entry * INDEX_STRIDE + 1, position: this.positions[entry]! }
  }

  private grow(): void {
    const grown = new Float64Array(this.positions.length * 2)
    grown.set(this.positions)
    this.positions = grown
  }
}
