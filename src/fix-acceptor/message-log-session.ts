/**
 * The message log of one session. The hot path copies a message into a block of memory and goes on;
 * when the disk is slower than the traffic and no block is free, whole messages are left out, counted,
 * and the log itself says how many.
 */
import type { FixMessage } from '../fix/index.ts'
import type { Block, BlockPool } from './message-log-blocks.ts'
import type { LogFile } from './message-log-file.ts'
import type { LineWriter, Slice } from './message-log-line.ts'
import { LINE_EXTRA_BYTES, LineKind } from './message-log-line.ts'
import { textWithoutSecrets, withoutSecrets } from './message-log-secrets.ts'

/** One write to a file; the next file begins between two writes. */
const WRITE_BYTES_MAX = 1024 * 1024
/** Room that a line about dropped messages takes. */
const DROPPED_NOTE_BYTES = 200

/** What the logs of all sessions share. */
export interface SharedLog {
  readonly writer: LineWriter
  readonly pool: BlockPool
  readonly counts: { lines: number; dropped: number }
  /** The log has a block to write, where it had none. */
  onWaiting(log: SessionLog, bytes: number): void
}

export class SessionLog {
  readonly file: LogFile
  /** Nothing follows for now: its file may be closed. */
  isOver = false
  private readonly shared: SharedLog
  /** In the order of the lines; the last one is being filled. */
  private blocks: Block[] = []
  private last: Block | undefined
  /** Since the log last said how many. */
  private dropped = 0
  private readonly slice: Slice = { bytes: new Uint8Array(0), start: 0, end: 0 }

  constructor(file: LogFile, shared: SharedLog) {
    this.file = file
    this.shared = shared
  }

  /** @param remoteAddress where the session's connection comes from */
  connected(remoteAddress: string): void {
    this.isOver = false
    this.note(`connected from ${remoteAddress}`)
  }

  /** @param why the connection is gone, and nothing follows until the next */
  disconnected(why: string): void {
    this.note(`disconnected: ${why}`)
    this.isOver = true
  }

  /** A message as it came in. */
  received(message: FixMessage): void {
    const { bytes, start, end } = message
    const clean = withoutSecrets(message)
    if (clean === undefined) this.add(LineKind.In, bytes, start, end)
    else this.add(LineKind.In, clean, 0, clean.length)
  }

  /** A message as it was written to the connection. */
  sent(bytes: Uint8Array, start: number, end: number): void {
    this.add(LineKind.Out, bytes, start, end)
  }

  /** @param text the beginning of what could not be read */
  garbled(reason: string, text: string): void {
    this.addText(LineKind.Garbled, `${reason}: ${textWithoutSecrets(text)}`)
  }

  note(text: string): void {
    this.addText(LineKind.Note, text)
  }

  get hasLines(): boolean {
    return this.blocks.length > 0
  }

  /** Takes out what the next write holds. */
  take(): Block[] {
    let count = 0
    let bytes = 0
    while (count < this.blocks.length && bytes + this.blocks[count]!.length <= WRITE_BYTES_MAX) {
      bytes += this.blocks[count++]!.length
    }
    const taken = this.blocks.splice(0, Math.max(count, 1))
    if (this.blocks.length === 0) this.last = undefined
    return taken
  }

  /** These could not be written. */
  lost(blocks: readonly Block[]): void {
    for (const { lines, told } of blocks) {
      this.dropped += lines + told
      this.shared.counts.dropped += lines
    }
  }

  /** Says how many messages are missing, as soon as there is room to say it. */
  tellDropped(): void {
    const block = this.dropped === 0 ? undefined : this.room(DROPPED_NOTE_BYTES)
    if (block !== undefined) this.writeDropped(block)
  }

  private addText(kind: LineKind, text: string): void {
    const bytes = Buffer.from(text, 'latin1')
    this.add(kind, bytes, 0, bytes.length)
  }

  private add(kind: LineKind, bytes: Uint8Array, start: number, end: number): void {
    const noteBytes = this.dropped === 0 ? 0 : DROPPED_NOTE_BYTES
    const block = this.room(noteBytes + LINE_EXTRA_BYTES + end - start)
    if (block === undefined) {
      this.dropped++
      this.shared.counts.dropped++
      return
    }
    if (this.dropped > 0) this.writeDropped(block)
    this.write(block, kind, bytes, start, end)
    block.lines++
    this.shared.counts.lines++
  }

  private writeDropped(block: Block): void {
    const { dropped } = this
    this.dropped = 0
    block.told += dropped
    const text = `messages missing here: ${dropped}; the disk was slower than the traffic, or failed`
    const bytes = Buffer.from(text, 'latin1')
    this.write(block, LineKind.Note, bytes, 0, bytes.length)
  }

  private write(block: Block, kind: LineKind, bytes: Uint8Array, start: number, end: number): void {
    const { slice } = this
    slice.bytes = bytes
    slice.start = start
    slice.end = end
    block.length = this.shared.writer.write(block.bytes, block.length, kind, slice)
  }

  private room(bytes: number): Block | undefined {
    const { last, shared } = this
    if (last?.hasRoomFor(bytes) === true) return last
    const next = shared.pool.take(bytes)
    if (next === undefined) return undefined
    shared.onWaiting(this, last?.length ?? 0)
    this.last = next
    this.blocks.push(next)
    return next
  }
}
