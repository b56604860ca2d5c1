import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  MAX_PAYLOAD_DEFAULT,
  PacketWriter,
  eachMessage,
  readPacket,
  readRequest,
  writeRequest,
} from '../../src/wire/index.ts'

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase()
const plain = (hex: string): string => hex.replaceAll(/\s/g, '')
const written = (writer: PacketWriter): Uint8Array => writer.bytes.slice(0, writer.length)

const SESSION = '32363131323161623130' // 261121ab10

function append(writer: PacketWriter, message: Uint8Array): void {
  writer.bytes.set(message, writer.messageAt)
  writer.append(message.length)
}

function messagesOf(bytes: Uint8Array, from?: number): [sequence: number, hex: string][] {
  const messages: [number, string][] = []
  const packet = readPacket(bytes)
  if (packet === undefined) return messages
  eachMessage(
    packet,
    (sequence, view, at, length) => {
      messages.push([sequence, hexOf(new Uint8Array(view.buffer, view.byteOffset + at, length))])
    },
    from,
  )
  return messages
}

describe('a MoldUDP64 packet', () => {
  it('is session, first sequence number, count, and blocks with their lengths', () => {
    const writer = new PacketWriter(MAX_PAYLOAD_DEFAULT)
    writer.openSession('261121ab10')
    writer.begin(4294967297)
    append(writer, bytesOf('AABB'))
    append(writer, bytesOf(''))
    append(writer, bytesOf('CC'))

    const hex = `${SESSION} 0000000100000001 0003 0002 AABB 0000 0001 CC`
    expect(hexOf(written(writer))).toBe(plain(hex))
    expect(readPacket(bytesOf(hex))).toMatchObject({
      kind: 'data',
      session: '261121ab10',
      sequence: 4294967297,
      count: 3,
    })
    expect(messagesOf(bytesOf(hex))).toEqual([
      [4294967297, 'AABB'],
      [4294967298, ''],
      [4294967299, 'CC'],
    ])
    expect(messagesOf(bytesOf(hex), 4294967299)).toEqual([[4294967299, 'CC']])
  })

  it('without messages is a heartbeat with the next sequence number; a short session is padded', () => {
    const writer = new PacketWriter(MAX_PAYLOAD_DEFAULT)
    writer.openSession('abc')
    writer.heartbeat(9)

    const hex = '61626320202020202020 0000000000000009 0000'
    expect(hexOf(written(writer))).toBe(plain(hex))
    expect(readPacket(bytesOf(hex))).toMatchObject({
      kind: 'heartbeat',
      session: 'abc',
      sequence: 9,
      count: 0,
    })
  })

  it('with count 65535 ends the session and has no blocks', () => {
    const writer = new PacketWriter(MAX_PAYLOAD_DEFAULT)
    writer.openSession('261121ab10')
    writer.endOfSession(9)

    const hex = `${SESSION} 0000000000000009 FFFF`
    expect(hexOf(written(writer))).toBe(plain(hex))
    expect(readPacket(bytesOf(hex))).toMatchObject({
      kind: 'end-of-session',
      sequence: 9,
      count: 0,
    })
    expect(messagesOf(bytesOf(hex))).toEqual([])
  })

  it.each([
    ['is shorter than its header', `${SESSION} 0000000000000009 00`],
    ['counts a block that is not there', `${SESSION} 0000000000000009 0001`],
    ['has half a block length', `${SESSION} 0000000000000009 0001 00`],
    ['has a block that runs over the end', `${SESSION} 0000000000000009 0002 0001 AA 0002 BB`],
    ['has sequence number 0', `${SESSION} 0000000000000000 0000`],
    ['has a sequence number of 2^53', `${SESSION} 0020000000000000 0000`],
  ])('is refused when it %s', (_, hex) => {
    expect(readPacket(bytesOf(hex))).toBeUndefined()
  })

  it('may have bytes behind its last block', () => {
    expect(messagesOf(bytesOf(`${SESSION} 0000000000000009 0001 0001 AA FFFF`))).toEqual([
      [9, 'AA'],
    ])
  })

  it('never grows beyond its payload', () => {
    const writer = new PacketWriter(1200)
    writer.begin(1)
    while (writer.fits(36)) append(writer, new Uint8Array(36))

    expect([writer.count, writer.length]).toEqual([31, 1198])
    expect(() => writer.append(36)).toThrow('message fits the packet')
  })

  it('reads back what was written, whatever the messages', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 2 ** 52 }), (list, first) => {
        const writer = new PacketWriter(1472)
        writer.openSession('261121ab10')
        writer.begin(first)
        for (const message of list) append(writer, message)
        expect(messagesOf(written(writer))).toEqual(list.map((m, i) => [first + i, hexOf(m)]))
      }),
    )
  })

  it('made of garbage never throws', () => {
    const garbage = fc.uint8Array({ maxLength: 80 })
    const framed = garbage.map((blocks) =>
      Uint8Array.from([...bytesOf(`${SESSION} 0000000000000009 0003`), ...blocks]),
    )
    fc.assert(
      fc.property(fc.oneof(garbage, framed), (bytes) => {
        for (const [, hex] of messagesOf(bytes))
          expect(hex.length / 2).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a MoldUDP64 request', () => {
  it('is exactly 20 bytes: session, first sequence number, count', () => {
    const request = { session: '261121ab10', sequenceNumber: 5, messageCount: 40 }
    const hex = `${SESSION} 0000000000000005 0028`
    expect(hexOf(writeRequest(request))).toBe(plain(hex))
    expect(readRequest(bytesOf(hex))).toEqual(request)
    expect(readRequest(bytesOf(`${hex} 00`))).toBeUndefined()
    expect(readRequest(bytesOf(hex).slice(1))).toBeUndefined()
    expect(readRequest(bytesOf(`${SESSION} FFFFFFFFFFFFFFFF 0028`))).toBeUndefined()
  })
})
