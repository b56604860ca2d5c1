/** What an answer repeats of a message, so that the client finds what it is about. */
import type { FieldWriter, FixMessage } from '../fix/index.ts'
import { legible } from '../fix/index.ts'

/** Longest value that an answer repeats; longer ones are cut. */
export const ECHO_CHARACTERS_MAX = 64

/** A value of the message, as `legible` as an answer must be. */
export function echo(body: FieldWriter, message: FixMessage, tag: number, instead?: string): void {
  const value = message.string(tag) ?? instead
  if (value !== undefined) body.string(tag, legible(value, ECHO_CHARACTERS_MAX))
}
