/**
 * What the orders that were carried into the day had done before it: rows 1..count, named by
 * `OrderTable.carried`. What they do in the day is the difference: DayOrderQty(424), DayCumQty(425) and
 * DayAvgPx(426), FIX 4.4 volume 4, "GT orders".
 */
import type { StateTransfer } from '../domain/index.ts'
import { enlarged } from '../domain/index.ts'

export class CarriedQuantities {
  count = 0
  cumQty = new Int32Array(16)
  /** Sum of price times quantity of those executions, see Notional. */
  notionalHigh = new Uint32Array(16)
  notionalLow = new Uint32Array(16)

  /** @returns the new row */
  append(cumQty: number, notionalHigh: number, notionalLow: number): number {
    if (this.count + 1 >= this.cumQty.length) this.grow()
    this.set(++this.count, cumQty, notionalHigh, notionalLow)
    return this.count
  }

  set(row: number, cumQty: number, notionalHigh: number, notionalLow: number): void {
    this.cumQty[row] = cumQty
    this.notionalHigh[row] = notionalHigh
    this.notionalLow[row] = notionalLow
  }

  transfer(transfer: StateTransfer): void {
    this.count = transfer.value('carriedQuantities.count', this.count)
    for (const name of CARRIED_COLUMNS) {
      const column = transfer.column(`carriedQuantities.${name}`, this[name], this.count + 1)
      Object.assign(this, { [name]: column })
    }
  }

  private grow(): void {
    for (const name of CARRIED_COLUMNS) {
      Object.assign(this, { [name]: enlarged(this[name], this[name].length * 2) })
    }
  }
}

/** All columns, for growing and hashing. */
export const CARRIED_COLUMNS = ['cumQty', 'notionalHigh', 'notionalLow'] as const
