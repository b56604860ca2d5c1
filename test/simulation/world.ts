/**
 * Everything that outlives the exchange's process: disk, clock, network, counterparties, and the
 * checkers that watch from outside.
 */
import { loadConfig } from '../../src/runtime/index.ts'
import type { ExchangeConfig, SessionConfig } from '../../src/runtime/index.ts'
import type { FixMessage } from '../../src/fix/index.ts'
import type { Dice } from '../support/dice.ts'
import { FakeClock, MachineClock } from '../support/fake-clock.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import type { Checker } from './checker.ts'
import { checkers } from './checkers.ts'
import { Client } from './client.ts'
import type { CrashKind, CrashPlan } from './crash.ts'
import { DropCopy } from './drop-copy.ts'
import { DurableHistory } from './durable-history.ts'
import type { Outside } from './exchange-process.ts'
import { ExchangeProcess, JOURNAL_DIRECTORY, SECTOR_DAMAGED } from './exchange-process.ts'
import { FeedNetwork } from './feed-network.ts'
import type { MemoryLine } from '../support/memory-line.ts'
import { ShadowLife } from './shadow-life.ts'
import { Violation } from './violation.ts'

const SYMBOLS = ['AAPL', 'MSFT']

export class World implements Outside {
  /** What the next start reads. */
  config: ExchangeConfig = SIMULATED_CONFIG
  readonly disk = new MemoryDisk()
  /** What the time is, and what the counterparties' clocks say. */
  readonly clock = new FakeClock()
  readonly machineClock = new MachineClock(this.clock)
  readonly feed = new FeedNetwork()
  readonly history = new DurableHistory(this.disk)
  readonly dropCopy = new DropCopy(this.disk)
  readonly shadow = new ShadowLife(this.disk)
  readonly clients: readonly Client[]
  process: ExchangeProcess | undefined
  /** The next life ends here. */
  plannedCrash: CrashPlan | undefined
  /** A fault of the disk was asked for in this life: it may stop the exchange. */
  isDiskFaulty = false
  /** What was thrown instead of an answer to operations. */
  failedOperation: unknown
  private readonly checkers: readonly Checker[]

  constructor() {
    const watch = {
      arrived: (client: Client, message: FixMessage) => {
        for (const checker of this.checkers) checker.arrived?.(client, message)
      },
      delivered: (client: Client, message: FixMessage) => {
        for (const checker of this.checkers) checker.delivered?.(client, message)
      },
      refused: (client: Client, message: FixMessage) => {
        for (const checker of this.checkers) checker.refused?.(client, message)
      },
    }
    this.clients = this.config.sessions.map(
      ({ senderCompId }) => new Client(senderCompId, this.clock, watch, senderCompId === 'INITECH'),
    )
    this.checkers = checkers.map((make) => make(this))
  }

  get nowMs(): number {
    return this.clock.monotonicMs()
  }

  /** Index of a client's session in the configuration. */
  sessionOf({ compId }: Client): number {
    return this.config.sessions.findIndex(({ senderCompId }) => senderCompId === compId) + 1
  }

  /** Reads what has become durable. While anything could still be lost, nothing has. */
  catchUp(): void {
    if (this.disk.hasUnsynced(JOURNAL_DIRECTORY)) return
    const { process } = this
    this.history.catchUp(process?.state === 'running' ? process.journal.nextPosition : Infinity)
  }

  /** Starts the exchange on what is on the disk. */
  start(dice: Dice): string {
    const plan = this.plannedCrash
    this.plannedCrash = undefined
    this.machineClock.mend()
    try {
      this.process = new ExchangeProcess(this, dice, plan)
      return 'the exchange starts'
    } catch (error) {
      this.process = undefined
      if (plan !== undefined && plan.passes < 0)
        return `the exchange ends at ${plan.point} while it starts`
      if (error instanceof Violation) throw error
      if (!this.isDiskFaulty) throw new Violation('starts-again', String(error))
      // With the power off and on: zeros behind the tail that were not synced hurt nobody, but the
      // checkers do not know where the tail is.
      this.disk.crash(dice.next, SECTOR_DAMAGED)
      this.ended()
      return `the exchange does not start: ${String(error)}`
    } finally {
      this.isDiskFaulty = this.process !== undefined && this.isDiskFaulty
    }
  }

  /** Ends the exchange, whatever it is doing. */
  kill(kind: CrashKind): void {
    if (this.process === undefined || this.process.state === 'dead') return
    this.process.kill(kind)
    this.isDiskFaulty = false
  }

  /** After every step. */
  check(): void {
    for (const checker of this.checkers) checker.afterStep?.()
  }

  checkQuiet(): void {
    for (const checker of this.checkers) checker.whenQuiet?.()
  }

  // Outside

  fixSent(from: ExchangeProcess, line: MemoryLine, bytes: Uint8Array): void {
    for (const checker of this.checkers) checker.fixSent?.(from, line, bytes)
  }

  packetSent(from: ExchangeProcess, packet: Uint8Array): void {
    for (const checker of this.checkers) checker.packetSent?.(from, packet)
    this.feed.send(packet)
  }

  answerSent(from: ExchangeProcess, packet: Uint8Array): void {
    for (const checker of this.checkers) checker.packetSent?.(from, packet)
    this.feed.answered(packet)
  }

  announced(position: number): void {
    this.dropCopy.announced = position
  }

  operationFailed(error: unknown): void {
    this.failedOperation ??= error
  }

  ended(): void {
    this.history.forgetFiles()
    this.dropCopy.forgetFiles()
    this.shadow.gone()
  }
}

/** So few that ends of days, lost connections and large orders take several turns. */
export const ORDERS_PER_COMMAND_MAX = 3

/** So few that a slow reader's session is behind before long. */
const OUTBOUND_BYTES_MAX = 4_096
/** Prices are a few ticks apart: levels are so near that they are reached. */
const BREAKER = { levels: [2, 4, 6], pauseSeconds: 5 }

/**
 * Sessions that differ in what a disconnect cancels, what becomes of self-trades and post-only orders,
 * and how they are told; INITECH's client starts its numbers again.
 */
function simulatedConfig(): ExchangeConfig {
  const file = new URL('../../config/exchange.yaml', import.meta.url).pathname
  const config = loadConfig({ file, env: {} })
  const template = config.sessions.find(({ senderCompId }) => senderCompId === 'ACME')!
  const aSession = (
    senderCompId: string,
    cancelOnDisconnect: SessionConfig['cancelOnDisconnect'],
    more: Partial<SessionConfig> = {},
  ): SessionConfig => ({
    ...template,
    senderCompId,
    cancelOnDisconnect,
    password: 'none',
    ...more,
  })
  return {
    ...config,
    fix: { ...config.fix, limits: { ...config.fix.limits, outboundBytesMax: OUTBOUND_BYTES_MAX } },
    market: { ...config.market, ordersPerCommandMax: ORDERS_PER_COMMAND_MAX, breaker: BREAKER },
    instruments: config.instruments
      .filter(({ symbol }) => SYMBOLS.includes(symbol))
      .map((one) => (one.symbol === 'MSFT' ? { ...one, matching: 'pro-rata' } : collared(one))),
    sessions: [
      aSession('ACME', 'off', { selfTradePrevention: 'decrement', postOnly: 'slide' }),
      aSession('GLOBEX', 'disconnect', { cancelOnDisconnectGraceMs: 500 }),
      aSession('HOOLI', 'disconnect-or-logout', {
        selfTradePrevention: 'oldest',
        throttle: { messagesPerSecond: 3 },
      }),
      aSession('INITECH', 'off'),
    ],
  }
}

type Instruments = ExchangeConfig['instruments']

/** A tick around the reference price: many auctions are extended, and leave something that crosses. */
const collared = (instrument: Instruments[number]): Instruments[number] => ({
  ...instrument,
  auction: { collarPercent: 1, extensionSeconds: 2, extensionsMax: 1 },
})

/** Read once: nothing changes it. */
const SIMULATED_CONFIG = simulatedConfig()
