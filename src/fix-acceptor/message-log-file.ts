/**
 * The file of one session's message log: `ACME.log`, and those before it as `ACME.log.1`, the newest,
 * to `ACME.log.10`. A CompID may end in `.1`, never in `.log.1`, so two sessions never meet in a
 * name.
 */
import type { AppendFile, LogDisk } from './message-log-disk.ts'

export interface LogFileLimits {
  /** Beyond it the next file begins. */
  readonly fileBytesMax: number
  /** Files kept besides the one that is written. */
  readonly oldFilesMax: number
}

/** Name of a session's file; 0 is the one that is written, 1 the one before it. */
export const logFileName = (name: string, age: number): string =>
  age === 0 ? `${name}.log` : `${name}.log.${age}`

const LINE_FEED = Uint8Array.of(0x0a)

export class LogFile {
  readonly path: string
  private readonly disk: LogDisk
  private readonly limits: LogFileLimits
  private file: AppendFile | undefined
  private size = 0

  constructor(disk: LogDisk, path: string, limits: LogFileLimits) {
    this.disk = disk
    this.path = path
    this.limits = limits
  }

  /** Whole lines. After an error the next call begins anew. */
  async append(pieces: readonly Uint8Array[]): Promise<void> {
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0)
    try {
      let file = await this.opened()
      if (this.size > 0 && this.size + bytes > this.limits.fileBytesMax) file = await this.rotated()
      await file.append(pieces)
      this.size += bytes
    } catch (error) {
      await this.close().catch(() => undefined) // the first error is the one that tells
      throw error
    }
  }

  async close(): Promise<void> {
    const { file } = this
    this.file = undefined
    await file?.close()
  }

  private async opened(): Promise<AppendFile> {
    if (this.file !== undefined) return this.file
    const file = await this.disk.open(this.path)
    this.file = file
    this.size = file.size
    if (file.isTorn) await file.append([LINE_FEED])
    return file
  }

  private async rotated(): Promise<AppendFile> {
    await this.close()
    const { disk, path } = this
    const nameOf = (age: number) => logFileName(path.slice(0, -'.log'.length), age)
    for (let age = this.limits.oldFilesMax; age > 0; age--) {
      await disk.rename(nameOf(age - 1), nameOf(age))
    }
    return this.opened()
  }
}
