/** Fields that a record keeps as they are printed, as the database can hold them. */
import { storedFields } from '../wire/index.ts'
import { storableText } from './print-values.ts'

/** @param length bytes of the body, which starts at `at` */
export function parseFields(view: DataView, at: number, length: number): Map<number, string> {
  const fields = storedFields(view, at, length)
  for (const [tag, value] of fields) fields.set(tag, storableText(value))
  return fields
}
