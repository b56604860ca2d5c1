/**
 * The price levels of every book of the exchange, in one slab of 32-byte records, and beside it what is
 * hidden at each of them. A level is a
 * queue of orders at one price: its ends, how many orders wait and how much they want together.
 * A level's handle is its slot, 1..; 0 means none. Free slots are chained through `head`.
 *
 *   words 0 head · 1 tail · 2 count · 3 price · 4 key · 5 unused · 6–7 quantity (float64)
 */
import { assert, enlarged, Side } from '../domain/index.ts'

/** As many as live orders: at worst every order has a price of its own. */
export const LEVELS_MAX = 4 * 1024 * 1024
const CAPACITY_MIN = 64

const SHIFT = 3
const HEAD = 0
const TAIL = 1
const COUNT = 2
const PRICE = 3
const KEY = 4
/** The quantity's place in the float64 view of the same bytes: four to a record, the last one. */
const QUANTITY_SHIFT = 2
const QUANTITY = 3

export class LevelPool {
  /** Levels in use. */
  liveCount = 0
  private words: Int32Array<ArrayBuffer>
  private quantities: Float64Array<ArrayBuffer>
  /** By level: what its orders have beyond what they show. */
  private hiddenQuantities: Float64Array<ArrayBuffer>
  private capacity: number
  private firstFree = 0
  private nextUnused = 1

  /** @param capacity levels to make room for at first; the slab doubles when it is full */
  constructor(capacity = CAPACITY_MIN) {
    this.capacity = capacity + 1
    this.words = new Int32Array(this.capacity << SHIFT)
    this.quantities = new Float64Array(this.words.buffer)
    this.hiddenQuantities = new Float64Array(this.capacity)
  }

  /** Oldest order of the queue. */
  head(level: number): number {
    return this.words[(level << SHIFT) + HEAD]!
  }

  /** Youngest order of the queue. */
  tail(level: number): number {
    return this.words[(level << SHIFT) + TAIL]!
  }

  /** Orders in the queue. */
  count(level: number): number {
    return this.words[(level << SHIFT) + COUNT]!
  }

  /** In 1/10,000 of the currency. */
  price(level: number): number {
    return this.words[(level << SHIFT) + PRICE]!
  }

  /** Price in ticks, negative for asks: of two levels of one side the higher key is better. */
  key(level: number): number {
    return this.words[(level << SHIFT) + KEY]!
  }

  /** Whose queue it is: Side.Buy or Side.Sell. */
  side(level: number): number {
    return this.key(level) > 0 ? Side.Buy : Side.Sell
  }

  /** Shown quantity of the whole queue; passes 2^31, stays far below 2^53. */
  quantity(level: number): number {
    return this.quantities[(level << QUANTITY_SHIFT) + QUANTITY]!
  }

  /** What the orders of the queue have beyond that. */
  hidden(level: number): number {
    return this.hiddenQuantities[level]!
  }

  /** A level without orders. */
  allocate(key: number, price: number): number {
    const level = this.takeSlot()
    const at = level << SHIFT
    this.words[at + HEAD] = 0
    this.words[at + TAIL] = 0
    this.words[at + COUNT] = 0
    this.words[at + PRICE] = price
    this.words[at + KEY] = key
    this.quantities[(level << QUANTITY_SHIFT) + QUANTITY] = 0
    this.hiddenQuantities[level] = 0
    this.liveCount++
    return level
  }

  free(level: number): void {
    this.words[(level << SHIFT) + HEAD] = this.firstFree
    this.firstFree = level
    this.liveCount--
  }

  setHead(level: number, order: number): void {
    this.words[(level << SHIFT) + HEAD] = order
  }

  setTail(level: number, order: number): void {
    this.words[(level << SHIFT) + TAIL] = order
  }

  /** One more order, of this quantity. */
  addOrder(level: number, quantity: number): void {
    this.words[(level << SHIFT) + COUNT]!++
    this.quantities[(level << QUANTITY_SHIFT) + QUANTITY]! += quantity
  }

  /** One order less, which still had this quantity. */
  removeOrder(level: number, quantity: number): void {
    this.words[(level << SHIFT) + COUNT]!--
    this.quantities[(level << QUANTITY_SHIFT) + QUANTITY]! -= quantity
  }

  /** The same orders want this much less. */
  takeQuantity(level: number, quantity: number): void {
    this.quantities[(level << QUANTITY_SHIFT) + QUANTITY]! -= quantity
  }

  /** @param quantity below zero when less is hidden */
  hide(level: number, quantity: number): void {
    this.hiddenQuantities[level]! += quantity
  }

  private takeSlot(): number {
    const recycled = this.firstFree
    if (recycled !== 0) {
      this.firstFree = this.words[(recycled << SHIFT) + HEAD]!
      return recycled
    }
    if (this.nextUnused === this.capacity) this.grow()
    return this.nextUnused++
  }

  private grow(): void {
    assert(this.capacity <= LEVELS_MAX, 'levels within LEVELS_MAX')
    this.capacity = Math.min(this.capacity * 2, LEVELS_MAX + 1)
    this.words = enlarged(this.words, this.capacity << SHIFT)
    this.quantities = new Float64Array(this.words.buffer)
    const hidden = new Float64Array(this.capacity)
    hidden.set(this.hiddenQuantities)
    this.hiddenQuantities = hidden
  }
}
