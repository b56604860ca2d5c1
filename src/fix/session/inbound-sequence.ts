/**
 * The inbound half of a session's numbers: which MsgSeqNum(34) comes next, what is held because
 * something before it is missing, and whether that has been asked for.
 */
import type { FixMessage } from '../codec/index.ts'
import { Tag } from '../dictionary/index.ts'
import { GapQueue } from './gap-queue.ts'
import type { HANDLED } from './gap-queue.ts'
import type { SequenceVerdict } from './judge-sequence.ts'
import { judgeSequence } from './judge-sequence.ts'

const NEVER = Number.POSITIVE_INFINITY
const { PossDupFlag } = Tag

export class InboundSequence {
  /** MsgSeqNum(34) of the next message. */
  expected = 1
  /** When the gap has had no progress for too long. */
  deadlineMs = NEVER

  readonly #queue = new GapQueue()
  readonly #timeoutMs: number
  /** What `expected` was when the deadline was set. */
  #watched = 0

  /** @param timeoutMs how long a gap may stay without progress */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  get hasGap(): boolean {
    return this.#queue.isOpen
  }

  judge(message: FixMessage): SequenceVerdict {
    const { msgSeqNum } = message
    return judgeSequence({ msgSeqNum, expected: this.expected, possDup: message.flag(PossDupFlag) })
  }

  /** Consumes the message's number if it is the one expected. */
  count(message: FixMessage): void {
    if (message.msgSeqNum === this.expected) this.expected++
  }

  /** Keeps a message that came too early; false when there is no room. */
  hold(message: FixMessage): boolean {
    return this.#queue.hold(message)
  }

  /** Keeps the number of one that has been dealt with; false when there is no room. */
  holdPlace(message: FixMessage): boolean {
    return this.#queue.holdPlace(message.msgSeqNum)
  }

  /** What was held under the number expected; a message is valid until the next call. */
  takeHeld(): FixMessage | typeof HANDLED | undefined {
    return this.#queue.isOpen ? this.#queue.take(this.expected) : undefined
  }

  /**
   * Whether to ask for the gap now; saying yes is once per gap. A resent message above the number
   * expected shows that the resend passed over something: then once more, from where it stands.
   */
  mustAsk({ seesResend }: { seesResend: boolean }): boolean {
    const { askedFrom } = this.#queue
    const isAsked = askedFrom > 0 && !(seesResend && askedFrom !== this.expected)
    if (isAsked) return false
    this.#queue.askedFrom = this.expected
    return true
  }

  /** A SequenceReset goes on at a higher number: what was held below it is not wanted any more. */
  continueAt(next: number): void {
    this.expected = next
    this.#queue.dropBelow(next)
  }

  /** A new count: what was held belongs to the old one. */
  startAgain(next: number): void {
    this.expected = next
    this.forgetGap()
  }

  forgetGap(): void {
    this.#queue.clear()
    this.deadlineMs = NEVER
    this.#watched = 0
  }

  /** Gives an open gap its time again whenever there was progress. */
  watch(nowMs: number): void {
    if (!this.#queue.isOpen) {
      this.deadlineMs = NEVER
      this.#watched = 0
    } else if (this.#watched !== this.expected) {
      this.deadlineMs = nowMs + this.#timeoutMs
      this.#watched = this.expected
    }
  }
}
