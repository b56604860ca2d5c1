/**
 * Reads the journal from another process, or offline. A reader tells its sink where it is (journal
 * id, group number, checksum); the sink stores that in the transaction of what it applied, and the
 * reader goes on from there only if the journal still is the same history.
 */
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import type { VenueConfiguration } from '../wire/index.ts'
import { damage } from './damage.ts'
import type { Disk } from './disk.ts'
import { EventWalk } from './event-walk.ts'
import { configurationAt, findConfiguration } from './find-configuration.ts'
import { GroupCursor } from './group-cursor.ts'
import type { Group } from './group.ts'
import type { RecordPlace } from './record-reader.ts'
import { RecordReader } from './record-reader.ts'
import { Segments } from './segments.ts'

/** A point of history: behind this group of this journal. Group number 0 is the beginning. */
export interface JournalPoint {
  readonly journalId: string
  readonly groupNumber: number
  /** Checksum of the group. */
  readonly crc: number
}

export interface JournalReaderOptions {
  readonly disk: Disk
  /** `dataDir/journal` */
  readonly directory: string
  /** What the sink has applied; without it the reader begins at the first group. */
  readonly after?: JournalPoint
  /**
   * Seconds since 1970: the reader begins at the first group of the last segment that begins before
   * that time, and so before every group from that time on.
   */
  readonly sinceSeconds?: number
  /** Begins with the segment that holds this position, for who checks nothing before it. */
  readonly from?: number
}

export class JournalReader {
  readonly journalId: string
  private readonly segments: Segments
  private readonly cursor: GroupCursor
  private readonly records: RecordReader
  private inForce: VenueConfiguration | undefined

  /**
   * @throws ExchangeError JournalUnreadable when there is no journal, JournalMismatch when it does
   *   not hold the point `after`, JournalDamaged
   */
  static open(options: JournalReaderOptions): JournalReader {
    const segments = openSegments(options)
    try {
      return new JournalReader(segments, options)
    } catch (error) {
      segments.close()
      throw error
    }
  }

  private constructor(segments: Segments, options: JournalReaderOptions) {
    const { after } = options
    const index = beginning(segments, options)
    this.segments = segments
    this.journalId = segments.header(0).journalId
    this.cursor = new GroupCursor(segments, index)
    this.records = new RecordReader(segments)
    this.inForce = configurationOf(segments, index)
    if (after) this.goTo(after)
  }

  /** The configuration in force after the group last read, or where the reading begins; undefined before the first. */
  get configuration(): VenueConfiguration | undefined {
    return this.inForce
  }

  /** Where the reader is: behind the group last read. */
  get point(): JournalPoint {
    const { groupNumber, previousCrc } = this.cursor.chain
    return { journalId: this.journalId, groupNumber: groupNumber - 1, crc: previousCrc }
  }

  /** Logical position of the next group. */
  get position(): number {
    return this.cursor.chain.position
  }

  /**
   * @param untilPosition what the live writer announced as durable. Without a writer leave it out:
   *   every whole group up to the tail.
   * @returns the next group, a window that is valid until the next call; undefined when there is
   *   none for now
   * @throws ExchangeError JournalDamaged
   */
  next(untilPosition = Infinity): Group | undefined {
    if (!this.cursor.next(untilPosition)) {
      this.cursor.forget()
      return undefined
    }
    const { group } = this.cursor
    const at = findConfiguration(group.view, group.commandsStart, group.commandsEnd)
    if (at >= 0) this.inForce = configurationAt(group.view, at)
    return group
  }

  /**
   * Fetches one record of the groups that were read.
   * @returns a window, valid until the next call
   */
  readRecord(position: number): RecordPlace {
    return this.records.read(position, this.position)
  }

  /** A walk through the events of the groups that were read: `seek` one of them first. */
  walkEvents(): EventWalk {
    return new EventWalk(this.segments, () => this.position)
  }

  /** All groups that `next` gives. */
  *read(untilPosition = Infinity): Generator<Group, void, undefined> {
    for (let group = this.next(untilPosition); group; group = this.next(untilPosition)) yield group
  }

  close(): void {
    this.segments.close()
  }

  private goTo(after: JournalPoint): void {
    if (after.journalId !== this.journalId) {
      throw mismatch(after, `${this.segments.directory} is journal ${this.journalId}`)
    }
    while (this.point.groupNumber < after.groupNumber) {
      if (this.next() === undefined) {
        throw mismatch(
          after,
          `${this.segments.directory} ends with group ${this.point.groupNumber}`,
        )
      }
    }
    if (this.point.crc !== after.crc) {
      throw mismatch(
        after,
        `group ${after.groupNumber} in ${this.segments.directory} is another one`,
      )
    }
    this.cursor.forget()
  }
}

/** @throws ExchangeError JournalUnreadable when no journal is there */
export function openSegments({
  disk,
  directory,
}: Pick<JournalReaderOptions, 'disk' | 'directory'>): Segments {
  const segments = new Segments(disk, directory)
  try {
    if (segments.refresh()) return segments
  } catch (error) {
    if (error instanceof ExchangeError) throw error
    throw new ExchangeError(ErrorCode.JournalUnreadable, `${directory}: cannot be read`, {
      cause: error,
    })
  }
  throw new ExchangeError(
    ErrorCode.JournalUnreadable,
    `${directory}: no journal is here; is this the exchange's dataDir, and was it started once?`,
  )
}

/** The segment that the reading begins with. */
function beginning(
  segments: Segments,
  { after, sinceSeconds, from = 0 }: JournalReaderOptions,
): number {
  if (sinceSeconds !== undefined) {
    return segments.lastWhere((one) => beginsBefore(segments, one, sinceSeconds))
  }
  return after === undefined ? segments.find(from) : segments.findGroup(after.groupNumber)
}

/** Whether the first group of a segment is older; its checksum is checked. A time never goes back. */
function beginsBefore(segments: Segments, index: number, seconds: number): boolean {
  const cursor = new GroupCursor(segments, index)
  return cursor.next() && cursor.group.epochSeconds < seconds
}

function configurationOf(segments: Segments, index: number): VenueConfiguration | undefined {
  const { configurationPosition, base } = segments.header(index)
  if (configurationPosition === 0) return undefined
  const { view, at } = new RecordReader(segments).read(configurationPosition, base.position)
  try {
    return configurationAt(view, at)
  } catch {
    // A record by itself has no checksum: what it holds is the first that shows.
    const found = segments.find(configurationPosition)
    const place = {
      file: segments.path(found),
      offset: segments.offsetOf(found, configurationPosition),
      position: configurationPosition,
      groupNumber: segments.header(found).base.groupNumber,
    }
    throw damage(
      place,
      'the configuration in force cannot be read (the group is the first in the file)',
    )
  }
}

const mismatch = (after: JournalPoint, found: string): ExchangeError =>
  new ExchangeError(
    ErrorCode.JournalMismatch,
    `applied is group ${after.groupNumber} of journal ${after.journalId}, but ${found}: ` +
      'the copy and the journal are of different histories; rebuild the copy from the journal',
  )
