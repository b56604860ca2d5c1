/**
 * Reads what the journal has before a snapshot, which a start from there does not: every checksum and every
 * seal, a piece at a time, when there is nothing better to do.
 */
import type { Disk } from './journal/index.ts'
import { JournalReader, SealChain, Seals } from './journal/index.ts'
import { ErrorCode, ExchangeError } from './runtime/index.ts'
import type { SnapshotPoint } from './snapshot/index.ts'

/** Journal that one step reads. */
const CHECK_BYTES_MAX = 1024 * 1024

export interface PastCheckOptions {
  readonly disk: Disk
  /** `dataDir/journal`, `dataDir/seals` */
  readonly journalDirectory: string
  readonly sealDirectory: string
  readonly until: SnapshotPoint
}

export class PastCheck {
  private readonly journal: JournalReader
  private readonly seals: Seals
  private readonly until: SnapshotPoint
  private readonly chain: SealChain

  /** @throws ExchangeError JournalUnreadable, JournalDamaged */
  constructor({ disk, journalDirectory, sealDirectory, until }: PastCheckOptions) {
    this.journal = JournalReader.open({ disk, directory: journalDirectory })
    this.seals = new Seals(disk, sealDirectory, 'read')
    this.until = until
    this.chain = SealChain.begin(this.journal.journalId)
  }

  /**
   * @returns whether there is more
   * @throws ExchangeError JournalDamaged, JournalAltered
   */
  checkSome(): boolean {
    const { journal, until } = this
    const from = journal.position
    while (journal.position - from < CHECK_BYTES_MAX) {
      const group = journal.next(until.position)
      if (group === undefined) return this.end()
      this.seals.compare(group.groupNumber, this.chain.follow(group))
    }
    return true
  }

  close(): void {
    this.seals.close()
    this.journal.close()
  }

  private end(): false {
    if (this.chain.text === this.until.seal) return false
    const { groupNumber } = this.until
    throw new ExchangeError(
      ErrorCode.JournalAltered,
      `the snapshot of group ${groupNumber} has another seal than the journal before it: ` +
        'somebody altered one of them',
    )
  }
}
