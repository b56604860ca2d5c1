/**
 * The messages of a session for one SoupBinTCP client, from any of them on: the latest out of memory,
 * older ones out of the journal.
 */
import { ITCH_MESSAGE_BYTES_MAX, sequencedHeader, SOUP_HEADER_BYTES } from '../wire/index.ts'
import type { FeedSession } from './feed-session.ts'
import type { FeedStream } from './feed-stream.ts'
import type { MessageArchive } from './message-archive.ts'
import type { MessageRing } from './message-ring.ts'
import type { SoupSource } from './soup-connection.ts'

const PACKET_BYTES_MAX = SOUP_HEADER_BYTES + ITCH_MESSAGE_BYTES_MAX

export class StreamSource implements SoupSource {
  readonly session: string
  readonly sequence: number
  private next: number
  private readonly of: FeedSession
  private readonly stream: FeedStream
  private readonly archive: MessageArchive

  /** @param sequence of the first message to send, 1..of.next */
  constructor(of: FeedSession, sequence: number, stream: FeedStream, archive: MessageArchive) {
    this.session = of.name
    this.sequence = sequence
    this.next = sequence
    this.of = of
    this.stream = stream
    this.archive = archive
  }

  get isEnded(): boolean {
    return this.of.ended && this.next === this.of.next
  }

  take(bytesMax: number): Uint8Array {
    const bytes = new Uint8Array(bytesMax)
    const view = new DataView(bytes.buffer)
    let at = 0
    while (this.next < this.of.next && at + PACKET_BYTES_MAX <= bytesMax) {
      const messages = this.messagesWith(this.next)
      const length = messages.lengthOf(this.next)
      sequencedHeader(view, at, length)
      messages.copy(this.next, bytes, at + SOUP_HEADER_BYTES)
      at += SOUP_HEADER_BYTES + length
      this.next++
    }
    return bytes.subarray(0, at)
  }

  private messagesWith(sequence: number): MessageRing {
    const { running, messages } = this.stream
    if (this.of === running && sequence >= messages.oldest) return messages
    const page = this.archive.pageOf(this.of, sequence)
    if (!page.has(sequence)) this.archive.read(page, sequence, Infinity)
    return page.messages
  }
}
