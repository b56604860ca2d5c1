/**
 * What a session's counterparty still has to be sent. An outbox is a cursor over the session's
 * records: live it prints each event as its turn becomes durable; behind (a resend, a slow reader)
 * it reads the journal a slice at a time and live reports follow in order. A slow reader makes the
 * cursor lag, not the heap grow.
 */
import type { MessageHeader, MessageWriter } from '../fix/index.ts'
import { isResent, Tag } from '../fix/index.ts'
import type { EventHeaderRecord, VenueSession } from '../wire/index.ts'
import { eventHeader } from '../wire/index.ts'
import type { ReportPrinter } from './report-printer.ts'
import { msgTypeOf } from './report-printer.ts'
import type { SentMessages } from './sent-messages.ts'

/** Messages that one session may be sent out of the journal before others get their turn. */
const SLICE_MESSAGES_MAX = 256
/** Bytes waiting in one session's buffer above which its cursor stops. */
export const OUTBOUND_BYTES_MAX = 1 << 20
const SEQUENCE_RESET = '4'
const LOGOUT = '5'

/** Sequenced time of the turn at hand. */
export interface SendingTime {
  readonly epochSeconds: number
  readonly nanoseconds: number
}

export class Outbox {
  /** First message not yet sent on this connection. */
  private next: number
  /** Our Logout: what is numbered after it waits for the next Logon. FIX 4.4 volume 2, case 12. */
  private last = Infinity
  /** Messages asked for again: [resendNext, resendEnd]; none when next > end. */
  private resendNext = 1
  private resendEnd = 0
  /** First of the admin messages that the next gap fill covers; 0 = none. */
  private gapBegin = 0
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
  private readonly writer: MessageWriter
  private readonly sent: SentMessages
  private readonly printer: ReportPrinter
  private readonly session: VenueSession

  /** @param first number of the Logon that opens this connection: earlier ones wait to be asked for */
  constructor(
    options: {
      writer: MessageWriter
      sent: SentMessages
      printer: ReportPrinter
      session: VenueSession
    },
    first: number,
  ) {
    this.writer = options.writer
    this.sent = options.sent
    this.printer = options.printer
    this.session = options.session
    this.next = first
  }

  /** True when everything given a number has been written. */
  get isLive(): boolean {
    return this.resendNext > this.resendEnd && this.next > this.end
  }

  /** ResendRequest(2): 16=0 is resolved by the caller. A newer request takes the place of the older. */
  resend(begin: number, end: number): void {
    this.gapBegin = 0
    this.resendNext = begin
    this.resendEnd = Math.min(end, this.next - 1)
  }

  /** Numbers started again at 1 (141=Y in mid-session). */
  reset(): void {
    this.next = 1
    this.resendEnd = 0
    this.resendNext = 1
    this.gapBegin = 0
  }

  /** A durable event of this session, `sent.last` by number; printed now when the outbox is live. */
  publish(view: DataView, at: number, msgSeqNum: number): void {
    if (msgSeqNum !== this.next || msgSeqNum > this.last) return
    if (this.resendNext <= this.resendEnd || this.isFull) return
    this.printFirst(view, at)
    this.next++
  }

  /** Writes the next slice of what is behind. */
  pump(now: SendingTime): void {
    let budget = SLICE_MESSAGES_MAX
    while (this.resendNext <= this.resendEnd && budget-- > 0 && !this.isFull) this.resendOne(now)
    if (this.resendNext <= this.resendEnd) return

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

  private get isFull(): boolean {
    return this.writer.length >= OUTBOUND_BYTES_MAX
  }

  /** Application messages and Reject(3) again under their own number; one gap fill for a run of others. */
  private resendOne(now: SendingTime): void {
    const msgSeqNum = this.resendNext++
    const { view, at } = this.sent.read(msgSeqNum)
    const isLast = this.resendNext > this.resendEnd
    if (!isResent(msgTypeOf(view, at))) {
      if (this.gapBegin === 0) this.gapBegin = msgSeqNum
      if (isLast) this.fillGap(msgSeqNum + 1, now)
      return
    }

    if (this.gapBegin !== 0) this.fillGap(msgSeqNum, now)
    this.event.wrap(view, at)
    const header = this.possDupHeader
    header.msgType = msgTypeOf(view, at)
    header.origSendingSeconds = this.event.epochSeconds
    header.origSendingNanoseconds = this.event.nanoseconds
    this.stamp(header, msgSeqNum, now)
    this.print(header, view, at)
  }

  private fillGap(newSeqNo: number, now: SendingTime): void {
    const header = this.possDupHeader
    header.msgType = SEQUENCE_RESET
    header.origSendingSeconds = now.epochSeconds
    header.origSendingNanoseconds = now.nanoseconds
    this.stamp(header, this.gapBegin, now)
    const fields = this.writer.begin(header)
    fields.boolean(Tag.GapFillFlag, true)
    fields.int(Tag.NewSeqNo, newSeqNo)
    this.writer.end()
    this.gapBegin = 0
  }

  /** A first sending: its SendingTime(52) is the time of its record. */
  private printFirst(view: DataView, at: number): void {
    this.event.wrap(view, at)
    this.header.msgType = msgTypeOf(view, at)
    if (this.header.msgType === LOGOUT) this.last = this.event.msgSeqNum
    this.stamp(this.header, this.event.msgSeqNum, this.event)
    this.print(this.header, view, at)
  }

  private stamp(header: MessageHeader, msgSeqNum: number, time: SendingTime): void {
    header.msgSeqNum = msgSeqNum
    header.sendingSeconds = time.epochSeconds
    header.sendingNanoseconds = time.nanoseconds
  }

  private print(header: MessageHeader, view: DataView, at: number): void {
    const fields = this.writer.begin(header)
    this.printer.print(view, at, this.session, fields)
    this.writer.end()
  }
}
