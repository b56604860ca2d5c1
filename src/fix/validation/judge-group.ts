/**
 * A repeating group behind its counter: entries in the order of the dictionary, each beginning with
 * the first member, as many as counted. It goes by the fields that are there: what the counter
 * claims costs nothing. Positions are indexes of fields; the last field of a message, CheckSum(10),
 * is a member of no group and ends them all.
 */
import type { FixMessage } from '../codec/index.ts'
import { parseDigits } from '../codec/index.ts'
import { FIX_TAGS } from './field-rules.ts'
import { judgeStray } from './judge-stray.ts'
import { judgeValue } from './judge-value.ts'
import type { GroupRules, MessageRules } from './message-rules.ts'
import type { Rejection } from './rejection.ts'
import { rejected, Structure } from './rejection.ts'
import type { ValidationOptions } from './validation-options.ts'

/** A message being judged. */
export interface Judged {
  readonly message: FixMessage
  readonly rules: MessageRules
  readonly options: ValidationOptions
}

/**
 * Judges the entries behind a counter, groups inside them included. NoXxx=0 without entries is
 * legal (QuickFIX case 21).
 * @returns where the message goes on behind the group, or what is wrong with it
 */
export function judgeGroup(judged: Judged, counter: number, group: GroupRules): number | Rejection {
  const { tags } = judged.message
  let entries = 0
  let next = skipStrays(judged, counter + 1)
  while (typeof next === 'number' && tags[next] === group.delimiterTag) {
    entries++
    next = judgeEntry(judged, next, group)
  }
  if (typeof next !== 'number') return next

  const tag = tags[next]!
  if (entries === 0 && group.positions[tag]! > 0) return rejected(Structure.GroupOutOfOrder, tag)
  return entries === countedEntries(judged.message, counter)
    ? next
    : rejected(Structure.GroupCountIncorrect, group.counterTag)
}

/** One entry, up to a field that is no member or begins the next one. */
function judgeEntry(judged: Judged, start: number, group: GroupRules): number | Rejection {
  const { tags } = judged.message
  let position = 0
  let requiredSeen = 0
  let index = start
  for (;;) {
    const tag = tags[index]!
    const place = group.positions[tag]!
    if (place === 0 || (tag === group.delimiterTag && index > start)) break
    if (place <= position) return rejected(Structure.GroupOutOfOrder, tag)

    position = place
    requiredSeen += group.isRequired[tag]!
    const next = judgeMember(judged, index, group)
    if (typeof next !== 'number') return next
    index = next
  }

  if (requiredSeen === group.requiredTags.length) return index
  const entry = tags.subarray(start, index)
  const missing = group.requiredTags.find((tag) => !entry.includes(tag))
  return rejected(Structure.RequiredTagMissing, missing)
}

/** @returns the field behind the member, behind its entries if it counts some */
function judgeMember(judged: Judged, index: number, group: GroupRules): number | Rejection {
  const { message } = judged
  const rejection = judgeValue(message, index)
  if (rejection !== null) return rejection
  const nested = group.groups.get(message.tags[index]!)
  return nested === undefined ? skipStrays(judged, index + 1) : judgeGroup(judged, index, nested)
}

/** The next field that belongs to the message; others between are judged. */
function skipStrays({ message, rules, options }: Judged, start: number): number | Rejection {
  const { tags } = message
  for (let index = start; ; index++) {
    const tag = tags[index]!
    if (tag > 0 && tag < FIX_TAGS && rules.tags[tag] === 1) return index
    const rejection = judgeStray(message, index, options)
    if (rejection !== null) return rejection
  }
}

const countedEntries = ({ bytes, valueStarts, valueEnds }: FixMessage, index: number): number =>
  parseDigits(bytes, valueStarts[index]!, valueEnds[index]!)
