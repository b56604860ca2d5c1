/**
 * One client's session: what it prepared, what it set, whether it is in a transaction. The database
 * knows nothing of it. A transaction block is a word here, since each statement of READ COMMITTED sees
 * what is committed when it runs, and nothing can be written: so an open one holds nobody up.
 */
import type { SharedDatabase } from './batch-opener.ts'
import { BatchOpener } from './batch-opener.ts'
import type { Task } from './classify-statement.ts'
import { classify } from './classify-statement.ts'
import { reportedName } from './client-settings.ts'
import type { TransactionStatus, WireMessage } from './protocol.ts'
import * as wire from './protocol.ts'
import { BodyReader, Refusal, SqlState } from './protocol.ts'
import type { ReadOnlyBatch } from './read-only-batch.ts'
import { DatabaseRefusal } from './read-only-batch.ts'
import { splitStatements } from './split-statements.ts'

/** Prepared by one client. */
export const STATEMENTS_MAX = 256
/** Messages between two Syncs. */
const MESSAGES_MAX = 1_000

interface Prepared {
  readonly sql: string
  readonly task: Task
  /** In the database, if it is there. */
  readonly inner: string | undefined
}

export class SqlSession {
  private readonly id: number
  private readonly database: SharedDatabase
  private readonly settings: Map<string, string>
  private readonly statements = new Map<string, Prepared>()
  /** Of one batch. */
  private readonly portals = new Map<string, Prepared>()
  /** What came since the last Sync or Flush. */
  private waiting: WireMessage[] = []
  private status: TransactionStatus = 'I'
  /** After an error everything up to the next Sync is passed over. */
  private isSkipping = false

  /** @param id of the client among all; its statements are named by it */
  constructor(id: number, database: SharedDatabase, settings: Map<string, string>) {
    this.id = id
    this.database = database
    this.settings = settings
  }

  /** Proves that the settings can be set. @throws Refusal, DatabaseRefusal */
  async start(): Promise<string> {
    const batch = this.opener()
    try {
      const version = await (await batch.open()).value('show server_version')
      this.checkEncoding(this.settings.get('client_encoding') ?? 'UTF8')
      return version
    } finally {
      await batch.close()
    }
  }

  /** A simple query: any number of statements. */
  query(sql: string): Promise<Buffer[]> {
    return this.run(async (opener, out) => {
      const statements = splitStatements(sql)
      if (statements.length === 0) out.push(wire.emptyQueryResponse)
      for (const statement of statements) {
        const task = this.allow(classify(statement))
        if (task.do === 'read') out.push(...(await readAtOnce(await opener.open(), statement.sql)))
        else out.push(...(await this.perform(task, statement.sql, opener)))
      }
    }, true)
  }

  /** Parse, Bind, Describe, Execute or Close: done at the next Sync or Flush. */
  enqueue(message: WireMessage): void {
    if (this.isSkipping) return
    if (this.waiting.length === MESSAGES_MAX) {
      throw new Refusal(SqlState.LimitExceeded, `more than ${MESSAGES_MAX} messages without a Sync`)
    }
    this.waiting.push(message)
  }

  /** @param isSync or a Flush, after which the client goes on */
  flush(isSync: boolean): Promise<Buffer[]> {
    const messages = this.waiting
    this.waiting = []
    return this.run(async (opener, out) => {
      for (const message of messages) out.push(...(await this.handle(message, opener)))
    }, isSync)
  }

  /** Forgets what it prepared: others go on in the same session of the database. */
  async end(): Promise<void> {
    await this.run(async (opener) => this.forget(opener), true)
  }

  private opener(): BatchOpener {
    return new BatchOpener(this.database, this.settings)
  }

  private async run(
    work: (opener: BatchOpener, out: Buffer[]) => Promise<void>,
    isSync: boolean,
  ): Promise<Buffer[]> {
    const out: Buffer[] = []
    const opener = this.opener()
    try {
      await work(opener, out)
    } catch (error) {
      out.push(responseOf(error))
      if (this.status === 'T') this.status = 'E'
      this.isSkipping = true
    } finally {
      this.portals.clear()
      await opener.close()
    }
    if (isSync) {
      this.isSkipping = false
      out.push(wire.readyForQuery(this.status))
    }
    return out
  }

  /** In a transaction that failed nothing is done but its end. */
  private allow(task: Task): Task {
    const isEnd = task.do === 'transaction' && task.change !== 'begin'
    if (this.status !== 'E' || isEnd) return task
    throw new Refusal(
      SqlState.FailedTransaction,
      'current transaction is aborted, commands ignored until end of transaction block',
    )
  }

  private async handle({ type, body }: WireMessage, opener: BatchOpener): Promise<Buffer[]> {
    const fields = new BodyReader(body)
    switch (type) {
      case 'P':
        return this.parse(fields, opener)
      case 'B':
        return this.bind(fields, opener)
      case 'D':
        return this.describe(fields, opener)
      case 'E':
        return this.execute(fields, opener)
      default:
        return this.close(fields, opener)
    }
  }

  private async parse(fields: BodyReader, opener: BatchOpener): Promise<Buffer[]> {
    const name = fields.text()
    const sql = fields.text()
    const [statement = { sql, words: ['select'] }, ...more] = splitStatements(sql)
    if (more.length > 0) {
      throw new Refusal(
        SqlState.SyntaxError,
        'cannot insert multiple commands into a prepared statement',
      )
    }
    const task = this.allow(classify(statement))
    const isKept = name !== '' && this.statements.has(name)
    if (!isKept && this.statements.size >= STATEMENTS_MAX) {
      throw new Refusal(SqlState.LimitExceeded, `more than ${STATEMENTS_MAX} prepared statements`)
    }
    if (task.do !== 'read') {
      this.statements.set(name, { sql, task, inner: undefined })
      return [wire.parseComplete]
    }

    const types = fields.rest
    for (let count = fields.int16(); count > 0; count--) fields.int32()
    if (!fields.isAtEnd) throw wire.malformed()
    const inner = `client_${this.id}_${name}`
    const batch = await opener.open()
    if (name === '') await batch.send(wire.message('C', Buffer.from('S'), inner))
    const answers = await batch.send(wire.message('P', inner, sql, types))
    this.statements.set(name, { sql, task, inner })
    return answers.map(({ whole }) => whole)
  }

  private async bind(fields: BodyReader, opener: BatchOpener): Promise<Buffer[]> {
    const portal = fields.text()
    const prepared = this.prepared(fields.text())
    const { rest } = fields
    checkBinding(fields)
    this.portals.set(portal, prepared)
    if (prepared.inner === undefined) return [wire.bindComplete]

    const batch = await opener.open()
    const answers = await batch.send(wire.message('B', portal, prepared.inner, rest))
    return answers.map(({ whole }) => whole)
  }

  private async describe(fields: BodyReader, opener: BatchOpener): Promise<Buffer[]> {
    const isPortal = fields.char() === 'P'
    const name = fields.text()
    const { inner } = isPortal ? this.portal(name) : this.prepared(name)
    if (inner === undefined) return isPortal ? [wire.noData] : [wire.noParameters, wire.noData]

    const kind = Buffer.from(isPortal ? 'P' : 'S')
    const batch = await opener.open()
    const answers = await batch.send(wire.message('D', kind, isPortal ? name : inner))
    return answers.map(({ whole }) => whole)
  }

  private async execute(fields: BodyReader, opener: BatchOpener): Promise<Buffer[]> {
    const name = fields.text()
    const rowsMax = Math.max(0, fields.int32())
    const { task, sql } = this.portal(name)
    this.allow(task)
    if (task.do !== 'read') return this.perform(task, sql, opener)
    return (await opener.open()).execute(name, rowsMax)
  }

  private async close(fields: BodyReader, opener: BatchOpener): Promise<Buffer[]> {
    const isPortal = fields.char() === 'P'
    const name = fields.text()
    if (isPortal) this.portals.delete(name)
    else await this.forget(opener, name)
    return [wire.closeComplete]
  }

  private async perform(
    task: Exclude<Task, { do: 'read' }>,
    sql: string,
    opener: BatchOpener,
  ): Promise<Buffer[]> {
    switch (task.do) {
      case 'transaction':
        return [wire.commandComplete(this.changeTransaction(task))]
      case 'set':
        return this.set(task.name, sql, await opener.open())
      case 'reset':
        if (task.name === 'all') this.settings.clear()
        else this.settings.delete(task.name)
        return [wire.commandComplete('RESET')]
      case 'forget':
        await this.forget(opener)
        if (task.what === 'all') this.settings.clear()
        return [wire.commandComplete(task.tag)]
      case 'nothing':
        return [wire.commandComplete(task.tag)]
    }
  }

  /** @returns the tag: a COMMIT of what failed is a ROLLBACK */
  private changeTransaction({ change, tag }: Extract<Task, { do: 'transaction' }>): string {
    const before = this.status
    this.status = change === 'begin' || change === 'go-on' ? 'T' : 'I'
    return change === 'end' && before === 'E' ? 'ROLLBACK' : tag
  }

  /** The database judges and prints the value. */
  private async set(name: string, sql: string, batch: ReadOnlyBatch): Promise<Buffer[]> {
    await readAtOnce(batch, sql)
    const value = await batch.value(`select current_setting('${name}')`)
    if (name === 'client_encoding') this.checkEncoding(value)
    this.settings.set(name, value)
    const reported = reportedName(name)
    const told = reported === undefined ? [] : [wire.parameterStatus(reported, value)]
    return [...told, wire.commandComplete('SET')]
  }

  private checkEncoding(value: string): void {
    if (/^'?(utf-?8|unicode|sql_ascii)'?$/i.test(value)) return
    throw new Refusal(SqlState.FeatureNotSupported, `client_encoding is UTF8 here, not ${value}`)
  }

  /** One prepared statement, or all. */
  private async forget(opener: BatchOpener, ...names: readonly string[]): Promise<void> {
    for (const name of names.length > 0 ? names : [...this.statements.keys()]) {
      const inner = this.statements.get(name)?.inner
      this.statements.delete(name)
      if (inner === undefined) continue
      await (await opener.open()).send(wire.message('C', Buffer.from('S'), inner))
    }
  }

  private prepared(name: string): Prepared {
    const found = this.statements.get(name)
    if (found) return found
    throw new Refusal(SqlState.InvalidStatementName, `prepared statement "${name}" does not exist`)
  }

  private portal(name: string): Prepared {
    const found = this.portals.get(name)
    if (found) return found
    throw new Refusal(SqlState.InvalidPortalName, `portal "${name}" does not exist`)
  }
}

async function readAtOnce(batch: ReadOnlyBatch, sql: string): Promise<Buffer[]> {
  const described = await batch.prepare(sql)
  return [...described.map(({ whole }) => whole), ...(await batch.execute(''))]
}

/** Formats, values and formats of a Bind: the database gets none that does not end where it says. */
function checkBinding(fields: BodyReader): void {
  for (let count = fields.int16(); count > 0; count--) fields.int16()
  for (let count = fields.int16(); count > 0; count--) fields.skip(Math.max(0, fields.int32()))
  for (let count = fields.int16(); count > 0; count--) fields.int16()
  if (!fields.isAtEnd) throw wire.malformed()
}

function responseOf(error: unknown): Buffer {
  if (error instanceof DatabaseRefusal) return error.response
  if (error instanceof Refusal) return wire.errorResponse(error)
  throw error
}
