/**
 * One MoldUDP64 request to one packet: as many whole messages as fit, from the requested number
 * on. The protocol has no error message: what cannot be answered is answered by silence.
 */
import { PacketWriter, readRequest } from '../wire/index.ts'
import type { MessageStore } from './message-ring.ts'

const END_OF_SESSION_COUNT = 0xffff

export interface AnswerOptions {
  /** The running session; requests for any other are dropped. */
  readonly session: string
  readonly messages: MessageStore
}

/**
 * Writes the answer into `writer`.
 * @returns false when there is none: not a request, wrong session, a sequence number of 0, beyond
 * the last message or older than the store, or a message count of 0 or 65535
 */
export function answerRequest(
  datagram: Uint8Array,
  writer: PacketWriter,
  { session, messages }: AnswerOptions,
): boolean {
  const request = readRequest(datagram)
  if (request === undefined || request.session !== session) return false
  const { sequenceNumber: first, messageCount } = request
  if (messageCount === 0 || messageCount === END_OF_SESSION_COUNT) return false
  if (first < messages.oldest || first >= messages.next) return false

  const end = Math.min(first + messageCount, messages.next)
  writer.openSession(session)
  writer.begin(first)
  for (let sequence = first; sequence < end; sequence++) {
    const length = messages.lengthOf(sequence)
    if (!writer.fits(length)) break
    messages.copy(sequence, writer.bytes, writer.messageAt)
    writer.append(length)
  }
  return true
}
