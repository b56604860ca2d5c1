/**
 * One instrument's limit order book: the best price trades first, and at one price the order that has
 * waited longest, or all of them pro rata. The book holds quantities and places in queues,
 * nothing else: sessions, ids and reports belong to the engine, under the slot of each order.
 * After it has grown to the size of the market, no operation allocates.
 */
import { Side, assert } from '../domain/index.ts'
import { BookSide } from './book-side.ts'
import type { LevelPool } from './level-pool.ts'
import type { OrderPool } from './order-pool.ts'
import { LIVE_ORDERS_MAX } from './order-pool.ts'
import type { SharingRule } from './pro-rata.ts'
import { Shares } from './pro-rata.ts'

/** Below every key × tick: a market order trades at any price. */
const ANY_PRICE = -(2 ** 31)

/** Told about each execution, in the order in which they happen. Must not change a book. */
export interface MatchListener {
  /**
   * @param restingSlot still readable, also when it has nothing left: its slot is given back
   *   only after this call
   * @param price of the resting order, in 1/10,000
   * @param quantity executed, 1..
   * @param restingLeavesQty what the resting order still wants; 0 = it leaves the book
   * @returns with restingLeavesQty 0, a quantity that it joins the end of its queue with; 0 = none
   */
  onExecution(
    restingSlot: number,
    price: number,
    quantity: number,
    restingLeavesQty: number,
  ): number
}

export class OrderBook {
  readonly tickSize: number
  /** How quantity is shared at one price; undefined = by time. Nothing may be shared at the moment. */
  sharing: SharingRule | undefined
  /** Of the best price, still to be executed when a match has stopped at its limit of executions. */
  readonly shares = new Shares()
  private readonly orders: OrderPool
  private readonly levels: LevelPool
  private readonly bids: BookSide
  private readonly asks: BookSide
  /** Executions that the `match` at hand may still make. */
  private executionsLeft = 0

  /** @param tickSize in 1/10,000, >= 1; every resting price is a multiple of it */
  constructor(orders: OrderPool, levels: LevelPool, tickSize: number) {
    assert(Number.isInteger(tickSize) && tickSize > 0, 'tickSize is a positive integer')
    assert(orders.levels === levels, 'orders wait in levels of the same pool')
    this.orders = orders
    this.levels = levels
    this.tickSize = tickSize
    this.bids = new BookSide(Side.Buy, levels)
    this.asks = new BookSide(Side.Sell, levels)
  }

  /** Highest price bid; 0 = nobody bids. */
  get bestBid(): number {
    return this.bids.best === 0 ? 0 : this.levels.price(this.bids.best)
  }

  /** Lowest price asked; 0 = nobody offers. */
  get bestAsk(): number {
    return this.asks.best === 0 ? 0 : this.levels.price(this.asks.best)
  }

  /** True when an incoming order of this limit (0 = market) would trade at once. */
  crosses(incomingSide: number, limitPrice: number): boolean {
    const resting = this.restingSide(incomingSide)
    return this.isWithin(resting, resting.best, worstAcceptable(resting, limitPrice))
  }

  /**
   * Matches an incoming order against the other side, best price first, oldest order first.
   * @param limitPrice worst price that the incoming order accepts; 0 = market, any price
   * @param quantity 1..QUANTITY_MAX
   * @param executionsMax after so many it stops, though more may cross: match the rest to go on
   * @returns what was not matched; the caller adds it, or cancels it
   */
  match(
    incomingSide: number,
    limitPrice: number,
    quantity: number,
    listener: MatchListener,
    executionsMax = LIVE_ORDERS_MAX,
  ): number {
    const resting = this.restingSide(incomingSide)
    const worst = worstAcceptable(resting, limitPrice)
    let remaining = quantity
    this.executionsLeft = executionsMax
    while (remaining > 0 && this.isWithin(resting, resting.best, worst)) {
      if (this.executionsLeft === 0) break
      remaining =
        this.sharing === undefined
          ? this.matchLevel(resting, remaining, listener)
          : this.shareLevel(resting, remaining, listener, this.sharing)
    }
    return remaining
  }

  /**
   * The same, but no further than somebody else may come to be next: one execution by time, the shares
   * of one price pro rata.
   */
  matchNext(
    incomingSide: number,
    limitPrice: number,
    quantity: number,
    listener: MatchListener,
    executionsMax: number,
  ): number {
    if (this.sharing === undefined) {
      return this.match(incomingSide, limitPrice, quantity, listener, Math.min(executionsMax, 1))
    }
    this.executionsLeft = executionsMax
    return this.shareLevel(this.restingSide(incomingSide), quantity, listener, this.sharing)
  }

  /** What comes in executes no more than what the listener hears of now. */
  stop(): void {
    this.executionsLeft = 0
    this.shares.clear()
  }

  /**
   * What an incoming order could get at its limit (0 = market), counted up to `needed`, with what is
   * hidden: fill or kill asks this before it matches anything.
   * @returns 0..needed
   */
  availableQuantity(incomingSide: number, limitPrice: number, needed: number): number {
    const resting = this.restingSide(incomingSide)
    const worst = worstAcceptable(resting, limitPrice)
    let available = 0
    let level = resting.best
    while (available < needed && this.isWithin(resting, level, worst)) {
      available += this.levels.quantity(level) + this.levels.hidden(level)
      level = resting.worse(level)
    }
    return Math.min(available, needed)
  }

  /**
   * Puts an order at the end of the queue of its price. It must not cross: match it first.
   * @param price on the tick (asserted), 1..PRICE_MAX
   * @param quantity 1..QUANTITY_MAX
   * @returns the order's slot, its handle until it leaves the book
   */
  add(side: number, price: number, quantity: number): number {
    assert(quantity > 0, 'resting quantity is positive')
    const bookSide = side === Side.Buy ? this.bids : this.asks
    const level = bookSide.obtain(this.keyOf(bookSide, price), price)
    const slot = this.orders.allocate()
    this.append(slot, level, quantity)
    return slot
  }

  /**
   * Takes a resting order of this book off it.
   * @returns the quantity that it still had
   */
  remove(slot: number): number {
    const level = this.orders.level(slot)
    assert(level !== 0, 'order is on the book')
    const leavesQty = this.orders.leavesQty(slot)
    this.unlink(slot, level)
    this.orders.free(slot)
    this.levels.removeOrder(level, leavesQty)
    this.dropIfEmpty(level)
    return leavesQty
  }

  /**
   * Takes quantity off a resting order, which keeps its place in the queue.
   * @param quantity taken off, 1..leavesQty - 1 (asserted): remove() is for the whole
   * @returns the quantity left
   */
  reduce(slot: number, quantity: number): number {
    const level = this.orders.level(slot)
    assert(level !== 0, 'order is on the book')
    const leavesQty = this.orders.leavesQty(slot) - quantity
    assert(quantity > 0 && leavesQty > 0, 'reduced quantity is positive')
    this.orders.setLeavesQty(slot, leavesQty)
    this.levels.takeQuantity(level, quantity)
    return leavesQty
  }

  /**
   * Notes what a resting order has beyond the quantity that it shows. The caller notes it again, below
   * zero, when it becomes less or goes, except by the parts that a match shows.
   */
  hide(slot: number, quantity: number): void {
    this.levels.hide(this.orders.level(slot), quantity)
  }

  /** Best level of a side, for LevelPool's price(), quantity() and count(); 0 = none. */
  bestLevel(side: number): number {
    return side === Side.Buy ? this.bids.best : this.asks.best
  }

  /** The next worse level of the same side; 0 = that was the last. */
  worseLevel(level: number): number {
    return this.sideOf(level).worse(level)
  }

  /** Visits the orders of a side in priority order. The visitor must not change the book. */
  forEachOrder(side: number, visit: (slot: number) => void): void {
    for (let slot = this.firstOrder(side); slot !== 0; slot = this.orderBehind(slot)) visit(slot)
  }

  /** The order of a side that trades first; 0 = there is none. */
  firstOrder(side: number): number {
    const level = this.bestLevel(side)
    return level === 0 ? 0 : this.levels.head(level)
  }

  /** The order of the same side that trades next after it; 0 = it is the last. */
  orderBehind(slot: number): number {
    const next = this.orders.next(slot)
    if (next !== 0) return next
    const level = this.worseLevel(this.orders.level(slot))
    return level === 0 ? 0 : this.levels.head(level)
  }

  /**
   * Executes so much of the order that trades first on a side: whoever runs an auction says with whom, and at
   * which price.
   * @param quantity 1..what the order shows
   */
  fillFirst(side: number, quantity: number, listener: MatchListener): void {
    const { orders, levels } = this
    const level = this.bestLevel(side)
    const slot = levels.head(level)
    const leavesQty = orders.leavesQty(slot) - quantity
    assert(quantity > 0 && leavesQty >= 0, 'the order shows so much')
    if (leavesQty > 0) {
      this.fillPart(slot, level, quantity)
      listener.onExecution(slot, levels.price(level), quantity, leavesQty)
      return
    }
    this.fillWhole(slot, level, listener)
    this.dropIfEmpty(level)
  }

  /** Fills from the best level, oldest first: price-time priority is this function. */
  private matchLevel(resting: BookSide, quantity: number, listener: MatchListener): number {
    const { orders, levels } = this
    const level = resting.best
    const price = levels.price(level)
    let remaining = quantity
    let slot = levels.head(level)

    while (slot !== 0 && this.executionsLeft > 0) {
      this.executionsLeft--
      const leavesQty = orders.leavesQty(slot)
      if (leavesQty > remaining) {
        this.fillPart(slot, level, remaining)
        listener.onExecution(slot, price, remaining, leavesQty - remaining)
        return 0
      }

      remaining -= leavesQty
      this.fillWhole(slot, level, listener)
      if (remaining === 0) break
      slot = levels.head(level)
    }
    this.dropIfEmpty(level)
    return remaining
  }

  /** Fills from the best level, each order its share. */
  private shareLevel(
    resting: BookSide,
    quantity: number,
    listener: MatchListener,
    rule: SharingRule,
  ): number {
    const { orders, levels, shares } = this
    const level = resting.best
    if (!shares.isPending) this.share(level, quantity, rule)
    let remaining = quantity
    for (; shares.isPending && this.executionsLeft > 0; shares.advance()) {
      const { slot, part } = shares
      this.executionsLeft--
      remaining -= part
      const leavesQty = orders.leavesQty(slot) - part
      if (leavesQty === 0) {
        this.fillWhole(slot, level, listener)
        continue
      }
      this.fillPart(slot, level, part)
      listener.onExecution(slot, levels.price(level), part, leavesQty)
    }
    this.dropIfEmpty(level)
    return remaining
  }

  private share(level: number, quantity: number, rule: SharingRule): void {
    const { orders, levels, shares } = this
    shares.clear()
    for (let slot = levels.head(level); slot !== 0; slot = orders.next(slot)) {
      shares.add(slot, orders.leavesQty(slot))
    }
    shares.divide(quantity, levels.quantity(level), rule)
  }

  /** All that an order shows is executed: it leaves, or shows more at the end of its queue. */
  private fillWhole(slot: number, level: number, listener: MatchListener): void {
    const { orders, levels } = this
    const quantity = orders.leavesQty(slot)
    levels.removeOrder(level, quantity)
    orders.setLeavesQty(slot, 0)
    const more = listener.onExecution(slot, levels.price(level), quantity, 0)
    this.unlink(slot, level)
    if (more > 0) this.showMore(slot, level, more)
    else orders.free(slot)
  }

  private fillPart(slot: number, level: number, quantity: number): void {
    this.orders.setLeavesQty(slot, this.orders.leavesQty(slot) - quantity)
    this.levels.takeQuantity(level, quantity)
  }

  /** Puts an order at the end of a queue. */
  private append(slot: number, level: number, quantity: number): void {
    const { orders, levels } = this
    const tail = levels.tail(level)
    orders.place(slot, level, tail, quantity)
    if (tail === 0) levels.setHead(level, slot)
    else orders.setNext(tail, slot)
    levels.setTail(level, slot)
    levels.addOrder(level, quantity)
  }

  private showMore(slot: number, level: number, quantity: number): void {
    this.levels.hide(level, -quantity)
    this.append(slot, level, quantity)
  }

  private unlink(slot: number, level: number): void {
    const { orders, levels } = this
    const previous = orders.previous(slot)
    const next = orders.next(slot)
    if (previous === 0) levels.setHead(level, next)
    else orders.setNext(previous, next)
    if (next === 0) levels.setTail(level, previous)
    else orders.setPrevious(next, previous)
  }

  private dropIfEmpty(level: number): void {
    if (this.levels.count(level) === 0) this.sideOf(level).remove(level)
  }

  private restingSide(incomingSide: number): BookSide {
    return incomingSide === Side.Buy ? this.asks : this.bids
  }

  private sideOf(level: number): BookSide {
    return this.levels.key(level) > 0 ? this.bids : this.asks
  }

  private isWithin(resting: BookSide, level: number, worst: number): boolean {
    return level !== 0 && resting.direction * this.levels.price(level) >= worst
  }

  /** An integer division: 10 % more operations a second than floorDiv (scripts/bench/book.ts). */
  private keyOf(side: BookSide, price: number): number {
    const ticks = (price / this.tickSize) | 0
    assert(price > 0 && ticks * this.tickSize === price, 'price is on the tick')
    return side.direction * ticks
  }
}

/** The limit in the resting side's direction, where higher is better for the incoming order. */
function worstAcceptable(resting: BookSide, limitPrice: number): number {
  return limitPrice === 0 ? ANY_PRICE : resting.direction * limitPrice
}
