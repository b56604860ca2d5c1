/** A valid message of every type that FIX 4.4 has, made from the dictionary. */
import type { FieldType, MessageDefinition, Member } from '../../src/fix/index.ts'
import { dataTagOf, fieldOf } from '../../src/fix/index.ts'
import type { Field } from './transcript.ts'

const DATA = 'a\u0001b'

const VALUES: Readonly<Record<FieldType, string>> = {
  AMT: '12.5',
  BOOLEAN: 'Y',
  CHAR: 'x',
  COUNTRY: 'US',
  CURRENCY: 'USD',
  DATA,
  EXCHANGE: 'N',
  FLOAT: '1.5',
  INT: '7',
  LENGTH: '3',
  LOCALMKTDATE: '20261120',
  MONTHYEAR: '202611',
  MULTIPLEVALUESTRING: 'a b',
  NUMINGROUP: '0',
  PERCENTAGE: '0.5',
  PRICE: '182.50',
  PRICEOFFSET: '-0.01',
  QTY: '100',
  SEQNUM: '2',
  STRING: 'text',
  UTCDATEONLY: '20261120',
  UTCTIMEONLY: '14:30:00.000',
  UTCTIMESTAMP: '20261120-14:30:00.000',
}

export interface SampleOptions {
  /** Every field that the message may have, not only those that it must have. */
  readonly full: boolean
  /** Entries of each group. */
  readonly entries: number
}

/** The body's fields. */
export function sampleBody({ members }: MessageDefinition, options: SampleOptions): Field[] {
  return sampleMembers(members, options)
}

function sampleMembers(members: readonly Member[], options: SampleOptions): Field[] {
  return members.flatMap((member, index) => {
    const isDelimiter = index === 0
    const isWanted = options.full || member.required || isDelimiter
    return isWanted ? sampleField(member, options) : []
  })
}

function sampleField({ tag, group }: Member, options: SampleOptions): Field[] {
  if (group === undefined) return [[tag, sampleValue(tag)]]
  const entries = Array.from({ length: options.entries }, () =>
    sampleMembers(group.members, options),
  )
  return [[tag, String(options.entries)], ...entries.flat()]
}

/** A value that the dictionary allows. */
export function sampleValue(tag: number): string {
  const { type, values } = fieldOf(tag)!
  if (type === 'LENGTH' && dataTagOf(tag) > 0) return String(DATA.length)
  return values[0] ?? VALUES[type]
}
