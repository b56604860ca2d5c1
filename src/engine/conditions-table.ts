/**
 * The conditions of the orders that have any, as columns: rows 1..count, named by
 * `OrderTable.condition`. They end with the day, as the orders do.
 */
import type { StateTransfer } from '../domain/index.ts'
import { enlarged } from '../domain/index.ts'
import type { OrderConditionsRecord } from '../wire/index.ts'
import { orderConditions } from '../wire/index.ts'
import type { StpGroups } from './stp-groups.ts'

const record: OrderConditionsRecord = orderConditions.flyweight()

export class ConditionsTable {
  count = 0
  /** StopPx(99), 1/10,000; 0 = none. */
  stopPx = new Int32Array(16)
  minQty = new Int32Array(16)
  /** Quantity of a shown slice; 0 = all is shown. */
  maxFloor = new Int32Array(16)
  expireDate = new Uint32Array(16)
  expireSeconds = new Uint32Array(16)
  /** Bits of ExecInstBit. */
  execInst = new Uint16Array(16)
  /** 1 = a stop that is not triggered, or an order at the close before the closing auction. */
  isWaiting = new Uint8Array(16)
  /** Number of the group that it names; 0 = none. */
  stpGroup = new Int32Array(16)
  /** StpInstruction that it names; 0 = none. */
  stpInstruction = new Uint8Array(16)
  readonly stpGroups: StpGroups

  constructor(stpGroups: StpGroups) {
    this.stpGroups = stpGroups
  }

  /** A new row with what stands behind a command. */
  append(view: DataView, at: number): number {
    if (this.count + 1 >= this.stopPx.length) this.grow()
    const row = ++this.count
    this.restate(row, view, at)
    return row
  }

  /** A new row that asks for nothing. */
  appendEmpty(): number {
    if (this.count + 1 >= this.stopPx.length) this.grow()
    return ++this.count
  }

  /** What a replacement asks for in place of what was asked before; whether it waits stays. */
  restate(row: number, view: DataView, at: number): void {
    record.wrap(view, at)
    this.stopPx[row] = record.stopPx
    this.minQty[row] = record.minQty
    this.maxFloor[row] = record.maxFloor
    this.expireDate[row] = record.expireDate
    this.expireSeconds[row] = record.expireSeconds
    this.execInst[row] = record.execInst
    this.stpInstruction[row] = record.stpInstruction
    this.stpGroup[row] = this.stpGroups.numberOf(record.stpGroup)
  }

  /** Asks for nothing any more; whether it waits stays. */
  clear(row: number): void {
    for (const column of CONDITION_COLUMNS) if (column !== 'isWaiting') this[column][row] = 0
  }

  /** Copies a row of another table. */
  appendFrom(other: ConditionsTable, from: number): number {
    if (this.count + 1 >= this.stopPx.length) this.grow()
    const row = ++this.count
    for (const column of CONDITION_COLUMNS) this[column][row] = other[column][from]!
    return row
  }

  /** Writes a row behind an event. */
  print(row: number, view: DataView, at: number): void {
    record.wrap(view, at)
    record.stopPx = this.stopPx[row]!
    record.minQty = this.minQty[row]!
    record.maxFloor = this.maxFloor[row]!
    record.expireDate = this.expireDate[row]!
    record.expireSeconds = this.expireSeconds[row]!
    record.execInst = this.execInst[row]!
    record.isWaiting = this.isWaiting[row]!
    record.stpInstruction = this.stpInstruction[row]!
    record.stpGroup = this.stpGroups.names[this.stpGroup[row]!]!
  }

  transfer(transfer: StateTransfer): void {
    this.count = transfer.value('conditions.count', this.count)
    for (const name of CONDITION_COLUMNS) {
      const column = transfer.column(`conditions.${name}`, this[name], this.count + 1)
      Object.assign(this, { [name]: column })
    }
  }

  private grow(): void {
    for (const column of CONDITION_COLUMNS) {
      Object.assign(this, { [column]: enlarged(this[column], this[column].length * 2) })
    }
  }
}

/** All columns, for growing, copying and hashing. */
export const CONDITION_COLUMNS = [
  'stopPx',
  'minQty',
  'maxFloor',
  'expireDate',
  'expireSeconds',
  'execInst',
  'isWaiting',
  'stpGroup',
  'stpInstruction',
] as const
