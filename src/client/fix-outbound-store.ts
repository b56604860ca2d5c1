/**
 * What a FIX client has sent, for the exchange's ResendRequests: in memory, bounded, the oldest
 * forgotten first. A forgotten order is gap-filled when it is asked for: it is stale, and the
 * client sees by its missing reports that it never arrived (specs section 2).
 */
import { isResent } from '../fix/index.ts'

export const OUTBOUND_STORE_MESSAGES_MAX = 10_000
export const OUTBOUND_STORE_BYTES_MAX = 16 * 1024 * 1024

export interface StoredMessage {
  readonly msgType: string
  /** PossResend(97)=Y */
  readonly possResend: boolean
  /** The fields after the header. */
  readonly body: Uint8Array
  /** SendingTime(52) of the first sending. */
  readonly epochSeconds: number
  readonly nanoseconds: number
}

export class FixOutboundStore {
  readonly #messages = new Map<number, StoredMessage>()
  #bytes = 0

  get size(): number {
    return this.#messages.size
  }

  /** Keeps a message if it is one that is sent again; `body` must be the caller's own copy. */
  put(msgSeqNum: number, message: StoredMessage): void {
    if (!isResent(message.msgType)) return
    this.#messages.set(msgSeqNum, message)
    this.#bytes += message.body.length

    for (const oldest of this.#messages.keys()) {
      if (this.size <= OUTBOUND_STORE_MESSAGES_MAX && this.#bytes <= OUTBOUND_STORE_BYTES_MAX) break
      this.#bytes -= this.#messages.get(oldest)!.body.length
      this.#messages.delete(oldest)
    }
  }

  get(msgSeqNum: number): StoredMessage | undefined {
    return this.#messages.get(msgSeqNum)
  }

  clear(): void {
    this.#messages.clear()
    this.#bytes = 0
  }
}
