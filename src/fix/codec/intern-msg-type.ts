/**
 * MsgType(35) as a string without making one: FIX 4.4 types have one or two characters, so each is
 * one entry of a table; anything longer is rare and gets a string of its own.
 */
import { textOf } from './ascii.ts'

const oneCharacter = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
const twoCharacters = new Map<number, string>()
/** Counterparties could send every pair; 93 types exist. */
const TWO_CHARACTERS_MAX = 1024

/** @returns the same string object for the same one or two bytes */
export function internMsgType(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start
  if (length === 1) return oneCharacter[bytes[start]!]!
  if (length !== 2) return textOf(bytes, start, end)

  const key = (bytes[start]! << 8) | bytes[start + 1]!
  const known = twoCharacters.get(key)
  if (known !== undefined) return known

  const text = textOf(bytes, start, end)
  if (twoCharacters.size < TWO_CHARACTERS_MAX) twoCharacters.set(key, text)
  return text
}
