/**
 * MoldUDP64 1.00: packets of sequenced messages in UDP datagrams. A packet is a 20-byte header and
 * message blocks of u16 length and data; message i of a packet has sequence number first + i. All
 * big-endian. docs/protocols/itch-feed.md#moldudp64
 */
import { assert } from '../domain/index.ts'
import { compileCodec } from './compile-codec.ts'
import type { Layout, MessageOf } from './layout.ts'
import { alpha, u16, u64 } from './layout.ts'

// The header of downstream packets, and the whole of a request packet.
// prettier-ignore
export const packetHeader = compileCodec({
  name: 'MoldUDP64 header', type: 0,
  fields: [
    ['session',        alpha(10)],
    ['sequenceNumber', u64],  // of the first message; heartbeat and end of session: the next one
    ['messageCount',   u16],
  ],
} as const satisfies Layout, { byteOrder: 'big', start: 0 })

export type PacketHeader = MessageOf<typeof packetHeader.layout>

export const PACKET_HEADER_BYTES = 20
export const BLOCK_HEADER_BYTES = 2
/** UDP payload: the default needs an MTU of 1,428, the largest fills an Ethernet frame. */
export const MAX_PAYLOAD_DEFAULT = 1400
export const MAX_PAYLOAD_MIN = 1200
export const MAX_PAYLOAD_MAX = 1472

const HEARTBEAT_COUNT = 0
const END_OF_SESSION_COUNT = 0xffff
const { sequenceNumber: SEQUENCE, messageCount: COUNT } = packetHeader.offsets

/** A number from a peer that a double holds exactly has these bits of its upper half clear. */
const BEYOND_SAFE_INTEGER = 0xffe00000

/** Builds one packet at a time in one buffer, which the next `begin` reuses. */
export class PacketWriter {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly view: DataView<ArrayBuffer>
  /** Bytes of the packet so far. */
  length = 0
  /** Messages in the packet so far. */
  count = 0
  private readonly header = packetHeader.flyweight()

  /** @param maxPayload largest packet in bytes, MAX_PAYLOAD_MIN..MAX_PAYLOAD_MAX */
  constructor(maxPayload: number) {
    assert(maxPayload >= MAX_PAYLOAD_MIN && maxPayload <= MAX_PAYLOAD_MAX, 'maxPayload')
    this.bytes = new Uint8Array(maxPayload)
    this.view = new DataView(this.bytes.buffer)
    this.header.wrap(this.view, 0)
    this.openSession('')
  }

  /** The packets written from here on carry `session`, at most 10 characters. */
  openSession(session: string): void {
    this.header.session = session
  }

  /** Starts a packet whose first message has sequence number `sequence`. */
  begin(sequence: number): void {
    this.header.sequenceNumber = sequence
    this.header.messageCount = HEARTBEAT_COUNT
    this.length = PACKET_HEADER_BYTES
    this.count = 0
  }

  /** Is there room for one more message of `bytes` bytes? */
  fits(bytes: number): boolean {
    return this.length + BLOCK_HEADER_BYTES + bytes <= this.bytes.length
  }

  /** Where the next message's bytes go: print it there, then `append` its length. */
  get messageAt(): number {
    return this.length + BLOCK_HEADER_BYTES
  }

  /** Takes the message that was printed at `messageAt` into the packet. */
  append(bytes: number): void {
    assert(this.fits(bytes), 'message fits the packet')
    this.view.setUint16(this.length, bytes)
    this.length += BLOCK_HEADER_BYTES + bytes
    this.count++
    this.header.messageCount = this.count
  }

  /** A packet without messages that tells the next sequence number. */
  heartbeat(nextSequence: number): void {
    this.begin(nextSequence)
  }

  /** A packet without messages: the session is over, `nextSequence` - 1 was its last message. */
  endOfSession(nextSequence: number): void {
    this.begin(nextSequence)
    this.header.messageCount = END_OF_SESSION_COUNT
  }
}

/** A downstream packet whose blocks have been checked against its length. */
export interface Packet {
  readonly kind: 'data' | 'heartbeat' | 'end-of-session'
  readonly session: string
  /** Of the first message; in the other kinds the next one that the server will send. */
  readonly sequence: number
  /** Messages in the packet: 0 unless it is data. */
  readonly count: number
  readonly view: DataView
}

/**
 * Checks a datagram. Bytes behind the last block are ignored, blocks of length 0 are messages.
 * @returns undefined for anything malformed: shorter than a header, a sequence number of 0 or of
 * 2^53 and more, or blocks that run over the end
 */
export function readPacket(bytes: Uint8Array): Packet | undefined {
  if (bytes.length < PACKET_HEADER_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!hasSafeSequence(view)) return undefined

  const { session, sequenceNumber: sequence, messageCount } = packetHeader.decode(view, 0)
  if (sequence === 0) return undefined
  if (messageCount === HEARTBEAT_COUNT)
    return { kind: 'heartbeat', session, sequence, count: 0, view }
  if (messageCount === END_OF_SESSION_COUNT) {
    return { kind: 'end-of-session', session, sequence, count: 0, view }
  }
  if (!blocksFit(view, messageCount)) return undefined
  return { kind: 'data', session, sequence, count: messageCount, view }
}

export type VisitMessage = (sequence: number, view: DataView, at: number, length: number) => void

/** Visits the messages of a packet from number `from` on (default: all), in sequence. */
export function eachMessage(packet: Packet, visit: VisitMessage, from = packet.sequence): void {
  let at = PACKET_HEADER_BYTES
  for (let i = 0; i < packet.count; i++) {
    const length = packet.view.getUint16(at)
    const sequence = packet.sequence + i
    if (sequence >= from) visit(sequence, packet.view, at + BLOCK_HEADER_BYTES, length)
    at += BLOCK_HEADER_BYTES + length
  }
}

/** The bytes of a request for `messageCount` (1..65534) messages from `sequenceNumber` on. */
export function writeRequest(request: PacketHeader): Uint8Array {
  const bytes = new Uint8Array(PACKET_HEADER_BYTES)
  packetHeader.encode(new DataView(bytes.buffer), 0, request)
  return bytes
}

/** @returns undefined unless the datagram is exactly one request */
export function readRequest(bytes: Uint8Array): PacketHeader | undefined {
  if (bytes.length !== PACKET_HEADER_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return hasSafeSequence(view) ? packetHeader.decode(view, 0) : undefined
}

function hasSafeSequence(view: DataView): boolean {
  return (view.getUint32(SEQUENCE) & BEYOND_SAFE_INTEGER) === 0
}

function blocksFit(view: DataView, count: number): boolean {
  let at = COUNT + 2
  for (let i = 0; i < count; i++) {
    if (at + BLOCK_HEADER_BYTES > view.byteLength) return false
    at += BLOCK_HEADER_BYTES + view.getUint16(at)
  }
  return at <= view.byteLength
}
