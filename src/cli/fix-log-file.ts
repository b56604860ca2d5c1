/** One file of the FIX log, read line by line while it may grow. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { LogLine } from '../fix-acceptor/index.ts'
import { INCOMPLETE, readLine } from '../fix-acceptor/index.ts'

const READ_BYTES = 1024 * 1024

export class FixLogFile {
  /** The same file under whatever name. */
  readonly identity: number
  private readonly fd: number
  private position: number
  private buffer = Buffer.allocUnsafe(READ_BYTES)
  private at = 0
  private end = 0

  /** @param isOld what is in the file already is passed over */
  constructor(path: string, { isOld = false } = {}) {
    this.fd = openSync(path, 'r')
    const { ino, size } = fstatSync(this.fd)
    this.identity = ino
    this.position = isOld ? size : 0
  }

  /**
   * @returns undefined when there is no whole line for now; a line's bytes are valid until the next
   *   call
   */
  next(): LogLine | undefined {
    for (;;) {
      const result = readLine(this.buffer, this.at, this.end)
      if (result !== INCOMPLETE) {
        this.at = result.next
        if (result.line !== undefined) return result.line
      } else if (!this.fill()) return undefined
    }
  }

  close(): void {
    closeSync(this.fd)
  }

  /** Reads on behind the incomplete line, which is moved to the front. */
  private fill(): boolean {
    const kept = this.end - this.at
    const hasRoom = kept < this.buffer.length
    const target = hasRoom ? this.buffer : Buffer.allocUnsafe(this.buffer.length * 2)
    this.buffer.copy(target, 0, this.at, this.end)
    this.buffer = target
    this.at = 0
    this.end = kept
    const room = target.length - kept
    const bytesRead = readSync(this.fd, target, kept, room, this.position)
    this.position += bytesRead
    this.end += bytesRead
    return bytesRead > 0
  }
}
