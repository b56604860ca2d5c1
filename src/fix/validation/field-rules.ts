/**
 * What any field may hold, by tag: the format code and the enumerated values, as tables that the
 * check reads without searching. Built once from the dictionary.
 */
import { textOf } from '../codec/index.ts'
import { fieldDefinitions } from '../dictionary/index.ts'
import { Format, formatByType } from './value-format.ts'

/** FIX 4.4 ends at 956. */
export const FIX_TAGS = 1024
/** Tags from here on belong to counterparties. FIX 4.4 volume 1, "User defined fields". */
export const USER_TAG_MIN = 5000

/** Format code of each tag; 0 = FIX 4.4 has no such tag. */
export const formats = new Uint8Array(FIX_TAGS)
/** 1..: which row of listedCharacters belongs to the tag; 0 where any value is allowed. */
export const enumerations = new Uint16Array(FIX_TAGS)

const CHARACTERS = 256
const enumerated = [...fieldDefinitions()].filter(({ values }) => values.length > 0)
/** Per enumeration: 1 for each character that is a value by itself. */
const listedCharacters = new Uint8Array((enumerated.length + 1) * CHARACTERS)
const longerValues: ReadonlySet<string>[] = [new Set()]

for (const { tag, type } of fieldDefinitions()) formats[tag] = formatByType[type]

enumerated.forEach(({ tag, values }, index) => {
  const row = index + 1
  enumerations[tag] = row
  for (const value of values) {
    if (value.length === 1) listedCharacters[row * CHARACTERS + value.charCodeAt(0)] = 1
  }
  longerValues[row] = new Set(values.filter((value) => value.length > 1))
})

/** Whether the tag takes any text. */
export const isAnyValue = (tag: number): boolean =>
  formats[tag] === Format.Text && enumerations[tag] === 0

/** Whether the character alone is a value that the dictionary lists in this enumeration. */
export const isListedCharacter = (enumeration: number, charCode: number): boolean =>
  listedCharacters[enumeration * CHARACTERS + charCode] === 1

/** Whether the value, or each of multiple values, is one that the dictionary lists for the tag. */
export function isListedValue(tag: number, bytes: Uint8Array, start: number, end: number): boolean {
  const text = textOf(bytes, start, end)
  const values = formats[tag] === Format.MultipleValues ? text.split(' ') : [text]
  const row = enumerations[tag]!
  return values.every((value) =>
    value.length === 1
      ? isListedCharacter(row, value.charCodeAt(0))
      : longerValues[row]!.has(value),
  )
}
