/**
 * Messages of PostgreSQL's wire protocol 3.0, as far as a port that only reads needs them.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */

/** Of a message that has a type: the type, and the length that counts itself. */
const HEADER_BYTES = 5

/** A message with its type; body is what follows the length. */
export interface WireMessage {
  readonly type: string
  readonly body: Buffer
}

export function message(type: string, ...parts: readonly (string | Buffer)[]): Buffer {
  const body = parts.map((part) => (typeof part === 'string' ? text(part) : part))
  const bytes = body.reduce((sum, part) => sum + part.length, 0)
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(type, 0, 'latin1')
  header.writeInt32BE(bytes + 4, 1)
  return Buffer.concat([header, ...body])
}

/** As strings travel: UTF-8 and a zero byte. */
const text = (value: string): Buffer => Buffer.from(`${value}\0`)

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** The messages of an answer of the database, each with its header. */
export function* messagesOf(bytes: Buffer): Generator<{ type: string; whole: Buffer }> {
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + bytes.readInt32BE(at + 1)
    yield { type: String.fromCharCode(bytes[at]!), whole: bytes.subarray(at, end) }
    at = end
  }
}

/** I: no transaction is open. T: one is. E: one is, and failed. */
export type TransactionStatus = 'I' | 'T' | 'E'

export const readyForQuery = (status: TransactionStatus): Buffer =>
  message('Z', Buffer.from(status, 'latin1'))

export const commandComplete = (tag: string): Buffer => message('C', tag)

export const parameterStatus = (name: string, value: string): Buffer => message('S', name, value)

export const authenticationOk = message('R', int32(0))
export const parseComplete = message('1')
export const bindComplete = message('2')
export const closeComplete = message('3')
export const noData = message('n')
export const emptyQueryResponse = message('I')
export const noParameters = message('t', int16(0))

/** Appendix A of PostgreSQL's manual. */
export const SqlState = {
  ProtocolViolation: '08P01',
  FeatureNotSupported: '0A000',
  ReadOnly: '25006',
  FailedTransaction: '25P02',
  InvalidStatementName: '26000',
  InvalidPortalName: '34000',
  InvalidAuthorization: '28000',
  SyntaxError: '42601',
  TooManyConnections: '53300',
  LimitExceeded: '54000',
  QueryCanceled: '57014',
} as const
type SqlState = (typeof SqlState)[keyof typeof SqlState]

/** What is said instead of an answer. */
export class Refusal extends Error {
  readonly state: SqlState
  readonly hint: string | undefined

  constructor(state: SqlState, reason: string, hint?: string) {
    super(reason)
    this.state = state
    this.hint = hint
  }
}

export function errorResponse(
  { state, message: reason, hint }: Refusal,
  severity: 'ERROR' | 'FATAL' = 'ERROR',
): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${state}`, `M${reason}`]
  if (hint !== undefined) fields.push(`H${hint}`)
  return message('E', ...fields, Buffer.from([0]))
}

/** Reads the fields of a message's body one by one. */
export class BodyReader {
  private readonly body: Buffer
  private at = 0

  constructor(body: Buffer) {
    this.body = body
  }

  get isAtEnd(): boolean {
    return this.at === this.body.length
  }

  /** Bytes behind what was read. */
  get rest(): Buffer {
    return this.body.subarray(this.at)
  }

  text(): string {
    const end = this.body.indexOf(0, this.at)
    if (end < 0) throw malformed()
    const value = this.body.toString('utf8', this.at, end)
    this.at = end + 1
    return value
  }

  char(): string {
    return String.fromCharCode(this.take(1)[0]!)
  }

  int16(): number {
    return this.take(2).readInt16BE()
  }

  int32(): number {
    return this.take(4).readInt32BE()
  }

  skip(bytes: number): void {
    this.take(bytes)
  }

  private take(bytes: number): Buffer {
    if (bytes < 0 || this.at + bytes > this.body.length) throw malformed()
    this.at += bytes
    return this.body.subarray(this.at - bytes, this.at)
  }
}

export const malformed = (): Refusal =>
  new Refusal(SqlState.ProtocolViolation, 'this message is not of PostgreSQL’s protocol')
