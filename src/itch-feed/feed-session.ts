/**
 * One MoldUDP64 session, the sequence of a trading day's messages, as far as it has been on the
 * lines: enough to find each of them in the journal again.
 */
import { SequenceIndex } from './sequence-index.ts'

export class FeedSession {
  readonly name: string
  /** UTC midnight that its timestamps count from, in seconds since 1970. */
  readonly midnightSeconds: number
  readonly index = new SequenceIndex()
  /** Sequence number of the next message. */
  next = 1
  /** S `C` was the last message. */
  ended = false

  constructor(name: string, midnightSeconds: number) {
    this.name = name
    this.midnightSeconds = midnightSeconds
  }

  /** Counts a message. @param position of its event in the journal */
  note(position: number): void {
    this.index.note(this.next, position)
    this.next++
  }
}
