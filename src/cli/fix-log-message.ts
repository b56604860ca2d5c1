/** A message of the FIX log with the names of its fields and values, repeating groups nested. */
import type { GroupDefinition, Member } from '../fix/index.ts'
import { fieldOf, FixMessage, headerMembers, messageOf, valueNameOf } from '../fix/index.ts'

export interface NamedField {
  readonly tag: number
  readonly value: string
  /** Of the field; undefined when FIX 4.4 has no such tag. */
  readonly name?: string
  /** Of the value, where FIX 4.4 has one: Buy. */
  readonly meaning?: string
  /** Of the repeating group that the field counts. */
  readonly entries?: readonly (readonly NamedField[])[]
}

const SOH = 0x01
const scanned = new FixMessage()

/** The message of these bytes, valid until the next call; undefined when they are none. */
export function scanMessage(bytes: Uint8Array): FixMessage | undefined {
  if (bytes.at(-1) !== SOH) return undefined
  scanned.scan(bytes, 0, bytes.length)
  return scanned
}

/** All fields, in message order. */
export function nameFields(message: FixMessage): NamedField[] {
  const body = messageOf(message.msgType)?.members ?? []
  const fields = message.toFields()
  return new Naming(fields).all([...headerMembers, ...body])
}

type Field = readonly [tag: number, value: string]

/** Goes once through the fields of a message. */
class Naming {
  private at = 0
  private readonly fields: readonly Field[]

  constructor(fields: readonly Field[]) {
    this.fields = fields
  }

  all(members: readonly Member[]): NamedField[] {
    const named: NamedField[] = []
    while (this.at < this.fields.length) named.push(this.next(members))
    return named
  }

  private next(members: readonly Member[]): NamedField {
    const field = nameField(this.fields[this.at++]!)
    const group = members.find(({ tag }) => tag === field.tag)?.group
    const entries = group === undefined ? [] : this.entries(group)
    return entries.length === 0 ? field : { ...field, entries }
  }

  /** As many as there are, whatever the counter says. */
  private entries(group: GroupDefinition): NamedField[][] {
    const entries: NamedField[][] = []
    while (this.tag === group.delimiterTag) entries.push(this.entry(group))
    return entries
  }

  private entry({ delimiterTag, members }: GroupDefinition): NamedField[] {
    const isMember = () => members.some(({ tag }) => tag === this.tag)
    const named = [this.next(members)]
    while (this.tag !== delimiterTag && isMember()) named.push(this.next(members))
    return named
  }

  private get tag(): number | undefined {
    return this.fields[this.at]?.[0]
  }
}

function nameField([tag, value]: Field): NamedField {
  const name = fieldOf(tag)?.name
  const meaning = valueNameOf(tag, value)
  return {
    tag,
    value,
    ...(name === undefined ? {} : { name }),
    ...(meaning === undefined ? {} : { meaning }),
  }
}
