/** FIX fields that a record keeps as they are printed (`11=A␁55=AAPL␁`): its body. */

const SOH = '\u0001'
const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Tag and value of each; the first of a repeated tag wins.
 * @param length bytes of the body, which starts at `at`
 */
export function storedFields(view: DataView, at: number, length: number): Map<number, string> {
  const body = textOfBytes(new Uint8Array(view.buffer, view.byteOffset + at, length))
  const fields = new Map<number, string>()

  for (const field of body.split(SOH)) {
    const equals = field.indexOf('=')
    const tag = Number(field.slice(0, equals))
    if (equals > 0 && !fields.has(tag)) fields.set(tag, field.slice(equals + 1))
  }
  return fields
}

/** Bytes of a message as text: UTF-8 where they are, otherwise each byte as its own character. */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  }
}
