/**
 * One FixSession as acceptor for transcripts, with a port that numbers and sends at once and a clock
 * that stands still until the transcript moves it.
 */
import { FixOutbound } from '../../src/client/fix-outbound.ts'
import type { FixMessage } from '../../src/fix/index.ts'
import { FieldWriter, FixReader, FixSession } from '../../src/fix/index.ts'
import type { Happening, SessionNumbers, TranscriptVenue } from './transcript-venue.ts'
import { parseFieldList, parseFields, TRANSCRIPT_START_SECONDS } from './transcript.ts'

const OFFERED = new Set(['D', 'F', 'G', 'j'])
const LIMITS = { messageBytesMax: 4096, garbageBytesMax: 65_536 }

class TranscriptClock {
  nowMs = TRANSCRIPT_START_SECONDS * 1_000

  get epochSeconds(): number {
    return Math.floor(this.nowMs / 1_000)
  }

  get nanoseconds(): number {
    return Math.round((this.nowMs % 1_000) * 1e6)
  }

  now(): void {}
}

export class SessionVenue implements TranscriptVenue {
  readonly #clock = new TranscriptClock()
  readonly #outbound = new FixOutbound(
    { senderCompId: 'BUTTONWOOD', targetCompId: 'ACME' },
    this.#clock,
  )
  readonly #session: FixSession
  #reader: FixReader | undefined
  /** On this connection: what is numbered after it is told when it is asked for. Case 12. */
  #hasSaidLogout = false
  /** Highest MsgSeqNum(34) that has left. */
  #lastSaid = 0
  #happenings: Happening[] = []

  constructor() {
    this.#session = new FixSession(
      {
        role: 'acceptor',
        compId: 'BUTTONWOOD',
        counterpartyCompId: 'ACME',
        heartBtInt: { min: 5, max: 60 },
        offers: (msgType) => OFFERED.has(msgType),
        logonTimeoutMs: 5_000,
      },
      {
        send: (msgType, body) => this.#send(msgType, body),
        logOn: ({ resetSeqNum }, body) => {
          if (resetSeqNum) this.#outbound.startAgain(1)
          this.#send('A', body)
        },
        resend: (begin, end) => {
          this.#outbound.resend(begin, Math.min(end === 0 ? Infinity : end, this.#lastSaid))
          this.#say()
        },
        resetSequence: (next) => this.#outbound.startAgain(next),
        deliver: (message) => this.#note('app', message),
        refused: (message) => this.#note('refused', message),
        disconnect: (reason) => {
          this.#reader?.stop()
          this.#happenings.push({ speaker: 'first', kind: 'disconnect', reason })
        },
        lastSentMsgSeqNum: () => this.#outbound.nextMsgSeqNum - 1,
      },
    )
  }

  get expectedMsgSeqNum(): number {
    return this.#session.expectedMsgSeqNum
  }

  setNumbers(numbers: SessionNumbers): Promise<void> {
    this.#session.expectedMsgSeqNum = numbers.in
    this.#outbound.nextMsgSeqNum = numbers.out
    this.#lastSaid = numbers.out - 1
    return Promise.resolve()
  }

  connect(): void {
    this.#hasSaidLogout = false
    this.#reader = new FixReader(
      {
        onMessage: (message) => this.#session.receive(message, this.#clock.nowMs),
        onGarbled: (reason, text) => this.#session.garbled(reason, text, this.#clock.nowMs),
        onGarbageLimit: () => undefined,
      },
      LIMITS,
    )
    this.#outbound.connected()
    this.#session.connected(this.#clock.nowMs)
  }

  push(_: 'first', chunk: Uint8Array): void {
    this.#reader?.push(chunk)
  }

  drop(): void {
    this.#session.disconnected(this.#clock.nowMs)
  }

  advance(ms: number): Promise<void> {
    const untilMs = this.#clock.nowMs + ms
    while (this.#session.nextDeadlineMs <= untilMs) {
      this.#clock.nowMs = this.#session.nextDeadlineMs
      this.#session.tick(this.#clock.nowMs)
    }
    this.#clock.nowMs = untilMs
    return Promise.resolve()
  }

  settle(): Promise<void> {
    return Promise.resolve()
  }

  send(text: string): void {
    const body = new FieldWriter()
    for (const [tag, value] of parseFieldList(text)) {
      if (tag !== 35) body.string(tag, value)
    }
    this.#send(parseFields(text).get(35) ?? '', body)
  }

  logout(text: string): void {
    this.#session.logout(this.#clock.nowMs, text)
  }

  take(): Happening[] {
    return this.#happenings.splice(0)
  }

  /** While disconnected and after our Logout a message only gets its number. */
  #send(msgType: string, body: FieldWriter): void {
    this.#outbound.send(msgType, body)
    if (this.#session.state === 'disconnected' || this.#hasSaidLogout) {
      this.#outbound.take()
      return
    }
    this.#lastSaid = this.#outbound.nextMsgSeqNum - 1
    if (msgType === '5') this.#hasSaidLogout = true
    this.#say()
  }

  #say(): void {
    this.#happenings.push({ speaker: 'first', kind: 'said', bytes: this.#outbound.take() })
    this.#session.sent(this.#clock.nowMs)
  }

  #note(kind: 'app' | 'refused', message: FixMessage): void {
    this.#happenings.push({ speaker: 'first', kind, fields: message.toFields() })
  }
}
