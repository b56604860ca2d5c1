/**
 * The price levels of one side of a book, best first. Bids and asks are the same code: a price
 * becomes a key, `direction × price / tick`, and the higher key is the better price on both sides.
 *
 *   far levels (sorted, best last) │ window: one entry a key, and a bitmap of the used ones
 *   … 171  188                     │ 900 901 902 · · · · · · · best · · · ·
 *        worse ◀────────────────── base ──────────────────────────── base + size ▶ better
 *
 * Nearly every order lands inside the window, where finding a level is one array read and finding
 * the next best one is three words of the bitmap. What lies below the window's base waits in the
 * far list, so far levels are always worse than those in the window, and the best level is in the
 * window unless the side is empty. The window moves when the best price has moved by a quarter of
 * it, and doubles when the far list outgrows it: memory follows the number of levels, never the
 * distance between prices.
 */
import { assert, enlarged, Side } from '../domain/index.ts'
import { BITMAP_SIZE_MAX, KeyBitmap } from './key-bitmap.ts'
import type { LevelPool } from './level-pool.ts'

/** Keys of the first window: with two of them a book of few prices takes about 2 KB. */
export const WINDOW_KEYS_MIN = 128
/** Keys of the largest window: 132 KB with its bitmap. */
export const WINDOW_KEYS_MAX = BITMAP_SIZE_MAX
/** The window doubles when it is less than this many times the number of far levels. */
const WINDOW_KEYS_PER_FAR_LEVEL = 8

/** Room of the first far list. */
const FAR_LEVELS_MIN = 16

const NO_LEVELS = new Int32Array(0)
const NO_KEYS = new KeyBitmap(0)

export class BookSide {
  /** +1 for bids, -1 for asks. */
  readonly direction: number
  /** Best level; 0 = the side is empty. */
  best = 0
  private readonly levels: LevelPool
  /** Key of the window's first entry. */
  private base = 0
  /** Levels by key - base; 0 = nothing at that price. Allocated with the first order. */
  private window = NO_LEVELS
  private used = NO_KEYS
  private windowCount = 0
  /** Levels worse than the window, keys rising: the best of them is the last. */
  private far = NO_LEVELS
  private farCount = 0

  constructor(side: number, levels: LevelPool) {
    this.direction = side === Side.Buy ? 1 : -1
    this.levels = levels
  }

  /** The level of a key, made if there is none. */
  obtain(key: number, price: number): number {
    const index = key - this.base
    if (index >= 0 && index < this.window.length) return this.obtainInWindow(index, key, price)
    return this.obtainOutside(key, price)
  }

  /** Takes out a level whose queue is empty, and gives its slot back. */
  remove(level: number): void {
    const index = this.levels.key(level) - this.base
    if (index >= 0) this.removeFromWindow(index, level)
    else this.removeFromFar(level)
    this.levels.free(level)
  }

  /** The next worse level; 0 = there is none. */
  worse(level: number): number {
    const index = this.levels.key(level) - this.base
    if (index < 0) return this.farAt(this.farPosition(this.levels.key(level)) - 1)
    const below = this.used.below(index)
    return below >= 0 ? this.window[below]! : this.farAt(this.farCount - 1)
  }

  private obtainInWindow(index: number, key: number, price: number): number {
    const found = this.window[index]!
    if (found !== 0) return found

    const level = this.levels.allocate(key, price)
    this.putInWindow(index, level)
    if (this.best === 0 || key > this.levels.key(this.best)) this.best = level
    return level
  }

  private removeFromWindow(index: number, level: number): void {
    assert(this.window[index] === level, 'level is on this side of this book')
    this.window[index] = 0
    this.used.delete(index)
    this.windowCount--
    if (level !== this.best) return

    const highest = this.used.highest()
    if (highest >= 0) this.best = this.window[highest]!
    else this.refill()
  }

  /** The window ran empty: the best far levels take their place in it. */
  private refill(): void {
    this.best = this.farAt(this.farCount - 1)
    if (this.best !== 0) this.moveWindow(this.levels.key(this.best), this.window.length)
  }

  private obtainOutside(key: number, price: number): number {
    if (this.best === 0) this.moveWindow(key, Math.max(this.window.length, WINDOW_KEYS_MIN))
    else if (key > this.base) this.moveWindow(key, this.window.length)
    else this.followDown(key)

    const index = key - this.base
    return index >= 0 ? this.obtainInWindow(index, key, price) : this.obtainFar(key, price)
  }

  /** Moves the window towards worse prices if the best price has fallen far enough in it. */
  private followDown(key: number): void {
    const size = this.window.length
    const best = this.levels.key(this.best)
    const isReachable = best - key <= size - size / 4
    if (isReachable && best - this.base < size / 2) this.moveWindow(best, size)
  }

  private obtainFar(key: number, price: number): number {
    const position = this.farPosition(key)
    const found = this.farAt(position)
    if (found !== 0 && this.levels.key(found) === key) return found

    const level = this.levels.allocate(key, price)
    this.makeRoomFar(this.farCount + 1)
    this.far.copyWithin(position + 1, position, this.farCount)
    this.far[position] = level
    this.farCount++
    this.growWindow()
    return level
  }

  private removeFromFar(level: number): void {
    const position = this.farPosition(this.levels.key(level))
    assert(this.farAt(position) === level, 'level is on this side of this book')
    this.far.copyWithin(position, position + 1, this.farCount)
    this.farCount--
  }

  private growWindow(): void {
    const size = this.window.length
    if (size === WINDOW_KEYS_MAX || this.farCount * WINDOW_KEYS_PER_FAR_LEVEL <= size) return
    this.moveWindow(this.levels.key(this.best), size * 2)
  }

  /**
   * Places the window so that a key, the best of the side, is three quarters up in it. Costs a
   * few nanoseconds for each level in the window; they pass through the far list, where they are
   * in order.
   */
  private moveWindow(key: number, size: number): void {
    this.emptyWindow()
    if (size !== this.window.length) {
      this.window = new Int32Array(size)
      this.used = new KeyBitmap(size)
    }
    this.base = key - (size - size / 4)
    this.fillWindow()
  }

  private emptyWindow(): void {
    const farCount = this.farCount + this.windowCount
    this.makeRoomFar(farCount)
    for (let position = farCount - 1; position >= this.farCount; position--) {
      const index = this.used.highest()
      this.far[position] = this.window[index]!
      this.window[index] = 0
      this.used.delete(index)
    }
    this.farCount = farCount
    this.windowCount = 0
  }

  private fillWindow(): void {
    while (this.farCount > 0) {
      const level = this.far[this.farCount - 1]!
      const index = this.levels.key(level) - this.base
      if (index < 0) return
      this.putInWindow(index, level)
      this.farCount--
    }
  }

  private putInWindow(index: number, level: number): void {
    this.window[index] = level
    this.used.add(index)
    this.windowCount++
  }

  /** Where a key is, or would be, in the far list: the first position whose key is not lower. */
  private farPosition(key: number): number {
    let low = 0
    let high = this.farCount
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.levels.key(this.far[middle]!) < key) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The far level at a position; 0 outside the list. */
  private farAt(position: number): number {
    return position >= 0 && position < this.farCount ? this.far[position]! : 0
  }

  private makeRoomFar(count: number): void {
    if (count <= this.far.length) return
    this.far = enlarged(this.far, Math.max(count, FAR_LEVELS_MIN, this.far.length * 2))
  }
}
