/**
 * Structure of a message against the dictionary: tags, formats, enumerations, order of header,
 * body and trailer, repeating groups, required fields. One pass over the fields, which stops at
 * the first that is wrong; each has one Reject(3). specs/fix-order-entry section 3.
 */
import type { FixMessage } from '../codec/index.ts'
import { MalformedTag, parseDigits, textOf } from '../codec/index.ts'
import { dataTagOf, lengthTagOf } from '../dictionary/index.ts'
import {
  enumerations,
  FIX_TAGS,
  formats,
  isListedCharacter,
  isListedValue,
  USER_TAG_MIN,
} from './field-rules.ts'
import type { GroupRules } from './message-rules.ts'
import {
  CHECKED,
  COUNTER,
  messageRulesOf,
  REQUIRED,
  Section,
  SECTION_BITS,
} from './message-rules.ts'
import type { Rejection } from './rejection.ts'
import { rejected, Structure } from './rejection.ts'
import { Format, isWellFormed } from './value-format.ts'

export interface ValidationOptions {
  /** Refuse tags from 5000 on instead of ignoring them. */
  readonly strictUserTags: boolean
}

/** BeginString, BodyLength and MsgType are proved by the frame; checking starts behind them. */
const FIRST_FIELD = 3

/** @returns null when the structure is right, else the first fault */
export function validate(message: FixMessage, options: ValidationOptions): Rejection | null {
  const rules = messageRulesOf(message.msgType)
  if (rules === undefined) return rejected(Structure.InvalidMsgType, 0)

  const { tags, valueStarts, valueEnds, fieldCount } = message
  const { places } = rules
  const repeats = message.hasRepeatedTags ? new RepeatedTags() : null
  let section: number = Section.Header
  let requiredSeen = 0

  for (let index = FIRST_FIELD; index < fieldCount; index++) {
    const tag = tags[index]!
    if (valueStarts[index] === valueEnds[index]) return rejected(Structure.TagWithoutValue, tag)

    const place = tag > 0 && tag < FIX_TAGS ? places[tag]! : 0
    if (place === 0) {
      const rejection = judgeStrayTag(message, index, options)
      if (rejection !== null) return rejection
      continue
    }
    if ((place & SECTION_BITS) < section) return rejected(Structure.TagOutOfOrder, tag)
    section = place & SECTION_BITS
    if (repeats?.includes(tag) === true) return rejected(Structure.TagRepeated, tag)

    if ((place & REQUIRED) !== 0) requiredSeen++
    if ((place & CHECKED) === 0) continue
    const rejection = judgeValue(message, index)
    if (rejection !== null) return rejection
    if ((place & COUNTER) !== 0) {
      const last = judgeGroup(message, index, rules.groups.get(tag)!, options)
      if (typeof last !== 'number') return last
      index = last
    }
  }

  if (requiredSeen === rules.requiredTags.length) return null
  const missing = rules.requiredTags.find((tag) => !message.has(tag))!
  return rejected(Structure.RequiredTagMissing, missing)
}

/** Tags outside groups that were seen; made only for a message in which some tag may repeat. */
class RepeatedTags {
  readonly #seen = new Set<number>([8, 9, 35])

  /** Whether the tag was here before; remembers it. */
  includes(tag: number): boolean {
    if (this.#seen.has(tag)) return true
    this.#seen.add(tag)
    return false
  }
}

/** A field that the message does not have: a counterparty's own, another message's, or no tag. */
function judgeStrayTag(
  message: FixMessage,
  index: number,
  options: ValidationOptions,
): Rejection | null {
  const tag = message.tags[index]!
  if (tag === MalformedTag.NoEquals) {
    // The piece behind the delimiter has no tag; the value that it was torn from is to blame.
    return rejected(Structure.DelimiterInValue, message.tags[index - 1]!)
  }
  if (tag === MalformedTag.NotANumber)
    return rejected(Structure.InvalidTagNumber, writtenTag(message, index))
  if (tag >= USER_TAG_MIN)
    return options.strictUserTags ? rejected(Structure.UndefinedTag, tag) : null
  const isKnown = tag < FIX_TAGS && formats[tag] !== 0
  return rejected(isKnown ? Structure.TagNotInMessage : Structure.InvalidTagNumber, tag)
}

/** `-1` for the field `-1=x`; 0 when there is no number in front of the `=`. */
function writtenTag(message: FixMessage, index: number): number {
  const field = textOf(message.bytes, message.valueStarts[index]!, message.valueEnds[index]!)
  const number = /^-?\d{1,9}(?==)/.exec(field)?.[0]
  return number === undefined ? 0 : Number(number)
}

function judgeValue(message: FixMessage, index: number): Rejection | null {
  const tag = message.tags[index]!
  const format = formats[tag]!
  const enumeration = enumerations[tag]!
  const { bytes } = message
  const start = message.valueStarts[index]!
  const end = message.valueEnds[index]!
  // Nearly all enumerated values: listed, and so well formed.
  if (end === start + 1 && isListedCharacter(enumeration, bytes[start]!)) return null

  if (!isWellFormed(format, bytes, start, end)) return rejected(Structure.IncorrectDataFormat, tag)
  if (enumeration > 0 && !isListedValue(tag, bytes, start, end)) {
    return rejected(Structure.ValueIncorrect, tag)
  }
  if (format === Format.Digits && dataTagOf(tag) > 0) return judgeDataLength(message, index)
  if (format === Format.Data && message.tags[index - 1] !== lengthTagOf(tag)) {
    return rejected(Structure.TagOutOfOrder, tag)
  }
  return null
}

/** A length must be followed at once by as many bytes of its data field. */
function judgeDataLength(message: FixMessage, index: number): Rejection | null {
  const lengthTag = message.tags[index]!
  const dataTag = dataTagOf(lengthTag)
  if (message.tags[index + 1] !== dataTag) return rejected(Structure.RequiredTagMissing, dataTag)

  const claimed = parseDigits(message.bytes, message.valueStarts[index]!, message.valueEnds[index]!)
  const actual = message.valueEnds[index + 1]! - message.valueStarts[index + 1]!
  return claimed === actual ? null : rejected(Structure.IncorrectDataFormat, lengthTag)
}

/**
 * Checks the entries behind a counter, groups inside them included. NoXxx=0 without entries is
 * legal (QuickFIX case 21).
 * @returns index of the group's last field, or what is wrong with it
 */
function judgeGroup(
  message: FixMessage,
  counterIndex: number,
  group: GroupRules,
  options: ValidationOptions,
): number | Rejection {
  const { tags, fieldCount } = message
  let entries = 0
  let position = 0
  let requiredSeen = 0
  let entryStart = 0
  let index = counterIndex + 1

  for (; index < fieldCount; index++) {
    const tag = tags[index]!
    if (tag >= USER_TAG_MIN && !options.strictUserTags) continue
    const place = tag > 0 && tag < FIX_TAGS ? group.positions[tag]! : 0
    if (place === 0) break

    if (tag === group.delimiterTag) {
      if (entries > 0 && requiredSeen < group.requiredTags.length) break
      entries++
      requiredSeen = 0
      entryStart = index
    } else if (entries === 0 || place <= position) {
      return rejected(Structure.GroupOutOfOrder, tag)
    }
    position = place
    requiredSeen += group.isRequired[tag]!

    const rejection = judgeMember(message, index)
    if (rejection !== null) return rejection
    const nested = group.groups.get(tag)
    if (nested === undefined) continue
    const last = judgeGroup(message, index, nested, options)
    if (typeof last !== 'number') return last
    index = last
  }

  if (entries > 0 && requiredSeen < group.requiredTags.length) {
    const entry = tags.subarray(entryStart, index)
    const missing = group.requiredTags.find((tag) => !entry.includes(tag))!
    return rejected(Structure.RequiredTagMissing, missing)
  }
  const counted = parseDigits(
    message.bytes,
    message.valueStarts[counterIndex]!,
    message.valueEnds[counterIndex]!,
  )
  return entries === counted ? index - 1 : rejected(Structure.GroupCountIncorrect, group.counterTag)
}

function judgeMember(message: FixMessage, index: number): Rejection | null {
  if (message.valueStarts[index] === message.valueEnds[index]) {
    return rejected(Structure.TagWithoutValue, message.tags[index]!)
  }
  return judgeValue(message, index)
}
