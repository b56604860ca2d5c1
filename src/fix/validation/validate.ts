/**
 * Structure of a message against the dictionary: tags, formats, enumerations, order of header,
 * body and trailer, repeating groups, required fields. One pass over the fields, which stops at
 * the first that is wrong; each has one Reject(3). FIX 4.4 volume 2, cases 14.
 */
import type { FixMessage } from '../codec/index.ts'
import { isUtcTimestamp } from '../codec/index.ts'
import { Tag } from '../dictionary/index.ts'
import * as fieldRules from './field-rules.ts'
import type { Judged } from './judge-group.ts'
import { judgeGroup } from './judge-group.ts'
import { judgeStray } from './judge-stray.ts'
import { judgeValue } from './judge-value.ts'
import * as messageRules from './message-rules.ts'
import type { Rejection } from './rejection.ts'
import { rejected, Structure } from './rejection.ts'
import { SeenTags } from './seen-tags.ts'
import type { ValidationOptions } from './validation-options.ts'
import { isDecimal, isDigits } from './value-format.ts'

// As constants of this module: an imported one is loaded anew wherever it is used.
const { CHARACTERS, FIX_TAGS, listedCharacters } = fieldRules
const { Section, QuickCheck, Rule, messageRulesOf } = messageRules

/** BeginString, BodyLength and MsgType are proved by the frame; checking starts behind them. */
const FIRST_FIELD = 3
const seenTags = new SeenTags([Tag.BeginString, Tag.BodyLength, Tag.MsgType])

/** @returns null when the structure is right, else the first fault */
export function validate(message: FixMessage, options: ValidationOptions): Rejection | null {
  const rules = messageRulesOf(message.msgType)
  if (rules === undefined) return rejected(Structure.InvalidMsgType, Tag.MsgType)

  const { tags, valueStarts, valueEnds, fieldCount, view } = message
  const { fields } = rules
  const mayRepeat = message.hasRepeatedTags
  if (mayRepeat) seenTags.begin()
  let section: number = Section.Header
  let requiredSeen = 0

  for (let index = FIRST_FIELD; index < fieldCount; index++) {
    const tag = tags[index]!
    const start = valueStarts[index]!
    const end = valueEnds[index]!
    const rule = tag >>> 0 < FIX_TAGS ? fields[tag]! : 0
    const place = rule & Rule.Section
    if (place < section || start === end) {
      const rejection = judgeMisplaced(message, index, place, options)
      if (rejection !== null) return rejection
      continue
    }
    section = place
    if (mayRepeat && seenTags.has(tag)) return rejected(Structure.TagRepeated, tag)
    requiredSeen += (rule >>> Rule.RequiredShift) & 1

    switch ((rule >>> Rule.CheckShift) & Rule.CheckMask) {
      case QuickCheck.None:
        continue
      case QuickCheck.MsgSeqNum:
        if (message.msgSeqNum >= 0) continue
        break
      case QuickCheck.ListedCharacter:
        if (end === start + 1 && isListed(rule, view.getUint8(start))) continue
        break
      case QuickCheck.Digits:
        if (isDigits(view, start, end)) continue
        break
      case QuickCheck.Decimal:
        if (isDecimal(view, start, end)) continue
        break
      case QuickCheck.UtcTimestamp:
        if (isUtcTimestamp(view, start, end)) continue
        break
    }
    const next = judgeAtLength({ message, rules, options }, index)
    if (typeof next !== 'number') return next
    index = next - 1
  }

  if (requiredSeen === rules.requiredTags.length) return null
  const missing = rules.requiredTags.find((tag) => !message.has(tag))!
  return rejected(Structure.RequiredTagMissing, missing)
}

const isListed = (rule: number, charCode: number): boolean =>
  listedCharacters[(rule >>> Rule.EnumerationShift) * CHARACTERS + charCode] === 1

/** @returns the field to go on with: behind a counter the one behind its group */
function judgeAtLength(judged: Judged, index: number): number | Rejection {
  const { message, rules } = judged
  const rejection = judgeValue(message, index)
  if (rejection !== null) return rejection
  const group = rules.groups.get(message.tags[index]!)
  return group === undefined ? index + 1 : judgeGroup(judged, index, group)
}

/** A field without a value, behind its part of the message, or that the message does not have. */
function judgeMisplaced(
  message: FixMessage,
  index: number,
  place: number,
  options: ValidationOptions,
): Rejection | null {
  if (place === 0) return judgeStray(message, index, options)
  const isEmpty = message.valueStarts[index] === message.valueEnds[index]
  return rejected(
    isEmpty ? Structure.TagWithoutValue : Structure.TagOutOfOrder,
    message.tags[index]!,
  )
}
