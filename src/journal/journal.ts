/**
 * The append-only log that is the exchange's only history: one group per turn, one writev and one
 * fdatasync, and nothing may leave the process before `append` has returned. Any error is final: after
 * a failed fdatasync the next one reports success although the data are gone, so the journal is
 * dead and the process has to stop. ARCHITECTURE.md, "Journal".
 */
import { crc32 } from 'node:zlib'
import { assert } from '../domain/index.ts'
import { ErrorCode, ExchangeError, messageOf } from '../runtime/index.ts'
import type { RecordBuffer } from '../wire/index.ts'
import type { Chain } from './chain.ts'
import { GENESIS, crcSeed } from './chain.ts'
import { UNFINISHED_NAME, createSegment } from './create-segment.ts'
import { cutTail } from './cut-tail.ts'
import type { Disk } from './disk.ts'
import { writeFully } from './disk.ts'
import { EventWalk } from './event-walk.ts'
import { findConfiguration } from './find-configuration.ts'
import { GroupCursor } from './group-cursor.ts'
import type { Group } from './group.ts'
import { CRC_FROM, GROUP_BYTES_MAX, GROUP_HEADER_BYTES, GROUP_MAGIC, groupHeader } from './group.ts'
import type { JournalPoint } from './journal-reader.ts'
import type { RecordPlace } from './record-reader.ts'
import { RecordReader } from './record-reader.ts'
import { rewriteGroup } from './rewrite-group.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { Segments } from './segments.ts'
import { SPARE_NAME, SpareSegment } from './spare-segment.ts'

export const SEGMENT_BYTES_DEFAULT = 64 * 1024 * 1024
/** Share of the current segment that is used when the next one begins to be prepared, and when it is ready. */
const PREPARE_FROM = 1 / 4
const PREPARE_UNTIL = 3 / 4
/** `onProgress` is called this often. */
const PROGRESS_BYTES = 16 * 1024 * 1024

/** fsync: a group is on disk when `append` returns. os: the operating system decides when. */
export type Durability = 'fsync' | 'os'

export interface JournalOptions {
  readonly disk: Disk
  /** `dataDir/journal`; made if it is not there. */
  readonly directory: string
  /** Names a new journal: 1 to 32 ASCII characters, random. */
  readonly journalId: () => string
  readonly durability: Durability
  /** Size of a segment file. */
  readonly segmentBytes?: number
}

/** What stood behind the last whole group at the opening: a write that a crash cut short. */
export interface CutTail {
  readonly file: string
  readonly offset: number
  readonly bytes: number
}

/** Sequenced time and feed position of a turn. */
export interface TurnStamp {
  readonly epochSeconds: number
  readonly nanoseconds: number
  /** Sequence number of the group's first feed message, or of the next one if it has none. */
  readonly feedSequence: number
}

export interface GroupsOptions {
  /** Logical position of the first group wanted. */
  readonly from?: number
  /** Called every 16 MiB and at the end, with bytes read and bytes in all. */
  readonly onProgress?: (bytesDone: number, bytesTotal: number) => void
}

export class Journal {
  readonly journalId: string
  /** How many times this journal was opened for writing, this time included. */
  readonly run: number
  /** The remains that the opening cleared, if there were any: worth a warning. */
  readonly cut: CutTail | undefined
  private readonly disk: Disk
  private readonly segments: Segments
  private readonly records: RecordReader
  private readonly spare: SpareSegment
  private readonly segmentBytes: number
  private readonly isSynced: boolean
  private readonly seed: number
  private readonly header = new Uint8Array(GROUP_HEADER_BYTES)
  private readonly headerView = new DataView(this.header.buffer)
  private readonly chain: Chain
  private configurationPosition: number
  private fd: number
  private capacity: number
  /** Second of the last check that the file still has its name. */
  private checkedSeconds = 0
  private state: 'open' | 'dead' | 'closed' = 'open'

  /**
   * Opens the journal for writing, or begins a new one. The headers of all segments and the whole
   * last segment are checked here; earlier segments are checked by `groups` as it passes them.
   * @throws ExchangeError JournalDamaged, JournalUnreadable, JournalWrite
   */
  static open(options: JournalOptions): Journal {
    try {
      return new Journal(options)
    } catch (error) {
      if (error instanceof ExchangeError) throw error
      throw journalWrite(`${options.directory}: cannot open the journal`, error)
    }
  }

  private constructor(options: JournalOptions) {
    const { disk, directory, durability, segmentBytes = SEGMENT_BYTES_DEFAULT } = options
    assert(segmentBytes >= SEGMENT_HEADER_BYTES + GROUP_HEADER_BYTES, 'segmentBytes')
    this.disk = disk
    this.isSynced = durability === 'fsync'
    this.segmentBytes = segmentBytes
    disk.makeDirectory(directory)
    removeUnfinished(disk, directory)
    this.segments = new Segments(disk, directory)
    this.records = new RecordReader(this.segments)
    this.spare = new SpareSegment({ disk, directory, bytes: segmentBytes })
    this.segments.refresh()

    if (this.segments.count === 0) {
      this.journalId = options.journalId()
      assert(/^[\x21-\x7e]{1,32}$/.test(this.journalId), 'journal id')
      this.seed = crcSeed(this.journalId)
      this.chain = { ...GENESIS }
      this.configurationPosition = 0
      this.fd = -1
      this.capacity = 0
      this.beginSegment(segmentBytes)
      this.cut = undefined
    } else {
      const last = this.segments.count - 1
      const header = this.segments.header(last)
      this.journalId = header.journalId
      this.seed = crcSeed(this.journalId)
      this.configurationPosition = header.configurationPosition
      const { chain, group } = this.walkSegment(last)
      this.chain = chain
      this.fd = disk.open(this.segments.path(last), 'write')
      this.capacity = disk.size(this.fd)
      // The last run may have been killed between the rename of this file and the sync of its name.
      disk.fsyncDirectory(directory)
      if (group.length > 0) {
        const offset = this.segments.offsetOf(last, group.position)
        rewriteGroup(disk, this.fd, { offset, length: group.length })
      }
      const bytes = cutTail(disk, this.fd, this.offset)
      this.cut =
        bytes === 0 ? undefined : { file: this.segments.path(last), offset: this.offset, bytes }
    }
    this.run = this.chain.run + 1
  }

  /** Logical position of the next group: the journal holds this many bytes. */
  get nextPosition(): number {
    return this.chain.position
  }

  /** Number of the last group; 0 in a new journal. */
  get groupNumber(): number {
    return this.chain.groupNumber - 1
  }

  /** Number that the next command gets. */
  get nextCommandNumber(): number {
    return this.chain.commandNumber
  }

  /** Checksum of the last group; with id and number it names this point of history. */
  get crc(): number {
    return this.chain.previousCrc
  }

  /** False while the next segment's space is not reserved yet: a disk that fills up shows here first. */
  get isSpareReady(): boolean {
    return this.spare.isReady
  }

  /** Bytes that can be appended without reserving more space. */
  get bytesReserved(): number {
    return this.capacity - this.offset + (this.spare.isReady ? this.segmentBytes : 0)
  }

  /** Logical position of the first event of the group about to be appended, given its commands' bytes. */
  eventsPosition(commandBytes: number): number {
    return this.chain.position + GROUP_HEADER_BYTES + commandBytes
  }

  /**
   * Appends one turn and makes it durable. The buffers are written as they are, without a copy.
   * @throws ExchangeError JournalWrite; the journal is dead then, and so must be the process
   */
  append(stamp: TurnStamp, commands: RecordBuffer, events: RecordBuffer): void {
    assert(this.state === 'open', `the journal is ${this.state}`)
    const length = GROUP_HEADER_BYTES + commands.length + events.length
    assert(length <= GROUP_BYTES_MAX, 'group length')
    const configuration = findConfiguration(commands.view, 0, commands.length)
    try {
      this.checkName(stamp.epochSeconds)
      if (this.offset + length > this.capacity) this.roll(length)
      this.write(stamp, length, commands, events)
      if (this.isSynced) this.disk.fdatasync(this.fd)
    } catch (error) {
      this.state = 'dead'
      throw journalWrite(`${this.path}: the journal cannot be written; the exchange stops`, error)
    }

    if (configuration >= 0) this.configurationPosition = this.eventsPosition(configuration)
    this.chain.position += length
    this.chain.groupNumber++
    this.chain.commandNumber += commands.count
    this.chain.run = this.run
    this.chain.previousCrc = this.headerView.getUint32(groupHeader.offsets.crc, true)
    this.prepareSpare()
  }

  /**
   * Gives the groups from a position on, up to the last one appended when each is asked for.
   * The group is a window: use it before asking for the next.
   * @throws ExchangeError JournalDamaged at the first place where history does not continue
   */
  *groups({ from = 0, onProgress }: GroupsOptions = {}): Generator<Group, void, undefined> {
    const cursor = new GroupCursor(this.segments, this.segments.find(from))
    while (cursor.chain.position < from) cursor.next(from)
    assert(cursor.chain.position === from, 'groups are read from the start of one')

    let reported = from
    while (cursor.next(this.nextPosition)) {
      yield cursor.group
      if (cursor.chain.position - reported < PROGRESS_BYTES) continue
      reported = cursor.chain.position
      onProgress?.(reported - from, this.nextPosition - from)
    }
    onProgress?.(this.nextPosition - from, this.nextPosition - from)
  }

  /**
   * Why a point that ends at this position, 0..nextPosition, is not of this history; undefined when it is.
   * @throws ExchangeError JournalDamaged
   */
  problemOf(point: JournalPoint & { readonly position: number }): string | undefined {
    const { journalId, groupNumber, crc, position } = point
    if (journalId !== this.journalId) return `it is of journal ${journalId}`
    const cursor = new GroupCursor(this.segments, this.segments.find(position))
    while (cursor.chain.position < position) cursor.next(position)
    const { chain } = cursor
    const isSame = chain.position === position && chain.groupNumber === groupNumber + 1
    return isSame && chain.previousCrc === crc ? undefined : 'the journal has another group there'
  }

  /**
   * Fetches one record that was appended, of any segment.
   * @returns a window, valid until the next call
   */
  readRecord(position: number): RecordPlace {
    return this.records.read(position, this.nextPosition)
  }

  /** Where the groups of each segment begin, ascending: places that a walk may `seek`. */
  segmentStarts(): number[] {
    const { segments } = this
    return Array.from(
      { length: segments.count },
      (_, index) => segments.header(index).base.position,
    )
  }

  /** A walk through the events that were appended: `seek` one of them first. */
  walkEvents(): EventWalk {
    return new EventWalk(this.segments, () => this.nextPosition)
  }

  /** Stops the work in the background and closes the files. Everything appended stays as it is. */
  async close(): Promise<void> {
    if (this.state === 'closed') return
    this.state = 'closed'
    await this.spare.close()
    this.segments.close()
    this.disk.close(this.fd)
  }

  private get path(): string {
    return this.segments.path(this.segments.count - 1)
  }

  /** Where the next group goes in the current file. */
  private get offset(): number {
    return this.segments.offsetOf(this.segments.count - 1, this.chain.position)
  }

  /** @returns where history ends, and its last group; of length 0 in a segment without one */
  private walkSegment(index: number): { chain: Chain; group: Group } {
    const cursor = new GroupCursor(this.segments, index)
    const { group } = cursor
    while (cursor.next()) {
      const at = findConfiguration(group.view, group.commandsStart, group.commandsEnd)
      if (at >= 0) this.configurationPosition = group.positionOf(at)
    }
    return { chain: cursor.chain, group }
  }

  /** Once a second: a journal that was moved or deleted takes writes and keeps nothing. */
  private checkName(epochSeconds: number): void {
    if (epochSeconds === this.checkedSeconds) return
    this.checkedSeconds = epochSeconds
    if (!this.disk.isFileAt(this.fd, this.path)) throw new Error('the file was moved or deleted')
  }

  /** The next segment grows in step with what is used of this one. */
  private prepareSpare(): void {
    const beyond = this.offset - this.segmentBytes * PREPARE_FROM
    if (beyond > 0) this.spare.prepare(beyond / (PREPARE_UNTIL - PREPARE_FROM))
  }

  private roll(length: number): void {
    // Without it a power cut could lose groups before the ones it leaves in the new segment.
    if (!this.isSynced) this.disk.fdatasync(this.fd)
    const full = this.fd
    this.beginSegment(Math.max(this.segmentBytes, SEGMENT_HEADER_BYTES + length))
    this.disk.close(full)
  }

  private beginSegment(bytes: number): void {
    const header = {
      journalId: this.journalId,
      segmentNumber: this.segments.count + 1,
      configurationPosition: this.configurationPosition,
      base: { ...this.chain },
    }
    const usesSpare = this.spare.isReady && bytes === this.segmentBytes
    this.fd = createSegment({
      disk: this.disk,
      directory: this.segments.directory,
      header,
      bytes,
      spare: usesSpare ? this.spare.path : undefined,
    })
    if (usesSpare) this.spare.take()
    this.segments.add(header)
    this.capacity = bytes
  }

  private write(
    stamp: TurnStamp,
    length: number,
    commands: RecordBuffer,
    events: RecordBuffer,
  ): void {
    const commandBytes = commands.bytes.subarray(0, commands.length)
    const eventBytes = events.bytes.subarray(0, events.length)
    groupHeader.encode(this.headerView, 0, {
      magic: GROUP_MAGIC,
      crc: 0,
      length,
      commandBytes: commands.length,
      groupNumber: this.chain.groupNumber,
      commandNumber: this.chain.commandNumber,
      run: this.run,
      previousCrc: this.chain.previousCrc,
      epochSeconds: stamp.epochSeconds,
      nanoseconds: stamp.nanoseconds,
      commandCount: commands.count,
      eventCount: events.count,
      feedSequence: stamp.feedSequence,
    })
    let crc = crc32(this.header.subarray(CRC_FROM), this.seed)
    crc = crc32(eventBytes, crc32(commandBytes, crc))
    this.headerView.setUint32(groupHeader.offsets.crc, crc, true)
    writeFully(this.disk, this.fd, [this.header, commandBytes, eventBytes], this.offset)
  }
}

/** Files that a crash left half made hold nothing. */
function removeUnfinished(disk: Disk, directory: string): void {
  for (const name of disk.list(directory)) {
    if (name === SPARE_NAME || name === UNFINISHED_NAME) disk.unlink(`${directory}/${name}`)
  }
}

const journalWrite = (what: string, cause: unknown): ExchangeError =>
  new ExchangeError(ErrorCode.JournalWrite, `${what}: ${messageOf(cause)}`, { cause })
