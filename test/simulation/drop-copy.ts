/**
 * The drop copy's reader beside the exchange, as `DropCopyReader` lives: it asks the database where
 * it stopped, follows the journal as far as the exchange says it is durable, a batch a transaction,
 * and begins again whenever the database fails.
 */
import type { CopyStore } from '../../src/dropcopy/index.ts'
import { JournalCopier, openTurns, venueAfter } from '../../src/dropcopy/index.ts'
import { ErrorCode, ExchangeError } from '../../src/runtime/index.ts'
import type { Dice } from '../support/dice.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'
import { JOURNAL_DIRECTORY } from './exchange-process.ts'
import { MemoryDatabase } from './memory-database.ts'

type Turns = ReturnType<typeof openTurns>

/** One life of the reader. */
interface Reader {
  copier: JournalCopier | undefined
  turns: Turns | undefined
  isBusy: boolean
}

export class DropCopy {
  readonly database = new MemoryDatabase()
  /** Journal bytes that the exchange says are durable. */
  announced = 0
  /** What ended the reader for good. */
  failure: unknown
  private readonly disk: MemoryDisk
  private reader = aReader()

  constructor(disk: MemoryDisk) {
    this.disk = disk
  }

  /** The reader can do something that it does not do yet. */
  get canGoOn(): boolean {
    return !this.reader.isBusy && this.failure === undefined && this.isBehind
  }

  get isBehind(): boolean {
    return (this.database.applied?.position ?? 0) < this.announced
  }

  /** The reader looks for more. */
  goOn(): string {
    const { reader } = this
    reader.isBusy = true
    void this.copy(reader)
    return `from group ${this.database.applied?.group_number ?? 0}`
  }

  /** The reader's process ends; what it asked the database for may still be done. */
  kill(dice: Dice): string {
    this.forgetFiles()
    return this.database.lose(dice)
  }

  /** The machine's or the server's end is the reader's, which starts again beside the next one. */
  forgetFiles(): void {
    this.reader = aReader()
  }

  private async copy(reader: Reader): Promise<void> {
    try {
      reader.copier ??= await this.open(reader)
      await reader.copier.copyBatch()
    } catch (error) {
      this.giveUp(reader, error)
    }
    reader.isBusy = false
  }

  private async open(reader: Reader): Promise<JournalCopier> {
    const applied = await this.database.readApplied()
    const days = await this.database.readTradingDays()
    const place = { disk: this.disk, directory: JOURNAL_DIRECTORY }
    // Behind the read: a reader whose machine was gone meanwhile has no journal to open.
    const turns = openTurns(place, applied, () => this.announced)
    reader.turns = turns
    const venue = venueAfter(applied, turns.configuration, days)
    const store: CopyStore = this.database
    return new JournalCopier(store, turns, { applied, venue })
  }

  /** What trying again cannot help is final, if the reader still lives. */
  private giveUp(reader: Reader, error: unknown): void {
    if (reader !== this.reader) return
    const isOther = error instanceof ExchangeError && error.code === ErrorCode.DatabaseUnreachable
    if (!isOther && !String(error).includes('injected')) this.failure = error
    reader.turns?.close()
    this.reader = aReader()
  }
}

const aReader = (): Reader => ({ copier: undefined, turns: undefined, isBusy: false })
