/**
 * The shadow beside the exchange, as its process lives: it follows what is durable, writes a snapshot
 * piece by piece when one is due, and is gone with the exchange.
 */
import { Shadow } from '../../src/shadow.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'
import { JOURNAL_DIRECTORY, SNAPSHOT_DIRECTORY } from './exchange-process.ts'
import { Violation } from './violation.ts'

export const SEAL_DIRECTORY = '/data/seals'
/** So few that a run starts from several. */
const SNAPSHOT_COMMANDS = 30
const CHANNELS = 1

export class ShadowLife {
  /** Snapshots that were written, and passed over. */
  readonly counts = { written: 0, passedOver: 0 }
  private readonly disk: MemoryDisk
  private shadow: Shadow | undefined
  /** What is left of the snapshot that is being written. */
  private pieces: Generator<void, number, void> | undefined

  constructor(disk: MemoryDisk) {
    this.disk = disk
  }

  isBehind(durable: number): boolean {
    return this.pieces === undefined && (this.shadow?.position ?? 0) < durable
  }

  get isSnapshotDue(): boolean {
    return this.pieces !== undefined || this.shadow?.isSnapshotDue === true
  }

  /** Executes what is durable, as far as the next snapshot. */
  follow(durable: number): string {
    this.shadow ??= this.begin(durable)
    this.shadow.announce(durable)
    try {
      while (this.shadow.followSome() && !this.shadow.isSnapshotDue);
    } catch (error) {
      throw new Violation('shadow-agrees', String(error))
    }
    return `to ${this.shadow.position} of ${durable}`
  }

  /** Writes a piece. Its disk may fail: then the next one is tried when it is due. */
  write(): string {
    this.pieces ??= this.shadow!.takeSnapshot()
    try {
      const { done } = this.pieces.next()
      if (!done) return 'a piece'
      this.counts.written++
      this.pieces = undefined
      return 'to its end'
    } catch (error) {
      this.pieces = undefined
      if (!isOfTheDisk(error)) throw error
      return `not at all: ${String(error)}`
    }
  }

  /** The exchange ends in order: a last snapshot. */
  end(durable: number): void {
    do {
      while (this.isSnapshotDue) this.write()
      this.follow(durable)
    } while (this.isBehind(durable) || this.isSnapshotDue)
    if (this.shadow!.canTakeSnapshot) this.pieces = this.shadow!.takeSnapshot()
    while (this.pieces !== undefined) this.write()
    this.gone()
  }

  /** Its process is gone, and with it what it had begun. */
  gone(): void {
    this.shadow = undefined
    this.pieces = undefined
  }

  private begin(durablePosition: number): Shadow {
    return new Shadow({
      disk: this.disk,
      journalDirectory: JOURNAL_DIRECTORY,
      snapshotDirectory: SNAPSHOT_DIRECTORY,
      sealDirectory: SEAL_DIRECTORY,
      channels: CHANNELS,
      snapshotCommands: SNAPSHOT_COMMANDS,
      durablePosition,
      onPassedOver: () => this.counts.passedOver++,
    })
  }
}

const isOfTheDisk = (error: unknown): boolean => /injected|short write/.test(String(error))
