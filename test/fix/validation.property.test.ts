/**
 * Messages of all types, made at random from the dictionary, are right; with one thing wrong in
 * them the answer is the SessionRejectReason(373) and RefTagID(371) of that thing.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dataTagOf,
  fieldDefinitions,
  fieldOf,
  headerMembers,
  messageDefinitions,
  messageOf,
  trailerMembers,
  validate,
} from '../../src/fix/index.ts'
import type { FieldDefinition, FieldType, Member } from '../../src/fix/index.ts'
import { framed, withMessage } from '../support/fix-frame.ts'

/** A field with what must stay behind it: data behind its length, entries behind their counter. */
interface Unit {
  readonly member: Member
  value: string
  /** Of a length field. */
  data?: string
  /** Of a counter. */
  entries: Unit[][]
}

interface Message {
  readonly msgType: string
  readonly header: Unit[]
  readonly body: Unit[]
  readonly trailer: Unit[]
}

/** What is wrong: 373 and 371. */
type Fault = readonly [sessionRejectReason: number, refTagId: number]

/** Changes a message; null when there is nothing in it to change so. */
type Mutation = (message: Message, pick: <T>(from: readonly T[]) => T) => Fault | null

// prettier-ignore
const GOOD: Readonly<Record<FieldType, readonly string[]>> = {
  AMT: ['0', '-12.5', '100.'], BOOLEAN: ['Y', 'N'], CHAR: ['A', '9', '#'], COUNTRY: ['US'],
  CURRENCY: ['USD', 'EUR'], DATA: ['abc', 'a|b', '10=000|'], EXCHANGE: ['XNYS'], FLOAT: ['1', '-.5'],
  INT: ['0', '-7', '0042'], LENGTH: ['1024'], LOCALMKTDATE: ['20261123'], MONTHYEAR: ['202612', '202612w3'],
  MULTIPLEVALUESTRING: ['A', 'A B'], NUMINGROUP: ['0'], PERCENTAGE: ['.05'], PRICE: ['182.5', '-1'],
  PRICEOFFSET: ['-0.25'], QTY: ['100', '002000.00'], SEQNUM: ['1', '007'], STRING: ['x', 'a=b', ' '],
  UTCDATEONLY: ['20240229'], UTCTIMEONLY: ['14:30:00', '23:59:60.123'],
  UTCTIMESTAMP: ['20261123-14:30:00', '20261123-14:30:00.123456789', '20161231-23:59:60.000'],
}
// prettier-ignore
const MALFORMED: Readonly<Record<FieldType, readonly string[]>> = {
  AMT: ['1e5'], BOOLEAN: ['y', 'YES'], CHAR: ['AB', ' '], COUNTRY: ['usa'], CURRENCY: ['US'], DATA: [],
  EXCHANGE: ['X NYS'], FLOAT: ['+1'], INT: ['1.0', '+1'], LENGTH: ['-1', 'x'], LOCALMKTDATE: ['20260230'],
  MONTHYEAR: ['202613'], MULTIPLEVALUESTRING: ['A  B'], NUMINGROUP: ['-1', 'x'], PERCENTAGE: ['5%'],
  PRICE: ['182,5', '.'], PRICEOFFSET: ['--1'], QTY: ['1,000', ' 1'], SEQNUM: ['+1', '1.5'], STRING: [],
  UTCDATEONLY: ['20230229'], UTCTIMEONLY: ['14:30', '14:30:00.1'],
  UTCTIMESTAMP: ['20261123', '20261123-24:00:00', '20261123-14:30:00.12'],
}
const UNLISTED: Partial<Record<FieldType, string>> = {
  CHAR: '~',
  INT: '987654',
  MULTIPLEVALUESTRING: '~',
  STRING: '~~~',
}

/** The frame has these, or the codec reads them. */
const FRAME_TAGS: readonly number[] = [8, 9, 35, 10]
/** Required by the dictionary, and not by us. */
const isExempt = (msgType: string, tag: number): boolean => msgType === 'F' && tag === 38

const messages: fc.Arbitrary<Message> = fc
  .constantFrom(...[...messageDefinitions()].map(({ msgType }) => msgType))
  .chain((msgType) =>
    fc.record({
      msgType: fc.constant(msgType),
      header: shuffled(unitsOf(headerMembers, 0.1)),
      body: shuffled(unitsOf(messageOf(msgType)!.members, 0.15)),
      trailer: unitsOf(trailerMembers, 0.2),
    }),
  )

const shuffled = (units: fc.Arbitrary<Unit[]>): fc.Arbitrary<Unit[]> =>
  units.chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))

/** The required members, and each other one with this probability; lengths bring their data. */
function unitsOf(members: readonly Member[], probability: number): fc.Arbitrary<Unit[]> {
  const units = members
    .filter(({ tag }) => !FRAME_TAGS.includes(tag) && fieldOf(tag)!.type !== 'DATA')
    .map((member) => ({ member, isWanted: fc.double({ min: 0, max: 1, noNaN: true }) }))
    .map(({ member, isWanted }) =>
      isWanted.chain((dice) =>
        member.required || dice < probability ? unitOf(member) : fc.constant(null),
      ),
    )
  return fc.tuple(...units).map((all) => all.filter((unit) => unit !== null))
}

function unitOf(member: Member): fc.Arbitrary<Unit> {
  const field = fieldOf(member.tag)!
  if (member.group !== undefined) return counted(member)
  if (dataTagOf(member.tag) > 0) {
    return fc
      .constantFrom(...GOOD.DATA)
      .map((data) => ({ member, value: String(data.length), data, entries: [] }))
  }
  return fc.constantFrom(...goodValues(field)).map((value) => ({ member, value, entries: [] }))
}

function counted(member: Member): fc.Arbitrary<Unit> {
  const listed = fieldOf(member.tag)!.values.map(Number)
  const [delimiter, ...others] = member.group!.members
  const entry = fc
    .tuple(unitOf(delimiter!), unitsOf(others, 0.15))
    .map(([first, rest]) => [first, ...rest])
  const size = { minLength: Math.min(...listed, 3) % 3, maxLength: Math.max(...listed, 0) || 3 }
  return fc
    .array(entry, size)
    .map((entries) => ({ member, value: String(entries.length), entries }))
}

const goodValues = ({ type, values }: FieldDefinition): readonly string[] =>
  values.length > 0 ? values : GOOD[type]

// What is on the wire.

const fieldsOf = ({ header, body, trailer }: Message): string =>
  [...header, ...body, ...trailer].map(print).join('')

function print({ member, value, data, entries }: Unit): string {
  const behind = data === undefined ? '' : `${dataTagOf(member.tag)}=${data}|`
  return `${member.tag}=${value}|${behind}${entries.flat().map(print).join('')}`
}

const judge = (message: Message, strictUserTags = false) =>
  withMessage(framed(`35=${message.msgType}|${fieldsOf(message)}`), (scanned) =>
    validate(scanned, { strictUserTags }),
  )

// Where to change something.

const partsOf = ({ header, body, trailer }: Message): readonly Unit[][] => [header, body, trailer]
const topOf = (message: Message): Unit[] => partsOf(message).flat()
const allOf = (units: readonly Unit[]): Unit[] =>
  units.flatMap((unit) => [unit, ...allOf(unit.entries.flat())])
const entriesOf = (message: Message): Unit[][] => allOf(topOf(message)).flatMap((u) => u.entries)
const isPlain = ({ member, data }: Unit): boolean =>
  member.group === undefined && data === undefined
const typeOf = ({ member }: Unit): FieldType => fieldOf(member.tag)!.type

/** Puts a field of a tag and value somewhere into the body. */
function insert(message: Message, tag: number, value: string, pick: Parameters<Mutation>[1]): void {
  const unit = { member: { tag, required: false }, value, entries: [] }
  message.body.splice(pick([...message.body.keys(), message.body.length]), 0, unit)
}

/** Applies a change of value to one of the units that it can be applied to. */
function revalue(
  units: readonly Unit[],
  valuesFor: (unit: Unit) => readonly string[],
  reason: number,
  pick: Parameters<Mutation>[1],
): Fault | null {
  const candidates = units.filter((unit) => valuesFor(unit).length > 0)
  if (candidates.length === 0) return null
  const unit = pick(candidates)
  unit.value = pick(valuesFor(unit))
  return [reason, unit.member.tag]
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a tag that FIX does not have'(message, pick) {
    const tag = pick([101, 205, 957, 999, 1023, 1024, 4999])
    insert(message, tag, 'x', pick)
    return [0, tag]
  },
  'a required field left out'(message, pick) {
    const required = topOf(message).filter(
      ({ member }) => member.required && !isExempt(message.msgType, member.tag),
    )
    const { member } = pick(required)
    for (const part of partsOf(message)) {
      const at = part.findIndex((unit) => unit.member === member)
      if (at >= 0) part.splice(at, 1)
    }
    return [1, member.tag]
  },
  'a required field of an entry left out'(message, pick) {
    const places = entriesOf(message).flatMap((entry) =>
      entry.slice(1).flatMap((unit) => (unit.member.required ? [{ entry, unit }] : [])),
    )
    if (places.length === 0) return null
    const { entry, unit } = pick(places)
    entry.splice(entry.indexOf(unit), 1)
    return [1, unit.member.tag]
  },
  "another message's field"(message, pick) {
    const own = new Set(tagsOf([...headerMembers, ...messageOf(message.msgType)!.members]))
    const foreign = [...fieldDefinitions()].filter(
      ({ tag, type }) => !own.has(tag) && !['DATA', 'LENGTH'].includes(type),
    )
    const field = pick(foreign.filter(({ tag }) => tag !== 10))
    insert(message, field.tag, pick(goodValues(field)), pick)
    return [2, field.tag]
  },
  'a field without a value': (message, pick) => revalue(allOf(topOf(message)), () => [''], 4, pick),
  'a value that is not listed'(message, pick) {
    const unlisted = (unit: Unit) =>
      fieldOf(unit.member.tag)!.values.length > 0 && unit.member.group === undefined
        ? [UNLISTED[typeOf(unit)] ?? []].flat()
        : []
    return revalue(allOf(topOf(message)), unlisted, 5, pick)
  },
  'a value that is malformed': (message, pick) =>
    revalue(allOf(topOf(message)), (unit) => MALFORMED[typeOf(unit)], 6, pick),
  'a length that is not that of the data'(message, pick) {
    const lengths = allOf(topOf(message)).filter(({ data }) => data !== undefined)
    if (lengths.length === 0) return null
    const unit = pick(lengths)
    unit.value = String(unit.data!.length + 1)
    return [6, unit.member.tag]
  },
  'a field twice'(message, pick) {
    const part = pick(partsOf(message).filter((units) => units.some(isPlain)))
    const unit = pick(part.filter(isPlain))
    part.push(unit)
    return [13, unit.member.tag]
  },
  'a header field behind the body'(message, pick) {
    if (message.body.length === 0) return null
    const [unit] = message.header.splice(pick([...message.header.keys()]), 1)
    message.body.push(unit!)
    return [14, unit!.member.tag]
  },
  'a body field behind the trailer'(message, pick) {
    if (message.body.length === 0 || message.trailer.length === 0) return null
    const [unit] = message.body.splice(pick([...message.body.keys()]), 1)
    message.trailer.push(unit!)
    return [14, unit!.member.tag]
  },
  'members of an entry in another order'(message, pick) {
    const entries = entriesOf(message).filter((entry) => entry.length > 2)
    if (entries.length === 0) return null
    const entry = pick(entries)
    const at = pick([...entry.keys()].slice(1, -1))
    const [unit] = entry.splice(at, 1)
    entry.splice(at + 1, 0, unit!)
    return [15, unit!.member.tag]
  },
  'entries without their first field'(message, pick) {
    const entries = entriesOf(message).filter((entry) => entry.length > 1)
    const first = entries.filter((entry) =>
      allOf(topOf(message)).some((unit) => unit.entries[0] === entry),
    )
    if (first.length === 0) return null
    const entry = pick(first)
    entry.shift()
    return [15, entry[0]!.member.tag]
  },
  'a count that is not that of the entries'(message, pick) {
    const other = (unit: Unit) =>
      unit.member.group !== undefined && fieldOf(unit.member.tag)!.values.length === 0
        ? [unit.entries.length + 1, Math.abs(unit.entries.length - 1), 1_000_000].map(String)
        : []
    return revalue(allOf(topOf(message)), other, 16, pick)
  },
  'a delimiter inside a value'(message, pick) {
    const texts = (unit: Unit) => (isFreeText(unit) ? ['torn|apart', 'torn|'] : [])
    return revalue(allOf(topOf(message)), texts, 17, pick)
  },
}

const isFreeText = ({ member, data }: Unit): boolean =>
  data === undefined &&
  fieldOf(member.tag)!.type === 'STRING' &&
  fieldOf(member.tag)!.values.length === 0

const tagsOf = (members: readonly Member[]): number[] =>
  members.flatMap(({ tag, group }) => (group === undefined ? tag : [tag, ...tagsOf(group.members)]))

describe('a message made from the dictionary', () => {
  const chooser = fc.infiniteStream(fc.nat())
  const picking =
    (numbers: Iterator<number>) =>
    <T>(from: readonly T[]): T =>
      from[(numbers.next().value as number) % from.length]!

  it('is right, and with fields of the counterparty wherever they are allowed', () => {
    fc.assert(
      fc.property(messages, chooser, (message, numbers) => {
        expect(judge(message)).toBeNull()
        expect(judge(message, true)).toBeNull()
        insert(message, 5001, 'x', picking(numbers))
        expect(judge(message)).toBeNull()
        expect(judge(message, true)).toMatchObject({ sessionRejectReason: 3, refTagId: 5001 })
      }),
      { numRuns: 500 },
    )
  })

  it.each(Object.entries(MUTATIONS))('with %s is refused for that', (_, mutate) => {
    fc.assert(
      fc.property(messages, chooser, (message, numbers) => {
        const fault = mutate(message, picking(numbers))
        fc.pre(fault !== null)
        const answer = judge(message)
        expect([answer?.sessionRejectReason, answer?.refTagId]).toEqual(fault)
      }),
      { numRuns: 150 },
    )
  })
})
