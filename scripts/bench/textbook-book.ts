/**
 * The order book that most people would write first, and the yardstick of the benchmark: an
 * object for each order, a Map from number to order, sorted arrays of levels that are linked
 * lists, and an object for each event. Not a straw man: every operation has the textbook's cost.
 */
import { Side } from '../../src/domain/index.ts'

interface Order {
  readonly number: number
  readonly side: number
  readonly level: Level
  leavesQty: number
  next: Order | undefined
  previous: Order | undefined
}

interface Level {
  readonly price: number
  head: Order | undefined
  tail: Order | undefined
  quantity: number
  count: number
}

export interface TextbookEvent {
  readonly type: 'accepted' | 'executed' | 'canceled'
  readonly number: number
  readonly price: number
  readonly quantity: number
  readonly leavesQty: number
}

export class TextbookBook {
  /** Best level last. */
  private readonly bids: Level[] = []
  private readonly asks: Level[] = []
  private readonly orders: Map<number, Order>
  private readonly emit: (event: TextbookEvent) => void

  /** @param orders of all instruments, by number */
  constructor(orders: Map<number, Order>, emit: (event: TextbookEvent) => void) {
    this.orders = orders
    this.emit = emit
  }

  enter(number: number, side: number, price: number, quantity: number): void {
    this.emit({ type: 'accepted', number, price, quantity, leavesQty: quantity })
    const remaining = this.match(side, price, quantity)
    if (remaining > 0) this.add(number, side, price, remaining)
  }

  cancel(number: number): void {
    const order = this.orders.get(number)
    if (order === undefined) return
    const { level, leavesQty } = order
    this.emit({ type: 'canceled', number, price: level.price, quantity: leavesQty, leavesQty: 0 })
    this.unlink(order)
    level.quantity -= leavesQty
    if (level.count > 0) return
    const levels = this.levelsOf(order.side)
    levels.splice(positionOf(levels, order.side, level.price), 1)
  }

  private match(side: number, price: number, quantity: number): number {
    const levels = this.levelsOf(side === Side.Buy ? Side.Sell : Side.Buy)
    let remaining = quantity
    for (let level = levels.at(-1); level !== undefined && remaining > 0; level = levels.at(-1)) {
      if (side === Side.Buy ? level.price > price : level.price < price) break
      remaining = this.matchLevel(level, remaining)
      if (level.count === 0) levels.pop()
    }
    return remaining
  }

  private matchLevel(level: Level, quantity: number): number {
    let remaining = quantity
    for (let order = level.head; order !== undefined && remaining > 0; order = level.head) {
      const executed = Math.min(remaining, order.leavesQty)
      remaining -= executed
      order.leavesQty -= executed
      level.quantity -= executed
      const { number, leavesQty } = order
      this.emit({ type: 'executed', number, price: level.price, quantity: executed, leavesQty })
      if (leavesQty === 0) this.unlink(order)
    }
    return remaining
  }

  private add(number: number, side: number, price: number, quantity: number): void {
    const level = this.levelAt(side, price)
    const previous = level.tail
    const order = { number, side, level, leavesQty: quantity, next: undefined, previous }
    if (previous === undefined) level.head = order
    else previous.next = order
    level.tail = order
    level.quantity += quantity
    level.count++
    this.orders.set(number, order)
  }

  private levelAt(side: number, price: number): Level {
    const levels = this.levelsOf(side)
    const position = positionOf(levels, side, price)
    const found = levels[position]
    if (found?.price === price) return found
    const level = { price, head: undefined, tail: undefined, quantity: 0, count: 0 }
    levels.splice(position, 0, level)
    return level
  }

  private unlink({ number, level, next, previous }: Order): void {
    if (previous === undefined) level.head = next
    else previous.next = next
    if (next === undefined) level.tail = previous
    else next.previous = previous
    level.count--
    this.orders.delete(number)
  }

  private levelsOf(side: number): Level[] {
    return side === Side.Buy ? this.bids : this.asks
  }
}

/** Where a price is, or would be, in levels whose best is the last. */
function positionOf(levels: Level[], side: number, price: number): number {
  let low = 0
  let high = levels.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = levels[middle]!.price
    if (side === Side.Buy ? other < price : other > price) low = middle + 1
    else high = middle
  }
  return low
}
