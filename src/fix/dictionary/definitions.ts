/**
 * The FIX 4.4 dictionary as objects, built once from the generated tables: what a field may hold
 * and which fields a message has, with components resolved and repeating groups nested.
 */
import { assert } from '../../domain/index.ts'
import {
  components,
  enumerations,
  header,
  messages,
  Tag,
  tagsByType,
  trailer,
} from './generated/fix44.ts'

export type FieldType = keyof typeof tagsByType

export interface FieldDefinition {
  readonly tag: number
  readonly name: string
  readonly type: FieldType
  /** The values allowed; empty when any value of the type is. */
  readonly values: readonly string[]
}

/** A field of a message or of a group, in message order. */
export interface Member {
  readonly tag: number
  readonly required: boolean
  /** Present when the field counts the entries of a repeating group. */
  readonly group?: GroupDefinition
}

export interface GroupDefinition {
  /** NoXxx */
  readonly counterTag: number
  /** First field of every entry. */
  readonly delimiterTag: number
  readonly members: readonly Member[]
}

export interface MessageDefinition {
  readonly msgType: string
  readonly name: string
  readonly category: 'admin' | 'app'
  /** Body fields; header and trailer are the same for all messages. */
  readonly members: readonly Member[]
}

const fieldsByTag = new Map<number, FieldDefinition>(
  readFields().map((field) => [field.tag, field]),
)
const messagesByType = new Map<string, MessageDefinition>(
  messages.map(([msgType, name, category, text]) => [
    msgType,
    { msgType, name, category, members: readMembers(text, true) },
  ]),
)

export const headerMembers: readonly Member[] = readMembers(header, true)
export const trailerMembers: readonly Member[] = readMembers(trailer, true)

/** All fields of FIX 4.4, by tag number. */
export const fieldDefinitions = (): Iterable<FieldDefinition> => fieldsByTag.values()

export const messageDefinitions = (): Iterable<MessageDefinition> => messagesByType.values()

/** Undefined when FIX 4.4 has no such tag. */
export const fieldOf = (tag: number): FieldDefinition | undefined => fieldsByTag.get(tag)

/** Undefined when FIX 4.4 has no such MsgType(35). */
export const messageOf = (msgType: string): MessageDefinition | undefined =>
  messagesByType.get(msgType)

/** Whether FIX 4.4 has this MsgType(35), offered here or not. */
export const isKnownMsgType = (msgType: string): boolean => messagesByType.has(msgType)

/** Session-level messages, A 0 1 2 3 4 5. */
export const isAdminMsgType = (msgType: string): boolean =>
  messagesByType.get(msgType)?.category === 'admin'

function readFields(): FieldDefinition[] {
  const types = new Map<number, FieldType>()
  for (const [type, tags] of Object.entries(tagsByType)) {
    for (const tag of tags) types.set(tag, type as FieldType)
  }
  return Object.entries(Tag).map(([name, tag]) => ({
    tag,
    name,
    type: types.get(tag)!,
    values: enumerations[tag]?.split(' ') ?? [],
  }))
}

/**
 * Reads `11* 526 @Parties 453(448 447)`. Fields of an optional component are not required; inside
 * a group, required means in every entry.
 */
function readMembers(text: string, parentRequired: boolean): Member[] {
  return splitMembers(text).flatMap((word) => {
    const [, component, tagText, star, groupText] =
      /^(?:@(\w+)|(\d+))(\*?)(?:\((.*)\))?$/.exec(word) ?? []
    const required = parentRequired && star === '*'

    if (component !== undefined) return readMembers(components[component]!, required)
    const tag = Number(tagText)
    return groupText === undefined
      ? [{ tag, required }]
      : [{ tag, required, group: readGroup(tag, groupText) }]
  })
}

function readGroup(counterTag: number, text: string): GroupDefinition {
  const members = readMembers(text, true)
  assert(members.length > 0, `group ${counterTag} has members`)
  return { counterTag, delimiterTag: members[0]!.tag, members }
}

/** Splits at the blanks outside parentheses. */
function splitMembers(text: string): string[] {
  if (text === '') return []
  const words: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at <= text.length; at++) {
    const character = text[at] ?? ' '
    if (character === '(') depth++
    if (character === ')') depth--
    if (character !== ' ' || depth > 0) continue
    words.push(text.slice(start, at))
    start = at + 1
  }
  return words
}
