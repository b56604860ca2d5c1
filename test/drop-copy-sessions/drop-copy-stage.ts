/**
 * Drop-copy sessions beside an exchange in memory: what its journal has is followed as the feed reader does,
 * back offices are on lines whose kernel holds little, and the clock stands still until a test moves it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as setImmediatePromise } from 'node:timers/promises'
import { DropCopyAcceptor } from '../../src/drop-copy-sessions/index.ts'
import type { DropCopySettings, FollowedJournal } from '../../src/drop-copy-sessions/index.ts'
import { JournalReader } from '../../src/journal/index.ts'
import type { Logger } from '../../src/runtime/index.ts'
import { SequencedClock, silentLogger } from '../../src/runtime/index.ts'
import { EventType, recordLength, recordType } from '../../src/wire/index.ts'
import { A_DESK_LOGIN } from '../support/desk-login.ts'
import type { StageOptions } from '../support/exchange-stage.ts'
import { ExchangeStage, StageClient } from '../support/exchange-stage.ts'
import type { LineOwner } from '../support/memory-line.ts'
import { MemoryLine } from '../support/memory-line.ts'
import { readable } from '../support/transcript.ts'

const HEAD_BYTES = 64
const RECORD_BYTES = 24
/** Rounds in which nothing happens any more, until a commit or a password check must be through. */
const QUIET_ROUNDS = 5

type Login = DropCopySettings['logins'][number]

export const OFFICE: Login = {
  compId: 'OFFICE',
  dropCopyOf: ['*'],
  dialect: 0,
  ...A_DESK_LOGIN,
}

export class DropCopyStage implements LineOwner {
  readonly exchange: ExchangeStage
  /** Numbers that left before they were on disk. */
  readonly unkept: number[] = []
  /** What the log says of errors. */
  readonly errors: unknown[] = []
  acceptor: DropCopyAcceptor
  private reader: JournalReader
  private dayPosition = 0
  private readonly logins: readonly Login[]
  private readonly directory = mkdtempSync(join(tmpdir(), 'buttonwood-drop-copy-'))
  private readonly lines: MemoryLine[] = []
  private immediates: (() => void)[] = []
  private deferred: (() => void)[] = []

  constructor(options: StageOptions = {}, office: Partial<Login> = {}) {
    this.exchange = new ExchangeStage(options)
    this.logins = [{ ...OFFICE, ...office }]
    this.reader = this.openReader()
    this.acceptor = this.openAcceptor()
  }

  /** Where the numbers are. */
  get numbersFile(): string {
    return join(this.directory, 'OFFICE.numbers')
  }

  /** A connection of the back office; nothing is said yet. */
  connect({ kernelBytes = 1 << 30 } = {}): StageClient {
    const line = new MemoryLine('OFFICE', this, kernelBytes)
    this.lines.push(line)
    this.acceptor.accept(line, new Uint8Array(0), {})
    return new StageClient(line, 'OFFICE', this.exchange.clock)
  }

  /** Says a message to the drop copy; gives what is heard until nothing follows any more. */
  async ask(client: StageClient, ...texts: string[]): Promise<string[]> {
    client.say(...texts)
    await this.settle()
    return client.hear()
  }

  /** What the journal has by now, and so many Heartbeats, before any number is on disk. */
  burst(client: StageClient, heartbeats: number): void {
    this.follow()
    for (let i = 0; i < heartbeats; i++) {
      client.say('35=0')
      client.line.poll(1 << 20)
    }
  }

  /** Another process follows the journal; the one before ends as by kill -9. */
  startAgain(): void {
    for (const line of this.lines.splice(0)) line.serverGone(1)
    this.acceptor.close()
    this.immediates = []
    this.reader = this.openReader()
    this.acceptor = this.openAcceptor()
  }

  /** Another process, while the first has the numbers. @returns the first */
  letAnotherBegin(): DropCopyAcceptor {
    const first = this.acceptor
    this.reader = this.openReader()
    this.acceptor = this.openAcceptor()
    return first
  }

  /** So much time on every clock. */
  async advance(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      await this.exchange.advance(100)
      this.acceptor.tick()
      await this.settle()
    }
  }

  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_ROUNDS; quiet++) {
      await setImmediatePromise()
      await this.exchange.settle()
      if (this.runLoopTurn()) quiet = 0
    }
  }

  remove(): void {
    this.acceptor.close()
    rmSync(this.directory, { recursive: true })
  }

  // LineOwner

  sending(_: MemoryLine, bytes: Uint8Array): void {
    for (const [message] of readable(bytes).matchAll(/8=FIX\.4\.4\|.*?\|10=\d{3}\|/g)) {
      if (message.includes('|43=Y|')) continue
      const number = Number(/\|34=(\d+)\|/.exec(message)![1])
      if (!this.isKept(number)) this.unkept.push(number)
    }
  }

  defer(run: () => void): void {
    this.deferred.push(run)
  }

  private isKept(number: number): boolean {
    const at = HEAD_BYTES + number * RECORD_BYTES
    const record = readFileSync(this.numbersFile).subarray(at, at + RECORD_BYTES)
    return record.some((byte) => byte !== 0)
  }

  /** @returns whether there was something to do */
  private runLoopTurn(): boolean {
    const hasNews = this.lines.some((line) => line.hasNews)
    const hasMore = this.follow()
    const due = [...this.deferred, ...this.immediates]
    this.deferred = []
    this.immediates = []
    for (const run of due) run()
    for (const line of this.lines) line.poll(1 << 20)
    return hasNews || hasMore || due.length > 0
  }

  /** As FeedReader does. */
  private follow(): boolean {
    const from = this.reader.position
    for (let group = this.reader.next(); group !== undefined; group = this.reader.next()) {
      const { view } = group
      this.acceptor.configure(this.reader.configuration)
      for (let at = group.eventsStart; at < group.eventsEnd; at += recordLength(view, at)) {
        const isDay = recordType(view, at) === EventType.TradingDayOpened
        if (isDay) this.dayPosition = group.positionOf(at)
      }
    }
    if (this.reader.position === from) return false
    this.acceptor.pump()
    return true
  }

  private openReader(): JournalReader {
    return JournalReader.open({ disk: this.exchange.disk, directory: '/data/journal' })
  }

  private followed(): FollowedJournal {
    const { reader } = this
    const dayPosition = () => this.dayPosition
    return {
      journalId: reader.journalId,
      get position() {
        return reader.position
      },
      get dayPosition() {
        return dayPosition()
      },
      walkEvents: () => reader.walkEvents(),
      readFrom: (from) =>
        JournalReader.open({ disk: this.exchange.disk, directory: '/data/journal', from }),
    }
  }

  private openAcceptor(): DropCopyAcceptor {
    const error: Logger['error'] = (fields) => void this.errors.push(fields)
    return new DropCopyAcceptor({
      compId: 'BUTTONWOOD',
      limits: this.exchange.config.fix.limits,
      logins: this.logins,
      directory: this.directory,
      isSynced: false,
      journal: this.followed(),
      clock: new SequencedClock(this.exchange.clock),
      logger: { ...silentLogger, error },
      schedule: (run) => this.immediates.push(run),
    })
  }
}
