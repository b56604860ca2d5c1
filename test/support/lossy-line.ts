/**
 * Two FixSessions, initiator and acceptor, joined by a line in memory that breaks when a test says
 * so: bytes that were under way are lost, and what arrives may be cut anywhere.
 */
import { FixOutbound } from '../../src/client/fix-outbound.ts'
import type { FixMessage, SessionPort } from '../../src/fix/index.ts'
import { FieldWriter, FixReader, FixSession } from '../../src/fix/index.ts'

const START_SECONDS = 1_795_000_000
/** A delimiter and `10=nnn|`. */
const TRAILER_BYTES = 8
const LIMITS = { messageBytesMax: 4096, garbageBytesMax: 65_536 }

class LineClock {
  epochSeconds = START_SECONDS
  nanoseconds = 0

  get nowMs(): number {
    return this.epochSeconds * 1_000
  }

  now(): void {}
}

/** One end: a session, its numbers and store (which outlive connections), and what it received. */
export class LineEnd {
  readonly session: FixSession
  readonly delivered: string[] = []
  readonly disconnects: string[] = []
  readonly outbound: FixOutbound
  /** Bytes on their way to the other end. */
  inFlight: Uint8Array = new Uint8Array(0)
  readonly #clock: LineClock
  readonly #body = new FieldWriter()
  #reader: FixReader
  #sent = 0

  constructor(role: 'initiator' | 'acceptor', clock: LineClock) {
    const [compId, counterpartyCompId] = role === 'acceptor' ? ['EX', 'CL'] : ['CL', 'EX']
    this.#clock = clock
    this.outbound = new FixOutbound(
      { senderCompId: compId, targetCompId: counterpartyCompId },
      clock,
    )
    this.session = new FixSession(
      { role, compId, counterpartyCompId, heartBtInt: 30 },
      this.#port(),
    )
    this.#reader = this.#makeReader()
  }

  /** Sends an application message, numbered whether or not there is a connection. */
  say(): string {
    const text = `message ${++this.#sent}`
    this.#body.clear()
    this.#body.string(148, text)
    this.#body.int(33, 1)
    this.#body.string(58, text)
    this.outbound.send('B', this.#body)
    // Before the Logon nothing may be said: it stays in the store, and the Logon shows the gap.
    if (this.session.state === 'logged-on') this.collect()
    else this.outbound.take()
    return text
  }

  connect(): void {
    this.#reader = this.#makeReader()
    this.outbound.connected()
    this.session.connected(this.#clock.nowMs)
    this.collect()
  }

  disconnect(): void {
    this.session.disconnected(this.#clock.nowMs)
    this.inFlight = new Uint8Array(0)
  }

  receive(bytes: Uint8Array): void {
    this.#reader.push(bytes)
    this.collect()
  }

  /** Moves what was written to the line. */
  collect(): void {
    this.inFlight = Buffer.concat([this.inFlight, this.outbound.take()])
  }

  #makeReader(): FixReader {
    return new FixReader(
      {
        onMessage: (message) => this.session.receive(message, this.#clock.nowMs),
        onGarbled: (reason) => this.disconnects.push(reason),
        onGarbageLimit: () => undefined,
      },
      LIMITS,
    )
  }

  #port(): SessionPort {
    return {
      send: (msgType, body) => this.outbound.send(msgType, body),
      logOn: (_, body) => this.outbound.send('A', body),
      resend: (begin, end) => this.outbound.resend(begin, end),
      resetSequence: (next) => this.outbound.startAgain(next),
      deliver: (message: FixMessage) => this.delivered.push(message.string(148)!),
      disconnect: (reason) => this.disconnects.push(reason),
      lastSentMsgSeqNum: () => this.outbound.nextMsgSeqNum - 1,
    }
  }
}

export class LossyLine {
  readonly clock = new LineClock()
  readonly initiator = new LineEnd('initiator', this.clock)
  readonly acceptor = new LineEnd('acceptor', this.clock)

  connect(): void {
    this.acceptor.connect()
    this.initiator.connect()
  }

  /** The connection breaks: what was under way is gone. */
  break(): void {
    this.initiator.disconnect()
    this.acceptor.disconnect()
  }

  /** Carries up to `bytes` of what is under way to an end. */
  carry(to: LineEnd, bytes: number): void {
    const from = to === this.acceptor ? this.initiator : this.acceptor
    const chunk = from.inFlight.subarray(0, bytes)
    from.inFlight = from.inFlight.subarray(bytes)
    to.receive(chunk)
  }

  /** Carries one whole message. */
  carryMessage(to: LineEnd): void {
    const from = to === this.acceptor ? this.initiator : this.acceptor
    const text = Buffer.from(from.inFlight).toString('latin1')
    const trailer = text.indexOf('\u000110=')
    if (trailer >= 0) this.carry(to, trailer + TRAILER_BYTES)
  }

  /** Carries everything, in both directions, until nothing is under way. */
  settle(): void {
    for (let round = 0; round < 100; round++) {
      if (this.initiator.inFlight.length + this.acceptor.inFlight.length === 0) return
      this.carry(this.acceptor, Number.POSITIVE_INFINITY)
      this.carry(this.initiator, Number.POSITIVE_INFINITY)
    }
    throw new Error('the two sides never stop talking')
  }
}
