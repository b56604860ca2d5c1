/**
 * The few file operations that a journal rests on, so that tests can put a disk underneath that
 * loses power, fills up or fails to sync. All are synchronous but `prepare`: a turn must not yield
 * between its write and its fdatasync. Every operation throws the operating system's error.
 */
export type OpenMode =
  /** The file must exist. */
  | 'read'
  /** Read and write; the file must exist. */
  | 'write'
  /** Read and write; the file is created empty, or emptied. */
  | 'create'

export interface Disk {
  /** Makes the directory and its parents, durable in their parent; no error if it is there. */
  makeDirectory(path: string): void
  /** Names in the directory, in any order. */
  list(directory: string): string[]
  open(path: string, mode: OpenMode): number
  close(fd: number): void
  /** Bytes of the file, preallocated zeros included. */
  size(fd: number): number
  /** Reads at most `into.length` bytes; 0 at the end of the file. */
  read(fd: number, into: Uint8Array, offset: number): number
  /** Writes the buffers one behind the other; fewer bytes than asked for when the disk is full. */
  writev(fd: number, buffers: readonly Uint8Array[], offset: number): number
  /** When it returns, the file's bytes and size survive a power cut. */
  fdatasync(fd: number): void
  /** When it returns, creations, renames and removals in the directory survive a power cut. */
  fsyncDirectory(path: string): void
  rename(from: string, to: string): void
  unlink(path: string): void
  /** False when the name is gone or leads to another file by now. */
  isFileAt(fd: number, path: string): boolean
  /** Bytes that whoever runs this may still write to the directory's disk. */
  freeBytes(directory: string): number
  /** Creates a file of zeros, synced, without blocking; leaves none behind when it fails or is aborted. */
  prepare(path: string, bytes: number, pace: Pace): Promise<void>
}

/** Who waits for a file that is prepared, and for nothing else that the disk does meanwhile. */
export interface Pace {
  /** Waits until more than so many bytes may be written. @throws what ends the preparing */
  allow(bytesWritten: number): Promise<void>
}

/** Reads until the buffer is full or the file ends. @returns bytes read */
export function readFully(disk: Disk, fd: number, into: Uint8Array, offset: number): number {
  let filled = 0
  while (filled < into.length) {
    const got = disk.read(fd, into.subarray(filled), offset + filled)
    if (got === 0) break
    filled += got
  }
  return filled
}

/** Writes all of it or throws: a short write is how a full disk first shows. */
export function writeFully(
  disk: Disk,
  fd: number,
  buffers: readonly Uint8Array[],
  offset: number,
): void {
  let asked = 0
  for (const buffer of buffers) asked += buffer.length
  const written = disk.writev(fd, buffers, offset)
  if (written !== asked) throw new Error(`short write: ${written} of ${asked} bytes, disk full?`)
}

/** One chunk of zeros for everyone who fills files with them. */
export const ZEROS: Uint8Array = new Uint8Array(256 * 1024)

/** Fills `start` to `end` with zeros; not synced. */
export function writeZeros(disk: Disk, fd: number, start: number, end: number): void {
  for (let at = start; at < end; at += ZEROS.length) {
    writeFully(disk, fd, [ZEROS.subarray(0, Math.min(ZEROS.length, end - at))], at)
  }
}
