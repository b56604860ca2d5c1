/** What the values of a field are called, for people: Side(54)=1 is Buy. */
import { fieldOf, messageOf } from './definitions.ts'
import { Tag } from './generated/fix44.ts'
import { valueNames } from './generated/fix44-value-names.ts'

/** Names that say nothing without the field's: EncryptMethod(98)=0 is None. */
const NEED_THEIR_FIELD: readonly string[] = ['None', 'Other', 'Yes', 'No']

/**
 * The name of a value, or of each value of a list (`1 G`); undefined when FIX 4.4 names none of
 * them, as for a quantity or a flag.
 */
export function valueNameOf(tag: number, value: string): string | undefined {
  if (tag === Tag.MsgType) return messageOf(value)?.name
  const names = valueNames[tag]?.split(' ')
  const field = fieldOf(tag)
  if (names === undefined || field === undefined || field.type === 'BOOLEAN') return undefined

  const given = field.type === 'MULTIPLEVALUESTRING' ? value.split(' ') : [value]
  const found = given.map((one) => names[field.values.indexOf(one)])
  if (found.every((name) => name === undefined)) return undefined
  const text = found.map((name, i) => name ?? given[i]).join(' ')
  return NEED_THEIR_FIELD.includes(text) ? `${field.name} ${text}` : text
}
