/**
 * One event record → one FIX message, from the record and the configuration in force alone: a
 * report printed today and re-sent tomorrow has the same body. Field meanings: docs/protocols/order-entry.md.
 */
import {
  ExecType,
  OrdStatus,
  PRICE_DECIMALS,
  reasonOf,
  restatementReasonOf,
} from '../domain/index.ts'
import type { FieldWriter } from '../fix/index.ts'
import { bytesOf, MsgType, Tag } from '../fix/index.ts'
import type { CancelRejectedRecord, MessageSentRecord, OrderEventRecord } from '../wire/index.ts'
import {
  cancelRejected,
  dayQuantities,
  dayQuantitiesAt,
  eventConditionsAt,
  EventType,
  executionRef,
  hasExecutionRef,
  hasExtendedCodes,
  hasStatusTail,
  isOrderEvent,
  messageSent,
  orderEvent,
  reasonText,
  recordType,
  statusTail,
  textBehind,
  orderTailAt,
} from '../wire/index.ts'
import type { VenueConfiguration, VenueSession } from '../wire/index.ts'
import { ConditionsPrinter } from './conditions-printer.ts'
import { printMassCancel } from './print-mass-cancel.ts'
import { bytesBehind, NONE, printOrderId, printTime } from './print-record.ts'

const AVG_PX_DECIMALS = 6
const EXECUTION_REPORT = '8'
const REPORT_CODE = EXECUTION_REPORT.charCodeAt(0)
const ORDER_CANCEL_REJECT = '9'
const msgTypes: string[] = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))

const isOfExecution = (execType: number): boolean =>
  execType === ExecType.Trade ||
  execType === ExecType.TradeCorrect ||
  execType === ExecType.TradeCancel

/** MsgType(35) that an event prints. */
export function msgTypeOf(view: DataView, at: number): string {
  const type = recordType(view, at)
  if (isOrderEvent(type)) return EXECUTION_REPORT
  if (type === EventType.CancelRejected) return ORDER_CANCEL_REJECT
  if (type === EventType.MassCancelReported) return MsgType.OrderMassCancelReport
  return msgTypes[view.getUint8(at + messageSent.offsets.msgType)]!
}

export class ReportPrinter {
  private readonly order: OrderEventRecord = orderEvent.flyweight()
  private readonly conditions = new ConditionsPrinter()
  private readonly statusTail = statusTail.flyweight()
  private readonly day = dayQuantities.flyweight()
  private readonly reference = executionRef.flyweight()
  private readonly cancelReject: CancelRejectedRecord = cancelRejected.flyweight()
  private readonly message: MessageSentRecord = messageSent.flyweight()
  /** `55=AAPL|` by stock locate. */
  private symbols: Uint8Array[] = []
  /** `30=BTWD|`; empty where the journal has no market. */
  private lastMkt: Uint8Array = new Uint8Array(0)

  /** Called for every configuration that comes into force. */
  configure({ instruments, mic }: VenueConfiguration): void {
    this.lastMkt = mic === undefined ? new Uint8Array(0) : bytesOf(`30=${mic}\u0001`)
    this.symbols = []
    for (const { locate, symbol } of instruments)
      this.symbols[locate] = bytesOf(`55=${symbol}\u0001`)
  }

  /** Writes the fields after the standard header. */
  print(view: DataView, at: number, session: VenueSession, fields: FieldWriter): void {
    const type = recordType(view, at)
    if (isOrderEvent(type)) this.printReport(view, at, session, fields)
    else if (type === EventType.CancelRejected) this.printCancelReject(view, at, session, fields)
    else if (type === EventType.MassCancelReported) printMassCancel(view, at, fields)
    else this.printStored(view, at, fields)
  }

  private printReport(
    view: DataView,
    at: number,
    session: VenueSession,
    fields: FieldWriter,
  ): void {
    const report = this.order
    report.wrap(view, at)
    const bytes = bytesBehind(view)
    const { clOrdId, origClOrdId } = orderEvent.offsets

    printOrderId(fields, report.orderId)
    if (report.orderReference !== 0) fields.int(Tag.SecondaryOrderID, report.orderReference)
    fields.ascii(Tag.ClOrdID, bytes, at + clOrdId, at + clOrdId + 20)
    if (view.getUint8(at + origClOrdId) !== 0) {
      fields.ascii(Tag.OrigClOrdID, bytes, at + origClOrdId, at + origClOrdId + 20)
    }
    fields.int(Tag.ExecID, report.execId)
    fields.char(Tag.ExecType, report.execType)
    fields.char(Tag.OrdStatus, report.ordStatus)
    if (report.reason !== 0) this.printReason(fields, report)
    printAccount(fields, session, report.account)
    const symbol = this.symbols[report.locate]
    if (symbol !== undefined) fields.raw(symbol, 0, symbol.length)
    fields.char(Tag.Side, report.side)
    if (report.orderQty !== 0) fields.int(Tag.OrderQty, report.orderQty)
    fields.char(Tag.OrdType, report.ordType)
    if (report.price !== 0) fields.decimal(Tag.Price, report.price, PRICE_DECIMALS)
    fields.char(Tag.TimeInForce, report.timeInForce)
    const conditions = eventConditionsAt(view, at)
    if (conditions >= 0) this.conditions.print(view, conditions, fields)
    if (isOfExecution(report.execType)) this.printExecution(report, fields)
    fields.int(Tag.LeavesQty, report.leavesQty)
    fields.int(Tag.CumQty, report.cumQty)
    fields.decimal(Tag.AvgPx, report.avgPx, AVG_PX_DECIMALS)
    const day = dayQuantitiesAt(view, at)
    if (day >= 0) this.printDay(view, day, fields)
    printTime(fields, report)
    if (hasExecutionRef(recordType(view, at))) this.printReference(view, at, fields)
    if (hasStatusTail(view, at)) this.printStatusTail(view, at, fields)
  }

  /** Of a trade, a correction of one, or a bust, which says only which trade it was. */
  private printExecution(report: OrderEventRecord, fields: FieldWriter): void {
    if (report.execType !== ExecType.TradeCancel) {
      fields.int(Tag.LastQty, report.lastQty)
      fields.decimal(Tag.LastPx, report.lastPx, PRICE_DECIMALS)
      fields.raw(this.lastMkt, 0, this.lastMkt.length)
    }
    // Of an auction, and of what was corrected: nobody added, nobody removed.
    if (report.lastLiquidityInd !== 0) fields.char(Tag.LastLiquidityInd, report.lastLiquidityInd)
    fields.int(Tag.SecondaryExecID, report.matchNumber)
  }

  /** From the second day of an order on. */
  private printDay(view: DataView, at: number, fields: FieldWriter): void {
    const { day } = this
    day.wrap(view, at)
    fields.int(Tag.DayOrderQty, day.dayOrderQty)
    fields.int(Tag.DayCumQty, day.dayCumQty)
    fields.decimal(Tag.DayAvgPx, day.dayAvgPx, AVG_PX_DECIMALS)
  }

  private printReference(view: DataView, at: number, fields: FieldWriter): void {
    const { reference } = this
    reference.wrap(view, orderTailAt(view, at))
    fields.int(Tag.ExecRefID, reference.execRefId)
    fields.string(Tag.Text, textBehind(view, at))
  }

  /** What the request asked by, and where among its answers this one stands. */
  private printStatusTail(view: DataView, at: number, fields: FieldWriter): void {
    const tail = this.statusTail
    tail.wrap(view, orderTailAt(view, at))
    const body = tail.at + statusTail.length
    fields.raw(bytesBehind(view), body, body + tail.bodyLength)
    if (tail.totNumReports > 0) fields.int(Tag.TotNumReports, tail.totNumReports)
    if (tail.lastRptRequested === 1) fields.boolean(Tag.LastRptRequested, true)
  }

  private printReason(fields: FieldWriter, report: OrderEventRecord): void {
    const reason = reasonOf(report.reason)
    if (reason === undefined) return
    if (report.execType === ExecType.Rejected) fields.int(Tag.OrdRejReason, reason.fixCode)
    else if (report.execType !== ExecType.Triggered) {
      const code = restatementReasonOf(reason, hasExtendedCodes(report.dialect))
      if (code !== undefined) fields.int(Tag.ExecRestatementReason, code)
    }
    fields.string(Tag.Text, reasonText(report.view, report.at, reason, report))
  }

  private printCancelReject(
    view: DataView,
    at: number,
    session: VenueSession,
    fields: FieldWriter,
  ): void {
    const reject = this.cancelReject
    reject.wrap(view, at)
    const bytes = bytesBehind(view)
    const { clOrdId, origClOrdId } = cancelRejected.offsets

    printOrderId(fields, reject.orderId)
    if (view.getUint8(at + clOrdId) !== 0) {
      fields.ascii(Tag.ClOrdID, bytes, at + clOrdId, at + clOrdId + 20)
    }
    if (view.getUint8(at + origClOrdId) !== 0) {
      fields.ascii(Tag.OrigClOrdID, bytes, at + origClOrdId, at + origClOrdId + 20)
    }
    fields.char(Tag.OrdStatus, reject.ordStatus)
    printAccount(fields, session, reject.account)
    printTime(fields, reject)
    fields.char(Tag.CxlRejResponseTo, reject.cxlRejResponseTo)
    const reason = reasonOf(reject.reason)
    if (reason !== undefined) {
      fields.int(Tag.CxlRejReason, reason.fixCode)
      fields.string(Tag.Text, reasonText(view, at, reason, reject))
    }
    if (reason?.values === 'behind') return
    const body = at + cancelRejected.length
    fields.raw(bytes, body, body + reject.bodyLength)
  }

  private printStored(view: DataView, at: number, fields: FieldWriter): void {
    const message = this.message
    message.wrap(view, at)
    if (message.msgType === REPORT_CODE) printRefusal(fields, message)
    const body = at + messageSent.length
    fields.raw(bytesBehind(view), body, body + message.bodyLength)
  }
}

/**
 * An 8 for an order that never came to be: the stored body names what was asked. Without an ExecID it
 * is the status of an order that was refused before.
 */
function printRefusal(fields: FieldWriter, message: MessageSentRecord): void {
  fields.string(Tag.OrderID, NONE)
  fields.int(Tag.ExecID, message.execId)
  fields.char(Tag.ExecType, message.execId === 0 ? ExecType.OrderStatus : ExecType.Rejected)
  fields.char(Tag.OrdStatus, OrdStatus.Rejected)
  fields.int(Tag.LeavesQty, 0)
  fields.int(Tag.CumQty, 0)
  fields.int(Tag.AvgPx, 0)
  printTime(fields, message)
}

function printAccount(fields: FieldWriter, session: VenueSession, account: number): void {
  const name = account === 0 ? undefined : session.accounts[account - 1]
  if (name !== undefined) fields.string(Tag.Account, name)
}
