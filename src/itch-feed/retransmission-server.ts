/**
 * The UDP port of the retransmission: datagrams in, answers back to where they came from.
 */
import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { closeSocket } from './multicast-sender.ts'
import type { Requester, RetransmissionOptions } from './retransmission.ts'
import { Retransmission } from './retransmission.ts'

/** Answers that may wait for the kernel; those beyond are dropped, their receivers ask again. */
export const ANSWERS_PENDING_MAX = 256

export interface RetransmissionServerOptions extends Omit<RetransmissionOptions, 'send'> {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Where exchange.yaml has them. */
  readonly setting: string
}

export class RetransmissionServer {
  readonly retransmission: Retransmission
  /** Answers that the kernel took, and those that it did not take. */
  readonly counters = { answered: 0, errors: 0 }
  private readonly socket: Socket
  private pending = 0

  private constructor(socket: Socket, options: RetransmissionServerOptions) {
    this.socket = socket
    this.retransmission = new Retransmission({
      ...options,
      send: (packet, to) => this.send(packet, to),
    })
    socket.on('message', (datagram, from) =>
      this.retransmission.receive(datagram, from, performance.now()),
    )
    socket.on('error', () => this.counters.errors++)
  }

  /** @throws ExchangeError EXC_PORT_IN_USE when the port cannot be bound */
  static async open(options: RetransmissionServerOptions): Promise<RetransmissionServer> {
    const { host, port, setting } = options
    const socket = createSocket('udp4')
    try {
      socket.bind(port, host)
      await once(socket, 'listening')
    } catch (cause) {
      socket.close()
      throw new ExchangeError(
        ErrorCode.PortInUse,
        `${setting}: cannot listen on ${host}:${port}/udp; choose another host or port`,
        { cause },
      )
    }
    return new RetransmissionServer(socket, options)
  }

  get port(): number {
    return this.socket.address().port
  }

  async close(): Promise<void> {
    this.retransmission.close()
    await closeSocket(this.socket)
  }

  private send(packet: Uint8Array, to: Requester): void {
    if (this.pending >= ANSWERS_PENDING_MAX) {
      this.counters.errors++
      return
    }
    this.pending++
    this.socket.send(packet.slice(), to.port, to.address, (error) => {
      this.pending--
      if (error) this.counters.errors++
      else this.counters.answered++
    })
  }
}
