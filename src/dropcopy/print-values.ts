/**
 * Values as PostgreSQL prints them in a session with TimeZone UTC and DateStyle ISO, so that a row
 * made from the journal and a row read back are equal as text. Money goes digit by digit.
 */

/** `182.5000` for (1825000, 4): every decimal kept, as a numeric keeps its scale. */
export function printScaled(value: number, decimals: number): string {
  const digits = String(Math.abs(value)).padStart(decimals + 1, '0')
  const point = digits.length - decimals
  return `${value < 0 ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
}

let secondPrinted = -1
let secondText = ''

/** `2026-11-21 03:50:55.1234+00`: microseconds, further digits cut off. */
export function printTime(epochSeconds: number, nanoseconds: number): string {
  if (epochSeconds !== secondPrinted) {
    // Many events share a second: its text is made once.
    secondText = new Date(epochSeconds * 1000).toISOString().slice(0, 19).replace('T', ' ')
    secondPrinted = epochSeconds
  }
  const microseconds = Math.floor(nanoseconds / 1000)
  if (microseconds === 0) return `${secondText}+00`
  return `${secondText}.${String(microseconds).padStart(6, '0').replace(/0+$/, '')}+00`
}

/** `2026-11-21` for 20261121; null for 0, before the first trading day. */
export function printDate(yyyymmdd: number): string | null {
  if (yyyymmdd === 0) return null
  const digits = String(yyyymmdd)
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
}

/** The character of a FIX enumeration's code; null for 0. */
export const printCode = (code: number): string | null =>
  code === 0 ? null : String.fromCharCode(code)

/** PostgreSQL text holds any character but NUL, which becomes its visible symbol U+2400. */
export const storableText = (text: string): string => text.replaceAll('\0', '\u2400')

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** Bytes of a message as text: UTF-8 where they are, otherwise each byte as its own character. */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  }
}
