/**
 * The columns of what an order asks for beyond side, quantity, price and time in force: from the
 * conditions behind its record, or from the printed fields of a refusal.
 */
import { ExecType, OrdType, PRICE_DECIMALS, printScaled, TimeInForce } from '../domain/index.ts'
import { bytesOf, parseUtcTimestamp, Tag } from '../fix/index.ts'
import { eventConditionsAt, execInstText, orderConditions } from '../wire/index.ts'
import { printDecimal, printKnownDate, printTime } from './print-values.ts'
import type { ExecutionRow } from './tables.ts'

export type ConditionsColumns = Pick<
  ExecutionRow,
  'stop_px' | 'exec_inst' | 'min_qty' | 'max_floor' | 'expire_date' | 'expire_time' | 'working'
>

const NONE: ConditionsColumns = {
  stop_px: null,
  exec_inst: null,
  min_qty: null,
  max_floor: null,
  expire_date: null,
  expire_time: null,
  working: null,
}

/**
 * Of a record in the orderEvent layout. Numbers that no order can have are left out, as they are of
 * the report.
 */
export function conditionsColumns(
  view: DataView,
  at: number,
  {
    ordType,
    timeInForce,
    execType,
  }: { readonly ordType: number; readonly timeInForce: number; readonly execType: number },
): ConditionsColumns {
  const start = eventConditionsAt(view, at)
  if (start < 0) return NONE
  const conditions = orderConditions.decode(view, start)
  const { stopPx, minQty, maxFloor, expireDate, expireSeconds, execInst, isWaiting } = conditions
  const isStop = ordType === OrdType.Stop || ordType === OrdType.StopLimit
  const isInLine = isStop || timeInForce === TimeInForce.AtTheClose

  return {
    stop_px: stopPx > 0 ? printScaled(stopPx, PRICE_DECIMALS) : null,
    exec_inst: execInstText(execInst) || null,
    min_qty: minQty > 0 ? String(minQty) : null,
    max_floor: maxFloor > 0 ? String(maxFloor) : null,
    expire_date: printKnownDate(expireDate),
    expire_time: expireSeconds === 0 ? null : printTime(expireSeconds, 0),
    working: isInLine && execType !== ExecType.Rejected ? isWaiting === 0 : null,
  }
}

/** Of an order that was refused with its fields as they came. */
export const refusedConditions = (field: (tag: number) => string | null): ConditionsColumns => ({
  stop_px: printDecimal(field(Tag.StopPx)),
  exec_inst: field(Tag.ExecInst),
  min_qty: printDecimal(field(Tag.MinQty)),
  max_floor: printDecimal(field(Tag.MaxFloor) ?? field(Tag.MaxShow)),
  expire_date: printKnownDate(Number(field(Tag.ExpireDate))),
  expire_time: printInstant(field(Tag.ExpireTime)),
  working: null,
})

const instant = { epochSeconds: 0, nanoseconds: 0 }

function printInstant(text: string | null): string | null {
  const bytes = bytesOf(text ?? '')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (!parseUtcTimestamp(view, 0, bytes.length, instant)) return null
  return printTime(instant.epochSeconds, instant.nanoseconds)
}
