/**
 * What a subscriber knows who has heard nothing but the feed: orders by reference, in the order in
 * which they came. Uses only what the ITCH message of an event carries.
 */
import { Side } from '../../src/domain/index.ts'
import type { EngineEvent, OrderEvent } from './engine-events.ts'
import { isOrder } from './engine-events.ts'

export interface FeedOrder {
  readonly reference: number
  readonly locate: number
  readonly side: number
  readonly price: number
  shares: number
}

export class FeedBook {
  /** Messages since the trading day opened. */
  messages = 0
  private orders = new Map<number, FeedOrder>()

  hear(event: EngineEvent): void {
    if (event.event === 'TradingDayOpened') {
      this.orders.clear()
      this.messages = 0
    }
    if (event.feed !== '') this.messages++
    if (!isOrder(event)) return

    switch (event.feed) {
      case 'A':
        return this.add(event, event.locate, event.side)
      case 'U': {
        const { locate, side } = this.remove(event.originalReference)
        return this.add(event, locate, side)
      }
      case 'C':
      case 'E':
        return this.take(event.orderReference, event.lastQty)
      case 'X':
        return this.take(event.orderReference, event.feedShares)
      case 'D': {
        const isReplaced = event.event === 'OrderReplaced'
        this.remove(isReplaced ? event.originalReference : event.orderReference)
      }
    }
  }

  /** Best price first, and at one price the order that came first. */
  queue(locate: number, side: number): FeedOrder[] {
    return [...this.orders.values()]
      .filter((order) => order.locate === locate && order.side === side)
      .sort((a, b) => (side === Side.Buy ? b.price - a.price : a.price - b.price))
  }

  private add(event: OrderEvent, locate: number, side: number): void {
    const { orderReference: reference, price, feedShares: shares } = event
    if (this.orders.has(reference)) throw new Error(`reference ${reference} is used twice`)
    this.orders.set(reference, { reference, locate, side, price, shares })
  }

  private remove(reference: number): FeedOrder {
    const order = this.find(reference)
    this.orders.delete(reference)
    return order
  }

  /** An execution or a reduction; nothing left needs no delete. */
  private take(reference: number, shares: number): void {
    const order = this.find(reference)
    order.shares -= shares
    if (order.shares < 0) throw new Error(`reference ${reference} has fewer than no shares`)
    if (order.shares === 0) this.orders.delete(reference)
  }

  private find(reference: number): FeedOrder {
    const order = this.orders.get(reference)
    if (order === undefined) throw new Error(`reference ${reference} is not on the feed`)
    return order
  }
}
