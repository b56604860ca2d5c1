/** The engine's own books, in the words in which a subscriber's are compared with them. */
import type { Engine } from '../../src/engine/index.ts'

/** `reference leaves@price` of every order of a side, best first. */
export function engineOrders({ state }: Engine, locate: number, side: number): string {
  const { markets, orders, orderOfSlot, orderPool } = state
  const found: string[] = []
  markets[locate]!.book.forEachOrder(side, (slot) => {
    const reference = orders.reference(orderOfSlot[slot]!)
    found.push(`${reference} ${orderPool.leavesQty(slot)}@${orderPool.price(slot)}`)
  })
  return found.join(' ')
}
