/**
 * The shadow of the exchange: it executes the journal's commands again, compares what they cause with what
 * was said, seals the groups, and writes the snapshots, so that no snapshot holds trading up. In a process
 * of its own; docs/operations/snapshots.md.
 */
import type { StateTransfer } from './domain/index.ts'
import { Engine } from './engine/index.ts'
import { replayGroup } from './exchange.ts'
import { SentLedger } from './fix-acceptor/index.ts'
import { FeedImage, FeedStream, MessageRing } from './itch-feed/index.ts'
import type { Disk, Group, JournalReader } from './journal/index.ts'
import { SealChain, Seals } from './journal/index.ts'
import { ErrorCode, ExchangeError } from './runtime/index.ts'
import { PastCheck } from './past-check.ts'
import { openAtSnapshot, SnapshotStore } from './snapshot/index.ts'
import type { SnapshotPoint } from './snapshot/index.ts'
import { MAX_PAYLOAD_DEFAULT, recordLength } from './wire/index.ts'

/** Journal that one step follows. */
const FOLLOW_BYTES_MAX = 1024 * 1024

export interface ShadowOptions {
  readonly disk: Disk
  /** `dataDir/journal`, `dataDir/snapshots`, `dataDir/seals` */
  readonly journalDirectory: string
  readonly snapshotDirectory: string
  readonly sealDirectory: string
  /** Of the feed. */
  readonly channels: number
  /** A snapshot is due after so many commands. */
  readonly snapshotCommands: number
  /** End of the journal as far as it is durable. */
  readonly durablePosition: number
  readonly onPassedOver?: ((file: string, reason: string) => void) | undefined
}

export class Shadow {
  private readonly options: ShadowOptions
  private readonly snapshots: SnapshotStore
  private readonly seals: Seals
  private readonly journal: JournalReader
  private readonly engine = new Engine()
  private readonly sent: SentLedger
  private readonly streams: FeedStream[] = []
  private readonly images: FeedImage[] = []
  /** What lies before the snapshot that it began with; undefined when that is checked. */
  private past: PastCheck | undefined
  private durable: number
  private chain: SealChain
  /** Of the last group followed. */
  private commands = 0
  private epochSeconds = 0
  private nanoseconds = 0
  /** When the last snapshot was taken, or given up. */
  private lastCommands = 0
  private lastPosition = 0

  /** @throws ExchangeError JournalUnreadable, JournalDamaged */
  constructor(options: ShadowOptions) {
    const { disk, journalDirectory: directory, snapshotDirectory, channels } = options
    this.options = options
    this.durable = options.durablePosition
    const { onPassedOver } = options
    this.snapshots = new SnapshotStore({ disk, directory: snapshotDirectory, onPassedOver })
    this.seals = new Seals(disk, options.sealDirectory, 'write')
    this.snapshots.removeUnfinished()

    const { snapshots, durable: durablePosition } = this
    const at = { disk, directory, snapshots, channels, durablePosition }
    const { journal, snapshot } = openAtSnapshot(at)
    this.journal = journal
    this.chain = SealChain.begin(this.journal.journalId)
    this.sent = new SentLedger(this.journal)
    for (let channel = 0; channel < channels; channel++) this.addChannel(channel)
    if (snapshot === undefined) return

    for (const part of this.parts()) part(snapshot)
    snapshot.close()
    this.mustBe(snapshot.point)
    this.goTo(snapshot.point)
    this.past = new PastCheck({ ...options, until: snapshot.point })
  }

  /** Logical journal position that it has come to. */
  get position(): number {
    return this.journal.position
  }

  /** Of all that it has followed, hexadecimal. */
  get sealText(): string {
    return this.chain.text
  }

  /** Between two commands of which the first has left nothing to do. */
  get isSnapshotDue(): boolean {
    const { snapshotCommands } = this.options
    return this.canTakeSnapshot && this.commands - this.lastCommands >= snapshotCommands
  }

  /** Something has happened since the last one. */
  get canTakeSnapshot(): boolean {
    return !this.engine.hasWork && this.position > this.lastPosition
  }

  /** The writer has synced the journal up to here. */
  announce(position: number): void {
    this.durable = Math.max(this.durable, position)
  }

  /**
   * Follows a piece of the journal.
   * @returns whether there is more by now
   * @throws ExchangeError ReplayDiffers, JournalAltered, JournalDamaged
   */
  followSome(): boolean {
    const from = this.journal.position
    while (this.journal.position - from < FOLLOW_BYTES_MAX && !this.isSnapshotDue) {
      const group = this.journal.next(this.durable)
      if (group === undefined) return false
      this.take(group)
    }
    return true
  }

  /**
   * Checks a piece of the journal that lies before the snapshot it began with.
   * @returns whether there is more
   * @throws ExchangeError JournalDamaged, JournalAltered
   */
  checkSome(): boolean {
    if (this.past === undefined || this.past.checkSome()) return this.past !== undefined
    this.past.close()
    this.past = undefined
    return false
  }

  /**
   * Writes a snapshot, a piece a step; nothing may be followed before the last.
   * @returns its size in bytes
   * @throws the error of the operating system; the next one is due as if this one had been written
   */
  *takeSnapshot(): Generator<void, number, void> {
    this.lastCommands = this.commands
    this.lastPosition = this.position
    this.seals.sync()
    return yield* this.snapshots.write(this.point(), (transfer) => {
      for (const part of this.parts()) part(transfer)
    })
  }

  /** Seals that were made survive a power cut. */
  syncSeals(): void {
    this.seals.sync()
  }

  close(): void {
    this.past?.close()
    this.seals.close()
    this.journal.close()
  }

  /** @throws ExchangeError ReplayDiffers: memory, or what reads and writes snapshots, is not right */
  private mustBe({ groupNumber, stateHash }: SnapshotPoint): void {
    if (this.engine.stateHash() === stateHash) return
    throw new ExchangeError(
      ErrorCode.ReplayDiffers,
      `the snapshot of group ${groupNumber} gives another state than the one that it was taken of`,
    )
  }

  private take(group: Group): void {
    const { view, eventsStart, eventsEnd, eventsPosition } = group
    this.seals.keep(group.groupNumber, this.chain.follow(group))
    replayGroup(this.engine, group)
    this.sent.recover(view, eventsStart, eventsEnd, eventsPosition)
    for (let at = eventsStart; at < eventsEnd; at += recordLength(view, at)) {
      for (const stream of this.streams) stream.take(view, at, group.positionOf(at))
    }
    this.commands = group.commandNumber + group.commandCount - 1
    this.epochSeconds = group.epochSeconds
    this.nanoseconds = group.nanoseconds
  }

  private addChannel(channel: number): void {
    const image = new FeedImage()
    this.images.push(image)
    this.streams.push(
      new FeedStream({
        sender: { room: Infinity, send() {} },
        maxPayload: MAX_PAYLOAD_DEFAULT,
        messages: new MessageRing(1),
        channel,
        image,
      }),
    )
  }

  /** What a snapshot is made of, in the order in which it is loaded. */
  private parts(): ((transfer: StateTransfer) => void)[] {
    return [
      (transfer) => this.engine.transfer(transfer),
      (transfer) => this.sent.transfer(transfer),
      ...this.streams.map((stream) => (transfer: StateTransfer) => stream.transfer(transfer)),
      ...this.images.map((image, channel) => (transfer: StateTransfer) => {
        image.transfer(channel, transfer)
      }),
    ]
  }

  private point(): SnapshotPoint {
    const { epochSeconds, nanoseconds, commands } = this
    return {
      ...this.journal.point,
      position: this.position,
      commands,
      epochSeconds,
      nanoseconds,
      stateHash: this.engine.stateHash(),
      seal: this.sealText,
      channels: this.options.channels,
    }
  }

  private goTo({ commands, seal, epochSeconds, nanoseconds }: SnapshotPoint): void {
    this.commands = this.lastCommands = commands
    this.lastPosition = this.position
    this.chain = SealChain.after(seal)
    this.epochSeconds = epochSeconds
    this.nanoseconds = nanoseconds
  }
}
