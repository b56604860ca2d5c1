/**
 * What became of orders and requests, for /metrics: counted from the durable events of each turn, since
 * the start of the process.
 */
import { reasonNameOf } from '../domain/index.ts'
import { MsgType } from '../fix/index.ts'
import type { MessageSentRecord } from '../wire/index.ts'
import {
  cancelRejected,
  EventType,
  massCancelReported,
  messageSent,
  orderEvent,
  recordType,
} from '../wire/index.ts'
import { storedReasonName } from './reject-names.ts'

const EVENT_TYPES = 128
const EXECUTION_REPORT = '8'
const ORDER_CANCEL_REJECT = '9'

/** Events of an order, as the metric names them. */
const OF_ORDERS = {
  accepted: EventType.OrderAccepted,
  executed: EventType.OrderExecuted,
  canceled: EventType.OrderCanceled,
  replaced: EventType.OrderReplaced,
  expired: EventType.OrderExpired,
  restated: EventType.OrderRestated,
} as const

export class EventCounts {
  /** ResendRequests(2) that we sent: numbers of a counterparty were missing. */
  resendRequests = 0
  private readonly byType = new Float64Array(EVENT_TYPES)
  /** By MsgType(35), then by the name of the reason. */
  private readonly byReason = new Map<string, Map<string, number>>()
  private readonly message: MessageSentRecord = messageSent.flyweight()

  /** Counts a durable event. */
  note(view: DataView, at: number): void {
    const type = recordType(view, at)
    this.byType[type]!++
    if (type === EventType.OrderRejected) {
      this.reject(EXECUTION_REPORT, reasonNameOf(view.getUint8(at + orderEvent.offsets.reason)))
    } else if (type === EventType.CancelRejected) this.noteCancelReject(view, at)
    else if (type === EventType.MassCancelReported) this.noteMassCancel(view, at)
    else if (type === EventType.MessageSent) this.noteMessage(view, at)
  }

  /** Events of orders: their names and how many. */
  get orders(): Record<string, number> {
    const counts = Object.entries(OF_ORDERS).map(([name, type]) => [name, this.byType[type]!])
    return Object.fromEntries(counts) as Record<string, number>
  }

  /** MsgType(35) of each kind of reject, name of its reason, and how many. */
  *rejects(): Generator<readonly [string, string, number]> {
    for (const [msgType, reasons] of this.byReason) {
      for (const [reason, count] of reasons) yield [msgType, reason, count]
    }
  }

  private noteCancelReject(view: DataView, at: number): void {
    const { reason, bodyLength } = cancelRejected.offsets
    const code = view.getUint8(at + reason)
    if (code !== 0) return this.reject(ORDER_CANCEL_REJECT, reasonNameOf(code))
    const length = view.getUint16(at + bodyLength, true)
    this.rejectStored(ORDER_CANCEL_REJECT, view, at + cancelRejected.length, length)
  }

  private noteMassCancel(view: DataView, at: number): void {
    const code = view.getUint8(at + massCancelReported.offsets.reason)
    if (code !== 0) this.reject(MsgType.OrderMassCancelReport, reasonNameOf(code))
  }

  private noteMessage(view: DataView, at: number): void {
    const message = this.message
    message.wrap(view, at)
    const msgType = String.fromCharCode(message.msgType)
    if (msgType === MsgType.ResendRequest) this.resendRequests++
    // Without an ExecID it is the status of an order that is not there.
    const isRefusal = msgType === EXECUTION_REPORT && message.execId !== 0
    if (!isRefusal && msgType !== MsgType.Reject && msgType !== MsgType.BusinessMessageReject)
      return
    this.rejectStored(msgType, view, at + messageSent.length, message.bodyLength)
  }

  private rejectStored(msgType: string, view: DataView, at: number, length: number): void {
    this.reject(msgType, storedReasonName(msgType, view, at, length))
  }

  private reject(msgType: string, reason: string): void {
    let reasons = this.byReason.get(msgType)
    if (reasons === undefined) this.byReason.set(msgType, (reasons = new Map()))
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
}
