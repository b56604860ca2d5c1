/**
 * Which fields a message and its repeating groups have, as tables by tag; built when the first
 * message of a type arrives.
 */
import type { GroupDefinition, Member } from '../dictionary/index.ts'
import { headerMembers, messageOf, MsgType, Tag, trailerMembers } from '../dictionary/index.ts'
import { FIX_TAGS, isAnyValue } from './field-rules.ts'

/** Part of the message, in the order in which the parts must come. */
export const Section = { Header: 1, Body: 2, Trailer: 3 } as const
/** The bits of a place that hold its Section. */
export const SECTION_BITS = 3
/** Flag of a place: the message must have the field. */
export const REQUIRED = 4
/** Flag of a place: the field counts the entries of a group. */
export const COUNTER = 8
/** Flag of a place: not every value will do. */
export const CHECKED = 16

export interface MessageRules {
  /** Section and flags of each tag; 0 = not a field of this message. */
  readonly places: Uint8Array
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

const rulesByType = new Map<string, MessageRules>()

/** Undefined when FIX 4.4 has no such MsgType(35). */
export function messageRulesOf(msgType: string): MessageRules | undefined {
  return rulesByType.get(msgType) ?? buildMessageRules(msgType)
}

function buildMessageRules(msgType: string): MessageRules | undefined {
  const message = messageOf(msgType)
  if (message === undefined) return undefined

  const exempt = new Set(exceptions.filter((e) => e.msgType === msgType).map((e) => e.tag))
  const places = new Uint8Array(FIX_TAGS)
  const requiredTags: number[] = []
  const add = (section: number, members: readonly Member[]) => {
    for (const { tag, required, group } of members) {
      const isRequired = required && !exempt.has(tag) && !frameTags.has(tag)
      places[tag] =
        section |
        (isRequired ? REQUIRED : 0) |
        (group === undefined ? 0 : COUNTER) |
        (isAnyValue(tag) ? 0 : CHECKED)
      if (isRequired) requiredTags.push(tag)
    }
  }
  add(Section.Header, headerMembers)
  add(Section.Body, message.members)
  add(Section.Trailer, trailerMembers)

  const groups = groupsOf([...headerMembers, ...message.members])
  const rules: MessageRules = { places, requiredTags, groups }
  rulesByType.set(msgType, rules)
  return rules
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
