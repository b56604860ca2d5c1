/**
 * What a session's counterparty still has to be sent. An outbox is a cursor over the session's
 * records: live it prints each event as its turn becomes durable; behind (a resend, a slow reader)
 * it reads the journal a slice at a time and live reports follow in order. A slow reader makes the
 * cursor lag, not the heap grow.
 */
import type { MessageHeader, MessageWriter } from '../fix/index.ts'
import { isResent, MsgType, writeGapFill } from '../fix/index.ts'
import type { EventHeaderRecord, VenueSession } from '../wire/index.ts'
import { eventHeader } from '../wire/index.ts'
import type { SessionLog } from './message-log-session.ts'
import type { ReportPrinter } from './report-printer.ts'
import { msgTypeOf } from './report-printer.ts'
import { ResendQueue } from './resend-queue.ts'
import type { SentMessages } from './sent-messages.ts'

/** Messages that one session may be sent out of the journal before others get their turn. */
const SLICE_MESSAGES_MAX = 128

/** Sequenced time of the turn at hand. */
export interface SendingTime {
  readonly epochSeconds: number
  readonly nanoseconds: number
}

export interface OutboxOptions {
  readonly writer: MessageWriter
  readonly sent: SentMessages
  readonly printer: ReportPrinter
  readonly session: VenueSession
  /** Bytes waiting above which the cursor stops. */
  readonly bytesMax: number
  readonly log: SessionLog | undefined
}

export class Outbox {
  /** First message not yet sent on this connection. */
  private next: number
  /** Our Logout: what is numbered after it waits for the next Logon. FIX 4.4 volume 2, case 12. */
  private last = Infinity
  private readonly resends: ResendQueue
  /** Of first sendings. */
  private readonly header = {
    msgType: '',
    msgSeqNum: 0,
    sendingSeconds: 0,
    sendingNanoseconds: 0,
  } satisfies MessageHeader
  /** Of messages sent again and of gap fills. */
  private readonly possDupHeader = {
    ...this.header,
    possDup: true,
    origSendingSeconds: 0,
    origSendingNanoseconds: 0,
  } satisfies MessageHeader
  private readonly event: EventHeaderRecord = eventHeader.flyweight()
  private readonly options: OutboxOptions
  private readonly sent: SentMessages
  private readonly writer: MessageWriter

  /** @param first number of the Logon that opens this connection: earlier ones wait to be asked for */
  constructor(options: OutboxOptions, first: number) {
    this.options = options
    this.sent = options.sent
    this.writer = options.writer
    this.next = first
    this.resends = new ResendQueue((msgSeqNum) => {
      const { view, at } = this.sent.read(msgSeqNum)
      return isResent(msgTypeOf(view, at))
    })
  }

  /** True when everything given a number has been written. */
  get isLive(): boolean {
    return this.resends.isEmpty && this.next > this.end
  }

  /** Messages that have a number and were not written yet; without those that are to be sent again. */
  get waiting(): number {
    return Math.max(0, this.end - this.next + 1)
  }

  /** Sends [begin, end] again, as far as it was sent on this connection or before; end = 0 is all. */
  resend(begin: number, end: number): void {
    const sent = this.next - 1
    this.resends.add({ begin, end: end === 0 ? sent : Math.min(end, sent) })
  }

  /** Numbers started again at 1 (141=Y in mid-session). */
  reset(): void {
    this.next = 1
    this.resends.clear()
  }

  /** A durable event of this session, `sent.last` by number; printed now when the outbox is live. */
  publish(view: DataView, at: number, msgSeqNum: number): void {
    if (msgSeqNum !== this.next || msgSeqNum > this.last) return
    if (!this.resends.isEmpty || this.isFull) return
    this.printFirst(view, at)
    this.next++
  }

  /** Writes the next slice of what is behind. */
  pump(now: SendingTime): void {
    let budget = SLICE_MESSAGES_MAX
    while (!this.resends.isEmpty && budget-- > 0 && !this.isFull) this.resendOne(now)
    if (!this.resends.isEmpty) return

    while (this.next <= this.end && budget-- > 0 && !this.isFull) {
      const { view, at } = this.sent.read(this.next)
      this.printFirst(view, at)
      this.next++
    }
  }

  /** Last message that may be sent for the first time on this connection. */
  private get end(): number {
    return Math.min(this.sent.last, this.last)
  }

  /** So much waits for the counterparty that the cursor stands. */
  get isFull(): boolean {
    return this.writer.length >= this.options.bytesMax
  }

  private resendOne(now: SendingTime): void {
    const step = this.resends.next()
    if (step?.kind === 'message') this.sendAgain(step.msgSeqNum, now)
    else if (step?.kind === 'gap-fill') this.fillGap(step.msgSeqNum, step.newSeqNo, now)
  }

  /** The same body under the same number; SendingTime(52) is now, 122 is what it was. */
  private sendAgain(msgSeqNum: number, now: SendingTime): void {
    const { view, at } = this.sent.read(msgSeqNum)
    this.event.wrap(view, at)
    const header = this.possDupHeader
    header.msgType = msgTypeOf(view, at)
    header.origSendingSeconds = this.event.epochSeconds
    header.origSendingNanoseconds = this.event.nanoseconds
    this.stamp(header, msgSeqNum, now)
    this.print(header, view, at)
  }

  private fillGap(msgSeqNum: number, newSeqNo: number, now: SendingTime): void {
    this.stamp(this.header, msgSeqNum, now)
    const start = this.writer.length
    writeGapFill(this.writer, this.header, newSeqNo)
    this.log(start)
  }

  /** A first sending: its SendingTime(52) is the time of its record. */
  private printFirst(view: DataView, at: number): void {
    this.event.wrap(view, at)
    this.header.msgType = msgTypeOf(view, at)
    if (this.header.msgType === MsgType.Logout) this.last = this.event.msgSeqNum
    this.stamp(this.header, this.event.msgSeqNum, this.event)
    this.print(this.header, view, at)
  }

  private stamp(header: MessageHeader, msgSeqNum: number, time: SendingTime): void {
    header.msgSeqNum = msgSeqNum
    header.sendingSeconds = time.epochSeconds
    header.sendingNanoseconds = time.nanoseconds
  }

  private print(header: MessageHeader, view: DataView, at: number): void {
    const start = this.writer.length
    const fields = this.writer.begin(header)
    this.options.printer.print(view, at, this.options.session, fields)
    this.writer.end()
    this.log(start)
  }

  /** @param start where the message begins */
  private log(start: number): void {
    this.options.log?.sent(this.writer.bytes, start, this.writer.length)
  }
}
