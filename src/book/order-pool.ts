/**
 * The resting orders of every book of the exchange, in one slab of 16-byte records, so that
 * touching an order costs one cache line however many are live. An order's handle is its slot,
 * 1..LIVE_ORDERS_MAX; 0 means none. A slot stays the same until its order leaves the book and is
 * then given out again, last freed first: keep whatever else belongs to an order (owner, ids) in
 * arrays of your own under the same slot. Price and side are those of the order's level.
 *
 *   words 0 leavesQty · 1 next · 2 previous · 3 level (0 = slot is free, chained through next)
 */
import { assert, enlarged } from '../domain/index.ts'
import type { LevelPool } from './level-pool.ts'

/** Resting orders of the whole exchange; refuse new ones before adding when `isFull`. */
export const LIVE_ORDERS_MAX = 4 * 1024 * 1024
const CAPACITY_MIN = 1024

const SHIFT = 2
const LEAVES_QTY = 0
const NEXT = 1
const PREVIOUS = 2
const LEVEL = 3

export class OrderPool {
  readonly levels: LevelPool
  /** Resting orders. */
  liveCount = 0
  private words: Int32Array<ArrayBuffer>
  private capacity: number
  private firstFree = 0
  private nextUnused = 1

  /** @param capacity orders to make room for at first; the slab doubles when it is full */
  constructor(levels: LevelPool, capacity = CAPACITY_MIN) {
    this.levels = levels
    this.capacity = capacity + 1
    this.words = new Int32Array(this.capacity << SHIFT)
  }

  /** True when no order can be added: a business reject for the caller, an assertion in here. */
  get isFull(): boolean {
    return this.liveCount === LIVE_ORDERS_MAX
  }

  /** Open quantity of a resting order. */
  leavesQty(slot: number): number {
    return this.words[(slot << SHIFT) + LEAVES_QTY]!
  }

  /** Price of a resting order, in 1/10,000 of the currency. */
  price(slot: number): number {
    return this.levels.price(this.level(slot))
  }

  /** Side.Buy or Side.Sell of a resting order. */
  side(slot: number): number {
    return this.levels.side(this.level(slot))
  }

  /** The order behind it in the queue of its level; 0 = it is the last. */
  next(slot: number): number {
    return this.words[(slot << SHIFT) + NEXT]!
  }

  /** The order before it in the queue of its level; 0 = it is the first. */
  previous(slot: number): number {
    return this.words[(slot << SHIFT) + PREVIOUS]!
  }

  /** The level it waits in; 0 = no order has this slot. */
  level(slot: number): number {
    return this.words[(slot << SHIFT) + LEVEL]!
  }

  /** A slot for an order that `place` puts into its queue. */
  allocate(): number {
    this.liveCount++
    return this.takeSlot()
  }

  /** Puts an order at the end of a queue; the caller links the order before it. */
  place(slot: number, level: number, previous: number, leavesQty: number): void {
    const at = slot << SHIFT
    this.words[at + LEAVES_QTY] = leavesQty
    this.words[at + NEXT] = 0
    this.words[at + PREVIOUS] = previous
    this.words[at + LEVEL] = level
  }

  free(slot: number): void {
    const at = slot << SHIFT
    this.words[at + NEXT] = this.firstFree
    this.words[at + LEVEL] = 0
    this.firstFree = slot
    this.liveCount--
  }

  setLeavesQty(slot: number, leavesQty: number): void {
    this.words[(slot << SHIFT) + LEAVES_QTY] = leavesQty
  }

  setNext(slot: number, next: number): void {
    this.words[(slot << SHIFT) + NEXT] = next
  }

  setPrevious(slot: number, previous: number): void {
    this.words[(slot << SHIFT) + PREVIOUS] = previous
  }

  private takeSlot(): number {
    const recycled = this.firstFree
    if (recycled !== 0) {
      this.firstFree = this.words[(recycled << SHIFT) + NEXT]!
      return recycled
    }
    if (this.nextUnused === this.capacity) this.grow()
    return this.nextUnused++
  }

  private grow(): void {
    assert(this.capacity <= LIVE_ORDERS_MAX, 'live orders within LIVE_ORDERS_MAX')
    this.capacity = Math.min(this.capacity * 2, LIVE_ORDERS_MAX + 1)
    this.words = enlarged(this.words, this.capacity << SHIFT)
  }
}
