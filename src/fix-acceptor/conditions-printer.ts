/** The conditions of an order in its reports: what it has of 99, 636, 18, 110, 111, 432, 126, 7928 and 8000. */
import { PRICE_DECIMALS } from '../domain/index.ts'
import type { FieldWriter } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'
import type { OrderConditionsRecord } from '../wire/index.ts'
import { execInstText, orderConditions } from '../wire/index.ts'
import { STP_GROUP, STP_INSTRUCTION } from './order-conditions.ts'

export class ConditionsPrinter {
  private readonly conditions: OrderConditionsRecord = orderConditions.flyweight()

  /** @param at where the conditions stand. Values that no order can have are left out. */
  print(view: DataView, at: number, fields: FieldWriter): void {
    const { conditions } = this
    conditions.wrap(view, at)
    if (conditions.stopPx > 0) fields.decimal(Tag.StopPx, conditions.stopPx, PRICE_DECIMALS)
    if (conditions.isWaiting === 1) fields.boolean(Tag.WorkingIndicator, false)
    if (conditions.execInst !== 0) fields.string(Tag.ExecInst, execInstText(conditions.execInst))
    if (conditions.minQty > 0) fields.int(Tag.MinQty, conditions.minQty)
    if (conditions.maxFloor > 0) fields.int(Tag.MaxFloor, conditions.maxFloor)
    if (conditions.expireDate !== 0) fields.int(Tag.ExpireDate, conditions.expireDate)
    if (conditions.expireSeconds !== 0) {
      fields.utcTimestamp(Tag.ExpireTime, conditions.expireSeconds, 0)
    }
    if (conditions.stpGroup !== '') fields.string(STP_GROUP, conditions.stpGroup)
    if (conditions.stpInstruction !== 0) {
      fields.char(STP_INSTRUCTION, conditions.stpInstruction)
    }
  }
}
