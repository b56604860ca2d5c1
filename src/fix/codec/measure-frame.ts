/**
 * The frame of a message: `8=FIX.n.m|9=length|` in front, `10=nnn|` behind. Only these bytes are
 * looked at, so a length that lies costs nothing. FIX 4.4 volume 2: test cases 2d, 2m, 2t, 3b, 3c.
 */
import { bytesOf, NINE, SOH, ZERO } from './ascii.ts'
import { viewOf } from './checksum.ts'

/** What measureFrame answers when there is no length. */
export const FrameProblem = {
  /** More bytes are needed to tell. */
  Incomplete: 0,
  BeginString: -1,
  BodyLengthSyntax: -2,
  BodyLengthTooLarge: -3,
  BodyLengthTooSmall: -4,
} as const

/** Shortest message with all it needs: `8=FIX.4.4|9=5|35=0|10=000|`. */
export const FRAME_BYTES_MIN = 26
/** `10=nnn|` */
export const TRAILER_BYTES = 7
const BODY_BYTES_MIN = '35=0|'.length
/** Digits of BodyLength(9) that are read, leading zeros included. */
const BODY_LENGTH_DIGITS_MAX = 10

/** `#` stands for a digit. */
const DIGIT = 0x23
const BEGIN_STRING = bytesOf('8=FIX.#.#\u0001')
const BEGIN_STRING_T = bytesOf('8=FIXT.#.#\u0001')
const BODY_LENGTH = bytesOf('9=')
const LETTER_T = 0x54
/** The same for FIX.4.4 and of the trailer, as the words that they are in memory. */
const OPENING = wordsOf('8=FIX.4.4\u00019=')
const OPENING_BYTES = OPENING.length * 4
const TRAILER = wordsOf('\u000110=')[0]

/**
 * Total bytes of the message that starts at `at`, from BodyLength(9) alone.
 * @returns bytes > 0 (which may lie beyond `end`), or a FrameProblem
 */
export function measureFrame(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  messageBytesMax: number,
): number {
  let next = at + OPENING_BYTES
  if (!isUsualOpening(view, at, end)) {
    next = endOfOpening(bytes, at, end)
    if (next < 0) return next
  }

  let bodyLength = 0
  for (let digits = 0; ; digits++) {
    if (next >= end) return FrameProblem.Incomplete
    const byte = bytes[next++]!
    if (byte === SOH && digits > 0) break
    if (byte < ZERO || byte > NINE || digits === BODY_LENGTH_DIGITS_MAX) {
      return FrameProblem.BodyLengthSyntax
    }
    bodyLength = bodyLength * 10 + byte - ZERO
  }

  if (bodyLength < BODY_BYTES_MIN) return FrameProblem.BodyLengthTooSmall
  const length = next - at + bodyLength + TRAILER_BYTES
  return length > messageBytesMax ? FrameProblem.BodyLengthTooLarge : length
}

/** Whether it starts with `8=FIX.4.4|9=`, in three comparisons: half the time of the general way. */
function isUsualOpening(view: DataView, at: number, end: number): boolean {
  return (
    at + OPENING_BYTES <= end &&
    view.getInt32(at, true) === OPENING[0] &&
    view.getInt32(at + 4, true) === OPENING[1] &&
    view.getInt32(at + 8, true) === OPENING[2]
  )
}

/** Where the digits of BodyLength(9) begin, behind any BeginString(8); or a FrameProblem. */
function endOfOpening(bytes: Uint8Array, at: number, end: number): number {
  const beginString = bytes[at + 5] === LETTER_T ? BEGIN_STRING_T : BEGIN_STRING
  if (!startsWith(bytes, at, end, beginString)) return FrameProblem.BeginString
  const next = at + beginString.length
  if (!startsWith(bytes, next, end, BODY_LENGTH)) return FrameProblem.BodyLengthSyntax
  return next + BODY_LENGTH.length
}

/**
 * The number in `10=nnn|` where a frame's length says that it is.
 * @returns 0..999, or -1 when something else stands there
 */
export function trailerChecksum(bytes: Uint8Array, view: DataView, frameEnd: number): number {
  const at = frameEnd - TRAILER_BYTES
  if (view.getInt32(at - 1, true) !== TRAILER || bytes[frameEnd - 1] !== SOH) return -1
  const hundreds = bytes[at + 3]! - ZERO
  const tens = bytes[at + 4]! - ZERO
  const ones = bytes[at + 5]! - ZERO
  const areDigits = hundreds >>> 0 <= 9 && tens >>> 0 <= 9 && ones >>> 0 <= 9
  return areDigits ? hundreds * 100 + tens * 10 + ones : -1
}

/** Whether the pattern stands there, as far as there are bytes. */
function startsWith(bytes: Uint8Array, at: number, end: number, pattern: Uint8Array): boolean {
  const length = Math.min(pattern.length, end - at)
  for (let i = 0; i < length; i++) {
    const byte = bytes[at + i]!
    const isRight = pattern[i] === DIGIT ? byte >= ZERO && byte <= NINE : byte === pattern[i]
    if (!isRight) return false
  }
  return true
}

function wordsOf(text: string): Int32Array {
  const view = viewOf(bytesOf(text))
  return Int32Array.from({ length: text.length / 4 }, (_, word) => view.getInt32(word * 4, true))
}
