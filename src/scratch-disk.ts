/** A disk in memory, for a journal of which nothing is to stay. */
import { assert, enlarged } from './domain/index.ts'
import type { Disk, OpenMode } from './journal/index.ts'

interface ScratchFile {
  /** Room, of which `size` bytes are in use. */
  bytes: Uint8Array
  size: number
}

export class ScratchDisk implements Disk {
  private readonly names = new Map<string, ScratchFile>()
  private readonly opened: ScratchFile[] = []
  private readonly fileBytes: number

  /** @param fileBytes room that a new file has at once */
  constructor(fileBytes: number) {
    this.fileBytes = fileBytes
  }

  makeDirectory(): void {}
  fdatasync(): void {}
  fsyncDirectory(): void {}
  close(): void {}

  list(directory: string): string[] {
    const prefix = `${directory}/`
    const paths = [...this.names.keys()].filter((path) => path.startsWith(prefix))
    return paths.map((path) => path.slice(prefix.length))
  }

  open(path: string, mode: OpenMode): number {
    if (mode === 'create') this.create(path)
    return this.opened.push(this.named(path)) - 1
  }

  size(fd: number): number {
    return this.opened[fd]!.size
  }

  read(fd: number, into: Uint8Array, offset: number): number {
    const { bytes, size } = this.opened[fd]!
    const chunk = bytes.subarray(offset, Math.min(size, offset + into.length))
    into.set(chunk)
    return chunk.length
  }

  writev(fd: number, buffers: readonly Uint8Array[], offset: number): number {
    const file = this.opened[fd]!
    let end = offset
    for (const buffer of buffers) end += buffer.length
    if (end > file.bytes.length) file.bytes = enlarged(file.bytes, end * 2)
    file.size = Math.max(file.size, end)
    let at = offset
    for (const buffer of buffers) {
      file.bytes.set(buffer, at)
      at += buffer.length
    }
    return end - offset
  }

  rename(from: string, to: string): void {
    this.names.set(to, this.named(from))
    this.names.delete(from)
  }

  unlink(path: string): void {
    this.names.delete(path)
  }

  isFileAt(fd: number, path: string): boolean {
    return this.names.get(path) === this.opened[fd]
  }

  freeBytes(): number {
    return Infinity
  }

  async prepare(path: string, bytes: number): Promise<void> {
    this.names.set(path, { bytes: new Uint8Array(bytes), size: bytes })
  }

  private create(path: string): void {
    this.names.set(path, { bytes: new Uint8Array(this.fileBytes), size: 0 })
  }

  private named(path: string): ScratchFile {
    const file = this.names.get(path)
    assert(file !== undefined, 'a file of the scratch disk')
    return file
  }
}
