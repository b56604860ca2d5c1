/**
 * The Disk of the operating system. Node has no fallocate, so space is reserved by writing zeros:
 * later writes then change no metadata, and one fdatasync costs about half of what it costs in a
 * file that grows (docs/operations/journal.md).
 */
import { Buffer } from 'node:buffer'
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  statSync,
  statfsSync,
  unlinkSync,
  writevSync,
} from 'node:fs'
import { open, unlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Latency } from '../runtime/index.ts'
import type { Disk, OpenMode, Pace } from './disk.ts'
import { ZEROS } from './disk.ts'

const FLAGS = { read: 'r', write: 'r+', create: 'w+' } as const
/** Dirty bytes that preparing a segment may pile up between the turns' own syncs. */
const PREPARE_SYNC_BYTES = 512 * 1024

export class NodeDisk implements Disk {
  /** How long `fdatasync` took. */
  readonly syncs = new Latency()

  makeDirectory(path: string): void {
    const wanted = resolve(path)
    const firstMade = mkdirSync(wanted, { recursive: true })
    if (firstMade === undefined) return

    for (let made = wanted; made.length >= firstMade.length; made = dirname(made)) {
      this.fsyncDirectory(dirname(made))
    }
  }

  list(directory: string): string[] {
    return readdirSync(directory)
  }

  open(path: string, mode: OpenMode): number {
    return openSync(path, FLAGS[mode])
  }

  close(fd: number): void {
    closeSync(fd)
  }

  size(fd: number): number {
    return fstatSync(fd).size
  }

  read(fd: number, into: Uint8Array, offset: number): number {
    return readSync(fd, into, 0, into.length, offset)
  }

  writev(fd: number, buffers: readonly Uint8Array[], offset: number): number {
    return writevSync(fd, buffers, offset)
  }

  fdatasync(fd: number): void {
    const startedMs = performance.now()
    fdatasyncSync(fd)
    this.syncs.record(performance.now() - startedMs)
  }

  fsyncDirectory(path: string): void {
    const fd = openSync(path, 'r')
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  }

  rename(from: string, to: string): void {
    renameSync(from, to)
  }

  unlink(path: string): void {
    unlinkSync(path)
  }

  isFileAt(fd: number, path: string): boolean {
    const named = statSync(path, { throwIfNoEntry: false })
    if (named === undefined) return false
    const opened = fstatSync(fd)
    return named.ino === opened.ino && named.dev === opened.dev
  }

  freeBytes(directory: string): number {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize
  }

  async prepare(path: string, bytes: number, pace: Pace): Promise<void> {
    const file = await open(path, 'w')
    try {
      for (let at = 0, unsynced = 0; at < bytes;) {
        await pace.allow(at)
        const chunk = Buffer.from(ZEROS.buffer, 0, Math.min(ZEROS.length, bytes - at))
        const { bytesWritten } = await file.write(chunk, 0, chunk.length, at)
        at += bytesWritten
        unsynced += bytesWritten
        if (unsynced < PREPARE_SYNC_BYTES) continue
        await file.datasync()
        unsynced = 0
      }
      await file.sync()
    } catch (error) {
      await unlink(path)
      throw error
    } finally {
      await file.close()
    }
  }
}
