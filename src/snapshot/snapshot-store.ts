/**
 * The snapshots of a data directory, newest first. A snapshot shortens the way to where the journal ends and
 * is nothing more: one that is damaged, of another format or of another history is passed over.
 */
import type { StateTransfer } from '../domain/index.ts'
import type { Disk } from '../journal/index.ts'
import { messageOf } from '../runtime/index.ts'
import type { SnapshotPoint } from './contents.ts'
import { SnapshotProblem, SnapshotReader } from './snapshot-reader.ts'
import { SnapshotWriter } from './snapshot-writer.ts'

/** One to start from, and one if that is damaged. */
export const SNAPSHOTS_KEPT = 2
const UNFINISHED_NAME = 'unfinished'
/** A snapshot leaves so much of the disk to the journal: some segments. */
const ROOM_KEPT_BYTES = 256 * 1024 * 1024
const SUFFIX = '.snapshot'
const NUMBER_DIGITS = 16

export interface SnapshotStoreOptions {
  readonly disk: Disk
  /** `dataDir/snapshots` */
  readonly directory: string
  /** Only columns whose names begin so are loaded: no others are verified. */
  readonly part?: string
  /** One was passed over: who reads the log may want to know. */
  readonly onPassedOver?: ((file: string, reason: string) => void) | undefined
}

export class SnapshotStore {
  private readonly options: SnapshotStoreOptions
  /** Of no use here: they are the first to go. */
  private readonly passedOver = new Set<string>()

  /** The directory is made if it is not there. */
  constructor(options: SnapshotStoreOptions) {
    this.options = options
    options.disk.makeDirectory(options.directory)
  }

  /**
   * The newest snapshot that is whole and fits; close it when it is loaded.
   * @param problemOf why the point is not of the history at hand; undefined when it is
   * @param check verifies it; what it loads on the way, it makes anew for each snapshot
   */
  newest(
    problemOf: (point: SnapshotPoint) => string | undefined,
    check = (reader: SnapshotReader): void => reader.verify(this.options.part),
  ): SnapshotReader | undefined {
    for (const name of this.names()) {
      const reader = this.open(name, problemOf, check)
      if (reader !== undefined) return reader
    }
    return undefined
  }

  /**
   * Writes a snapshot, a piece a step: temporary name, sync, rename, sync of the directory. Older ones go
   * when it is there. Nothing of the state may change before the last step.
   * @param save puts the state into it
   * @returns a step a piece; the last value is the file's size in bytes
   * @throws the error of the operating system, or that there is too little room; what was there before is
   *   still there, and nothing else
   */
  *write(
    point: SnapshotPoint,
    save: (transfer: StateTransfer) => void,
  ): Generator<void, number, void> {
    const { disk, directory } = this.options
    const writer = new SnapshotWriter()
    save(writer)
    this.removeUnfinished()
    const room = disk.freeBytes(directory) - writer.bytes
    if (room < ROOM_KEPT_BYTES) {
      throw new Error(`${writer.bytes} bytes would leave ${room} bytes of the disk for the journal`)
    }
    const unfinished = this.path(UNFINISHED_NAME)
    try {
      const bytes = yield* writer.write(disk, unfinished, point)
      disk.rename(unfinished, this.path(nameOf(point)))
      disk.fsyncDirectory(directory)
      this.prune()
      return bytes
    } catch (error) {
      this.removeUnfinished()
      throw error
    }
  }

  /** What a crash has left of one takes room only. */
  removeUnfinished(): void {
    const { disk, directory } = this.options
    if (disk.list(directory).includes(UNFINISHED_NAME)) disk.unlink(this.path(UNFINISHED_NAME))
  }

  private prune(): void {
    const names = this.names()
    const kept = names.filter((name) => !this.passedOver.has(name)).slice(0, SNAPSHOTS_KEPT)
    for (const name of names) if (!kept.includes(name)) this.options.disk.unlink(this.path(name))
  }

  /** File names, the newest first. */
  private names(): string[] {
    const { disk, directory } = this.options
    const isSnapshot = (name: string): boolean => name.endsWith(SUFFIX)
    return disk.list(directory).filter(isSnapshot).sort().reverse()
  }

  private open(
    name: string,
    problemOf: (point: SnapshotPoint) => string | undefined,
    check: (reader: SnapshotReader) => void,
  ): SnapshotReader | undefined {
    const { disk, onPassedOver } = this.options
    let reader: SnapshotReader | undefined
    try {
      reader = SnapshotReader.open(disk, this.path(name))
      const problem = problemOf(reader.point)
      if (problem !== undefined) throw new SnapshotProblem(problem)
      check(reader)
      return reader
    } catch (error) {
      reader?.close()
      this.passedOver.add(name)
      onPassedOver?.(this.path(name), messageOf(error))
      return undefined
    }
  }

  private path(name: string): string {
    return `${this.options.directory}/${name}`
  }
}

const nameOf = ({ groupNumber }: SnapshotPoint): string =>
  String(groupNumber).padStart(NUMBER_DIGITS, '0') + SUFFIX
