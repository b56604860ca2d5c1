/**
 * Price and open quantity of each live order, so that a line about a change says what it was before. Every
 * order that lives into a day is told again at its beginning, so reading from there on is enough. It holds
 * as many entries as orders are live.
 */
import { assert } from '../domain/index.ts'
import type { OrderEvent } from './order-fields.ts'

interface Terms {
  price: number
  leavesQty: number
}

export class LiveOrders {
  private readonly byOrderId = new Map<number, Terms>()

  /** What a live order was until now. */
  termsOf(orderId: number): Readonly<Terms> {
    const terms = this.byOrderId.get(orderId)
    assert(terms !== undefined, 'a change is of an order that was told before')
    return terms
  }

  /** Keeps what an order is from now on; one with nothing left is forgotten. */
  note({ orderId, price, leavesQty }: OrderEvent): void {
    if (leavesQty === 0) this.byOrderId.delete(orderId)
    else this.byOrderId.set(orderId, { price, leavesQty })
  }
}
