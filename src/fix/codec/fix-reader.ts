/**
 * Cuts a stream of bytes into FIX messages. Whole messages are read where they lie in the socket's
 * buffer; only an incomplete tail is kept, never more than one message of the size allowed.
 *
 * A frame that is broken is reported and skipped without an answer; the next good message reveals
 * the gap (FIX 4.4 volume 2, "garbled"; docs/protocols/fix-session.md, step 1). When CheckSum(10)
 * is not where BodyLength(9) says, the search for the next `8=FIX` starts right behind this one;
 * when the frame is whole but its sum or MsgType is wrong, the frame is skipped. So each byte is
 * searched once and summed once, whatever the lengths claim.
 */
import { textOf } from './ascii.ts'
import { checksum, viewOf } from './checksum.ts'
import { FixMessage } from './fix-message.ts'
import {
  FRAME_BYTES_MIN,
  FrameProblem,
  measureFrame,
  TRAILER_BYTES,
  trailerChecksum,
} from './measure-frame.ts'

/** Why bytes were skipped. */
export type GarbledReason =
  | 'BeginString(8) is not the first field'
  | 'BodyLength(9) is not the second field'
  | 'BodyLength(9) too large'
  | 'BodyLength(9) too small'
  | 'BodyLength(9) does not lead to CheckSum(10)'
  | 'MsgType(35) is not the third field'
  | 'CheckSum(10) is wrong'

export interface FixReaderHandler {
  /** A message with a whole frame and the right sum, valid until this call returns. */
  onMessage(message: FixMessage): void
  /** Bytes were skipped; `text` is their beginning, `|` for the delimiter. */
  onGarbled(reason: GarbledReason, text: string): void
  /** More than garbageBytesMax skipped since the last good message; the reader has stopped. */
  onGarbageLimit(): void
}

export interface FixReaderLimits {
  /** Largest message in bytes, frame included. */
  messageBytesMax: number
  /** Bytes that may be skipped between two good messages. */
  garbageBytesMax: number
}

const EXCERPT_BYTES = 80
const CARRY_BYTES_INITIAL = 1024
const DIGIT_8 = 0x38
const BEGIN = [0x38, 0x3d, 0x46, 0x49, 0x58]

// Typed by FrameProblem: -1, -2, …
const frameProblems: readonly GarbledReason[] = [
  'BeginString(8) is not the first field',
  'BodyLength(9) is not the second field',
  'BodyLength(9) too large',
  'BodyLength(9) too small',
]

export class FixReader {
  /** Applies to messages that start from now on. */
  messageBytesMax: number
  readonly #garbageBytesMax: number
  readonly #handler: FixReaderHandler
  readonly #message = new FixMessage()

  /** The incomplete tail of what was pushed lies in [carryStart, carryEnd). */
  #carry = new Uint8Array(CARRY_BYTES_INITIAL)
  #carryView = viewOf(this.#carry)
  #carryStart = 0
  #carryEnd = 0
  /** Bytes that the incomplete message needs before it is worth another look. */
  #needed = 0
  #garbageBytes = 0
  /** Skipping bytes that belong to no frame; reported once, when it began. */
  #inNoise = false
  #stopped = false
  #suspended = false

  constructor(handler: FixReaderHandler, limits: FixReaderLimits) {
    this.#handler = handler
    this.messageBytesMax = limits.messageBytesMax
    this.#garbageBytesMax = limits.garbageBytesMax
  }

  get stopped(): boolean {
    return this.#stopped
  }

  /** Nothing is delivered any more, neither from this chunk nor from later ones. */
  stop(): void {
    this.#stopped = true
  }

  /** Delivers nothing more for now; the owner stops reading its socket, what it read is kept. */
  suspend(): void {
    this.#suspended = true
  }

  /** Goes on behind the last message delivered. */
  resume(): void {
    if (!this.#suspended) return
    this.#suspended = false
    if (this.#carryEnd > this.#carryStart) this.#consumeCarry()
  }

  /** What was pushed and not delivered, of a reader that is suspended. */
  takeUnread(): Uint8Array {
    const unread = this.#carry.slice(this.#carryStart, this.#carryEnd)
    this.#carryStart = this.#carryEnd = 0
    return unread
  }

  /** Takes the next bytes of the stream and delivers every message that they complete. */
  push(chunk: Uint8Array): void {
    let at = 0
    while (this.#carryEnd > this.#carryStart && at < chunk.length && !this.#isHalted) {
      at = this.#pushToCarry(chunk, at)
    }
    if (this.#stopped || at === chunk.length) return

    if (!this.#suspended) at = this.#consume(chunk, viewOf(chunk), at, chunk.length)
    if (!this.#stopped && at < chunk.length) this.#keep(chunk, at, chunk.length)
  }

  get #isHalted(): boolean {
    return this.#stopped || this.#suspended
  }

  /** Completes the kept message with no more bytes than it needs; returns where the rest begins. */
  #pushToCarry(chunk: Uint8Array, at: number): number {
    const missing = Math.max(this.#needed - (this.#carryEnd - this.#carryStart), 1)
    const end = Math.min(at + missing, chunk.length)
    this.#keep(chunk, at, end)
    if (this.#carryEnd - this.#carryStart >= this.#needed) this.#consumeCarry()
    return end
  }

  #consumeCarry(): void {
    this.#carryStart = this.#consume(this.#carry, this.#carryView, this.#carryStart, this.#carryEnd)
    if (this.#carryStart === this.#carryEnd) this.#carryStart = this.#carryEnd = 0
  }

  /**
   * Delivers the messages of [start, end).
   * @returns where the incomplete message begins, `end` when there is none
   */
  #consume(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    let at = start
    while (at < end && !this.#isHalted) {
      const length = measureFrame(bytes, view, at, end, this.messageBytesMax)
      if (length < 0) {
        at = this.#skipToBegin(bytes, at, end, frameProblems[-1 - length]!)
        continue
      }
      if (length === FrameProblem.Incomplete || at + length > end) {
        this.#needed = Math.max(length, FRAME_BYTES_MIN)
        return at
      }
      at = this.#take(bytes, view, at, at + length, end)
    }
    return at
  }

  /** Judges one whole frame; returns where to go on. */
  #take(bytes: Uint8Array, view: DataView, at: number, frameEnd: number, end: number): number {
    const claimed = trailerChecksum(bytes, view, frameEnd)
    if (claimed < 0) {
      return this.#skipToBegin(bytes, at, end, 'BodyLength(9) does not lead to CheckSum(10)')
    }
    if (claimed !== checksum(view, at, frameEnd - TRAILER_BYTES)) {
      return this.#skip(bytes, at, frameEnd, 'CheckSum(10) is wrong')
    }

    const message = this.#message
    message.scan(bytes, at, frameEnd, view)
    if (message.tags[2] !== 35 || message.valueEnds[2] === message.valueStarts[2]) {
      return this.#skip(bytes, at, frameEnd, 'MsgType(35) is not the third field')
    }

    this.#garbageBytes = 0
    this.#inNoise = false
    this.#handler.onMessage(message)
    return frameEnd
  }

  /** Skips to the next `8=FIX`, or the beginning of one at the end. */
  #skipToBegin(bytes: Uint8Array, at: number, end: number, reason: GarbledReason): number {
    const isNoise = reason === 'BeginString(8) is not the first field'
    if (isNoise && this.#inNoise) {
      return this.#count(at, findBegin(bytes, at + 1, end))
    }
    const next = this.#skip(bytes, at, findBegin(bytes, at + 1, end), reason)
    this.#inNoise = true
    return next
  }

  #skip(bytes: Uint8Array, at: number, next: number, reason: GarbledReason): number {
    this.#inNoise = false
    const excerpt = textOf(bytes, at, Math.min(next, at + EXCERPT_BYTES))
    this.#handler.onGarbled(reason, excerpt.replaceAll('\u0001', '|'))
    return this.#count(at, next)
  }

  #count(at: number, next: number): number {
    this.#garbageBytes += next - at
    if (this.#garbageBytes > this.#garbageBytesMax && !this.#stopped) {
      this.#stopped = true
      this.#handler.onGarbageLimit()
    }
    return next
  }

  /** Appends to the kept bytes. They move to the front only when the buffer's other half is used up. */
  #keep(chunk: Uint8Array, start: number, end: number): void {
    const kept = this.#carryEnd - this.#carryStart
    const length = end - start
    if (this.#carryEnd + length > this.#carry.length) {
      const room = (kept + length) * 2
      const target = room > this.#carry.length ? new Uint8Array(room) : this.#carry
      target.set(this.#carry.subarray(this.#carryStart, this.#carryEnd))
      this.#carry = target
      this.#carryView = viewOf(target)
      this.#carryStart = 0
      this.#carryEnd = kept
    }
    this.#carry.set(chunk.subarray(start, end), this.#carryEnd)
    this.#carryEnd += length
  }
}

/** Position of the next `8=FIX`, or of the beginning of one that `end` cuts off, or `end`. */
function findBegin(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (bytes[at] === DIGIT_8 && isBegin(bytes, at, end)) return at
  }
  return end
}

function isBegin(bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = 1; i < BEGIN.length && at + i < end; i++) {
    if (bytes[at + i] !== BEGIN[i]) return false
  }
  return true
}
