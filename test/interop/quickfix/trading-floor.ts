/**
 * A `buttonwood serve` and counterparties on QuickFIX, each with what it got from
 * `buttonwood session new` and nothing else: its settings, a dictionary, a place for its store.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { LogLine, ServedExchange } from '../../support/running-exchange.ts'
import { buttonwood, ExchangeFolder, freeTcpPort } from '../../support/running-exchange.ts'
import { buildClient, whyNoQuickFix } from './build-client.ts'
import { QuickFixClient } from './quickfix-client.ts'

const SETTINGS = 'quickfix.cfg'
// QuickFIX's own file, which Debian's packages leave out.
const DICTIONARY = createRequire(import.meta.url).resolve('jspurefix/data/FIX44.xml')

const whyNot = whyNoQuickFix()
if (whyNot !== undefined) console.warn(`skipped: ${whyNot}`)

/** Tests are skipped then, and the reason is printed. */
export const isQuickFixMissing = whyNot !== undefined

/** Sessions that do not trade. */
interface Others {
  readonly brokers?: readonly string[]
  readonly offices?: readonly string[]
}

export class TradingFloor {
  exchange: ServedExchange
  private readonly log: LogLine[] = []
  private readonly folder: ExchangeFolder
  private readonly program = buildClient()
  private readonly clients: QuickFixClient[] = []

  private constructor(folder: ExchangeFolder, exchange: ServedExchange) {
    this.folder = folder
    this.exchange = exchange
  }

  /** An exchange with sessions of these names, market-data sessions, and drop-copy sessions of all firms. */
  static async open(
    compIds: readonly string[],
    { brokers = [], offices = [] }: Others = {},
  ): Promise<TradingFloor> {
    // Clients are told the port before the exchange is there, and after a restart find it there again.
    const folder = await ExchangeFolder.make({ fix: { port: await freeTcpPort() } })
    for (const compId of compIds) await admit(compId, folder)
    for (const compId of brokers) await admit(compId, folder, '--role', 'market-data')
    for (const compId of offices) {
      await admit(compId, folder, '--role', 'drop-copy', '--copy-of', '*')
    }
    return new TradingFloor(folder, await folder.serve())
  }

  /** Where a counterparty's client lives. */
  home(compId: string): string {
    return homeOf(compId, this.folder)
  }

  /** Starts a counterparty's program; it goes on with the store of its earlier lives. */
  launch(compId: string): QuickFixClient {
    const client = new QuickFixClient(this.program, this.home(compId), SETTINGS)
    this.clients.push(client)
    return client
  }

  /** … and logs it on. */
  async logOn(compId: string): Promise<QuickFixClient> {
    const client = this.launch(compId)
    await client.connect()
    return client
  }

  /** Edits the settings that were printed. */
  changeSettings(compId: string, change: (settings: string) => string): void {
    const path = join(this.home(compId), SETTINGS)
    writeFileSync(path, change(readFileSync(path, 'utf8')))
  }

  /** Makes QuickFIX believe that it began its counts then; counts while its program is not running. */
  beganCountingAt(compId: string, date: Date): void {
    const store = join(this.home(compId), 'store')
    const session = readdirSync(store).find((name) => name.endsWith('.session'))!
    const [day, time] = date.toISOString().split(/[T.]/)
    writeFileSync(join(store, session), `${day!.replaceAll('-', '')}-${time}`)
  }

  /** Adds a line to a session's file; counts from the next start. */
  changeSession(compId: string, line: string): void {
    const name = join('sessions', `${compId}.yaml`)
    this.folder.write(name, `${readFileSync(join(this.folder.path, name), 'utf8')}${line}\n`)
  }

  async serveAgain(): Promise<void> {
    this.log.push(...this.exchange.log)
    this.exchange = await this.folder.serve()
  }

  /** Reject(3) and BusinessMessageReject(j) of either side so far, and what we logged as a trouble. */
  faults(): { quickFix: string[]; ours: string[]; logged: LogLine[] } {
    const rejectsOf = (messages: readonly string[]): string[] =>
      messages.filter((message) => /\|35=[3j]\|/.test(message))
    return {
      quickFix: this.clients.flatMap(({ sent }) => rejectsOf(sent)),
      ours: this.clients.flatMap(({ received }) => rejectsOf(received)),
      logged: [...this.log, ...this.exchange.log].filter(({ level }) => level !== 'info'),
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.clients.map((client) => client.kill()))
    await this.exchange.stop()
    this.folder.remove()
  }
}

const homeOf = (compId: string, folder: ExchangeFolder): string => join(folder.path, compId)

/** A session, and its counterparty's folder. */
async function admit(compId: string, folder: ExchangeFolder, ...options: string[]): Promise<void> {
  const command = ['session', 'new', compId, '--config', folder.file, ...options]
  const { exitCode, stdout, stderr } = await buttonwood(command)
  if (exitCode !== 0) throw new Error(stderr)
  const home = homeOf(compId, folder)
  mkdirSync(home)
  writeFileSync(join(home, SETTINGS), stdout)
  copyFileSync(DICTIONARY, join(home, 'FIX44.xml'))
}
