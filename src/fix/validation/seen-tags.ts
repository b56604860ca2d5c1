/**
 * Which tags a message has had so far outside its groups. Used for messages in which some tag may
 * repeat, one after the other: each writes its own number beside its tags, so nothing is cleared.
 */
import { FIX_TAGS } from './field-rules.ts'

const MESSAGE_NUMBER_MAX = 0xffffffff

export class SeenTags {
  readonly #lastMessage = new Uint32Array(FIX_TAGS)
  readonly #first: readonly number[]
  #message = 0

  /** @param first tags that every message begins with */
  constructor(first: readonly number[]) {
    this.#first = first
  }

  /** Starts the next message. */
  begin(): void {
    if (this.#message === MESSAGE_NUMBER_MAX) {
      this.#lastMessage.fill(0)
      this.#message = 0
    }
    this.#message++
    for (const tag of this.#first) this.#lastMessage[tag] = this.#message
  }

  /** Whether the tag was here before; remembers it. */
  has(tag: number): boolean {
    if (this.#lastMessage[tag] === this.#message) return true
    this.#lastMessage[tag] = this.#message
    return false
  }
}
