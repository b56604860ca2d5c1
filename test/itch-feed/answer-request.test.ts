import { describe, expect, it } from 'vitest'
import { MessageRing, answerRequest } from '../../src/itch-feed/index.ts'
import { PacketWriter, eachMessage, readPacket, writeRequest } from '../../src/wire/index.ts'

const session = '261120ab10'

/** A ring of 64 that has seen `count` messages of 40 bytes, each beginning with its number. */
function ringOf(count: number): MessageRing {
  const messages = new MessageRing(64)
  const bytes = new Uint8Array(43)
  for (let sequence = 1; sequence <= count; sequence++) {
    bytes[3] = sequence
    messages.append(bytes, 3, 40)
  }
  return messages
}

/** The answered [sequence, first byte] pairs; undefined for silence. */
function answer(messages: MessageRing, request: Uint8Array): number[][] | undefined {
  const writer = new PacketWriter(1200)
  if (!answerRequest(request, writer, { session, messages })) return undefined
  const packet = readPacket(writer.bytes.slice(0, writer.length))!
  expect(packet).toMatchObject({ kind: 'data', session })
  const seen: number[][] = []
  eachMessage(packet, (sequence, view, at, length) => {
    expect(length).toBe(40)
    seen.push([sequence, view.getUint8(at)])
  })
  return seen
}

const request = (sequenceNumber: number, messageCount: number, name = session): Uint8Array =>
  writeRequest({ session: name, sequenceNumber, messageCount })

describe('a retransmission request', () => {
  it('is answered with the messages asked for', () => {
    expect(answer(ringOf(10), request(4, 3))).toEqual([
      [4, 4],
      [5, 5],
      [6, 6],
    ])
  })

  it('is answered as far as the feed has come', () => {
    expect(answer(ringOf(10), request(9, 100))).toEqual([
      [9, 9],
      [10, 10],
    ])
  })

  it('is answered with one packet, as many whole messages as fit', () => {
    const answered = answer(ringOf(60), request(1, 60))!
    expect(answered).toHaveLength(Math.floor((1200 - 20) / 42))
  })

  it('is answered from the oldest message that is kept', () => {
    const messages = ringOf(100)
    expect(messages.oldest).toBe(37)
    expect(answer(messages, request(37, 1))).toEqual([[37, 37]])
    expect(answer(messages, request(36, 1))).toBeUndefined()
  })

  it.each([
    ['of another session', request(1, 1, '261119ab10')],
    ['of sequence number 0', request(0, 1)],
    ['beyond the last message', request(11, 1)],
    ['of no messages', request(1, 0)],
    ['of 65535 messages', request(1, 65535)],
    ['of the wrong length', new Uint8Array(21)],
  ])('is met with silence when it is %s', (_, datagram) => {
    expect(answer(ringOf(10), datagram)).toBeUndefined()
  })
})
