/**
 * Which fields a message and its repeating groups have, as tables by tag; built when the first
 * message of a type arrives.
 */
import type { GroupDefinition, Member } from '../dictionary/index.ts'
import { headerMembers, messageOf, MsgType, Tag, trailerMembers } from '../dictionary/index.ts'
import { enumerations, FIX_TAGS, formats } from './field-rules.ts'
import { Format } from './value-format.ts'

/** Part of the message, in the order in which the parts must come. */
export const Section = { Header: 1, Body: 2, Trailer: 3 } as const

/**
 * A field's rule in one word: its Section, whether it must be there, the quick check of its value
 * and, for a listed character, which enumeration. 0 = the message has no such field.
 */
export const Rule = {
  Section: 0b11,
  RequiredShift: 2,
  CheckShift: 3,
  CheckMask: 0b111,
  EnumerationShift: 6,
} as const

/**
 * How a value is looked at first. What passes is right; what does not is judged at length, as are
 * all values without a quick check.
 */
export const QuickCheck = {
  /** Any text will do. */
  None: 0,
  /** One character of an enumeration. */
  ListedCharacter: 1,
  Digits: 2,
  Decimal: 3,
  UtcTimestamp: 4,
  /** The reader has read it as a number already. */
  MsgSeqNum: 5,
  /** There is none. */
  AtLength: 6,
} as const

export interface MessageRules {
  /** Rule of each tag. */
  readonly fields: Int32Array
  /** 1 for each tag that the message has, inside its groups too. */
  readonly tags: Uint8Array
  readonly requiredTags: readonly number[]
  readonly groups: ReadonlyMap<number, GroupRules>
}

export interface GroupRules {
  readonly counterTag: number
  readonly delimiterTag: number
  /** Place of each tag in an entry, 1..; 0 = not a member. */
  readonly positions: Uint8Array
  readonly requiredTags: readonly number[]
  /** 1 for each required tag. */
  readonly isRequired: Uint8Array
  readonly groups: ReadonlyMap<number, GroupRules>
}

/** Fields that the dictionary requires and that we do without. */
const exceptions: readonly { msgType: string; tag: number; why: string }[] = [
  {
    msgType: MsgType.OrderCancelRequest,
    tag: Tag.OrderQty,
    why: 'a cancel is for all that is left; Parity, Coinbase and Binance leave it out too',
  },
]

/** BeginString, BodyLength, MsgType and CheckSum: a message without them never gets this far. */
const frameTags: ReadonlySet<number> = new Set([8, 9, 35, 10])

/** By character code of a type with one character; the others by name. */
const rulesByCharacter: (MessageRules | undefined)[] = Array.from({ length: 256 })
const rulesByType = new Map<string, MessageRules>()

/** Undefined when FIX 4.4 has no such MsgType(35). */
export function messageRulesOf(msgType: string): MessageRules | undefined {
  // Most of the types in use, without hashing.
  const known =
    msgType.length === 1 ? rulesByCharacter[msgType.charCodeAt(0)] : rulesByType.get(msgType)
  return known ?? buildMessageRules(msgType)
}

function buildMessageRules(msgType: string): MessageRules | undefined {
  const message = messageOf(msgType)
  if (message === undefined) return undefined

  const exempt = new Set(exceptions.filter((e) => e.msgType === msgType).map((e) => e.tag))
  const isRequired = ({ tag, required }: Member) =>
    required && !exempt.has(tag) && !frameTags.has(tag)
  const fields = new Int32Array(FIX_TAGS)
  const requiredTags: number[] = []
  const add = (section: number, members: readonly Member[]) => {
    for (const member of members) {
      fields[member.tag] = ruleOf(section, member, isRequired(member))
      if (isRequired(member)) requiredTags.push(member.tag)
    }
  }
  add(Section.Header, headerMembers)
  add(Section.Body, message.members)
  add(Section.Trailer, trailerMembers)

  const members = [...headerMembers, ...message.members, ...trailerMembers]
  const tags = new Uint8Array(FIX_TAGS)
  for (const tag of tagsOf(members)) tags[tag] = 1
  const rules: MessageRules = { fields, tags, requiredTags, groups: groupsOf(members) }
  if (msgType.length === 1) rulesByCharacter[msgType.charCodeAt(0)] = rules
  else rulesByType.set(msgType, rules)
  return rules
}

const tagsOf = (members: readonly Member[]): number[] =>
  members.flatMap(({ tag, group }) => (group === undefined ? tag : [tag, ...tagsOf(group.members)]))

function ruleOf(section: number, member: Member, isRequired: boolean): number {
  const check = member.group === undefined ? quickCheckOf(member.tag) : QuickCheck.AtLength
  return (
    section |
    (isRequired ? 1 << Rule.RequiredShift : 0) |
    (check << Rule.CheckShift) |
    (enumerations[member.tag]! << Rule.EnumerationShift)
  )
}

function quickCheckOf(tag: number): number {
  const format = formats[tag]
  if (tag === Tag.MsgSeqNum) return QuickCheck.MsgSeqNum
  if (enumerations[tag]! > 0) return QuickCheck.ListedCharacter
  if (format === Format.Text) return QuickCheck.None
  if (format === Format.Digits) return QuickCheck.Digits
  if (format === Format.Decimal) return QuickCheck.Decimal
  if (format === Format.UtcTimestamp) return QuickCheck.UtcTimestamp
  return QuickCheck.AtLength
}

function buildGroupRules({ counterTag, delimiterTag, members }: GroupDefinition): GroupRules {
  const positions = new Uint8Array(FIX_TAGS)
  const isRequired = new Uint8Array(FIX_TAGS)
  members.forEach(({ tag, required }, index) => {
    positions[tag] = index + 1
    isRequired[tag] = required ? 1 : 0
  })
  const requiredTags = members.filter((m) => m.required).map((m) => m.tag)
  return {
    counterTag,
    delimiterTag,
    positions,
    requiredTags,
    isRequired,
    groups: groupsOf(members),
  }
}

function groupsOf(members: readonly Member[]): Map<number, GroupRules> {
  const groups = new Map<number, GroupRules>()
  for (const { tag, group } of members) {
    if (group !== undefined) groups.set(tag, buildGroupRules(group))
  }
  return groups
}
