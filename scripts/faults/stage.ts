/**
 * The built server on a folder of its own, two FIX clients that trade at random and a recorder of the
 * feed, all of whom outlive it, and the oracles that every fault is held to:
 *
 *   a start     its state is that of the journal's commands executed again; every session is told again
 *               what it was told, under the same MsgSeqNum(34), and nothing is missing
 *   the end     exit code 0, the state of the journal again, a row for everything in the drop copy, one
 *               content under every sequence number of the feed, which the journal says too
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { reconcileWithJournal } from '../../src/dropcopy/index.ts'
import { verifyJournal } from '../../src/verify-journal.ts'
import { FeedRecorder } from '../../test/crash/feed-recorder.ts'
import { printFeed } from '../../test/crash/journaled-feed.ts'
import { kill } from '../../test/crash/kill.ts'
import { PersistentClient } from '../../test/crash/persistent-client.ts'
import type { Outcome, ServedExchange } from '../../test/support/running-exchange.ts'
import { ExchangeFolder } from '../../test/support/running-exchange.ts'
import type { Round } from './fault.ts'

export const PROGRAM = 'dist/cli/bin.js'
/** Several snapshots in a life, so that one is begun, whole or gone when a fault comes. */
const SNAPSHOT_COMMANDS = 300
/** Requests of a client between two looks at the event loop. */
const BURST_MAX = 8
/** Load behind the last fault. */
const GOES_ON_MS = 200
const PAUSE_MS = 10
/** Nothing that is waited for takes as long. */
const WAIT_MS = 30_000

/** A drop copy that has 64 MiB of journal to catch up with. */
const CATCH_UP_MS = 240_000

type Environment = Readonly<Record<string, string>>

export class Stage {
  readonly round: Round
  readonly folder: ExchangeFolder
  readonly journal: string
  readonly clients: readonly PersistentClient[]
  exchange!: ServedExchange
  private readonly feed: FeedRecorder

  private constructor(round: Round, folder: ExchangeFolder, feed: FeedRecorder) {
    this.round = round
    this.folder = folder
    this.feed = feed
    this.journal = join(folder.dataDir, 'journal')
    this.clients = ['ACME', 'GLOBEX'].map((compId) => new PersistentClient(compId, round.dice))
  }

  /** @param settings sections of exchange.yaml */
  static async open(round: Round, settings: Readonly<Record<string, object>> = {}): Promise<Stage> {
    if (!existsSync(PROGRAM)) throw new Error('npm run build comes first')
    const folder = await ExchangeFolder.make({
      journal: { durability: 'fsync' },
      snapshots: { commands: SNAPSHOT_COMMANDS },
      ...settings,
    })
    const feed = await FeedRecorder.open(folder.config().itch.channels[0]!.lines)
    return new Stage(round, folder, feed)
  }

  /** Plays one round on a stage of its own and takes it down, whatever came of it. */
  static async play(
    round: Round,
    act: (stage: Stage) => Promise<void>,
    settings: Readonly<Record<string, object>> = {},
  ): Promise<void> {
    const stage = await Stage.open(round, settings)
    try {
      await act(stage)
    } finally {
      await stage.remove()
    }
  }

  get told(): number {
    return this.clients.reduce((sum, { told }) => sum + told.size, 0)
  }

  /** @param bin arguments of node up to the program */
  launch(env: Environment = {}, bin: readonly string[] = [PROGRAM]): ServedExchange {
    this.exchange = this.folder.launch({ bin, env: { LOG_LEVEL: 'debug', ...env } })
    return this.exchange
  }

  /** Starts on what is there, holds the state against the journal, and lets the clients log on. */
  async start(env: Environment = {}, bin?: readonly string[]): Promise<void> {
    const { stateHash } = await this.launch(env, bin).logged('recovered')
    const executed = verifyJournal(this.folder.dataDir).stateHash
    this.round.check(stateHash === executed, `state ${String(stateHash)}, journal ${executed}`)
    await Promise.all(this.clients.map((client) => client.logOn(this.exchange.ports.fix)))
  }

  /** Both clients send a burst. */
  act(): void {
    const { dice } = this.round
    for (const client of this.clients) {
      for (let i = dice.between(1, BURST_MAX); i > 0; i--) client.act()
    }
  }

  /** Load until `over` is, which may be long after the exchange is gone. @returns what it came to */
  async tradeDuring<T>(over: Promise<T>): Promise<T> {
    let isOver = false
    const ended = over.finally(() => (isOver = true))
    // Told by `await ended` below.
    ended.catch(() => undefined)
    while (!isOver) {
      if (!this.clients.some(({ isLost }) => isLost)) this.act()
      await sleep(PAUSE_MS)
    }
    return ended
  }

  /** Load for so long. */
  async trade(ms: number): Promise<void> {
    await this.tradeDuring(sleep(ms))
  }

  /** Everything that was sent is answered, on the connections that there were. */
  async settle(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.settled()))
  }

  /** Load while something is wrong that must not be felt: all of it is answered, nobody is logged out. */
  async tradesOn(during: Promise<unknown>, what: string): Promise<void> {
    const before = this.told
    await this.tradeDuring(during)
    await this.settle()
    this.round.check(this.told > before, `${what}: nothing was answered`)
    this.round.check(!this.clients.some(({ isLost }) => isLost), `${what}: a session was lost`)
  }

  /** SIGKILL, and its end. */
  async kill(): Promise<void> {
    await kill(this.exchange)
    this.lose()
  }

  /** Load until the exchange ends by itself. */
  async tradeUntilEnd(): Promise<Outcome> {
    const { exchange } = this
    const { exitCode } = await this.tradeDuring(exchange.gone())
    this.lose()
    // What it said last may come behind its exit.
    if (exitCode === 1) await until(async () => (await exchange.gone()).stderr !== '', 'its line')
    return exchange.gone()
  }

  lose(): void {
    for (const client of this.clients) client.lose()
  }

  /** An exchange that stopped by itself: exit code 1, one line on standard error, the log's last line. */
  checkStopped({ exitCode, stderr }: Outcome, line: RegExp): void {
    const lines = stderr.trim().split('\n')
    const last = this.exchange.log.at(-1)
    this.round.check(exitCode === 1, `exit code ${exitCode}, not 1`)
    this.round.check(lines.length === 1 && line.test(stderr), `standard error: ${stderr}`)
    this.round.check(last?.['msg'] === 'the exchange stops', `last line: ${JSON.stringify(last)}`)
  }

  /** Waits for a line of the log. */
  async logs(msg: string): Promise<void> {
    await until(() => this.exchange.log.some((line) => line['msg'] === msg), `the line ${msg}`)
  }

  async metric(name: string): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.exchange.ports.http}/metrics`)
    const lines = (await response.text()).split('\n')
    return Number(
      lines
        .find((line) => line.startsWith(`buttonwood_${name} `))
        ?.split(' ')
        .at(-1),
    )
  }

  /** The drop copy has everything again. */
  async catchesUp(): Promise<void> {
    const isDone = async () => (await this.metric('dropcopy_backlog_bytes')) === 0
    await until(isDone, 'the drop copy', CATCH_UP_MS)
  }

  /** Behind the last fault: starts, trades, and asks every oracle. */
  async goOn(): Promise<void> {
    await this.start()
    await this.trade(GOES_ON_MS)
    await this.settle()
    await this.finish()
  }

  /**
   * Stops the exchange in order and asks every oracle that looks at the whole.
   * @param feedSessions that were on the lines
   */
  async finish({ database = 'embedded', feedSessions = 1 } = {}): Promise<void> {
    const { round, folder, journal, exchange } = this
    const location = { dataDir: folder.dataDir, database }
    await this.catchesUp()
    const { differences } = await reconcileWithJournal(location, () => undefined)
    round.check(differences.length === 0, `drop copy: ${JSON.stringify(differences[0])}`)
    const { exitCode, stderr } = await exchange.stop()
    round.check(exitCode === 0, `SIGTERM: exit code ${exitCode}, ${stderr}`)

    const stateHash = exchange.log.find(({ msg }) => msg === 'stopped')?.['stateHash']
    const executed = verifyJournal(folder.dataDir).stateHash
    round.check(stateHash === executed, `stopped with ${String(stateHash)}, journal ${executed}`)
    const { violations, sessions, messages } = this.feed
    const differs = this.feed.differencesFrom(printFeed(journal))
    for (const one of [...violations, ...differs]) round.violations.push(`feed: ${one}`)
    round.check(sessions.size === feedSessions, `feed sessions: ${[...sessions].join(', ')}`)
    round.check(messages.size > 0, 'nothing was on the feed')
  }

  private async remove(): Promise<void> {
    for (const { violations } of this.clients) this.round.violations.push(...violations)
    this.lose()
    this.exchange?.kill('SIGCONT')
    this.exchange?.kill('SIGKILL')
    await this.exchange?.ended()
    this.feed.close()
    this.folder.remove()
  }
}

export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  waitMs = WAIT_MS,
): Promise<void> {
  const deadlineMs = performance.now() + waitMs
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`waits for ${what}`)
    await sleep(5)
  }
}
