/**
 * A disk in memory that keeps what was synced apart from what was only written, so that a test can
 * cut the power: unsynced sectors survive or not as chance has it, and so do unsynced names. It can
 * also fill up, write short and fail to sync, after which, as on Linux, the data are lost and
 * the next sync reports success.
 */
import type { Disk, OpenMode, Pace } from '../../src/journal/index.ts'

const SECTOR_BYTES = 512

type Operation = keyof Disk
/** Changes what is left of a sector, but for the bytes that were synced as they are. */
type Damage = (sector: Uint8Array, synced: Uint8Array) => void

class MemoryFile {
  /** What a running process reads. */
  bytes = new Uint8Array(0)
  /** What is certain to be there after a power cut. */
  synced = new Uint8Array(0)
  /** Sectors written since, in the order of writing. */
  readonly dirty = new Set<number>()
  /** Sectors that a failed sync gave up: readable until the power cut, and no sync writes them. */
  readonly lost = new Set<number>()

  write(chunk: Uint8Array, offset: number): void {
    this.resize(offset + chunk.length)
    this.bytes.set(chunk, offset)
    const last = Math.floor((offset + chunk.length - 1) / SECTOR_BYTES)
    for (let s = Math.floor(offset / SECTOR_BYTES); s <= last; s++) {
      this.dirty.add(s)
      this.lost.delete(s)
    }
  }

  failSync(): void {
    for (const sector of this.dirty) this.lost.add(sector)
    this.dirty.clear()
  }

  sync(): void {
    if (this.synced.length < this.bytes.length) {
      const synced = new Uint8Array(this.bytes.length)
      synced.set(this.synced)
      this.synced = synced
    }
    for (const sector of this.dirty) {
      const start = sector * SECTOR_BYTES
      this.synced.set(this.bytes.subarray(start, start + SECTOR_BYTES), start)
    }
    this.dirty.clear()
  }

  /** After the power cut only these of the unsynced sectors are there, each as `damage` leaves it. */
  lose(surviving: readonly number[], damage: Damage): void {
    const written = this.bytes
    this.bytes = this.synced.slice()
    this.dirty.clear()
    this.lost.clear()
    for (const sector of surviving) {
      const start = sector * SECTOR_BYTES
      const chunk = written.slice(start, start + SECTOR_BYTES)
      damage(chunk, this.synced.subarray(start, start + SECTOR_BYTES))
      this.write(chunk, start)
    }
    this.sync()
  }

  private resize(needed: number): void {
    if (needed <= this.bytes.length) return
    const room = this.bytes.buffer.byteLength
    if (needed > room) {
      const grown = new Uint8Array(Math.max(needed, 2 * room))
      grown.set(this.bytes)
      this.bytes = grown
    }
    this.bytes = new Uint8Array(this.bytes.buffer, 0, needed)
  }
}

export class MemoryDisk implements Disk {
  /** Bytes by which files may still grow. */
  room = Infinity
  /** Called before every operation; may throw to end the process there. */
  beforeOperation: (operation: Operation) => void = () => {}
  /** Rises with everything that changes a byte, a name or what is synced: equal = nothing did. */
  changes = 0
  private names = new Map<string, MemoryFile>()
  private syncedNames = new Map<string, MemoryFile>()
  private readonly open_ = new Map<number, MemoryFile>()
  private nextFd = 3
  private readonly failures = new Map<Operation, string>()
  private nextWriteBytes = Infinity

  /** The next operation of this kind fails with this error code, once. */
  failNext(operation: Operation, code: string): void {
    this.failures.set(operation, code)
  }

  /** The next write stops after this many bytes, once. */
  shortenNextWrite(bytes: number): void {
    this.nextWriteBytes = bytes
  }

  /**
   * Cuts the power. Synced bytes under synced names survive, the rest as chance has it.
   * @param random 0 <= number < 1, as Math.random
   * @param damaging the chance that a sector that was not synced holds a wrong byte
   */
  crash(random: () => number, damaging = 0): void {
    this.changes++
    this.names = new Map(this.syncedNames)
    const damage: Damage = (sector, synced) => {
      if (damaging > 0 && random() < damaging) flipUnsynced(sector, synced, random)
    }
    for (const file of new Set(this.names.values()))
      file.lose(chooseSurvivors([...file.dirty], random), damage)
    this.open_.clear()
    this.failures.clear()
    this.nextWriteBytes = Infinity
    this.beforeOperation = () => {}
  }

  /** Ends the process and nothing else: what it wrote stays, synced or not. */
  kill(): void {
    this.changes++
    this.open_.clear()
    this.failures.clear()
    this.nextWriteBytes = Infinity
    this.beforeOperation = () => {}
  }

  /** True while a power cut could lose bytes of a named file. */
  hasUnsynced(directory: string): boolean {
    for (const [path, { dirty, lost }] of this.names) {
      if (dirty.size + lost.size > 0 && isIn(directory, path)) return true
    }
    return false
  }

  /** Another disk with the same files, all synced; those of a directory if one is named. */
  copy(directory = ''): MemoryDisk {
    const copy = new MemoryDisk()
    for (const [path, { bytes }] of this.names) if (isIn(directory, path)) copy.put(path, bytes)
    return copy
  }

  put(path: string, bytes: Uint8Array): void {
    this.changes++
    const file = new MemoryFile()
    file.write(bytes, 0)
    file.sync()
    this.names.set(path, file)
    this.syncedNames.set(path, file)
  }

  bytesOf(path: string): Uint8Array<ArrayBuffer> {
    return this.named(path).bytes.slice()
  }

  /** A bit of some byte of some file in a directory turns over, synced or not. @returns where */
  rot(random: () => number, directory: string): string {
    const files = [...this.names].filter(([path]) => isIn(directory, path))
    const [path, { bytes, synced }] = files[Math.floor(random() * files.length)]!
    const offset = Math.floor(random() * bytes.length)
    this.changes++
    bytes[offset]! ^= 1 << Math.floor(random() * 8)
    synced[offset] = bytes[offset]!
    return `${path} at ${offset}`
  }

  get openFiles(): number {
    return this.open_.size
  }

  makeDirectory(): void {
    this.step('makeDirectory')
  }

  list(directory: string): string[] {
    this.step('list')
    return [...this.names.keys()]
      .filter((path) => isIn(directory, path))
      .map((path) => path.slice(directory.length + 1))
  }

  open(path: string, mode: OpenMode): number {
    this.step('open')
    if (mode === 'create') {
      this.changes++
      this.names.set(path, new MemoryFile())
    }
    this.open_.set(this.nextFd, this.named(path))
    return this.nextFd++
  }

  close(fd: number): void {
    this.file(fd)
    this.open_.delete(fd)
  }

  size(fd: number): number {
    return this.file(fd).bytes.length
  }

  read(fd: number, into: Uint8Array, offset: number): number {
    const chunk = this.file(fd).bytes.subarray(offset, offset + into.length)
    into.set(chunk)
    return chunk.length
  }

  writev(fd: number, buffers: readonly Uint8Array[], offset: number): number {
    this.step('writev')
    this.changes++
    const file = this.file(fd)
    let room = Math.min(this.nextWriteBytes, file.bytes.length + this.room - offset)
    this.nextWriteBytes = Infinity
    if (room <= 0) throw systemError('ENOSPC')
    let written = 0
    for (const buffer of buffers) {
      const chunk = buffer.subarray(0, room)
      if (chunk.length === 0) continue
      this.room -= Math.max(0, offset + written + chunk.length - file.bytes.length)
      file.write(chunk, offset + written)
      written += chunk.length
      room -= chunk.length
    }
    return written
  }

  fdatasync(fd: number): void {
    const file = this.file(fd)
    this.beforeOperation('fdatasync')
    this.changes++
    if (this.failures.has('fdatasync')) file.failSync()
    this.failIfTold('fdatasync')
    file.sync()
  }

  fsyncDirectory(path: string): void {
    this.step('fsyncDirectory')
    this.changes++
    for (const name of this.syncedNames.keys()) if (isIn(path, name)) this.syncedNames.delete(name)
    for (const [name, file] of this.names) if (isIn(path, name)) this.syncedNames.set(name, file)
  }

  rename(from: string, to: string): void {
    this.step('rename')
    this.changes++
    this.names.set(to, this.named(from))
    this.names.delete(from)
  }

  unlink(path: string): void {
    this.step('unlink')
    this.changes++
    this.named(path)
    this.names.delete(path)
  }

  freeBytes(): number {
    return this.room
  }

  isFileAt(fd: number, path: string): boolean {
    return this.names.get(path) === this.file(fd)
  }

  async prepare(path: string, bytes: number, pace: Pace): Promise<void> {
    await pace.allow(0)
    this.step('prepare')
    this.changes++
    if (this.room < bytes) throw systemError('ENOSPC')
    this.room -= bytes
    const file = new MemoryFile()
    file.write(new Uint8Array(bytes), 0)
    file.sync()
    this.names.set(path, file)
  }

  private step(operation: Operation): void {
    this.beforeOperation(operation)
    this.failIfTold(operation)
  }

  private failIfTold(operation: Operation): void {
    const code = this.failures.get(operation)
    if (code === undefined) return
    this.failures.delete(operation)
    throw systemError(code)
  }

  private named(path: string): MemoryFile {
    const file = this.names.get(path)
    if (file === undefined) throw systemError('ENOENT')
    return file
  }

  private file(fd: number): MemoryFile {
    const file = this.open_.get(fd)
    if (file === undefined) throw systemError('EBADF')
    return file
  }
}

const isIn = (directory: string, path: string): boolean => path.startsWith(`${directory}/`)

/** None, all, those written first, or any of them. */
function chooseSurvivors(dirty: readonly number[], random: () => number): number[] {
  const mode = Math.floor(random() * 4)
  if (mode === 0) return []
  if (mode === 1) return [...dirty]
  if (mode === 2) return dirty.slice(0, Math.floor(random() * (dirty.length + 1)))
  return dirty.filter(() => random() < 0.5)
}

/** Turns over a bit of a byte that was written and not synced. */
function flipUnsynced(sector: Uint8Array, synced: Uint8Array, random: () => number): void {
  const from = Math.floor(random() * sector.length)
  for (let i = from; i < sector.length; i++) {
    if (sector[i] === synced[i]) continue
    sector[i]! ^= 1 << Math.floor(random() * 8)
    return
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code })
}
