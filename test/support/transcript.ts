/**
 * FIX transcripts: Markdown files whose headings are cases of the standard, each with a paragraph
 * that says why and a code block that a FIX engineer reads without help. Times are exact, because
 * the clock is a value that the transcript sets.
 *
 *   > 35=A|98=0|108=30     they say; 8 9 34 49 52 56 10 are filled in, `-56` leaves one out
 *   raw 8=FIX.4.4|35=0|…   they say exactly these bytes
 *   < 35=A|98=0|108=30     we say exactly that, and nothing else before their next line
 *   app 35=D|34=2|11=ID    the application gets a message with these fields
 *   refused 35=3|45=2      the application is told of their Reject(3)
 *   disconnect REASON      we close the connection
 *   send 35=8|37=1         the application sends a message
 *   logout TEXT            the application begins the Logout
 *   drop · connect         their connection breaks · they connect again
 *   clock +30s             time passes, deadline by deadline
 *   numbers in=5 out=8     MsgSeqNum(34) expected and next to send, before the first Logon
 *   expect in=7            what is expected now
 *
 * `@30s` in a value is the UTCTimestamp of thirty seconds after the transcript's beginning.
 */
export interface TranscriptCase {
  readonly title: string
  readonly why: string
  readonly lines: readonly TranscriptLine[]
}

export interface TranscriptLine {
  readonly verb: string
  readonly rest: string
  /** Line in the file, 1.. */
  readonly number: number
}

/** Friday, 20 November 2026, 09:30 in New York. */
export const TRANSCRIPT_START_SECONDS = Date.UTC(2026, 10, 20, 14, 30, 0) / 1_000

/** Splits a file into its cases; each `## ` heading begins one. */
export function parseTranscripts(markdown: string): TranscriptCase[] {
  const cases: { title: string; why: string; lines: TranscriptLine[] }[] = []
  let inBlock = false

  markdown.split('\n').forEach((text, index) => {
    const current = cases.at(-1)
    if (text.startsWith('```')) {
      inBlock = !inBlock
    } else if (text.startsWith('## ')) {
      cases.push({ title: text.slice(3).trim(), why: '', lines: [] })
    } else if (inBlock && current !== undefined) {
      if (text.trim() !== '' && !text.startsWith('#')) current.lines.push(lineOf(text, index + 1))
    } else if (current !== undefined) {
      current.why = `${current.why} ${text}`.trim()
    }
  })
  return cases
}

function lineOf(text: string, number: number): TranscriptLine {
  const [verb = '', ...rest] = text.trim().split(' ')
  return { verb, rest: rest.join(' '), number }
}

export type Field = readonly [tag: number, value: string]

/** `35=A|98=0` as fields; `-56` as a field without a value. */
export function parseFields(text: string): Map<number, string | undefined> {
  const fields = new Map<number, string | undefined>()
  for (const part of text.split('|').filter((part) => part !== '')) {
    const at = part.indexOf('=')
    if (at < 0) fields.set(Number(part.slice(1)), undefined)
    else fields.set(Number(part.slice(0, at)), timesIn(part.slice(at + 1)))
  }
  return fields
}

/** The fields of a body as they are written, repeated tags included. */
export function parseFieldList(text: string): Field[] {
  return text
    .split('|')
    .filter((part) => part.includes('='))
    .map((part) => {
      const at = part.indexOf('=')
      return [Number(part.slice(0, at)), timesIn(part.slice(at + 1))] as const
    })
}

/** Replaces `@30s` by a UTCTimestamp. */
function timesIn(value: string): string {
  return value.replace(/^@(-?[\d.]+)s$/, (_, seconds: string) => timestamp(Number(seconds)))
}

/** UTCTimestamp of so many seconds after the transcript's beginning. */
export function timestamp(seconds: number): string {
  const text = new Date((TRANSCRIPT_START_SECONDS + seconds) * 1_000).toISOString()
  return text.replaceAll('-', '').replace('T', '-').replace('Z', '')
}

export interface HeaderDefaults {
  readonly senderCompId: string
  readonly targetCompId: string
  readonly msgSeqNum: number
  readonly sendingTime: string
}

const HEADER_TAGS = [35, 49, 56, 34, 43, 97, 52, 122]

/** Whole bytes of a line: header in our own order, then the rest as written, then the trailer. */
export function encodeLine(text: string, defaults: HeaderDefaults): Buffer {
  const given = parseFields(text)
  const header = new Map<number, string | undefined>([
    [49, defaults.senderCompId],
    [56, defaults.targetCompId],
    [34, String(defaults.msgSeqNum)],
    [52, defaults.sendingTime],
  ])
  const valueOf = (tag: number) => (given.has(tag) ? given.get(tag) : header.get(tag))

  const fields: Field[] = []
  for (const tag of HEADER_TAGS) {
    const value = valueOf(tag)
    if (value !== undefined) fields.push([tag, value])
  }
  const framed = new Set([8, 9, 10, ...HEADER_TAGS])
  fields.push(...parseFieldList(text).filter(([tag]) => !framed.has(tag)))

  const body = join(fields)
  const start = `8=${given.get(8) ?? 'FIX.4.4'}\u00019=${given.get(9) ?? body.length}\u0001`
  const sum = [...Buffer.from(start + body, 'latin1')].reduce((total, byte) => total + byte, 0)
  const trailer = `10=${given.get(10) ?? String(sum % 256).padStart(3, '0')}\u0001`
  return Buffer.from(start + body + trailer, 'latin1')
}

const join = (fields: readonly Field[]) =>
  fields.map(([tag, value]) => `${tag}=${value}\u0001`).join('')

/** One line of text for a message: `|` for the delimiter. */
export const readable = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('latin1').replaceAll('\u0001', '|')
