/** One side of a BookView: price levels sorted so that the best is last, and their queues. */
import { placeOfPrice } from '../domain/index.ts'
import type { BookSideName, ViewLevel, ViewOrder } from './book-view.ts'

/** A set keeps the order of insertion, which is the priority, and deletes in constant time. */
interface Level {
  readonly price: number
  shares: number
  readonly queue: Set<ViewOrder>
}

const viewOf = ({ price, shares, queue }: Level): ViewLevel => ({
  price,
  shares,
  orders: queue.size,
})

export class PriceLevels {
  private readonly sign: 1 | -1
  /** Worst to best: changes happen at the end. */
  private readonly sorted: Level[] = []

  constructor(side: BookSideName) {
    this.sign = side === 'B' ? 1 : -1
  }

  get top(): ViewLevel | undefined {
    const level = this.sorted.at(-1)
    return level && viewOf(level)
  }

  get best(): number | undefined {
    return this.sorted.at(-1)?.price
  }

  /** Joins the tail of its price level. */
  add(order: ViewOrder): void {
    const level = this.levelOf(order.price)
    level.queue.add(order)
    level.shares += order.shares
  }

  /** Takes `shares` of at most order.shares off. */
  reduce(order: ViewOrder, shares: number): void {
    const at = this.placeOf(order.price)
    const level = this.sorted[at]!
    level.shares -= shares
    order.shares -= shares
    if (order.shares > 0) return

    level.queue.delete(order)
    if (level.queue.size === 0) this.sorted.splice(at, 1)
  }

  levels(): ViewLevel[] {
    return this.sorted.map(viewOf).reverse()
  }

  orders(): ViewOrder[] {
    return this.sorted.toReversed().flatMap(({ queue }) => [...queue])
  }

  private levelOf(price: number): Level {
    const at = this.placeOf(price)
    const found = this.sorted[at]
    if (found?.price === price) return found

    const level = { price, shares: 0, queue: new Set<ViewOrder>() }
    this.sorted.splice(at, 0, level)
    return level
  }

  private placeOf(price: number): number {
    return placeOfPrice(this.sorted, price, this.sign)
  }
}
