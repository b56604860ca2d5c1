import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generateDictionary } from '../../scripts/generate-dictionary.ts'
import {
  dataTagOf,
  fieldDefinitions,
  fieldOf,
  headerMembers,
  isAdminMsgType,
  isKnownMsgType,
  lengthTagOf,
  messageDefinitions,
  messageOf,
  MsgType,
  Tag,
  trailerMembers,
  valueNameOf,
} from '../../src/fix/index.ts'
import type { FieldDefinition, GroupDefinition, Member } from '../../src/fix/index.ts'

/** The elements of a file of the FIX Trading Community's repository, as the texts of their children. */
function repositoryRows(element: string): Record<string, string>[] {
  const folder = dirname(createRequire(import.meta.url).resolve('jspurefix/data/FIX44.xml'))
  const xml = readFileSync(`${folder}/fix_repo/FIX.4.4/Base/${element}s.xml`, 'utf8')
  const rows = xml.matchAll(new RegExp(`<${element}\\b[^>]*>([^]*?)</${element}>`, 'g'))
  return [...rows].map(([, row]) =>
    Object.fromEntries(
      [...row!.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name, text]) => [name!, text!]),
    ),
  )
}

const byTag = (a: unknown[], b: unknown[]): number => Number(a[0]) - Number(b[0])

const required = (msgType: string) =>
  messageOf(msgType)!
    .members.filter((member) => member.required)
    .map((member) => member.tag)

function groupsOf(members: readonly Member[]): GroupDefinition[] {
  return members.flatMap(({ group }) =>
    group === undefined ? [] : [group, ...groupsOf(group.members)],
  )
}

describe('the FIX 4.4 dictionary', () => {
  it('is what its generator makes of the source today', () => {
    const folder = new URL('../../src/fix/dictionary/generated/', import.meta.url)
    for (const [name, text] of Object.entries(generateDictionary())) {
      expect(text).toBe(readFileSync(new URL(name, folder), 'utf8'))
    }
  })

  it('has every field and every message', () => {
    expect([...fieldDefinitions()]).toHaveLength(912)
    expect([...messageDefinitions()]).toHaveLength(93)
    expect(Object.values(MsgType).every(isKnownMsgType)).toBe(true)
    expect(isKnownMsgType('ZZ')).toBe(false)
    expect(Object.values(MsgType).filter(isAdminMsgType).sort()).toEqual('012345A'.split(''))
  })

  it('has the fields, types and values of the standard’s own repository', () => {
    const values = repositoryRows('Enum')
    const theirs = repositoryRows('Field').map(({ Tag: tag, Type: type }) => {
      const listed = values.filter((value) => value['Tag'] === tag)
      return [Number(tag), type!.toUpperCase(), new Set(listed.map((one) => one['Value']))]
    })
    // Values of two characters are not of type char, whatever the repository says.
    const typeOf = ({ tag, type }: FieldDefinition) => (tag === 139 || tag === 532 ? 'CHAR' : type)
    const ours = [...fieldDefinitions()].map((field) => [
      field.tag,
      typeOf(field),
      new Set(field.values),
    ])
    expect(ours.sort(byTag)).toEqual(theirs.sort(byTag))
  })

  it('names a field, its type and its values', () => {
    expect(fieldOf(Tag.Side)).toEqual({
      tag: 54,
      name: 'Side',
      type: 'CHAR',
      values: '123456789ABCDEFG'.split(''),
    })
    expect(fieldOf(101)).toBeUndefined()
  })

  it('names values, as far as they have a name that says something', () => {
    const named = [
      [Tag.MsgType, 'D'],
      [Tag.Side, '1'],
      [Tag.OrdStatus, '1'],
      [Tag.ExecType, 'F'],
      [Tag.ExecInst, '1 G'],
      [Tag.OrdRejReason, '11'],
      [Tag.EncryptMethod, '0'],
    ] as const
    expect(named.map(([tag, value]) => valueNameOf(tag, value))).toEqual([
      'NewOrderSingle',
      'Buy',
      'PartiallyFilled',
      'Trade',
      'NotHeld AllOrNone',
      'UnsupportedOrderCharacteristic',
      'EncryptMethod None',
    ])
    const unnamed = [
      [Tag.MsgType, 'ZZ'],
      [Tag.Side, 'Z'],
      [Tag.OrderQty, '1'],
      [Tag.PossDupFlag, 'Y'],
      [9999, '1'],
    ] as const
    expect(unnamed.map(([tag, value]) => valueNameOf(tag, value)).join('')).toBe('')
  })

  it('has a name for every value of every field', () => {
    const without = [...fieldDefinitions()]
      .filter(({ type }) => type !== 'BOOLEAN')
      .flatMap(({ tag, values }) => values.map((value) => [tag, value] as const))
      .filter(([tag, value]) => valueNameOf(tag, value) === undefined)

    expect(without).toEqual([])
  })

  it('requires what the standard requires', () => {
    expect(required('D')).toEqual([11, 55, 54, 60, 38, 40])
    expect(required('F')).toEqual([41, 11, 55, 54, 60, 38])
    expect(required('G')).toEqual([41, 11, 55, 54, 60, 38, 40])
    expect(required('8')).toEqual([37, 17, 150, 39, 55, 54, 151, 14, 6])
    expect(required('9')).toEqual([37, 11, 41, 39, 434])
    expect(required('A')).toEqual([98, 108])
    expect(headerMembers.filter((m) => m.required).map((m) => m.tag)).toEqual([
      8, 9, 35, 49, 56, 34, 52,
    ])
    expect(trailerMembers).toEqual([
      { tag: 93, required: false },
      { tag: 89, required: false },
      { tag: 10, required: true },
    ])
  })

  it('nests groups, with the first member as delimiter', () => {
    const parties = messageOf('D')!.members.find((member) => member.tag === Tag.NoPartyIDs)!.group!
    expect(parties.delimiterTag).toBe(Tag.PartyID)
    expect(parties.members.map((member) => member.tag)).toEqual([448, 447, 452, 802])
    expect(parties.members[3]!.group!.members.map((member) => member.tag)).toEqual([523, 803])
  })

  it('never has one tag in two places of a message, so a field has one meaning', () => {
    for (const message of messageDefinitions()) {
      const groups = groupsOf([...headerMembers, ...message.members])
      const places = [
        headerMembers,
        message.members,
        trailerMembers,
        ...groups.map((g) => g.members),
      ]
      const tags = places.flatMap((members) => members.map((member) => member.tag))
      const repeated = tags.filter((tag, index) => tags.indexOf(tag) !== index)
      expect({ message: message.name, repeated }).toEqual({ message: message.name, repeated: [] })
    }
  })

  it('limits reason codes to what validating clients know', () => {
    expect(fieldOf(Tag.ExecRestatementReason)!.values).toEqual(
      '0 1 2 3 4 5 6 7 8 9 10 99'.split(' '),
    )
    expect(fieldOf(Tag.BusinessRejectReason)!.values).toEqual('01234567'.split(''))
    const tagsOf = (msgType: string) => messageOf(msgType)!.members.map((member) => member.tag)
    expect(tagsOf('8')).not.toContain(880)
    expect(tagsOf('9')).not.toContain(Tag.CopyMsgIndicator)
    expect(tagsOf('8')).toContain(Tag.CopyMsgIndicator)
  })

  it('pairs every data field with its length', () => {
    const data = [...fieldDefinitions()].filter((field) => field.type === 'DATA')
    expect(data).toHaveLength(16)
    for (const { tag } of data) {
      expect(fieldOf(lengthTagOf(tag))?.type).toBe('LENGTH')
      expect(dataTagOf(lengthTagOf(tag))).toBe(tag)
    }
    expect(dataTagOf(Tag.RawDataLength)).toBe(Tag.RawData)
    expect(dataTagOf(Tag.SignatureLength)).toBe(Tag.Signature)
    expect(dataTagOf(Tag.BodyLength)).toBeLessThan(0)
  })
})
