/**
 * What one client sends at a time, in a transaction that is read-only, of a role that may only read,
 * and rolled back at its end: nothing of it stays in the session, which is the reader's. It takes a
 * bounded time and a bounded memory.
 */
import { int16, int32, message, messagesOf, Refusal, SqlState } from './protocol.ts'
import type { StatementWatchdog } from './statement-watchdog.ts'

/** As `roles.ts` makes it. */
const READER_ROLE = 'buttonwood_reader'
/** A statement that gives more rows is looked at between so many. */
const ROWS_A_SLICE = 1_000
/** For all that a client sends at a time; the reader waits for as long. */
export const BATCH_MS_MAX = 2_000
export const ANSWER_BYTES_MAX = 32 * 1_048_576

/** PGlite, as far as it is needed here. */
export interface RawDatabase {
  execProtocolRaw(message: Uint8Array): Promise<Uint8Array>
}

export interface BatchLimits {
  readonly batchMs: number
  readonly answerBytes: number
}

export const BATCH_LIMITS: BatchLimits = { batchMs: BATCH_MS_MAX, answerBytes: ANSWER_BYTES_MAX }

/** An ErrorResponse of the database, as it came. */
export class DatabaseRefusal extends Error {
  readonly response: Buffer

  constructor(response: Buffer) {
    super('the database refuses this')
    this.response = response
  }
}

interface Answer {
  readonly type: string
  readonly whole: Buffer
}

const sync = message('S')

export class ReadOnlyBatch {
  private readonly database: RawDatabase
  private readonly watchdog: StatementWatchdog
  private readonly limits: BatchLimits
  private readonly startedMs = performance.now()
  private answerBytes = 0

  constructor(database: RawDatabase, watchdog: StatementWatchdog, limits: BatchLimits) {
    this.database = database
    this.watchdog = watchdog
    this.limits = limits
  }

  /** @param settings of the client */
  async begin(settings: ReadonlyMap<string, string>): Promise<void> {
    const statements = [...settings].map(
      ([name, value]) => `select set_config(${literal(name)}, ${literal(value)}, true)`,
    )
    // The first query of a transaction makes it impossible to let it write.
    const all = ['begin read only', 'select 1', ...statements, `set local role ${READER_ROLE}`]
    await this.ask(message('Q', all.join('; ')))
  }

  /** Also after an error. Locks of the session are no part of a transaction. */
  async end(): Promise<void> {
    await this.ask(message('Q', 'rollback; select pg_advisory_unlock_all()'))
  }

  /**
   * @returns what the database says to these messages of the extended protocol
   * @throws DatabaseRefusal
   */
  send(...messages: readonly Buffer[]): Promise<Answer[]> {
    return this.ask(Buffer.concat([...messages, sync]))
  }

  /** Parses, binds and describes without names: as a simple query is run. */
  async prepare(sql: string): Promise<Answer[]> {
    const parse = message('P', '', sql, int16(0))
    const bind = message('B', '', '', int16(0), int16(0), int16(0))
    const describe = message('D', Buffer.from('P'), '')
    const answers = await this.send(parse, bind, describe)
    return answers.filter(({ type }) => type === 'T' || type === 'N')
  }

  /**
   * Runs a portal in slices.
   * @param rowsMax as in the message Execute; 0 = all
   * @throws Refusal when it takes too long or gives too much, DatabaseRefusal
   */
  async execute(portal: string, rowsMax = 0): Promise<Buffer[]> {
    const out: Buffer[] = []
    let rows = 0
    for (;;) {
      const wanted = rowsMax === 0 ? ROWS_A_SLICE : Math.min(ROWS_A_SLICE, rowsMax - rows)
      const answers = await this.send(message('E', portal, int32(wanted)))
      const last = answers.at(-1)
      rows += answers.filter(({ type }) => type === 'D').length
      const isSuspended = last?.type === 's' && rows !== rowsMax
      for (const { type, whole } of isSuspended ? answers.slice(0, -1) : answers) {
        out.push(type === 'C' ? countAllRows(whole, rows) : whole)
      }
      if (!isSuspended) return out
      this.checkTime()
    }
  }

  /** The value of the only column of the only row. */
  async value(sql: string): Promise<string> {
    const answers = await this.ask(message('Q', sql))
    const row = answers.find(({ type }) => type === 'D')!.whole
    return row.toString('utf8', 11)
  }

  private checkTime(): void {
    if (performance.now() - this.startedMs <= this.limits.batchMs) return
    throw new Refusal(
      SqlState.QueryCanceled,
      `canceled: it took longer than ${this.limits.batchMs} ms, while the reader waited`,
      'Ask for less at a time, or keep the copy in a PostgreSQL of its own.',
    )
  }

  private async ask(messages: Buffer): Promise<Answer[]> {
    const bytes = await this.watchdog.guard(() => this.database.execProtocolRaw(messages))
    const answers: Answer[] = []
    for (const answer of messagesOf(Buffer.from(bytes))) {
      if (answer.type === 'E') throw new DatabaseRefusal(answer.whole)
      // What the session is set to is of this batch alone; whether it is ready the port knows itself.
      if (!'ZSA'.includes(answer.type)) answers.push(answer)
    }
    this.answerBytes += bytes.length
    if (this.answerBytes > this.limits.answerBytes) throw tooMuch(this.limits.answerBytes)
    return answers
  }
}

const tooMuch = (limit: number): Refusal =>
  new Refusal(
    SqlState.LimitExceeded,
    `the answer is larger than ${limit} bytes`,
    'Ask for less at a time, or use `buttonwood dropcopy … --csv`.',
  )

/** Each slice counts its own rows. */
function countAllRows(complete: Buffer, rows: number): Buffer {
  const tag = complete.toString('latin1', 5, complete.length - 1)
  return tag.startsWith('SELECT ') ? message('C', `SELECT ${rows}`) : complete
}

const literal = (value: string): string =>
  ` E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
