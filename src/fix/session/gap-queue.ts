/**
 * Messages that came in above a gap, kept until the numbers before them are filled. Bounded: a
 * counterparty that floods us above a gap is logged out instead of filling the memory.
 */
import { FixMessage } from '../codec/index.ts'

export const GAP_QUEUE_MESSAGES_MAX = 10_000
export const GAP_QUEUE_BYTES_MAX = 8 * 1024 * 1024

/** A number whose message was acted upon when it came; it only has to be counted. */
export const HANDLED = 'handled'

export class GapQueue {
  readonly #messages = new Map<number, Uint8Array | typeof HANDLED>()
  readonly #message = new FixMessage()
  #bytes = 0
  /** BeginSeqNo(7) of the ResendRequest that is on its way; 0 = none. */
  askedFrom = 0

  /** Some number is missing: what is held here cannot be processed yet. */
  get isOpen(): boolean {
    return this.#messages.size > 0
  }

  /** Keeps a copy; false when there is no room. A number that is held already stays as it is. */
  hold(message: FixMessage): boolean {
    if (this.#messages.has(message.msgSeqNum)) return true
    const length = message.end - message.start
    if (this.#messages.size >= GAP_QUEUE_MESSAGES_MAX) return false
    if (this.#bytes + length > GAP_QUEUE_BYTES_MAX) return false

    this.#messages.set(message.msgSeqNum, message.bytes.slice(message.start, message.end))
    this.#bytes += length
    return true
  }

  /** Notes a number whose message needs no further work; false when there is no room. */
  holdPlace(msgSeqNum: number): boolean {
    if (this.#messages.has(msgSeqNum)) return true
    if (this.#messages.size >= GAP_QUEUE_MESSAGES_MAX) return false
    this.#messages.set(msgSeqNum, HANDLED)
    return true
  }

  /** Removes and gives what is held under a number; a message is valid until the next call. */
  take(msgSeqNum: number): FixMessage | typeof HANDLED | undefined {
    const held = this.#messages.get(msgSeqNum)
    if (held === undefined) return undefined
    this.#remove(msgSeqNum)
    if (held === HANDLED) return HANDLED

    this.#message.scan(held, 0, held.length)
    return this.#message
  }

  /** Forgets everything below a number: it was filled, or a SequenceReset passed over it. */
  dropBelow(msgSeqNum: number): void {
    for (const held of this.#messages.keys()) {
      if (held < msgSeqNum) this.#remove(held)
    }
  }

  clear(): void {
    this.#messages.clear()
    this.#bytes = 0
    this.askedFrom = 0
  }

  #remove(msgSeqNum: number): void {
    const held = this.#messages.get(msgSeqNum)
    if (held instanceof Uint8Array) this.#bytes -= held.length
    this.#messages.delete(msgSeqNum)
    if (!this.isOpen) this.askedFrom = 0
  }
}
