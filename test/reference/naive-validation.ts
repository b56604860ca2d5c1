/**
 * Whether the structure of a message is right, in obvious form: fields as text against the
 * dictionary. docs/protocols/fix-session.md, step 12. Only yes or no: which fault comes first is
 * what the transcripts in test/fix-sessions show.
 */
import type { FieldType, GroupDefinition, Member } from '../../src/fix/index.ts'
import {
  dataTagOf,
  fieldOf,
  headerMembers,
  lengthTagOf,
  messageOf,
  trailerMembers,
} from '../../src/fix/index.ts'
import type { Field } from '../support/transcript.ts'

const USER_TAG_MIN = 5000
const DECIMAL = /^-?(\d+\.?\d*|\.\d+)$/
const DIGITS = /^\d+$/
const VISIBLE = /^[!-~]+$/
/** Also a leap second, which only the end of a day has. */
const TIME = /^(([01]\d|2[0-3]):[0-5]\d:[0-5]\d|23:59:60)(\.(\d{3}){1,3})?$/

const isDate = (value: string): boolean => {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(value) ?? []
  if (year === undefined || year === '0000') return false
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day)
}

const SYNTAX: Readonly<Record<FieldType, (value: string) => boolean>> = {
  AMT: (value) => DECIMAL.test(value),
  BOOLEAN: (value) => value === 'Y' || value === 'N',
  CHAR: (value) => value.length === 1 && VISIBLE.test(value),
  COUNTRY: (value) => /^[A-Z]{2}$/.test(value),
  CURRENCY: (value) => /^[A-Z]{3}$/.test(value),
  DATA: () => true,
  EXCHANGE: (value) => VISIBLE.test(value),
  FLOAT: (value) => DECIMAL.test(value),
  INT: (value) => /^-?\d+$/.test(value),
  LENGTH: (value) => DIGITS.test(value),
  LOCALMKTDATE: isDate,
  MONTHYEAR: (value) => isDate(value) || /^\d{4}(0[1-9]|1[0-2])(w[1-5])?$/.test(value),
  MULTIPLEVALUESTRING: (value) => value.split(' ').every((one) => one !== ''),
  NUMINGROUP: (value) => DIGITS.test(value),
  PERCENTAGE: (value) => DECIMAL.test(value),
  PRICE: (value) => DECIMAL.test(value),
  PRICEOFFSET: (value) => DECIMAL.test(value),
  QTY: (value) => DECIMAL.test(value),
  SEQNUM: (value) => DIGITS.test(value),
  STRING: () => true,
  UTCDATEONLY: isDate,
  UTCTIMEONLY: (value) => TIME.test(value),
  UTCTIMESTAMP: (value) =>
    isDate(value.slice(0, 8)) && value[8] === '-' && TIME.test(value.slice(9)),
}

/** A cancel is for all that is left: OrderQty(38) may be left out. */
const isExempt = (msgType: string, tag: number): boolean => msgType === 'F' && tag === 38

interface Place {
  readonly section: number
  readonly group: GroupDefinition | undefined
}

/** @param fields as naiveFields gives them */
export function isValid(fields: readonly Field[], strictUserTags: boolean): boolean {
  const msgType = fields[2]![1]
  const message = messageOf(msgType)
  if (message === undefined) return false
  const sections = [headerMembers, message.members, trailerMembers]
  const places = placesOf(msgType, sections)

  const seen = new Set([8, 9, 35])
  let section = 0
  for (let index = 3; index < fields.length;) {
    const [tag, value] = fields[index]!
    if (value === '') return false
    const place = places.get(tag)
    if (place === undefined) {
      if (strictUserTags || tag < USER_TAG_MIN) return false
      index++
      continue
    }
    if (place.section < section || seen.has(tag) || !isRightValue(fields, index)) return false
    section = place.section
    seen.add(tag)
    index++
    if (place.group === undefined) continue
    const end = groupEnd(fields, index, place.group, Number(value), strictUserTags)
    if (end === undefined) return false
    index = end
  }
  return sections
    .flat()
    .every(({ tag, required }) => !required || seen.has(tag) || isExempt(msgType, tag))
}

const placesByType = new Map<string, Map<number, Place>>()

function placesOf(msgType: string, sections: readonly (readonly Member[])[]): Map<number, Place> {
  const places = placesByType.get(msgType) ?? new Map<number, Place>()
  if (places.size > 0) return places
  sections.forEach((members, section) => {
    for (const { tag, group } of members) places.set(tag, { section, group })
  })
  placesByType.set(msgType, places)
  return places
}

/** @returns the index behind the group's last field; undefined when the group is wrong */
function groupEnd(
  fields: readonly Field[],
  start: number,
  group: GroupDefinition,
  counted: number,
  strictUserTags: boolean,
): number | undefined {
  let entries = 0
  let index = start
  let position = 0
  let seen = new Set<number>()
  const isWhole = (): boolean =>
    group.members.every(({ tag, required }) => !required || seen.has(tag))

  while (index < fields.length) {
    const [tag, value] = fields[index]!
    if (value === '') return undefined
    if (tag >= USER_TAG_MIN && !strictUserTags) {
      index++
      continue
    }
    const at = group.members.findIndex((member) => member.tag === tag)
    if (at < 0) break
    if (at === 0) {
      if (entries > 0 && !isWhole()) return undefined
      entries++
      seen = new Set()
    } else if (entries === 0 || at <= position) {
      return undefined
    }
    position = at
    seen.add(tag)
    if (!isRightValue(fields, index)) return undefined
    index++
    const nested = group.members[at]!.group
    if (nested === undefined) continue
    const end = groupEnd(fields, index, nested, Number(value), strictUserTags)
    if (end === undefined) return undefined
    index = end
  }
  return (entries === 0 || isWhole()) && entries === counted ? index : undefined
}

/** FIX 4.4 volume 1, "int": 00023 is 23. */
const withoutZeros = (type: FieldType, value: string): string =>
  type === 'INT' || type === 'NUMINGROUP' ? value.replace(/^0+(?=\d)/, '') : value

function isRightValue(fields: readonly Field[], index: number): boolean {
  const [tag, value] = fields[index]!
  const { type, values } = fieldOf(tag)!
  if (!SYNTAX[type](value)) return false
  if (values.length > 0) {
    const given = type === 'MULTIPLEVALUESTRING' ? value.split(' ') : [withoutZeros(type, value)]
    if (!given.every((one) => values.includes(one))) return false
  }
  if (dataTagOf(tag) > 0) {
    const [nextTag, data] = fields[index + 1] ?? [0, '']
    return nextTag === dataTagOf(tag) && data.length === Number(value)
  }
  return type !== 'DATA' || fields[index - 1]![0] === lengthTagOf(tag)
}
