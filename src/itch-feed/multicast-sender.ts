/**
 * The feed's lines: one UDP socket each, connected to its multicast group. Every packet goes out
 * on every line with the same bytes. Sending is asynchronous, so a packet waits in a buffer of a
 * bounded pool until all lines have taken it; while the pool is empty there is no room for more.
 */
import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { assert } from '../domain/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { MAX_PAYLOAD_MAX } from '../wire/index.ts'
import type { PacketSender } from './feed-stream.ts'

/** Packets that may wait for the kernel at one time: 6 MB. */
export const SEND_BUFFERS_MAX = 4096

/** One multicast group of the feed. */
export interface FeedLine {
  readonly group: string
  readonly port: number
}

export interface MulticastOptions {
  readonly lines: readonly FeedLine[]
  /** Address of the interface that sends, `itch.interface`. */
  readonly interface: string
  /** Hops that a packet may take, `itch.ttl`. */
  readonly ttl: number
}

/** What happened since the start; a packet that the kernel refused is recovered by retransmission. */
export interface SendCounters {
  packets: number
  errors: number
}

export class MulticastSender implements PacketSender {
  readonly counters: SendCounters = { packets: 0, errors: 0 }
  private readonly sockets: readonly Socket[]
  private readonly free: PacketBuffer[] = []
  private buffers = 0
  private isClosed = false

  private constructor(sockets: readonly Socket[]) {
    this.sockets = sockets
    for (const socket of sockets) socket.on('error', () => this.counters.errors++)
  }

  /** @throws ExchangeError EXC_MULTICAST_UNAVAILABLE when the interface cannot send multicast */
  static async open(options: MulticastOptions): Promise<MulticastSender> {
    const sockets: Socket[] = []
    try {
      for (const line of options.lines) sockets.push(await openLine(line, options))
    } catch (cause) {
      for (const socket of sockets) socket.close()
      throw multicastUnavailable(options.interface, cause)
    }
    return new MulticastSender(sockets)
  }

  /** Local UDP ports of the lines, in their order. */
  get ports(): readonly number[] {
    return this.sockets.map((socket) => socket.address().port)
  }

  /** None is left when it is closed: what is to be sent stays in the journal. */
  get room(): number {
    return this.isClosed ? 0 : SEND_BUFFERS_MAX - this.buffers + this.free.length
  }

  send(bytes: Uint8Array, length: number): void {
    assert(this.room > 0, 'there is room for a packet')
    const buffer = this.free.pop() ?? this.grow()
    buffer.bytes.set(bytes.subarray(0, length))
    buffer.pending = this.sockets.length
    for (const socket of this.sockets) socket.send(buffer.bytes, 0, length, buffer.sent)
    this.counters.packets++
  }

  async close(): Promise<void> {
    this.isClosed = true
    await Promise.all(this.sockets.map((socket) => closeSocket(socket)))
  }

  private grow(): PacketBuffer {
    this.buffers++
    return new PacketBuffer((error, done) => {
      if (error) this.counters.errors++
      if (done) this.free.push(done)
    })
  }
}

type Sent = (error: Error | null, done: PacketBuffer | undefined) => void

/** A packet on its way; `sent` is made once, so sending allocates no closure. */
class PacketBuffer {
  readonly bytes = new Uint8Array(MAX_PAYLOAD_MAX)
  /** Lines that have not taken it yet. */
  pending = 0
  readonly sent: (error: Error | null) => void

  constructor(onSent: Sent) {
    this.sent = (error) => onSent(error, --this.pending === 0 ? this : undefined)
  }
}

/** The plain answer to any failure of multicast on an interface. */
export function multicastUnavailable(networkInterface: string, cause?: unknown): ExchangeError {
  const reason = cause instanceof Error ? ` (${cause.message})` : ''
  return new ExchangeError(
    ErrorCode.MulticastUnavailable,
    `itch.interface: multicast does not work on ${networkInterface}${reason}; ` +
      'name the IPv4 address of an interface that is up and allows multicast, or 127.0.0.1',
    { cause },
  )
}

export async function closeSocket(socket: Socket): Promise<void> {
  const closed = once(socket, 'close')
  socket.close()
  await closed
}

async function openLine(line: FeedLine, options: MulticastOptions): Promise<Socket> {
  const socket = createSocket('udp4')
  try {
    socket.bind(0, options.interface)
    await once(socket, 'listening')
    socket.setMulticastInterface(options.interface)
    socket.setMulticastTTL(options.ttl)
    socket.connect(line.port, line.group)
    await once(socket, 'connect')
  } catch (error) {
    socket.close()
    throw error
  }
  return socket
}
