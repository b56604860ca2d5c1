/**
 * The orders that are open, each by the last event that says how it stands: followed from the start of
 * the trading day on, and only when somebody asks.
 */
import { assert } from '../domain/index.ts'
import type { EventWalk } from '../journal/index.ts'
import {
  EventType,
  isOrderEvent,
  orderEvent,
  recordLength,
  recordSession,
  recordType,
} from '../wire/index.ts'
import type { FollowedJournal } from './drop-copy-context.ts'

/** As many as the engine lets live. */
export const OPEN_ORDERS_MAX = 4 * 1024 * 1024

/** Events that say nothing of how an order stands: answers, refusals, and what the next event decides. */
const SAYS_NOTHING: readonly number[] = [
  EventType.OrderStatusReported,
  EventType.OrderRejected,
  EventType.OrderPending,
]

export class OpenOrders {
  /** Journal position of an order's last event by OrderID(37), by session. */
  private readonly bySession = new Map<number, Map<number, number>>()
  private count = 0
  private readonly journal: FollowedJournal
  private walk: EventWalk | undefined
  /** Journal that has been followed. */
  private position = 0
  private readonly order = orderEvent.flyweight()

  constructor(journal: FollowedJournal) {
    this.journal = journal
  }

  /** Follows the journal for about so many bytes. @returns whether it has come to the end */
  follow(bytesMax: number): boolean {
    if (this.walk === undefined || this.position < this.journal.dayPosition) this.beginDay()
    const limit = this.position + bytesMax
    const walk = this.walk!
    while (this.position < limit) {
      if (!walk.next()) return true
      this.take(walk.view, walk.at, walk.position)
      this.position = walk.position + recordLength(walk.view, walk.at)
    }
    return false
  }

  /** The last events of a session's open orders, the oldest order first. */
  of(session: number): Iterable<number> {
    return this.bySession.get(session)?.values() ?? []
  }

  /** Orders of days before come again as OrderCarried. */
  private beginDay(): void {
    this.bySession.clear()
    this.count = 0
    this.walk ??= this.journal.walkEvents()
    this.position = this.journal.dayPosition
    this.walk.seek(this.position)
  }

  private take(view: DataView, at: number, position: number): void {
    const type = recordType(view, at)
    if (!isOrderEvent(type) || SAYS_NOTHING.includes(type)) return
    const { order } = this
    order.wrap(view, at)
    const orders = this.ordersOf(recordSession(view, at))
    if (order.leavesQty > 0) {
      if (!orders.has(order.orderId)) this.count++
      orders.set(order.orderId, position)
    } else if (orders.delete(order.orderId)) this.count--
    assert(this.count <= OPEN_ORDERS_MAX, 'open orders')
  }

  private ordersOf(session: number): Map<number, number> {
    let orders = this.bySession.get(session)
    if (orders === undefined) this.bySession.set(session, (orders = new Map<number, number>()))
    return orders
  }
}
