/** Cuts what a client sends into messages: whatever bytes come, in whatever pieces. */
import type { WireMessage } from './protocol.ts'
import { malformed } from './protocol.ts'

/** A statement with its parameters. */
export const MESSAGE_BYTES_MAX = 1_048_576
/** Real clients name a user, a database and a few settings. */
const STARTUP_BYTES_MAX = 8_192
const LENGTH_BYTES = 4

export class FrontendReader {
  private pending: Buffer = Buffer.alloc(0)
  /** The first messages have no type. */
  private isStarting = true

  /** From here on every message has a type. */
  started(): void {
    this.isStarting = false
  }

  push(chunk: Buffer): void {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk])
  }

  /**
   * @returns undefined until a whole message is there; its type is empty before `started`
   * @throws Refusal when no client would send this
   */
  next(): WireMessage | undefined {
    const start = this.isStarting ? 0 : 1
    if (this.pending.length < start + LENGTH_BYTES) return undefined

    const length = this.pending.readInt32BE(start)
    const max = this.isStarting ? STARTUP_BYTES_MAX : MESSAGE_BYTES_MAX
    if (length < LENGTH_BYTES || length > max) throw malformed()
    if (this.pending.length < start + length) return undefined

    const type = this.pending.toString('latin1', 0, start)
    const body = this.pending.subarray(start + LENGTH_BYTES, start + length)
    this.pending = this.pending.subarray(start + length)
    return { type, body }
  }
}
