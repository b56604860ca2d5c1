/**
 * The frame of a message: `8=FIX.n.m|9=length|` in front, `10=nnn|` behind. Only these bytes are
 * looked at, so a length that lies costs nothing. FIX 4.4 volume 2: test cases 2d, 2m, 2t, 3b, 3c.
 */
import { bytesOf, NINE, SOH, ZERO } from './ascii.ts'

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
const TRAILER = bytesOf('\u000110=###\u0001')
const LETTER_T = 0x54

/**
 * Total bytes of the message that starts at `at`, from BodyLength(9) alone.
 * @returns bytes > 0 (which may lie beyond `end`), or a FrameProblem
 */
export function measureFrame(
  bytes: Uint8Array,
  at: number,
  end: number,
  messageBytesMax: number,
): number {
  const beginString = bytes[at + 5] === LETTER_T ? BEGIN_STRING_T : BEGIN_STRING
  if (!startsWith(bytes, at, end, beginString)) return FrameProblem.BeginString
  let next = at + beginString.length
  if (!startsWith(bytes, next, end, BODY_LENGTH)) return FrameProblem.BodyLengthSyntax
  next += BODY_LENGTH.length

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

/**
 * The number in `10=nnn|` where a frame's length says that it is.
 * @returns 0..999, or -1 when something else stands there
 */
export function trailerChecksum(bytes: Uint8Array, frameEnd: number): number {
  const at = frameEnd - TRAILER.length
  if (!startsWith(bytes, at, frameEnd, TRAILER)) return -1
  return bytes[at + 4]! * 100 + bytes[at + 5]! * 10 + bytes[at + 6]! - ZERO * 111
}

/** Whether the pattern stands there, as far as there are bytes. */
function startsWith(bytes: Uint8Array, at: number, end: number, pattern: Uint8Array): boolean {
  const length = Math.min(pattern.length, end - at)
  for (let i = 0; i < length; i++) {
    const byte = bytes[at + i]!
    const expected = pattern[i]!
    if (byte === expected) continue
    if (expected !== DIGIT || byte < ZERO || byte > NINE) return false
  }
  return true
}
