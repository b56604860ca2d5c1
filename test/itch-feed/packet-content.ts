/** What packets say, in the form that tests compare. */
import { eachMessage, readPacket } from '../../src/wire/index.ts'

/** `first-last` of a data packet, `heartbeat 5` and the like of the others. */
export function rangeOf(bytes: Uint8Array): string {
  const { kind, sequence, count } = readPacket(bytes)!
  return kind === 'data' ? `${sequence}-${sequence + count - 1}` : `${kind} ${sequence}`
}

/** Bytes of every message in hexadecimal by `session number`, in the order of the packets. */
export function messagesOf(packets: readonly Uint8Array[]): Map<string, string> {
  const messages = new Map<string, string>()
  for (const bytes of packets) {
    const packet = readPacket(bytes)!
    eachMessage(packet, (number, { buffer, byteOffset }, at, length) => {
      const content = Buffer.from(buffer, byteOffset + at, length).toString('hex')
      messages.set(`${packet.session} ${number}`, content)
    })
  }
  return messages
}
