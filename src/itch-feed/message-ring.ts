/**
 * The feed's most recent messages of the running session, by sequence number: what the
 * retransmission server answers from. Fixed slots, overwritten when the ring comes round.
 */
import { assert } from '../domain/index.ts'
import { ITCH_MESSAGE_BYTES_MAX } from '../wire/index.ts'

/** Messages kept, a power of two: 4 MiB. */
export const RETRANSMISSION_MESSAGES_MAX = 65_536

/** A length byte and the longest message. */
const SLOT_BYTES = 64
const DATA = 1

/** Messages by sequence number: the ring here, the journal for what is older. */
export interface MessageStore {
  /** Sequence number of the oldest message kept; equal to `next` when none is. */
  readonly oldest: number
  /** Sequence number of the next message to come. */
  readonly next: number
  /** Bytes of message `sequence`, oldest <= sequence < next. */
  lengthOf(sequence: number): number
  /** Copies message `sequence` to `at`. */
  copy(sequence: number, out: Uint8Array, at: number): void
}

export class MessageRing implements MessageStore {
  next = 1
  private readonly capacity: number
  private readonly bytes: Uint8Array

  /** @param capacity messages kept, a power of two */
  constructor(capacity: number = RETRANSMISSION_MESSAGES_MAX) {
    assert(capacity > 0 && (capacity & (capacity - 1)) === 0, 'capacity is a power of two')
    this.capacity = capacity
    this.bytes = new Uint8Array(capacity * SLOT_BYTES)
  }

  get oldest(): number {
    return Math.max(1, this.next - this.capacity)
  }

  /** A new session: forgets every message. */
  clear(): void {
    this.next = 1
  }

  /** Keeps the message `from[at .. at + length)` as number `next`. */
  append(from: Uint8Array, at: number, length: number): void {
    assert(length <= ITCH_MESSAGE_BYTES_MAX, 'message length')
    const slot = this.slotOf(this.next)
    this.bytes[slot] = length
    // Faster than set(subarray) for messages of 12 to 50 bytes, which allocates a view.
    for (let i = 0; i < length; i++) this.bytes[slot + DATA + i] = from[at + i]!
    this.next++
  }

  lengthOf(sequence: number): number {
    assert(sequence >= this.oldest && sequence < this.next, 'message is kept')
    return this.bytes[this.slotOf(sequence)]!
  }

  copy(sequence: number, out: Uint8Array, at: number): void {
    const slot = this.slotOf(sequence) + DATA
    out.set(this.bytes.subarray(slot, slot + this.lengthOf(sequence)), at)
  }

  private slotOf(sequence: number): number {
    return (sequence % this.capacity) * SLOT_BYTES
  }
}
