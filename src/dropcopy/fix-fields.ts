/** Splits stored FIX fields (`11=A␁55=AAPL␁`) into tag and value; the first of a repeated tag wins. */
import { storableText, textOfBytes } from './print-values.ts'

const SOH = '\u0001'

/** @param length bytes of the body, which starts at `at` */
export function parseFields(view: DataView, at: number, length: number): Map<number, string> {
  const body = textOfBytes(new Uint8Array(view.buffer, view.byteOffset + at, length))
  const fields = new Map<number, string>()

  for (const field of body.split(SOH)) {
    const equals = field.indexOf('=')
    const tag = Number(field.slice(0, equals))
    if (equals > 0 && !fields.has(tag)) fields.set(tag, storableText(field.slice(equals + 1)))
  }
  return fields
}
