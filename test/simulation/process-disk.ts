/** The disk as one life of the exchange sees it: each operation is a place to end, and none is after. */
import type { Disk, OpenMode, Pace } from '../../src/journal/index.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'
import type { CrashPoint } from './crash.ts'

export interface DiskWatch {
  /** Throws when the process ends here, or has ended. */
  reach(point: CrashPoint): void
  /** True when the process is to end in the middle of the write at hand. */
  tears(): boolean
  /** Ends the process. */
  die(): never
  /** 0 <= number < 1 */
  readonly random: () => number
}

export class ProcessDisk implements Disk {
  private readonly disk: MemoryDisk
  private readonly watch: DiskWatch

  constructor(disk: MemoryDisk, watch: DiskWatch) {
    this.disk = disk
    this.watch = watch
  }

  makeDirectory(): void {
    this.watch.reach('disk')
    this.disk.makeDirectory()
  }

  list(directory: string): string[] {
    this.watch.reach('disk')
    return this.disk.list(directory)
  }

  open(path: string, mode: OpenMode): number {
    this.watch.reach('disk')
    return this.disk.open(path, mode)
  }

  close(fd: number): void {
    this.watch.reach('disk')
    this.disk.close(fd)
  }

  size(fd: number): number {
    this.watch.reach('disk')
    return this.disk.size(fd)
  }

  read(fd: number, into: Uint8Array, offset: number): number {
    this.watch.reach('disk')
    return this.disk.read(fd, into, offset)
  }

  writev(fd: number, buffers: readonly Uint8Array[], offset: number): number {
    this.watch.reach('before-write')
    if (!this.watch.tears()) return this.disk.writev(fd, buffers, offset)

    const bytes = Buffer.concat(buffers)
    const torn = bytes.subarray(0, 1 + Math.floor(this.watch.random() * bytes.length))
    try {
      return this.disk.writev(fd, [torn], offset)
    } finally {
      this.watch.die()
    }
  }

  fdatasync(fd: number): void {
    this.watch.reach('before-sync')
    this.disk.fdatasync(fd)
    this.watch.reach('after-sync')
  }

  fsyncDirectory(path: string): void {
    this.watch.reach('sync-directory')
    this.disk.fsyncDirectory(path)
  }

  rename(from: string, to: string): void {
    this.watch.reach('rename')
    this.disk.rename(from, to)
  }

  unlink(path: string): void {
    this.watch.reach('disk')
    this.disk.unlink(path)
  }

  isFileAt(fd: number, path: string): boolean {
    this.watch.reach('disk')
    return this.disk.isFileAt(fd, path)
  }

  freeBytes(): number {
    return this.disk.freeBytes()
  }

  async prepare(path: string, bytes: number, pace: Pace): Promise<void> {
    this.watch.reach('prepare')
    await this.disk.prepare(path, bytes, pace)
  }
}
