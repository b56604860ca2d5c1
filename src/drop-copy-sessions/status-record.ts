/**
 * Answers to a status request that no journal holds, as the records that a ReportPrinter prints: the
 * last event of an order turned into a status, and the answer that tells of none.
 */
import { ExecType } from '../domain/index.ts'
import {
  CONDITIONS_BIT,
  DAY_BIT,
  EventType,
  messageSent,
  orderEvent,
  RecordBuffer,
  recordSession,
  statusTail,
  orderTailAt,
} from '../wire/index.ts'
import type { SendingTime } from './sent-numbers.ts'

const RECORD_HEADER = 8
const CL_ORD_ID_BYTES = 20
const EXECUTION_REPORT = 0x38 // 8

/** How many answers a request has, and whether this is the last. */
export interface Counted {
  readonly total: number
  readonly isLast: boolean
}

/** The request's id as it is printed. */
interface Body {
  readonly bytes: Uint8Array
  readonly length: number
}

export class StatusRecord {
  /** Holds one record, at 0. */
  readonly records = new RecordBuffer(1024)
  private readonly order = orderEvent.flyweight()
  private readonly tail = statusTail.flyweight()
  private readonly message = messageSent.flyweight()

  /** An order as its last event says. @param dialect of its session */
  ofOrder(
    view: DataView,
    at: number,
    dialect: number,
    time: SendingTime,
    id: Body,
    { total, isLast }: Counted,
  ): void {
    const length = orderTailAt(view, at) - at
    const record = this.append(
      EventType.OrderStatusReported,
      recordSession(view, at),
      length + statusTail.length + id.length,
    )
    const event = new Uint8Array(view.buffer, view.byteOffset + at, length)
    this.records.bytes.set(event.subarray(RECORD_HEADER), record + RECORD_HEADER)

    const { order, tail } = this
    order.wrap(this.records.view, record)
    order.epochSeconds = time.epochSeconds
    order.nanoseconds = time.nanoseconds
    order.execId = 0
    order.execType = ExecType.OrderStatus
    order.reason = 0
    order.dialect = dialect | (order.dialect & (CONDITIONS_BIT | DAY_BIT))
    const orig = record + orderEvent.offsets.origClOrdId
    this.records.bytes.fill(0, orig, orig + CL_ORD_ID_BYTES)
    tail.wrap(this.records.view, record + length)
    tail.totNumReports = total
    tail.lastRptRequested = isLast ? 1 : 0
    tail.bodyLength = id.length
    this.records.bytes.set(id.bytes.subarray(0, id.length), record + length + statusTail.length)
  }

  /** No order: the body says what was asked and why there is none. @param dialect of who asks */
  ofNone(dialect: number, time: SendingTime, body: Body): void {
    const record = this.append(EventType.MessageSent, 0, messageSent.length + body.length)
    const { message } = this
    message.wrap(this.records.view, record)
    message.epochSeconds = time.epochSeconds
    message.nanoseconds = time.nanoseconds
    message.msgType = EXECUTION_REPORT
    message.dialect = dialect
    message.bodyLength = body.length
    this.records.bytes.set(body.bytes.subarray(0, body.length), record + messageSent.length)
  }

  private append(type: number, session: number, length: number): number {
    this.records.clear()
    return this.records.append(type, session, length)
  }
}
