/** What the printers of event records share. */
import type { FieldWriter } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'
import { decimalsOf } from '../wire/index.ts'

export const NONE = 'NONE'

export function printOrderId(fields: FieldWriter, orderId: number): void {
  if (orderId === 0) fields.string(Tag.OrderID, NONE)
  else fields.int(Tag.OrderID, orderId)
}

/** TransactTime(60): the sequenced time of the event, as fine as its session has it. */
export function printTime(
  fields: FieldWriter,
  { epochSeconds, nanoseconds, dialect }: EventTime,
): void {
  fields.utcTimestamp(Tag.TransactTime, epochSeconds, nanoseconds, decimalsOf(dialect))
}

interface EventTime {
  readonly epochSeconds: number
  readonly nanoseconds: number
  readonly dialect: number
}

let bytes = new Uint8Array(0)

/** The bytes of a view's buffer: one array per buffer, since offsets count from the view's start. */
export function bytesBehind(view: DataView): Uint8Array {
  if (bytes.buffer !== view.buffer || bytes.byteOffset !== view.byteOffset) {
    bytes = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength)
  }
  return bytes
}
