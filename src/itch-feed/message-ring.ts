/**
 * Messages one behind the other, by sequence number, the latest of them kept: fixed slots that are
 * overwritten when the ring comes round. What is asked for most, the last moments, is answered
 * from one; older messages are printed into one from the journal.
 */
import { assert } from '../domain/index.ts'
import { ITCH_MESSAGE_BYTES_MAX } from '../wire/index.ts'

/** Messages of the running session kept in memory, a power of two: 4 MiB. */
export const RING_MESSAGES_MAX = 65_536

/** A length byte and the longest message. */
const SLOT_BYTES = 64
const DATA = 1

export class MessageRing {
  /** Sequence number of the next message to come. */
  next = 1
  private first = 1
  private readonly capacity: number
  private readonly bytes: Uint8Array

  /** @param capacity messages kept, a power of two */
  constructor(capacity: number = RING_MESSAGES_MAX) {
    assert(capacity > 0 && (capacity & (capacity - 1)) === 0, 'capacity is a power of two')
    this.capacity = capacity
    this.bytes = new Uint8Array(capacity * SLOT_BYTES)
  }

  /** Sequence number of the oldest message kept; equal to `next` when none is. */
  get oldest(): number {
    return Math.max(this.first, this.next - this.capacity)
  }

  /** Forgets every message; the next one has number `next`. */
  clear(next = 1): void {
    this.first = next
    this.next = next
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

  /** Bytes of message `sequence`, oldest <= sequence < next (asserted). */
  lengthOf(sequence: number): number {
    assert(sequence >= this.oldest && sequence < this.next, 'message is kept')
    return this.bytes[this.slotOf(sequence)]!
  }

  /** Copies message `sequence` to `at`. */
  copy(sequence: number, out: Uint8Array, at: number): void {
    const slot = this.slotOf(sequence) + DATA
    out.set(this.bytes.subarray(slot, slot + this.lengthOf(sequence)), at)
  }

  private slotOf(sequence: number): number {
    return (sequence % this.capacity) * SLOT_BYTES
  }
}
