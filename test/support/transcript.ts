/**
 * FIX transcripts: Markdown files, one for each case of the standard: a heading, why it matters, and
 * conversations, each with its own heading, a sentence and a code block that a FIX engineer reads
 * without help. Times are exact, because the clock is a value that the transcript sets.
 *
 *   > 35=A|98=0|108=30     they say; 8 9 34 49 52 56 10 are filled in, `-56` leaves one out
 *   raw 8=FIX.4.4|35=0|…   they say exactly these bytes
 *   < 35=A|98=0|108=30     we say exactly that, and nothing else before their next line
 *   app 35=D|34=2|11=ID    the application gets a message with these fields
 *   refused 35=3|45=2      the application is told of their Reject(3)
 *   disconnect REASON      we close the connection
 *   send 35=8|37=1         the application sends a message, connected or not
 *   logout TEXT            the application begins the Logout
 *   drop · connect         their connection breaks · they connect again
 *   clock +30s             time passes, deadline by deadline
 *   numbers in=5 out=8     MsgSeqNum(34) expected and next to send, before the first Logon
 *   expect in=7            what is expected now
 *
 * `@30s` in a value is the UTCTimestamp of thirty seconds after the transcript's beginning.
 *
 * A block is played against a FixSession alone and against the assembled exchange. The application
 * of `app` and `send` is the transcript's own, so what has these runs against the session alone. A
 * block that begins with ```fix exchange needs orders or a second connection, and runs only there:
 *
 *   other connect GLOBEX   a second connection, of ACME when no name is given
 *   other> · other< · other drop · other disconnect
 */
export interface Transcript {
  readonly title: string
  readonly why: string
  readonly conversations: readonly Conversation[]
}

export interface Conversation {
  readonly title: string
  readonly why: string
  readonly isOfExchange: boolean
  readonly lines: readonly TranscriptLine[]
}

/** The connection that a line is about. */
export type Speaker = 'first' | 'other'

export interface TranscriptLine {
  readonly speaker: Speaker
  readonly verb: string
  readonly rest: string
  /** Line in the file, 1.. */
  readonly number: number
}

/** What a conversation can be played against. */
export type VenueName = 'session' | 'exchange'

const APPLICATION_VERBS = new Set(['app', 'send'])

export function venuesOf({ isOfExchange, lines }: Conversation): VenueName[] {
  if (isOfExchange) return ['exchange']
  const needsApplication = lines.some(({ verb }) => APPLICATION_VERBS.has(verb))
  return needsApplication ? ['session'] : ['session', 'exchange']
}

/** Friday, 20 November 2026, 09:30 in New York. */
export const TRANSCRIPT_START_SECONDS = Date.UTC(2026, 10, 20, 14, 30, 0) / 1_000

/** `# ` is the case, each `## ` begins a conversation. */
export function parseTranscript(markdown: string): Transcript {
  const transcript = { title: '', why: '', conversations: [] as ConversationDraft[] }
  let current: { title: string; why: string } = transcript
  let inBlock = false

  markdown.split('\n').forEach((text, index) => {
    const conversation = transcript.conversations.at(-1)
    if (text.startsWith('```')) {
      inBlock = !inBlock
      if (text === EXCHANGE_FENCE && conversation) conversation.isOfExchange = true
    } else if (inBlock) {
      if (text.trim() !== '') conversation?.lines.push(lineOf(text, index + 1))
    } else if (text.startsWith('## ')) {
      current = draftOf(text)
      transcript.conversations.push(current as ConversationDraft)
    } else if (text.startsWith('# ')) {
      transcript.title = text.slice(2).trim()
    } else {
      current.why = `${current.why} ${text}`.trim()
    }
  })
  return transcript
}

const EXCHANGE_FENCE = '```fix exchange'

interface ConversationDraft {
  title: string
  why: string
  isOfExchange: boolean
  lines: TranscriptLine[]
}

const draftOf = (heading: string): ConversationDraft => ({
  title: heading.slice(3).trim(),
  why: '',
  isOfExchange: false,
  lines: [],
})

function lineOf(text: string, number: number): TranscriptLine {
  const [, other, verb = '', rest = ''] = /^(other ?)?(\S+) ?(.*)$/.exec(text.trim())!
  return { speaker: other === undefined ? 'first' : 'other', verb, rest, number }
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
