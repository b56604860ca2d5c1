/** What the message log does with files. Every call is asynchronous and made off the hot path. */
import { mkdir, open, rename } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface LogDisk {
  /** Opens a file for appending, or makes it and its folder. */
  open(path: string): Promise<AppendFile>
  /** Replaces what has the new name; nothing happens when there is no such file. */
  rename(from: string, to: string): Promise<void>
}

export interface AppendFile {
  /** Bytes when it was opened. */
  readonly size: number
  /** Its last line was cut short by a crash or a full disk. */
  readonly isTorn: boolean
  append(pieces: readonly Uint8Array[]): Promise<void>
  close(): Promise<void>
}

/** Orders are nobody else's business. */
const FILE_MODE = 0o640
const FOLDER_MODE = 0o750
const LINE_FEED = 0x0a

export class NodeLogDisk implements LogDisk {
  async open(path: string): Promise<AppendFile> {
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE })
    const handle = await open(path, 'a+', FILE_MODE)
    const { size } = await handle.stat()
    return {
      size,
      isTorn: size > 0 && (await lastByte(handle, size)) !== LINE_FEED,
      append: (pieces) => append(handle, pieces),
      close: () => handle.close(),
    }
  }

  rename(from: string, to: string): Promise<void> {
    return rename(from, to).catch(unlessAbsent)
  }
}

async function append(handle: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  const wanted = pieces.reduce((sum, { length }) => sum + length, 0)
  const { bytesWritten } = await handle.writev([...pieces])
  if (bytesWritten < wanted)
    throw new Error(`${bytesWritten} of ${wanted} bytes: is the disk full?`)
}

async function lastByte(handle: FileHandle, size: number): Promise<number | undefined> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0]
}

function unlessAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
