/** Messages that came before their turn: they wait, by sequence number, for those before them. */

/** Messages kept while a hole before them is open; later ones are asked for again. */
export const PENDING_MESSAGES_MAX = 65_536

export class PendingMessages {
  private readonly bytes = new Map<number, Uint8Array>()
  /** Lowest number kept, Infinity when there is none; undefined when not known. */
  private first: number | undefined = Infinity

  get count(): number {
    return this.bytes.size
  }

  get isFull(): boolean {
    return this.bytes.size >= PENDING_MESSAGES_MAX
  }

  /** Remembered until that message is taken: a long recovery asks for it at every answer. */
  get lowest(): number {
    if (this.first === undefined) {
      this.first = Infinity
      for (const sequence of this.bytes.keys()) this.first = Math.min(this.first, sequence)
    }
    return this.first
  }

  has(sequence: number): boolean {
    return this.bytes.has(sequence)
  }

  /** Keeps a copy of `length` bytes. */
  keep(sequence: number, view: DataView, at: number, length: number): void {
    this.bytes.set(sequence, new Uint8Array(view.buffer, view.byteOffset + at, length).slice())
    if (this.first !== undefined) this.first = Math.min(this.first, sequence)
  }

  /** The message of this number, if it is kept; it is not any more. */
  take(sequence: number): Uint8Array | undefined {
    const message = this.bytes.get(sequence)
    if (message !== undefined) this.forget(sequence)
    return message
  }

  /** The message of this number has come in another way. */
  forget(sequence: number): void {
    if (this.bytes.delete(sequence) && sequence === this.first) this.first = undefined
  }

  forgetBelow(sequence: number): void {
    for (const number of this.bytes.keys()) if (number < sequence) this.bytes.delete(number)
    this.first = undefined
  }

  clear(): void {
    this.bytes.clear()
    this.first = Infinity
  }
}
