/**
 * Shares of one price, pro rata: each order's part of the incoming quantity is in proportion to what
 * it shows, rounded down to whole lots; parts below a minimum are nothing; what that leaves goes to one
 * order after the other, by time or by size. docs/protocols/order-entry.md.
 */
import { enlarged, floorDiv } from '../domain/index.ts'

/** How quantity is shared at one price. */
export interface SharingRule {
  /** What rounding leaves goes to those that show most, instead of those that have waited longest. */
  readonly bySize: boolean
  readonly lotSize: number
  /** Least share, in shares. */
  readonly minimum: number
}

const EXACT_MAX = Number.MAX_SAFE_INTEGER

/** The shares of one price that are still to be executed, in the order of time. */
export class Shares {
  private slots = new Int32Array(16)
  private shown = new Int32Array(16)
  private parts = new Int32Array(16)
  private count = 0
  private next = 0

  /** Whether some are left. */
  get isPending(): boolean {
    return this.next < this.count
  }

  /** The next one's slot, and its part, 1.. */
  get slot(): number {
    return this.slots[this.next]!
  }
  get part(): number {
    return this.parts[this.next]!
  }

  /** Begins with the orders of a price; `add` each of them in the order of time. */
  clear(): void {
    this.count = 0
    this.next = 0
  }

  add(slot: number, shown: number): void {
    if (this.count === this.slots.length) this.grow()
    this.slots[this.count] = slot
    this.shown[this.count++] = shown
  }

  /** Goes on behind the one that was executed. */
  advance(): void {
    this.next++
  }

  /** Visits what is left. */
  forEach(visit: (slot: number, part: number) => void): void {
    for (let i = this.next; i < this.count; i++) visit(this.slots[i]!, this.parts[i]!)
  }

  /** @param quantity that comes in @param total shown by all that were added */
  divide(quantity: number, total: number, rule: SharingRule): void {
    if (quantity >= total) {
      this.parts.set(this.shown.subarray(0, this.count))
      return
    }
    let left = quantity
    for (let i = 0; i < this.count; i++) {
      const exact = proportion(quantity, this.shown[i]!, total)
      const part = exact - (exact % rule.lotSize)
      this.parts[i] = part < rule.minimum ? 0 : part
      left -= this.parts[i]!
    }
    this.giveAway(left, rule.bySize)
    this.dropNothing()
  }

  /** What rounding has left, each up to what it shows. */
  private giveAway(quantity: number, bySize: boolean): void {
    let left = quantity
    const order = bySize && left > 0 ? this.bySize() : undefined
    for (let place = 0; place < this.count && left > 0; place++) {
      const i = order === undefined ? place : order[place]!
      const more = Math.min(left, this.shown[i]! - this.parts[i]!)
      this.parts[i]! += more
      left -= more
    }
  }

  /** Those that show most in front, of equal ones the one that has waited longer. */
  private bySize(): Int32Array {
    const { shown } = this
    const order = Int32Array.from({ length: this.count }, (_, i) => i)
    return order.sort((a, b) => shown[b]! - shown[a]! || a - b)
  }

  private dropNothing(): void {
    let count = 0
    for (let i = 0; i < this.count; i++) {
      if (this.parts[i] === 0) continue
      this.slots[count] = this.slots[i]!
      this.parts[count++] = this.parts[i]!
    }
    this.count = count
  }

  private grow(): void {
    for (const column of ['slots', 'shown', 'parts'] as const) {
      this[column] = enlarged(this[column], this[column].length * 2)
    }
  }
}

/** quantity × shown / total, rounded down; the product may pass 2^53. */
function proportion(quantity: number, shown: number, total: number): number {
  if (quantity * shown <= EXACT_MAX) return floorDiv(quantity * shown, total)
  return Number((BigInt(quantity) * BigInt(shown)) / BigInt(total))
}
