/**
 * The next segment's file, filled with zeros ahead of time and in the background, so that a turn
 * never waits for it. When it is not ready the journal makes its own and goes on.
 */
import type { Disk } from './disk.ts'

export const SPARE_NAME = 'spare'

export class SpareSegment {
  readonly path: string
  private readonly disk: Disk
  private readonly bytes: number
  private readonly abort = new AbortController()
  private state: 'none' | 'preparing' | 'ready' = 'none'
  private work: Promise<void> = Promise.resolve()

  constructor({ disk, directory, bytes }: { disk: Disk; directory: string; bytes: number }) {
    this.disk = disk
    this.path = `${directory}/${SPARE_NAME}`
    this.bytes = bytes
  }

  get isReady(): boolean {
    return this.state === 'ready'
  }

  /** Begins to prepare, unless it has. */
  prepare(): void {
    if (this.state !== 'none') return

    this.state = 'preparing'
    this.work = this.disk.prepare(this.path, this.bytes, this.abort.signal).then(
      () => {
        this.state = 'ready'
      },
      () => {
        // Usually a full disk. Not an error yet: the journal tries again when it needs the file,
        // and fails then if it must. `isReady` is what tells an operator meanwhile.
        this.state = 'none'
      },
    )
  }

  /** Gives the file away: the caller renames it. */
  take(): void {
    this.state = 'none'
  }

  /** Stops the work, waits for its end and leaves no file. */
  async close(): Promise<void> {
    this.abort.abort(new Error('the journal was closed'))
    await this.work
    if (this.isReady) this.disk.unlink(this.path)
    this.take()
  }
}
