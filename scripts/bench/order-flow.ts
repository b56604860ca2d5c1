/**
 * A recorded flow of orders: 55 % new, 40 % cancels of a random live order, 5 % replaces, around
 * a wandering middle, with a steady number of live orders. New orders trade when the book is
 * full, so that it stays as full. Recorded before the clock starts, so that a benchmark times the
 * book and not the dice.
 */
import { LevelPool, OrderBook, OrderPool } from '../../src/book/index.ts'
import { Side } from '../../src/domain/index.ts'

export const FlowKind = { New: 0, Cancel: 1, Replace: 2 } as const

/** Int32 words of a command: kind, instrument, side, price, quantity, target order number. */
export const FLOW_STRIDE = 6

export const FLOW_TICK = 100

export interface FlowOptions {
  readonly liveOrders: number
  /** Timed commands, after those that fill the book. */
  readonly commands: number
  readonly instruments: number
}

export interface Flow extends FlowOptions {
  readonly words: Int32Array
  /** Commands that fill the book, not to be timed. */
  readonly preload: number
  /** Each new order and each replace gets the next number, 1..orderCount. */
  readonly orderCount: number
}

const MIDDLE = 1_000_000
/** Mean distance of a resting order from the middle, in ticks. */
const DEPTH_TICKS = 20

export function recordFlow(options: FlowOptions): Flow {
  return new FlowRecorder(options).record()
}

class FlowRecorder {
  private readonly options: FlowOptions
  private readonly words: Int32Array
  private count = 0
  private orderCount = 0
  private middle = MIDDLE
  private readonly random = seededRandom(1792)
  private readonly books: OrderBook[]
  private readonly orders: OrderPool
  /** Slots of live orders, and where each slot is in that list. */
  private readonly live: number[] = []
  private readonly placeOf: number[] = []
  private readonly numberOf: number[] = []
  private readonly instrumentOf: number[] = []

  constructor(options: FlowOptions) {
    this.options = options
    this.words = new Int32Array((options.liveOrders + options.commands) * FLOW_STRIDE)
    const levels = new LevelPool()
    this.orders = new OrderPool(levels)
    this.books = Array.from(
      { length: options.instruments },
      () => new OrderBook(this.orders, levels, FLOW_TICK),
    )
  }

  record(): Flow {
    const { liveOrders, commands } = this.options
    while (this.count < liveOrders) this.enterNew(false)
    for (let command = 0; command < commands; command++) this.recordOne()
    const { words, orderCount } = this
    return { ...this.options, words, preload: liveOrders, orderCount }
  }

  private recordOne(): void {
    if (this.below(50) === 0) this.middle += (this.below(3) - 1) * FLOW_TICK
    const kind = this.below(100)
    if (kind < 55 || this.live.length < 2)
      this.enterNew(this.live.length >= this.options.liveOrders)
    else if (kind < 95) this.cancel()
    else this.replace()
  }

  private enterNew(trades: boolean): void {
    const instrument = this.below(this.books.length)
    const side = this.below(2) === 0 ? Side.Buy : Side.Sell
    this.enter(FlowKind.New, instrument, side, trades, 0)
  }

  private cancel(): void {
    const slot = this.live[this.below(this.live.length)]!
    const instrument = this.instrumentOf[slot]!
    this.write(FlowKind.Cancel, instrument, 0, 0, 0, this.numberOf[slot]!)
    this.take(slot)
  }

  private replace(): void {
    const slot = this.live[this.below(this.live.length)]!
    const instrument = this.instrumentOf[slot]!
    const side = this.orders.side(slot)
    const target = this.numberOf[slot]!
    this.take(slot)
    this.enter(FlowKind.Replace, instrument, side, false, target)
  }

  private enter(kind: number, instrument: number, side: number, trades: boolean, target: number) {
    const price = this.choosePrice(this.books[instrument]!, side, trades)
    const quantity = 100 * (1 + this.below(10))
    this.write(kind, instrument, side, price, quantity, target)
    const number = ++this.orderCount
    const book = this.books[instrument]!
    const remaining = book.match(side, price, quantity, this)
    if (remaining === 0) return
    const slot = book.add(side, price, remaining)
    this.numberOf[slot] = number
    this.instrumentOf[slot] = instrument
    this.placeOf[slot] = this.live.length
    this.live.push(slot)
  }

  /** As a MatchListener. */
  onExecution(slot: number, _price: number, _quantity: number, leavesQty: number): number {
    if (leavesQty === 0) this.forget(slot)
    return 0
  }

  private choosePrice(book: OrderBook, side: number, trades: boolean): number {
    const direction = side === Side.Buy ? 1 : -1
    const best = side === Side.Buy ? book.bestAsk : book.bestBid
    if (trades && best !== 0) return best + direction * this.below(3) * FLOW_TICK
    const away = 1 + Math.floor(-Math.log(1 - this.random()) * DEPTH_TICKS)
    return this.middle - direction * away * FLOW_TICK
  }

  private take(slot: number): void {
    this.books[this.instrumentOf[slot]!]!.remove(slot)
    this.forget(slot)
  }

  private forget(slot: number): void {
    const place = this.placeOf[slot]!
    const last = this.live.pop()!
    if (last === slot) return
    this.live[place] = last
    this.placeOf[last] = place
  }

  private write(...command: number[]): void {
    this.words.set(command, this.count++ * FLOW_STRIDE)
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit)
  }
}

/** A small seeded generator (mulberry32), 0 <= result < 1: every run times the same flow. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
