/**
 * Walks the groups of a journal in order, through all segments, and lets none pass that does not
 * continue the one before it. Start-up, replay and the readers of other processes all walk with it.
 */
import { assert } from '../domain/index.ts'
import type { Chain } from './chain.ts'
import { crcSeed, sameChain } from './chain.ts'
import { damage } from './damage.ts'
import { findLaterGroup } from './find-later-group.ts'
import {
  GROUP_HEADER_BYTES,
  Group,
  advance,
  chainProblem,
  checksumFits,
  groupLengthAt,
} from './group.ts'
import type { Segments } from './segments.ts'

/** Read at once; a larger group is read whole. */
const CHUNK_BYTES = 1024 * 1024

export class GroupCursor {
  /** The group that the last successful `next` moved onto. */
  readonly group = new Group()
  /** What the next group must continue. */
  readonly chain: Chain
  private readonly segments: Segments
  private readonly seed: number
  private index: number
  private fileBytes: number
  private bytes: Uint8Array<ArrayBuffer>
  private view: DataView<ArrayBuffer>
  /** Range of the file that `bytes` holds. */
  private bufferStart = 0
  private bufferEnd = 0

  /** @param index segment to begin at */
  constructor(segments: Segments, index: number) {
    const { journalId, base } = segments.header(index)
    this.segments = segments
    this.index = index
    this.seed = crcSeed(journalId)
    this.chain = { ...base }
    this.fileBytes = segments.size(index)
    this.bytes = new Uint8Array(Math.min(CHUNK_BYTES, this.fileBytes))
    this.view = new DataView(this.bytes.buffer)
  }

  /** Where the next group stands in its file. */
  get offset(): number {
    return this.segments.offsetOf(this.index, this.chain.position)
  }

  /** Index of the segment that the next group stands in, as far as is known. */
  get segmentIndex(): number {
    return this.index
  }

  /**
   * Moves onto the next group.
   * @param until logical position up to which the writer said that history is durable. Without
   *   it the journal ends where no whole group follows: a torn tail.
   * @returns false at that position, or at that end
   * @throws ExchangeError JournalDamaged at anything else
   */
  next(until = Infinity): boolean {
    while (this.chain.position < until) {
      if (this.chain.position === this.segments.endOf(this.index)) {
        this.enterNextSegment()
        continue
      }
      const problem = this.problemHere(until)
      if (problem === '') {
        this.accept()
        return true
      }
      if (this.isLast() && this.segments.refresh()) continue
      if (this.isLast() && until === Infinity) return this.nextBehindTail()
      throw this.damageHere(problem)
    }
    return false
  }

  /** Forgets what was read ahead: the writer may have gone on since. */
  forget(): void {
    this.bufferEnd = this.bufferStart
  }

  private accept(): void {
    this.group.wrap(this.view, this.offset - this.bufferStart, this.chain.position)
    advance(this.chain, this.group)
  }

  private isLast(): boolean {
    return this.index === this.segments.count - 1
  }

  private enterNextSegment(): void {
    const { base } = this.segments.header(this.index + 1)
    if (!sameChain(base, this.chain)) {
      throw this.damageHere(`${this.segments.path(this.index + 1)} does not continue this group`)
    }
    this.index++
    this.fileBytes = this.segments.size(this.index)
    this.bufferStart = this.bufferEnd = 0
  }

  /**
   * Nothing valid here and no later segment. With a valid later group in the file it is damage,
   * unless a live writer wrote on while we looked; without one it is the tail.
   */
  private nextBehindTail(): boolean {
    const later = findLaterGroup(this.segments, this.index, this.offset, this.chain, this.seed)
    if (later < 0) return false

    this.forget()
    const problem = this.problemHere(Infinity)
    if (problem !== '') {
      throw this.damageHere(`${problem}, and a valid group follows at offset ${later}`)
    }
    this.accept()
    return true
  }

  private problemHere(until: number): string {
    const available = this.fileBytes - this.offset
    if (available < GROUP_HEADER_BYTES || !this.buffer(GROUP_HEADER_BYTES, until))
      return 'the file ends here'

    const limit = Math.min(available, this.segments.endOf(this.index) - this.chain.position)
    const length = groupLengthAt(this.view, this.offset - this.bufferStart, limit)
    if (length === 0) return 'no group begins here'
    if (!this.buffer(length, until)) return 'the file ends inside the group'

    const at = this.offset - this.bufferStart
    if (!checksumFits(this.bytes, this.view, at, length, this.seed))
      return 'the checksum does not fit'
    return chainProblem(this.view, at, this.chain)
  }

  /**
   * Makes sure that the next `length` bytes of the file are in the buffer, and reads ahead, but
   * nothing that the writer has not announced: it may be half written.
   * @returns false when the file ends before
   */
  private buffer(length: number, until: number): boolean {
    const { offset } = this
    assert(offset >= this.bufferStart, 'the cursor goes forward')
    if (offset + length <= this.bufferEnd) return true

    if (length > this.bytes.length) {
      this.bytes = new Uint8Array(length)
      this.view = new DataView(this.bytes.buffer)
    }
    const wanted = Math.min(this.bytes.length, Math.max(length, until - this.chain.position))
    this.bufferStart = offset
    this.bufferEnd = offset + this.segments.read(this.index, this.bytes.subarray(0, wanted), offset)
    return offset + length <= this.bufferEnd
  }

  private damageHere(problem: string): Error {
    const { position, groupNumber } = this.chain
    return damage(
      { file: this.segments.path(this.index), offset: this.offset, position, groupNumber },
      problem,
    )
  }
}
