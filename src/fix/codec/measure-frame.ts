/**
 * The frame of a message: `8=FIX.n.m|9=length|` in front, `10=nnn|` behind. Only these bytes are
 * looked at, so a length that lies costs nothing. FIX 4.4 volume 2: test cases 2d, 2m, 2t, 3b, 3c.
 */
import { NINE, POINT, SOH, ZERO } from './ascii.ts'

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

const LETTER_T = 0x54
const BEGIN = [0x38, 0x3d, 0x46, 0x49, 0x58]
const BODY_LENGTH = [0x39, 0x3d]

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
  let next = at
  for (const character of BEGIN) {
    if (next === end) return FrameProblem.Incomplete
    if (bytes[next++] !== character) return FrameProblem.BeginString
  }

  const version = endOfVersion(bytes, next, end)
  if (version <= 0) return version
  next = version

  for (const character of BODY_LENGTH) {
    if (next === end) return FrameProblem.Incomplete
    if (bytes[next++] !== character) return FrameProblem.BodyLengthSyntax
  }

  let bodyLength = 0
  for (let digits = 0; ; digits++) {
    if (next === end) return FrameProblem.Incomplete
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

/** Position after `.4.4|` or `T.1.1|`, or a FrameProblem. */
function endOfVersion(bytes: Uint8Array, at: number, end: number): number {
  let next = at
  if (next < end && bytes[next] === LETTER_T) next++
  for (const isDigit of [false, true, false, true]) {
    if (next === end) return FrameProblem.Incomplete
    const byte = bytes[next++]!
    if (isDigit ? byte < ZERO || byte > NINE : byte !== POINT) return FrameProblem.BeginString
  }
  if (next === end) return FrameProblem.Incomplete
  return bytes[next] === SOH ? next + 1 : FrameProblem.BeginString
}

/**
 * The number in `10=nnn|` where a frame's length says that it is.
 * @returns 0..999, or -1 when something else stands there
 */
export function trailerChecksum(bytes: Uint8Array, frameEnd: number): number {
  const at = frameEnd - TRAILER_BYTES
  if (bytes[at - 1] !== SOH || bytes[at] !== 0x31 || bytes[at + 1] !== ZERO) return -1
  if (bytes[at + 2] !== 0x3d || bytes[at + 6] !== SOH) return -1

  let value = 0
  for (let i = at + 3; i < at + 6; i++) {
    const digit = bytes[i]! - ZERO
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}
