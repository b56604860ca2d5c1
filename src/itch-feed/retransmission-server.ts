/**
 * The MoldUDP64 request server: unicast UDP, one packet for each request, back to where it came
 * from. It answers from what the publisher sent, so never ahead of the disk.
 */
import type { RemoteInfo, Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { PacketWriter } from '../wire/index.ts'
import { answerRequest } from './answer-request.ts'
import type { FeedPublisher } from './feed-publisher.ts'
import { closeSocket } from './multicast-sender.ts'

/** Answers that may wait for the kernel; requests beyond are dropped, their senders ask again. */
export const ANSWERS_PENDING_MAX = 256

export interface RetransmissionOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly maxPayload: number
  readonly publisher: FeedPublisher
}

export class RetransmissionServer {
  readonly counters = { requests: 0, answered: 0, errors: 0 }
  private readonly socket: Socket
  private readonly publisher: FeedPublisher
  private readonly writer: PacketWriter
  private pending = 0

  private constructor(socket: Socket, { publisher, maxPayload }: RetransmissionOptions) {
    this.socket = socket
    this.publisher = publisher
    this.writer = new PacketWriter(maxPayload)
    socket.on('message', (datagram, from) => this.answer(datagram, from))
    socket.on('error', () => this.counters.errors++)
  }

  /** @throws ExchangeError EXC_PORT_IN_USE when the port cannot be bound */
  static async open(options: RetransmissionOptions): Promise<RetransmissionServer> {
    const { host, port } = options
    const socket = createSocket('udp4')
    try {
      socket.bind(port, host)
      await once(socket, 'listening')
    } catch (cause) {
      socket.close()
      throw new ExchangeError(
        ErrorCode.PortInUse,
        `itch.retransmission: cannot listen on ${host}:${port}/udp; choose another host or port`,
        { cause },
      )
    }
    return new RetransmissionServer(socket, options)
  }

  get port(): number {
    return this.socket.address().port
  }

  async close(): Promise<void> {
    await closeSocket(this.socket)
  }

  private answer(datagram: Uint8Array, from: RemoteInfo): void {
    this.counters.requests++
    if (this.pending >= ANSWERS_PENDING_MAX) return
    if (!answerRequest(datagram, this.writer, this.publisher)) return

    this.pending++
    const packet = this.writer.bytes.slice(0, this.writer.length)
    this.socket.send(packet, from.port, from.address, (error) => {
      this.pending--
      if (error) this.counters.errors++
      else this.counters.answered++
    })
  }
}
