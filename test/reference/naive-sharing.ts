/**
 * Who trades how much at one price: docs/protocols/order-entry.md, "How quantity is shared at one price".
 */
import type { Instrument } from '../../src/domain/index.ts'

/** An order of the price, the one that has waited longest first. */
interface Showing {
  /** What the market sees of it. */
  readonly shown: number
}

export interface Share<Order> {
  readonly order: Order
  quantity: number
}

/** Those that trade next, in the order of time. @param queue of the best price */
export function sharesOf<Order extends Showing>(
  queue: readonly Order[],
  incoming: number,
  { matching, lotSize, proRataMinimum }: Instrument,
): Share<Order>[] {
  if (matching === 'price-time') {
    return queue.slice(0, 1).map((order) => ({ order, quantity: Math.min(order.shown, incoming) }))
  }
  const total = queue.reduce((sum, { shown }) => sum + shown, 0)
  const whole = queue.map((order) => ({ order, quantity: order.shown }))
  if (incoming >= total) return whole

  const shares = queue.map((order) => {
    const exact = Number((BigInt(incoming) * BigInt(order.shown)) / BigInt(total))
    const quantity = Math.floor(exact / lotSize) * lotSize
    return { order, quantity: quantity < proRataMinimum ? 0 : quantity }
  })
  let left = shares.reduce((rest, { quantity }) => rest - quantity, incoming)
  const bySize = (a: Share<Order>, b: Share<Order>): number => b.order.shown - a.order.shown
  // Sorting leaves those that show as much in the order of time.
  for (const share of matching === 'pro-rata' ? shares : shares.toSorted(bySize)) {
    const more = Math.min(left, share.order.shown - share.quantity)
    share.quantity += more
    left -= more
  }
  return shares.filter(({ quantity }) => quantity > 0)
}
