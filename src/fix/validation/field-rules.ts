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
/** 1 where only listed values are allowed. */
export const isEnumerated = new Uint8Array(FIX_TAGS)

interface Values {
  /** 1 for each character that is a value by itself. */
  readonly ofOneCharacter: Uint8Array
  readonly longer: ReadonlySet<string>
}

const valuesByTag: (Values | undefined)[] = new Array<Values | undefined>(FIX_TAGS).fill(undefined)

for (const { tag, type, values } of fieldDefinitions()) {
  formats[tag] = formatByType[type]
  if (values.length === 0) continue

  isEnumerated[tag] = 1
  const ofOneCharacter = new Uint8Array(256)
  for (const value of values) {
    if (value.length === 1) ofOneCharacter[value.charCodeAt(0)] = 1
  }
  valuesByTag[tag] = { ofOneCharacter, longer: new Set(values.filter((v) => v.length > 1)) }
}

/** Whether the value, or each of multiple values, is one that the dictionary lists for the tag. */
export function isListedValue(tag: number, bytes: Uint8Array, start: number, end: number): boolean {
  const values = valuesByTag[tag]!
  if (end === start + 1) return values.ofOneCharacter[bytes[start]!] === 1
  if (formats[tag] !== Format.MultipleValues) return values.longer.has(textOf(bytes, start, end))

  return textOf(bytes, start, end)
    .split(' ')
    .every((v) =>
      v.length === 1 ? values.ofOneCharacter[v.charCodeAt(0)] === 1 : values.longer.has(v),
    )
}
