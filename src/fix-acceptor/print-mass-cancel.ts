/** OrderMassCancelReport(r) from its event. */
import { reasonOf } from '../domain/index.ts'
import type { FieldWriter } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'
import { massCancelReported } from '../wire/index.ts'
import { bytesBehind, printOrderId, printTime } from './print-record.ts'

const REJECTED = '0'
const report = massCancelReported.flyweight()

export function printMassCancel(view: DataView, at: number, fields: FieldWriter): void {
  report.wrap(view, at)
  const bytes = bytesBehind(view)
  const clOrdIdAt = at + massCancelReported.offsets.clOrdId
  const reason = reasonOf(report.reason)

  printOrderId(fields, report.orderId)
  if (view.getUint8(clOrdIdAt) !== 0) {
    fields.ascii(Tag.ClOrdID, bytes, clOrdIdAt, clOrdIdAt + 20)
  }
  fields.char(Tag.MassCancelRequestType, report.massCancelRequestType)
  if (reason === undefined) {
    fields.char(Tag.MassCancelResponse, report.massCancelRequestType)
    fields.int(Tag.TotalAffectedOrders, report.totalAffectedOrders)
  } else {
    fields.string(Tag.MassCancelResponse, REJECTED)
    fields.int(Tag.MassCancelRejectReason, reason.fixCode)
    fields.string(Tag.Text, reason.text)
  }
  printTime(fields, report)
  const body = at + massCancelReported.length
  fields.raw(bytes, body, body + report.bodyLength)
}
