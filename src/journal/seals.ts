/**
 * The hash chain over the journal's groups. A group's seal is the SHA-256 of the seal before it and of the
 * group's bytes, so the last one stands for all of history: whoever keeps it elsewhere can tell that
 * nothing before was altered, checksums and all. Seals stand in files of their own beside the journal,
 * 32 bytes a group and a crc32 behind them, and are made by a process of their own: trading does not wait for them.
 * docs/operations/snapshots.md
 */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import type { Disk } from './disk.ts'
import { readFully, writeFully } from './disk.ts'
import type { Group } from './group.ts'

const SEAL_BYTES = 32
/** A seal and its checksum: what a power cut has spoilt is no seal, and nobody's forgery. */
export const ENTRY_BYTES = SEAL_BYTES + 4
/** Of a file: some 2 MB. */
const GROUPS_PER_FILE = 65_536
const NAME_DIGITS = 16
const SUFFIX = '.seals'

/** Bytes of SHA-256. */
export type Seal = Uint8Array

/** The seals of a journal's groups, made one by one. */
export class SealChain {
  private seal: Seal

  /** Before the first group. */
  static begin(journalId: string): SealChain {
    return new SealChain(createHash('sha256').update(journalId).digest())
  }

  /** Behind the group with this seal, hexadecimal. */
  static after(seal: string): SealChain {
    return new SealChain(Buffer.from(seal, 'hex'))
  }

  private constructor(seal: Seal) {
    this.seal = seal
  }

  /** @returns the seal of the next group */
  follow({ view, start, length }: Group): Seal {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + start, length)
    this.seal = createHash('sha256').update(this.seal).update(bytes).digest()
    return this.seal
  }

  /** Of all groups so far, hexadecimal. */
  get text(): string {
    return Buffer.from(this.seal).toString('hex')
  }
}

/** As it stands in a file. */
export function sealEntry(seal: Seal): Uint8Array {
  const entry = new Uint8Array(ENTRY_BYTES)
  entry.set(seal)
  new DataView(entry.buffer).setUint32(SEAL_BYTES, crc32(seal), true)
  return entry
}

export class Seals {
  private readonly disk: Disk
  private readonly directory: string
  private readonly isWriting: boolean
  /** The file at hand, the number of its first group, and what of `seals` is not written. */
  private file: { fd: number; first: number; dirtyFrom: number; dirtyTo: number } | undefined
  /** First group of the file that is not there. */
  private missing = 0
  private readonly seals = new Uint8Array(GROUPS_PER_FILE * ENTRY_BYTES)

  /** @param directory `dataDir/seals`; made when somebody writes */
  constructor(disk: Disk, directory: string, mode: 'read' | 'write') {
    this.disk = disk
    this.directory = directory
    this.isWriting = mode === 'write'
    if (this.isWriting) disk.makeDirectory(directory)
  }

  /**
   * Keeps the seal of a group, or compares it with the one that is kept.
   * @throws ExchangeError JournalAltered when that is another; the error of the operating system
   */
  keep(groupNumber: number, seal: Seal): void {
    if (this.compare(groupNumber, seal)) return
    const file = this.file!
    const at = (groupNumber - file.first) * ENTRY_BYTES
    this.seals.set(sealEntry(seal), at)
    file.dirtyFrom = Math.min(file.dirtyFrom, at)
    file.dirtyTo = Math.max(file.dirtyTo, at + ENTRY_BYTES)
  }

  /**
   * @returns false when no seal of the group is kept
   * @throws ExchangeError JournalAltered when it is another
   */
  compare(groupNumber: number, seal: Seal): boolean {
    if (!this.enter(groupNumber)) return false
    const { first } = this.file!
    // Behind the last one there are zeros, and behind what a power cut has kept of the file.
    if (!this.has(groupNumber)) return false
    if (Buffer.compare(this.entryOf(groupNumber), sealEntry(seal)) === 0) return true
    throw new ExchangeError(
      ErrorCode.JournalAltered,
      `group ${groupNumber} of the journal is not the one that was sealed: ` +
        `somebody altered the journal, or ${this.path(first)}`,
    )
  }

  /** Whether a group was sealed, whatever it is now. */
  has(groupNumber: number): boolean {
    if (!this.enter(groupNumber)) return false
    const entry = this.entryOf(groupNumber)
    return Buffer.compare(entry, sealEntry(entry.subarray(0, SEAL_BYTES))) === 0
  }

  /** Forgets the seals of later groups: a journal that the operating system writes may have lost them. */
  forgetAfter(groupNumber: number): void {
    for (const name of this.disk.list(this.directory)) {
      if (Number.parseInt(name, 10) > groupNumber) this.disk.unlink(`${this.directory}/${name}`)
    }
    if (!this.exists(fileOf(groupNumber + 1))) return
    this.enter(groupNumber + 1)
    const { file } = this
    file!.dirtyFrom = (groupNumber + 1 - file!.first) * ENTRY_BYTES
    file!.dirtyTo = this.seals.length
    this.seals.fill(0, file!.dirtyFrom)
    this.sync()
  }

  /** What is kept survives a power cut. */
  sync(): void {
    const { file } = this
    if (file === undefined || file.dirtyTo === 0) return
    const dirty = this.seals.subarray(file.dirtyFrom, file.dirtyTo)
    try {
      writeFully(this.disk, file.fd, [dirty], file.dirtyFrom)
    } catch (error) {
      // Half a seal would look like another one.
      this.disk.writev(file.fd, [new Uint8Array(dirty.length)], file.dirtyFrom)
      throw error
    }
    this.disk.fdatasync(file.fd)
    file.dirtyFrom = Infinity
    file.dirtyTo = 0
  }

  close(): void {
    this.sync()
    if (this.file !== undefined) this.disk.close(this.file.fd)
    this.file = undefined
  }

  /** Of a group in the file at hand. */
  private entryOf(groupNumber: number): Uint8Array {
    const at = (groupNumber - this.file!.first) * ENTRY_BYTES
    return this.seals.subarray(at, at + ENTRY_BYTES)
  }

  /** Reads the file of a group. @returns false when there is none */
  private enter(groupNumber: number): boolean {
    const first = fileOf(groupNumber)
    if (this.file?.first === first) return true
    if (this.missing === first) return false
    this.close()
    const isThere = this.exists(first)
    if (!isThere && !this.isWriting) {
      this.missing = first
      return false
    }
    const mode = !isThere ? 'create' : this.isWriting ? 'write' : 'read'
    const fd = this.disk.open(this.path(first), mode)
    this.file = { fd, first, dirtyFrom: Infinity, dirtyTo: 0 }
    if (!isThere) this.disk.fsyncDirectory(this.directory)
    this.seals.fill(0)
    readFully(this.disk, fd, this.seals, 0)
    return true
  }

  private exists(first: number): boolean {
    try {
      return this.disk.list(this.directory).includes(nameOf(first))
    } catch {
      // A directory that nobody has made yet: nothing is sealed.
      return false
    }
  }

  private path(first: number): string {
    return `${this.directory}/${nameOf(first)}`
  }
}

/** First group of the file that has a group. */
const fileOf = (groupNumber: number): number => groupNumber - ((groupNumber - 1) % GROUPS_PER_FILE)

const nameOf = (first: number): string => String(first).padStart(NAME_DIGITS, '0') + SUFFIX
