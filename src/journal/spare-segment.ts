/**
 * The next segment's file, filled with zeros ahead of time and in the background, so that a turn
 * never waits for it. It grows in step with what is appended: written at once it would keep the disk
 * busy, and every turn's sync would wait. When it is not ready the journal makes its own and goes on.
 */
import type { Disk, Pace } from './disk.ts'

export const SPARE_NAME = 'spare'

export class SpareSegment implements Pace {
  readonly path: string
  private readonly disk: Disk
  private readonly bytes: number
  private state: 'none' | 'preparing' | 'ready' = 'none'
  private isClosed = false
  private work: Promise<void> = Promise.resolve()
  /** Bytes of it that may be written by now. */
  private allowed = 0
  /** Wakes whoever waits to write more. */
  private wake: (() => void) | undefined

  constructor({ disk, directory, bytes }: { disk: Disk; directory: string; bytes: number }) {
    this.disk = disk
    this.path = `${directory}/${SPARE_NAME}`
    this.bytes = bytes
  }

  get isReady(): boolean {
    return this.state === 'ready'
  }

  /** It may grow to so many bytes; begins to prepare it, unless that has begun. */
  prepare(bytes: number): void {
    if (bytes > this.allowed) {
      this.allowed = bytes
      this.goOn()
    }
    if (this.state !== 'none') return

    this.state = 'preparing'
    this.work = this.disk.prepare(this.path, this.bytes, this).then(
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
    this.allowed = 0
  }

  /** Stops the work, waits for its end and leaves no file. */
  async close(): Promise<void> {
    this.isClosed = true
    this.goOn()
    await this.work
    if (this.isReady) this.disk.unlink(this.path)
    this.take()
  }

  // Pace

  async allow(bytesWritten: number): Promise<void> {
    while (!this.isClosed && bytesWritten >= this.allowed) {
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
    if (this.isClosed) throw new Error('the journal was closed')
  }

  private goOn(): void {
    this.wake?.()
    this.wake = undefined
  }
}
