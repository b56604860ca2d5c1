/** One field by itself, at length: is its value of the type, and one that the dictionary lists? */
import type { FixMessage } from '../codec/index.ts'
import { parseDigits } from '../codec/index.ts'
import { dataTagOf, lengthTagOf } from '../dictionary/index.ts'
import { enumerations, formats, isListedValue } from './field-rules.ts'
import type { Rejection } from './rejection.ts'
import { rejected, Structure } from './rejection.ts'
import { Format, isWellFormed } from './value-format.ts'

/** Judges the value of a field that FIX 4.4 has. */
export function judgeValue(message: FixMessage, index: number): Rejection | null {
  const tag = message.tags[index]!
  const format = formats[tag]!
  const start = message.valueStarts[index]!
  const end = message.valueEnds[index]!
  if (start === end) return rejected(Structure.TagWithoutValue, tag)

  if (!isWellFormed(format, message.view, start, end)) {
    return rejected(Structure.IncorrectDataFormat, tag)
  }
  if (enumerations[tag]! > 0 && !isListedValue(tag, message.bytes, start, end)) {
    return rejected(Structure.ValueIncorrect, tag)
  }
  if (format === Format.Length && dataTagOf(tag) > 0) return judgeDataLength(message, index)
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
