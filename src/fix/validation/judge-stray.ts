/** A field that the message does not have: a counterparty's own, another message's, or no field. */
import type { FixMessage } from '../codec/index.ts'
import { MalformedTag, textOf } from '../codec/index.ts'
import { FIX_TAGS, formats, USER_TAG_MIN } from './field-rules.ts'
import type { Rejection } from './rejection.ts'
import { rejected, Structure } from './rejection.ts'
import type { ValidationOptions } from './validation-options.ts'

/** @returns null for a counterparty's own field, where such are ignored */
export function judgeStray(
  message: FixMessage,
  index: number,
  options: ValidationOptions,
): Rejection | null {
  const tag = message.tags[index]!
  if (tag === MalformedTag.NoEquals) {
    // The piece behind the delimiter has no tag; the value that it was torn from is to blame.
    return rejected(Structure.DelimiterInValue, message.tags[index - 1]!)
  }
  if (tag === MalformedTag.NotANumber) {
    return rejected(Structure.InvalidTagNumber, writtenTag(message, index))
  }
  if (message.valueStarts[index] === message.valueEnds[index]) {
    return rejected(Structure.TagWithoutValue, tag)
  }
  if (tag >= USER_TAG_MIN) {
    const isDefined = !options.strictUserTags || options.ownTags?.has(tag) === true
    return isDefined ? null : rejected(Structure.UndefinedTag, tag)
  }
  const isKnown = tag < FIX_TAGS && formats[tag] !== 0
  return rejected(isKnown ? Structure.TagNotInMessage : Structure.InvalidTagNumber, tag)
}

/** `-1` for the field `-1=x`; undefined when there is no number in front of the `=`. */
function writtenTag(message: FixMessage, index: number): number | undefined {
  const field = textOf(message.bytes, message.valueStarts[index]!, message.valueEnds[index]!)
  const number = /^-?\d{1,15}(?==)/.exec(field)?.[0]
  return number === undefined ? undefined : Number(number)
}
