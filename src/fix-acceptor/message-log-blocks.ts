/**
 * Memory for lines that are not on disk yet: blocks of one size that all sessions share, and a limit
 * on all of them together. Whoever finds none free drops its line; nobody waits.
 */

/** Lines of all sessions that wait for the disk; beyond it they are dropped. */
export const BUFFERED_BYTES_MAX = 64 * 1024 * 1024
const BLOCK_BYTES = 32 * 1024

/** Whole lines, one behind the other: `bytes[0, length)`. */
export class Block {
  readonly bytes: Uint8Array
  length = 0
  lines = 0
  /** How many messages its notes say are missing. */
  told = 0

  constructor(bytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(bytes)
  }

  hasRoomFor(bytes: number): boolean {
    return this.bytes.length - this.length >= bytes
  }
}

export class BlockPool {
  private readonly free: Block[] = []
  private takenBytes = 0
  private readonly bytesMax: number

  constructor(bytesMax: number = BUFFERED_BYTES_MAX) {
    this.bytesMax = bytesMax
  }

  /** @returns an empty block with room for so many bytes; undefined when too much waits already */
  take(bytes: number): Block | undefined {
    const size = Math.max(bytes, BLOCK_BYTES)
    if (this.takenBytes + size > this.bytesMax) return undefined
    this.takenBytes += size
    const used = size === BLOCK_BYTES ? this.free.pop() : undefined
    return used ?? new Block(size)
  }

  release(block: Block): void {
    this.takenBytes -= block.bytes.length
    if (block.bytes.length !== BLOCK_BYTES) return
    block.length = 0
    block.lines = 0
    block.told = 0
    this.free.push(block)
  }
}
