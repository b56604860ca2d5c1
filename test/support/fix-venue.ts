/**
 * A counterparty for client tests: a FIX acceptor on a port of 127.0.0.1 for one session whose
 * numbers outlive connections, with a script instead of an exchange behind it.
 */
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { FixOutbound } from '../../src/client/fix-outbound.ts'
import type { FixMessage, SessionPort } from '../../src/fix/index.ts'
import { FieldWriter, FixReader, FixSession } from '../../src/fix/index.ts'
import { NodeClock, SequencedClock } from '../../src/runtime/index.ts'

export class FixVenue {
  /** Fields of every message that came in, session messages included. */
  readonly received: [number, string][][] = []
  /** Sizes of the chunks in which they came. */
  readonly chunks: number[] = []
  /** What the exchange does with an application message. */
  onApplication: (message: FixMessage) => void = () => undefined

  readonly session: FixSession
  readonly #time = new SequencedClock(new NodeClock())
  readonly #outbound = new FixOutbound(
    { senderCompId: 'BUTTONWOOD', targetCompId: 'ACME' },
    this.#time,
  )
  readonly #server: Server
  #socket: Socket | undefined

  constructor() {
    const options = {
      role: 'acceptor' as const,
      compId: 'BUTTONWOOD',
      counterpartyCompId: 'ACME',
      heartBtInt: { min: 5, max: 60 },
    }
    this.session = new FixSession(options, this.#port())
    this.#server = createServer((socket) => this.#accept(socket))
  }

  /** Listens; gives the port. */
  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    this.#socket?.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Sends a message; without a connection it waits in the store for the next Logon. */
  send(msgType: string, fields: readonly (readonly [number, string])[]): void {
    const body = new FieldWriter()
    for (const [tag, value] of fields) body.string(tag, value)
    this.#outbound.send(msgType, body)
    this.#flush()
  }

  /** Breaks the connection as a network does. */
  drop(): void {
    this.#socket?.destroy()
  }

  #accept(socket: Socket): void {
    this.#socket = socket
    this.#outbound.take()
    this.#outbound.connected()
    this.session.connected(this.#nowMs())
    const reader = new FixReader(
      {
        onMessage: (message) => {
          this.received.push(message.toFields())
          this.session.receive(message, this.#nowMs())
        },
        onGarbled: () => undefined,
        onGarbageLimit: () => undefined,
      },
      { messageBytesMax: 4096, garbageBytesMax: 65_536 },
    )
    socket.on('data', (chunk) => {
      this.chunks.push(chunk.length)
      reader.push(chunk)
      this.#flush()
    })
    const onEnd = () => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      this.session.disconnected(this.#nowMs())
    }
    socket.on('error', () => undefined)
    socket.on('end', onEnd)
    socket.on('close', onEnd)
  }

  #flush(): void {
    if (this.session.state === 'disconnected') return
    this.#socket?.write(this.#outbound.take())
  }

  #nowMs(): number {
    this.#time.now()
    return this.#time.epochSeconds * 1_000 + this.#time.nanoseconds / 1e6
  }

  #port(): SessionPort {
    return {
      send: (msgType, body) => this.#outbound.send(msgType, body),
      logOn: ({ resetSeqNum }, body) => {
        if (resetSeqNum) this.#outbound.startAgain(1)
        this.#outbound.send('A', body)
      },
      resend: (begin, end) => this.#outbound.resend(begin, end),
      resetSequence: (next) => this.#outbound.startAgain(next),
      deliver: (message) => this.onApplication(message),
      disconnect: () => {
        this.#socket?.end(this.#outbound.take())
      },
      lastSentMsgSeqNum: () => this.#outbound.lastSentMsgSeqNum,
    }
  }
}
