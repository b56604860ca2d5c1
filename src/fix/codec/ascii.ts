/**
 * Characters of the FIX tag=value encoding and text in and out of bytes. FIX text is ASCII; bytes
 * above 0x7f pass through unchanged as ISO 8859-1, so that what came in can be echoed.
 */
export const SOH = 0x01
export const EQUALS = 0x3d
export const ZERO = 0x30
export const NINE = 0x39
export const POINT = 0x2e
export const MINUS = 0x2d

/** Bytes to text, one character a byte. Short values: faster than a TextDecoder call. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!)
  return text
}

/** Text to bytes, one byte a character; for constants made once. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/**
 * Reads decimal digits, leading zeros allowed.
 * @returns 0..2^53-1, or -1 when it is empty, has another character, or is larger
 */
export function parseDigits(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1

  let value = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - ZERO
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : -1
}
