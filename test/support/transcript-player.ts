/**
 * Plays a transcript against one FixSession as acceptor, with a port that numbers and sends at once
 * and a clock that stands still until the transcript moves it.
 */
import { assert } from 'vitest'
import { FixOutbound } from '../../src/client/fix-outbound.ts'
import type { FixMessage } from '../../src/fix/index.ts'
import { FieldWriter, FixReader, FixSession } from '../../src/fix/index.ts'
import type { TranscriptCase, TranscriptLine } from './transcript.ts'
import {
  encodeLine,
  parseFieldList,
  parseFields,
  readable,
  timestamp,
  TRANSCRIPT_START_SECONDS,
} from './transcript.ts'

const OURS = 'BUTTONWOOD'
const THEIRS = 'ACME'

/** What the session did, in order: bytes, a message for the application, or the end. */
type Output =
  | { kind: '<'; text: string }
  | { kind: 'app' | 'refused'; fields: [number, string][] }
  | { kind: 'disconnect'; reason: string }

class TranscriptClock {
  elapsedMs = 0

  get epochSeconds(): number {
    return TRANSCRIPT_START_SECONDS + Math.floor(this.elapsedMs / 1_000)
  }

  get nanoseconds(): number {
    return Math.round((this.elapsedMs % 1_000) * 1e6)
  }

  get nowMs(): number {
    return TRANSCRIPT_START_SECONDS * 1_000 + this.elapsedMs
  }

  now(): void {}
}

export class TranscriptPlayer {
  readonly #clock = new TranscriptClock()
  readonly #outbound = new FixOutbound({ senderCompId: OURS, targetCompId: THEIRS }, this.#clock)
  readonly #session: FixSession
  readonly #reader: FixReader
  #outputs: Output[] = []
  /** MsgSeqNum(34) of their next message, and of ours that the transcript expects. */
  #theirNext = 1
  #ourNext = 1

  constructor() {
    this.#session = new FixSession(
      {
        role: 'acceptor',
        compId: OURS,
        counterpartyCompId: THEIRS,
        heartBtInt: { min: 5, max: 60 },
        offers: (msgType) => msgType === 'D',
      },
      {
        send: (msgType, body) => this.#send(msgType, body),
        logOn: ({ resetSeqNum }, body) => {
          if (resetSeqNum) this.#outbound.startAgain(1)
          this.#send('A', body)
        },
        resend: (begin, end) => {
          this.#outbound.resend(begin, end)
          this.#collect()
        },
        resetSequence: (next) => this.#outbound.startAgain(next),
        deliver: (message) => this.#outputs.push(received('app', message)),
        refused: (message) => this.#outputs.push(received('refused', message)),
        disconnect: (reason) => this.#outputs.push({ kind: 'disconnect', reason }),
        lastSentMsgSeqNum: () => this.#outbound.nextMsgSeqNum - 1,
      },
    )
    this.#reader = new FixReader(
      {
        onMessage: (message) => this.#session.receive(message, this.#clock.nowMs),
        onGarbled: (reason, text) => this.#session.garbled(reason, text, this.#clock.nowMs),
        onGarbageLimit: () => undefined,
      },
      { messageBytesMax: 4096, garbageBytesMax: 65_536 },
    )
  }

  /**
   * @returns the lines played
   * @throws AssertionError at the first line that is not as written
   */
  play({ lines }: TranscriptCase): number {
    this.#session.connected(this.#clock.nowMs)
    for (const line of lines) this.#step(line)
    assert.deepEqual(this.#outputs.map(printed), [], 'left unsaid at the end')
    return lines.length
  }

  #step(line: TranscriptLine): void {
    switch (line.verb) {
      case '<':
      case 'app':
      case 'refused':
      case 'disconnect':
        return this.#check(line)
      case 'expect':
        return this.#checkNumbers(line)
    }

    assert.deepEqual(this.#outputs.map(printed), [], `left unsaid before line ${line.number}`)
    switch (line.verb) {
      case '>':
        return this.#reader.push(this.#encodeTheirs(line.rest))
      case 'raw':
        return this.#reader.push(Buffer.from(line.rest.replaceAll('|', '\u0001'), 'latin1'))
      case 'send':
        return this.#sendLine(line.rest)
      case 'clock':
        return this.#advance(line.rest)
      case 'logout':
        return this.#session.logout(this.#clock.nowMs, line.rest)
      case 'drop':
        return this.#session.disconnected(this.#clock.nowMs)
      case 'connect':
        return this.#session.connected(this.#clock.nowMs)
      case 'numbers':
        return this.#setNumbers(line.rest)
      default:
        throw new Error(`line ${line.number}: no such verb: ${line.verb}`)
    }
  }

  #check({ verb, rest, number }: TranscriptLine): void {
    const output = this.#outputs.shift()
    const expected = verb === '<' ? this.#encodeOurs(rest) : rest
    const actual = output === undefined ? 'nothing' : printed(narrowed(output, rest))
    assert.strictEqual(actual, `${verb} ${expected}`, `line ${number}`)
  }

  #encodeTheirs(text: string): Buffer {
    const given = parseFields(text).get(34)
    const msgSeqNum = given === undefined ? this.#theirNext : Number(given)
    const bytes = encodeLine(text, {
      senderCompId: THEIRS,
      targetCompId: OURS,
      msgSeqNum,
      sendingTime: timestamp(this.#clock.elapsedMs / 1_000),
    })
    if (parseFields(text).get(141) === 'Y') this.#theirNext = 1
    if (msgSeqNum >= this.#theirNext) this.#theirNext = msgSeqNum + 1
    return bytes
  }

  #encodeOurs(text: string): string {
    const given = parseFields(text)
    if (given.get(141) === 'Y') this.#ourNext = 1
    const msgSeqNum = given.get(34) === undefined ? this.#ourNext++ : Number(given.get(34))
    return readable(
      encodeLine(text, {
        senderCompId: OURS,
        targetCompId: THEIRS,
        msgSeqNum,
        sendingTime: timestamp(this.#clock.elapsedMs / 1_000),
      }),
    )
  }

  #sendLine(text: string): void {
    const body = new FieldWriter()
    for (const [tag, value] of parseFieldList(text)) {
      if (tag !== 35) body.string(tag, value)
    }
    this.#send(parseFields(text).get(35) ?? '', body)
  }

  #send(msgType: string, body: FieldWriter): void {
    this.#outbound.send(msgType, body)
    this.#collect()
  }

  /** Cuts what was just written into messages. */
  #collect(): void {
    const text = readable(this.#outbound.take())
    for (const message of text.split(/(?<=\|10=\d{3}\|)/)) {
      this.#outputs.push({ kind: '<', text: message })
    }
    this.#session.sent(this.#clock.nowMs)
  }

  #advance(text: string): void {
    const untilMs = this.#clock.elapsedMs + Number(/^\+([\d.]+)s$/.exec(text)![1]) * 1_000
    const startMs = TRANSCRIPT_START_SECONDS * 1_000
    while (this.#session.nextDeadlineMs - startMs <= untilMs) {
      this.#clock.elapsedMs = this.#session.nextDeadlineMs - startMs
      this.#session.tick(this.#clock.nowMs)
    }
    this.#clock.elapsedMs = untilMs
  }

  #setNumbers(text: string): void {
    const { in: inbound, out } = numbersIn(text)
    this.#session.expectedMsgSeqNum = inbound!
    this.#theirNext = inbound!
    this.#outbound.nextMsgSeqNum = out!
    this.#ourNext = out!
  }

  #checkNumbers({ rest, number }: TranscriptLine): void {
    assert.strictEqual(this.#session.expectedMsgSeqNum, numbersIn(rest).in, `line ${number}`)
  }
}

const numbersIn = (text: string): Record<string, number | undefined> =>
  Object.fromEntries(
    [...text.matchAll(/(\w+)=(\d+)/g)].map(([, name, value]) => [name, Number(value)]),
  )

function received(kind: 'app' | 'refused', message: FixMessage): Output {
  return { kind, fields: message.toFields() }
}

/** Of a message that came through, the transcript names the fields that matter. */
function narrowed(output: Output, named: string): Output {
  if (!('fields' in output)) return output
  const tags = new Set(parseFields(named).keys())
  return { ...output, fields: output.fields.filter(([tag]) => tags.has(tag)) }
}

function printed(output: Output): string {
  switch (output.kind) {
    case '<':
      return `< ${output.text}`
    case 'disconnect':
      return `disconnect ${output.reason}`
    case 'app':
    case 'refused':
      return `${output.kind} ${output.fields.map(([tag, value]) => `${tag}=${value}`).join('|')}`
  }
}
