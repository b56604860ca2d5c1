/**
 * The outbound half of a FIX client's session: gives MsgSeqNum(34) and SendingTime(52), encodes,
 * keeps what may have to be sent again, and collects everything until someone takes the bytes.
 */
import type { FieldWriter, MessageHeader, MessageParties } from '../fix/index.ts'
import { MessageWriter, MsgType, planResend, Tag } from '../fix/index.ts'
import type { SequencedTime } from '../runtime/index.ts'
import { FixOutboundStore } from './fix-outbound-store.ts'

export class FixOutbound {
  /** MsgSeqNum(34) of the next message. */
  nextMsgSeqNum = 1
  /** MsgSeqNum of our Logout: what has a number after it waits for the next connection. Case 12. */
  #logout = Number.POSITIVE_INFINITY

  readonly #time: SequencedTime
  readonly #writer: MessageWriter
  readonly #store = new FixOutboundStore()

  constructor(parties: MessageParties, time: SequencedTime) {
    this.#time = time
    this.#writer = new MessageWriter(parties)
  }

  /** Bytes waiting to be taken. */
  get length(): number {
    return this.#writer.length
  }

  /** MsgSeqNum of the last message that may have left; 0 = none. */
  get lastSentMsgSeqNum(): number {
    return Math.min(this.nextMsgSeqNum - 1, this.#logout)
  }

  /** A new connection: what is said from here on goes out. */
  connected(): void {
    this.#logout = Number.POSITIVE_INFINITY
  }

  /** After our Logout a message is only kept: the next Logon shows that it is missing. */
  send(msgType: string, body: FieldWriter, possResend = false): void {
    const msgSeqNum = this.nextMsgSeqNum++
    const header = this.#header(msgType, msgSeqNum)
    this.#store.put(msgSeqNum, {
      msgType,
      possResend,
      body: body.bytes.slice(0, body.length),
      epochSeconds: header.sendingSeconds,
      nanoseconds: header.sendingNanoseconds,
    })
    if (msgSeqNum > this.#logout) return
    this.#write({ ...header, possResend }, body.bytes, body.length)
    if (msgType === MsgType.Logout) this.#logout = msgSeqNum
  }

  /** Whole messages that someone else numbered from `nextMsgSeqNum`; not kept. */
  sendEncoded(messages: Uint8Array, count: number): void {
    this.#writer.fields.raw(messages, 0, messages.length)
    this.nextMsgSeqNum += count
  }

  /** Sends [begin, end] again, gap fills over what is not kept; end = 0 is the last sent. */
  resend(begin: number, end: number): void {
    const range = { begin, end: end === 0 ? this.lastSentMsgSeqNum : end }
    const isKept = (msgSeqNum: number) => this.#store.get(msgSeqNum) !== undefined
    for (const step of planResend(range, isKept)) {
      if (step === null) continue
      if (step.kind === 'message') this.#sendAgain(step.msgSeqNum)
      else this.#fillGap(step.msgSeqNum, step.newSeqNo)
    }
  }

  /** A new count: what was sent under the old one cannot be asked for. */
  startAgain(next: number): void {
    this.nextMsgSeqNum = next
    this.#store.clear()
  }

  /** Gives all bytes collected since the last time. */
  take(): Uint8Array {
    const bytes = this.#writer.bytes.slice(0, this.#writer.length)
    this.#writer.clear()
    return bytes
  }

  #sendAgain(msgSeqNum: number): void {
    const { msgType, possResend, body, epochSeconds, nanoseconds } = this.#store.get(msgSeqNum)!
    const header = {
      ...this.#header(msgType, msgSeqNum),
      possDup: true,
      possResend,
      origSendingSeconds: epochSeconds,
      origSendingNanoseconds: nanoseconds,
    }
    this.#write(header, body, body.length)
  }

  /** SequenceReset-GapFill over [msgSeqNum, newSeqNo). */
  #fillGap(msgSeqNum: number, newSeqNo: number): void {
    const header = this.#header(MsgType.SequenceReset, msgSeqNum)
    const body = this.#writer.begin({
      ...header,
      possDup: true,
      origSendingSeconds: header.sendingSeconds,
      origSendingNanoseconds: header.sendingNanoseconds,
    })
    body.boolean(Tag.GapFillFlag, true)
    body.int(Tag.NewSeqNo, newSeqNo)
    this.#writer.end()
  }

  #header(msgType: string, msgSeqNum: number): MessageHeader {
    this.#time.now()
    const { epochSeconds, nanoseconds } = this.#time
    return {
      msgType,
      msgSeqNum,
      sendingSeconds: epochSeconds,
      sendingNanoseconds: nanoseconds,
    }
  }

  #write(header: MessageHeader, body: Uint8Array, length: number): void {
    this.#writer.begin(header).raw(body, 0, length)
    this.#writer.end()
  }
}
