/**
 * Where a session's sent messages lie in the journal. Event records point back to their session's
 * previous one, so one position per 64 messages is enough to find any message by its number; memory
 * does not grow with what a resend asks for.
 */
import type { StateTransfer } from '../domain/index.ts'
import { assert, enlarged } from '../domain/index.ts'
import { eventHeader } from '../wire/index.ts'

/** The part of the journal that resends read. */
export interface RecordSource {
  /** The record at a journal position; valid until the next call. */
  readRecord(position: number): { readonly view: DataView; readonly at: number }
}

const BLOCK = 64
const BLOCKS_AT_FIRST = 4

export class SentMessages {
  /** Highest MsgSeqNum(34) given since the last reset; 0 = none. */
  last = 0
  /** When message 1 was sent, seconds since 1970; 0 = none yet. */
  beganSeconds = 0
  private lastPosition = 0
  /** Position of message 64, 128, 192, … */
  private blockEnds = new Float64Array(BLOCKS_AT_FIRST)
  private readonly source: RecordSource
  private readonly header = eventHeader.flyweight()
  /** Positions of one block, filled when a message of it is asked for. */
  private readonly cached = { block: -1, upTo: 0, positions: new Float64Array(BLOCK) }

  constructor(source: RecordSource) {
    this.source = source
  }

  /** Notes a message as it is published or recovered; numbers come one by one. */
  note(msgSeqNum: number, position: number, epochSeconds: number): void {
    assert(msgSeqNum === this.last + 1, 'outbound MsgSeqNum has no gap')
    if (msgSeqNum === 1) this.beganSeconds = epochSeconds
    this.last = msgSeqNum
    this.lastPosition = position
    if (msgSeqNum % BLOCK === 0) this.noteBlock(msgSeqNum / BLOCK - 1, position)
  }

  /** Numbers start again at 1; earlier messages cannot be asked for any more. */
  reset(): void {
    this.last = 0
    this.beganSeconds = 0
    this.lastPosition = 0
    this.cached.block = -1
  }

  /** @param name of the part in a snapshot */
  transfer(name: string, transfer: StateTransfer): void {
    this.last = transfer.value(`${name}.last`, this.last)
    this.beganSeconds = transfer.value(`${name}.beganSeconds`, this.beganSeconds)
    this.lastPosition = transfer.value(`${name}.lastPosition`, this.lastPosition)
    const blocks = Math.floor(this.last / BLOCK)
    this.blockEnds = transfer.column(`${name}.blockEnds`, this.blockEnds, blocks)
  }

  /** The record of a sent message, 1..last (asserted). */
  read(msgSeqNum: number): { readonly view: DataView; readonly at: number } {
    assert(msgSeqNum >= 1 && msgSeqNum <= this.last, 'a sent message')
    return this.source.readRecord(this.positionOf(msgSeqNum))
  }

  private noteBlock(block: number, end: number): void {
    if (block === this.blockEnds.length) this.blockEnds = enlarged(this.blockEnds, block * 2)
    this.blockEnds[block] = end
  }

  private positionOf(msgSeqNum: number): number {
    const block = Math.floor((msgSeqNum - 1) / BLOCK)
    const { cached } = this
    if (cached.block !== block || cached.upTo < msgSeqNum) this.load(block)
    return cached.positions[(msgSeqNum - 1) % BLOCK]!
  }

  /** Walks a block's messages backwards from its end. */
  private load(block: number): void {
    const { cached, header } = this
    const upTo = Math.min((block + 1) * BLOCK, this.last)
    let position = upTo === this.last ? this.lastPosition : this.blockEnds[block]!

    for (let number = upTo; number > block * BLOCK; number--) {
      cached.positions[(number - 1) % BLOCK] = position
      const { view, at } = this.source.readRecord(position)
      header.wrap(view, at)
      assert(header.msgSeqNum === number, 'back pointer leads to the previous message')
      position = header.previousPosition
    }
    cached.block = block
    cached.upTo = upTo
  }
}
