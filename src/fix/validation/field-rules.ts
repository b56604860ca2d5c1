/**
 * What any field may hold, by tag: the format code and the enumerated values, as tables that the
 * check reads without searching. Built once from the dictionary.
 */
import { textOf } from '../codec/index.ts'
import type { FieldDefinition } from '../dictionary/index.ts'
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

export const CHARACTERS = 256
const enumerated = [...fieldDefinitions()].filter(({ values }) => values.length > 0)
/** Per enumeration: 1 for each character that is a value by itself. */
export const listedCharacters = new Uint8Array((enumerated.length + 1) * CHARACTERS)
const longerValues: ReadonlySet<string>[] = [new Set()]

for (const { tag, type } of fieldDefinitions()) formats[tag] = formatByType[type]
for (const field of enumerated) list(field)

function list({ tag, values }: FieldDefinition): void {
  const row = longerValues.length
  enumerations[tag] = row
  for (const value of values) {
    if (value.length === 1) listedCharacters[row * CHARACTERS + value.charCodeAt(0)] = 1
  }
  longerValues.push(new Set(values.filter((value) => value.length > 1)))
}

/** Whether the value, or each of multiple values, is one that the dictionary lists for the tag. */
export function isListedValue(tag: number, bytes: Uint8Array, start: number, end: number): boolean {
  const text = textOf(bytes, start, end)
  switch (formats[tag]) {
    case Format.MultipleValues:
      return text.split(' ').every((value) => isListed(tag, value))
    case Format.Integer:
    case Format.Digits:
      return isListed(tag, text.replace(LEADING_ZEROS, ''))
    default:
      return isListed(tag, text)
  }
}

/** FIX 4.4 volume 1, "int": 00023 is 23. */
const LEADING_ZEROS = /^0+(?=\d)/

function isListed(tag: number, value: string): boolean {
  const row = enumerations[tag]!
  if (value.length > 1) return longerValues[row]!.has(value)
  return listedCharacters[row * CHARACTERS + value.charCodeAt(0)] === 1
}
