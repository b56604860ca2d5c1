/**
 * The order book as one would explain it: two lists of orders in priority order, searched from
 * the start. It is slow and obvious, and the real book must do the same as it does.
 */
import { Side } from '../../src/domain/index.ts'

export interface NaiveOrder {
  readonly id: number
  readonly side: number
  readonly price: number
  leavesQty: number
}

export interface NaiveExecution {
  readonly restingId: number
  readonly price: number
  readonly quantity: number
  readonly restingLeavesQty: number
}

export class NaiveBook {
  /** Highest price first, then oldest first. */
  bids: NaiveOrder[] = []
  /** Lowest price first, then oldest first. */
  asks: NaiveOrder[] = []

  add(order: NaiveOrder): void {
    const orders = this.ordersOf(order.side)
    const behind = orders.findIndex((other) => isBetter(order.side, order.price, other.price))
    orders.splice(behind < 0 ? orders.length : behind, 0, { ...order })
  }

  match(incomingSide: number, limitPrice: number, quantity: number): NaiveExecution[] {
    const executions: NaiveExecution[] = []
    let remaining = quantity
    for (const order of this.tradable(incomingSide, limitPrice)) {
      const executed = Math.min(remaining, order.leavesQty)
      if (executed === 0) break
      remaining -= executed
      order.leavesQty -= executed
      executions.push({
        restingId: order.id,
        price: order.price,
        quantity: executed,
        restingLeavesQty: order.leavesQty,
      })
    }
    this.bids = this.bids.filter((order) => order.leavesQty > 0)
    this.asks = this.asks.filter((order) => order.leavesQty > 0)
    return executions
  }

  availableQuantity(incomingSide: number, limitPrice: number, needed: number): number {
    const tradable = this.tradable(incomingSide, limitPrice)
    return Math.min(
      needed,
      tradable.reduce((sum, order) => sum + order.leavesQty, 0),
    )
  }

  remove(id: number): number {
    const { leavesQty } = this.find(id)
    this.bids = this.bids.filter((order) => order.id !== id)
    this.asks = this.asks.filter((order) => order.id !== id)
    return leavesQty
  }

  reduce(id: number, quantity: number): number {
    const order = this.find(id)
    order.leavesQty -= quantity
    return order.leavesQty
  }

  find(id: number): NaiveOrder {
    const order = [...this.bids, ...this.asks].find((other) => other.id === id)
    if (order === undefined) throw new Error(`no order ${id}`)
    return order
  }

  ordersOf(side: number): NaiveOrder[] {
    return side === Side.Buy ? this.bids : this.asks
  }

  private tradable(incomingSide: number, limitPrice: number): NaiveOrder[] {
    const resting = incomingSide === Side.Buy ? this.asks : this.bids
    return resting.filter(
      (order) => limitPrice === 0 || !isBetter(incomingSide, order.price, limitPrice),
    )
  }
}

/** Whether a price is nearer to trading than another, for an order of this side. */
function isBetter(side: number, price: number, other: number): boolean {
  return side === Side.Buy ? price > other : price < other
}
