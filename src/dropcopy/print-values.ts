/**
 * Values as PostgreSQL prints them in a session with TimeZone UTC and DateStyle ISO, so that a row
 * made from the journal and a row read back are equal as text. Money goes digit by digit.
 */

/** Longest number kept; a longer one is not a number that anybody trades. */
const NUMBER_CHARACTERS_MAX = 60
/** Dates of four-digit years, yyyymmdd. */
const FIRST_DATE = 10_101
const LAST_DATE = 99_991_231

/** The integer below 2^53 that `printScaled` printed. */
export const parseScaled = (text: string): number => Number(text.replace('.', ''))

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

/** Since 1970, of a time as `printTime` and PostgreSQL print it. */
export function microsecondsOf(time: string): number {
  const [, seconds, fraction] = /^([^.+]*)(?:\.(\d+))?/.exec(time)!
  const epochMs = Date.parse(`${seconds!.replace(' ', 'T')}Z`)
  return epochMs * 1_000 + Number((fraction ?? '').padEnd(6, '0'))
}

/** `2026-11-21` for 20261121; null for 0, before the first trading day. */
export function printDate(yyyymmdd: number): string | null {
  if (yyyymmdd === 0) return null
  const digits = String(yyyymmdd).padStart(8, '0')
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
}

/** The same; null for what is on no calendar, since a client may have written it. */
export function printKnownDate(yyyymmdd: number): string | null {
  if (!(yyyymmdd >= FIRST_DATE && yyyymmdd <= LAST_DATE)) return null
  const date = printDate(yyyymmdd)!
  const instant = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date) ? date : null
}

/** FIX decimal text as PostgreSQL prints a numeric: no sign on zero, one digit before the point. */
export function printDecimal(text: string | null): string | null {
  if (text === null || text.length > NUMBER_CHARACTERS_MAX) return null
  const parts = /^(-?)0*(\d*)(?:\.(\d*))?$/.exec(text)
  if (!parts || !/\d/.test(text)) return null

  const whole = parts[2] || '0'
  const fraction = parts[3] ? `.${parts[3]}` : ''
  const isZero = !/[1-9]/.test(whole + fraction)
  return `${isZero ? '' : parts[1]}${whole}${fraction}`
}

/** A whole number of a FIX field; null for anything else, since a client may have written it. */
export const integerOf = (text: string | null): number | null =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null

/** The character of a FIX enumeration's code; null for 0. */
export const printCode = (code: number): string | null =>
  code === 0 ? null : String.fromCharCode(code)

/** PostgreSQL text holds any character but NUL, which becomes its visible symbol U+2400. */
export const storableText = (text: string): string => text.replaceAll('\0', '\u2400')
