/**
 * One life of the exchange: the assembled exchange of `serve` on a disk, a clock and lines in
 * memory. It can end at any point of a turn; after that nothing that it still does has an effect,
 * as with a process that was killed.
 */
import type { AssembledExchange } from '../../src/assemble.ts'
import { assembleExchange } from '../../src/assemble.ts'
import { FeedPublisher, MessageRing, Retransmission } from '../../src/itch-feed/index.ts'
import { Journal } from '../../src/journal/index.ts'
import type { PacketSender } from '../../src/itch-feed/index.ts'
import type { Clock, ExchangeConfig } from '../../src/runtime/index.ts'
import { silentLogger } from '../../src/runtime/index.ts'
import { SnapshotStore } from '../../src/snapshot/index.ts'
import type { OperatorCommand } from '../../src/wire/index.ts'
import type { Dice } from '../support/dice.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'
import type { CrashKind, CrashPlan, CrashPoint } from './crash.ts'
import { Crash } from './crash.ts'
import type { LineOwner } from '../support/memory-line.ts'
import { MemoryLine } from '../support/memory-line.ts'
import { ProcessDisk } from './process-disk.ts'

export const JOURNAL_DIRECTORY = '/data/journal'
export const SNAPSHOT_DIRECTORY = '/data/snapshots'
/** Room to begin with: a run has few orders, and many engines. */
export const ORDERS_EXPECTED = 64
/** Small, so that a run fills several. */
const SEGMENT_BYTES = 48 * 1024
const MAX_PAYLOAD = 1200
/** The chance that a power cut leaves a wrong byte in a sector that was being written. */
export const SECTOR_DAMAGED = 0.2
/** So few that most requests are answered out of the journal. */
const RING_MESSAGES = 64
/** Packets that an event-loop turn sends, and that the lines take in one unless they are full. */
const PACKETS_PER_TURN = 2
const LINE_PACKETS = 12
const LINES_FULL = 0.2
/** Where every request comes from. */
const SUBSCRIBER = { address: '192.0.2.1', port: 4242 }
/** A kernel buffer of every size, from less than one report on. */
const KERNEL_BYTES = [200, 2_000, 20_000, 1_000_000]

const nothing = (): void => {}

/** What leaves the process is shown to the outside before it goes. */
export interface Outside {
  readonly config: ExchangeConfig
  readonly disk: MemoryDisk
  readonly machineClock: Clock
  fixSent(from: ExchangeProcess, line: MemoryLine, bytes: Uint8Array): void
  packetSent(from: ExchangeProcess, bytes: Uint8Array): void
  answerSent(from: ExchangeProcess, bytes: Uint8Array): void
  /** The journal may be read up to this position. */
  announced(position: number): void
  /** Operations has asked, and was answered with what nobody thought of. */
  operationFailed(error: unknown): void
  /** The process is gone, and with it every open file. */
  ended(): void
}

export class ExchangeProcess implements LineOwner, PacketSender {
  /** failed: it stopped by itself and is about to exit. */
  state: 'running' | 'failed' | 'dead' = 'running'
  readonly exchange: AssembledExchange
  readonly publisher: FeedPublisher
  readonly journal: Journal
  /** Those that the exchange has not closed, but for the latest. */
  lines: readonly MemoryLine[] = []
  /** Where it is to end; undefined = it lives. */
  plan: CrashPlan | undefined
  private readonly outside: Outside
  private readonly dice: Dice
  private readonly retransmission: Retransmission
  /** What the lines have taken since the last event-loop turn. */
  private packets = 0
  /** What the event loop runs once the callbacks are through. */
  private immediates: (() => void)[] = []
  /** Callbacks of sockets that are due. */
  private deferred: (() => void)[] = []

  /** @throws Crash, or what `serve` prints when it cannot start */
  constructor(outside: Outside, dice: Dice, plan: CrashPlan | undefined) {
    this.outside = outside
    this.dice = dice
    this.plan = plan
    const disk = new ProcessDisk(outside.disk, {
      reach: (point) => this.reach(point),
      tears: () => this.plan?.point === 'torn-write' && this.plan.passes-- === 0,
      die: () => this.die(),
      random: dice.next,
    })
    this.journal = Journal.open({
      disk,
      directory: JOURNAL_DIRECTORY,
      journalId: () => 'journal-of-the-simulation',
      durability: 'fsync',
      segmentBytes: SEGMENT_BYTES,
    })
    const schedule = (run: () => void): void => void this.immediates.push(run)
    const { journal } = this
    this.publisher = new FeedPublisher({
      sender: this,
      journal,
      maxPayload: MAX_PAYLOAD,
      messages: new MessageRing(RING_MESSAGES),
      packetsPerTurn: PACKETS_PER_TURN,
    })
    const { stream } = this.publisher
    this.retransmission = new Retransmission({
      stream,
      journal,
      maxPayload: MAX_PAYLOAD,
      schedule,
      send: (packet) => this.sendAnswer(packet.slice()),
    })
    this.exchange = assembleExchange(outside.config, {
      journal,
      publisher: this.publisher,
      clock: outside.machineClock,
      logger: silentLogger,
      schedule,
      randomInt: (max) => dice.below(max),
      announce: (position) => outside.announced(position),
      snapshots: new SnapshotStore({ disk, directory: SNAPSHOT_DIRECTORY }),
      ordersExpected: ORDERS_EXPECTED,
      onFatal: () => {
        if (this.state !== 'running') return
        this.state = 'failed'
        this.retransmission.close()
      },
    })
    stream.sendIdle()
    outside.announced(journal.nextPosition)
  }

  /** Something is left to do without anything from outside. */
  get isBusy(): boolean {
    return this.hasImmediates || this.publisher.behindFrom !== undefined
  }

  get hasImmediates(): boolean {
    return this.immediates.length > 0
  }

  accept(client: string): MemoryLine {
    const line = new MemoryLine(client, this, this.dice.pick(KERNEL_BYTES)!)
    this.lines = [...this.lines.filter(({ isClosed }) => !isClosed), line]
    this.run(() => this.exchange.acceptor.accept(line))
    return line
  }

  /** Callbacks of sockets that follow from what happened outside. */
  runDeferred(): void {
    if (this.deferred.length > 0) this.run(nothing)
  }

  /** Runs a callback of the event loop, and those that follow from it. */
  run(callback: () => void): void {
    if (this.state === 'dead') return
    try {
      callback()
      for (let next = this.deferred.shift(); next; next = this.deferred.shift()) next()
    } catch (error) {
      // What is thrown when the process ends travels through code that is not there any more.
      if (!this.isDead) throw error
    }
  }

  /** The end of an event-loop turn. */
  runImmediates(): void {
    this.packets = this.dice.chance(LINES_FULL) ? LINE_PACKETS : 0
    const due = this.immediates
    this.immediates = []
    for (const callback of due) this.run(callback)
  }

  /** What operations asks for. Whoever hears that it failed was here to the end. */
  operate(command: OperatorCommand): void {
    this.run(() => {
      this.exchange.desk.perform(command).catch((error: unknown) => {
        if (!this.isDead) this.outside.operationFailed(error)
      })
    })
  }

  /** A datagram on the retransmission port. */
  request(request: Uint8Array): void {
    if (this.state !== 'running') return
    this.run(() =>
      this.retransmission.receive(request, SUBSCRIBER, this.outside.machineClock.monotonicMs()),
    )
  }

  /** SIGTERM, and everybody had time to answer. @returns whether nothing came in between */
  async end(): Promise<boolean> {
    this.run(() => {
      this.exchange.acceptor.destroy()
      this.exchange.end()
    })
    if (this.isDead) return false
    try {
      await this.journal.close()
    } catch (error) {
      // The process ended while it closed.
      if (this.state !== 'dead') throw error
      return false
    }
    const isInOrder = this.state === 'running'
    this.state = 'dead'
    for (const line of this.lines) line.serverGone(1)
    return isInOrder
  }

  /** Ends now, between two callbacks. */
  kill(kind: CrashKind): void {
    if (this.state === 'dead') return
    this.state = 'dead'
    if (kind === 'kill') this.outside.disk.kill()
    else this.outside.disk.crash(this.dice.next, SECTOR_DAMAGED)
    this.outside.ended()
    for (const line of this.lines) line.serverGone(kind === 'kill' ? 1 : this.dice.next())
  }

  // LineOwner

  sending(line: MemoryLine, bytes: Uint8Array): void {
    this.reach('fix-send')
    this.outside.fixSent(this, line, bytes)
  }

  defer(run: () => void): void {
    this.deferred.push(run)
  }

  // PacketSender

  get room(): number {
    return LINE_PACKETS - this.packets
  }

  send(bytes: Uint8Array, length: number): void {
    this.packets++
    this.reach('feed-send')
    this.outside.packetSent(this, bytes.slice(0, length))
  }

  private get isDead(): boolean {
    return this.state === 'dead'
  }

  private sendAnswer(bytes: Uint8Array): void {
    this.reach('feed-send')
    this.outside.answerSent(this, bytes)
  }

  private reach(point: CrashPoint): void {
    if (this.isDead) throw new Crash()
    if (this.plan?.point === point && this.plan.passes-- === 0) this.die()
  }

  private die(): never {
    this.kill(this.plan!.kind)
    throw new Crash()
  }
}
